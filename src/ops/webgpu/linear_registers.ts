/**
 * Products with all sums in registers: no barrier and no workgroup memory, which are dear where a processor plays GPU.
 * An invocation owns 8 columns and `rows` rows. With subgroups of 4, each lane loads the numbers of every fourth row and
 * the others get them by broadcast; without, each lane loads all.
 */
import { launch, type Kernel } from '../../device/kernel';
import {
  adapterCode,
  kernelNamed,
  lines,
  partCode,
  productBuffers,
  productKey,
  productTypes,
  productUniforms,
  productValues,
  sliceCode,
  storeCode,
  type Product,
  type Sums,
} from './linear_terms';
import { matrixBuffers, vectorReader } from './linear_weights';

/** Lanes side by side, each with its own 8 columns. */
const LANES = 4;
/** Groups of lanes in a workgroup, each with its own rows. */
const GROUPS = 4;

export interface RegisterShape {
  subgroups: boolean;
  /** Rows of an invocation, a multiple of 4. */
  rows: number;
}

/** Records `product`, whose sizes are all multiples of 4, and of 8 along the rows of W. */
export function launchRegisters(product: Product, shape: RegisterShape): void {
  const name = `product registers ${shape.subgroups ? 'subgroups ' : ''}${shape.rows} ${productKey(product)}`;
  const kernel = kernelNamed(name, () => registerKernel(product, shape));
  const columns = Math.max(...product.slices.map((slice) => slice.columns));
  launch(kernel, { ...productBuffers(product), ...matrixBuffers(product.matrix) }, productValues(product, 4), [
    Math.ceil(columns / (8 * LANES)),
    Math.ceil(product.rows / (shape.rows * GROUPS)),
    product.slices.length,
  ]);
}

function registerKernel(product: Product, shape: RegisterShape): Omit<Kernel, 'name'> {
  const { outputs, inputs } = productTypes(product, 4);
  const reader = vectorReader(product.matrix.packing);
  const sums: Sums = {
    rows: shape.rows,
    quads: 2,
    octets: true,
    row: (r) => `row${r}`,
    quad: (q) => `quad${q}`,
  };
  return {
    outputs,
    inputs: { ...inputs, ...reader.inputs },
    uniforms: productUniforms(product),
    ...(shape.subgroups ? { features: ['subgroups' as const] } : {}),
    code: `${reader.code}
${sliceCode(product.slices.length)}
${partCode(product.adapter)}
@compute @workgroup_size(${LANES}, ${GROUPS})
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_id) local: vec3<u32>) {
  let s = slice(group.z);
  let lane = local.x;
  let first = (group.y * ${GROUPS}u + local.y) * ${shape.rows}u;
  let column = group.x * ${2 * LANES}u + 2u * lane;
  let quad0 = min(column, s.columns - 1u);
  let quad1 = min(column + 1u, s.columns - 1u);
  ${lines(shape.rows, (r) => `let row${r} = min(first + ${r}u, p.rows - 1u);`)}
  ${product.kind === 'rows' ? alongRows(shape, reader.split) : alongColumns(shape, reader.split)}
  ${adapterCode(product.adapter, sums)}
  ${storeCode(product, sums, (r, q) => `first + ${r}u < p.rows && column + ${q}u < s.columns`)}
}`,
  };
}

/** First elements of the rows of x that this lane loads. */
function starts({ subgroups, rows }: RegisterShape): string {
  return subgroups
    ? lines(rows / 4, (i) => `let start${i} = min(first + ${4 * i}u + lane, p.rows - 1u) * p.xWidth + s.x;`)
    : lines(rows, (r) => `let start${r} = row${r} * p.xWidth + s.x;`);
}

/** Sums along rows of W `[columns, inner]`: dot products over 8 numbers at a time. */
function alongRows(shape: RegisterShape, split: boolean): string {
  const { subgroups, rows } = shape;
  const loaded = (i: number): string =>
    `let f${i} = x[start${i} + 2u * k]; let g${i} = x[start${i} + 2u * k + 1u];` +
    (split
      ? `let v${i} = vec4(f${i}.xz, g${i}.xz); let z${i} = vec4(f${i}.yw, g${i}.yw);`
      : `let v${i} = f${i}; let z${i} = g${i};`);
  const given = (name: string, r: number): string =>
    subgroups ? `subgroupBroadcast(${name}${r >> 2}, ${r & 3}u)` : `${name}${r}`;
  return `let octets = s.inner / 8u;
  ${starts(shape)}
  ${lines(8, (c) => `let w${c} = s.w / 8u + min(4u * column + ${c}u, 4u * s.columns - 1u) * octets;`)}
  ${lines(rows, (r) => lines(8, (c) => `var a${r}_${c} = 0f;`))}
  for (var k = 0u; k < octets; k++) {
    ${lines(8, (c) => `let o${c} = octet(w${c} + k);`)}
    ${lines(subgroups ? rows / 4 : rows, loaded)}
    ${lines(
      rows,
      (r) => `{ let v = ${given('v', r)}; let z = ${given('z', r)};
      ${lines(8, (c) => `a${r}_${c} += dot(v, o${c}.f) + dot(z, o${c}.g);`)} }`,
    )}
  }
  ${fours(rows)}`;
}

/**
 * Sums along columns of W `[inner, columns]`: four rows of W at a time, turned round for dot products over their steps,
 * which write each sum once where products with single numbers of x would write it four times (a fifth slower).
 */
function alongColumns(shape: RegisterShape, split: boolean): string {
  const { subgroups, rows } = shape;
  const given = (r: number): string => (subgroups ? `subgroupBroadcast(v${r >> 2}, ${r & 3}u)` : `v${r}`);
  const part = (c: number): string => (split ? `${'fg'[c & 1]!}[${c >> 1}]` : `${'fg'[c >> 2]!}[${c & 3}]`);
  return `let octets = s.columns / 2u;
  ${starts(shape)}
  let w0 = s.w / 8u + min(column / 2u, octets - 1u);
  ${lines(rows, (r) => lines(8, (c) => `var a${r}_${c} = 0f;`))}
  for (var k = 0u; k < s.inner / 4u; k++) {
    ${lines(4, (j) => `let o${j} = octet(w0 + (4u * k + ${j}u) * octets);`)}
    ${lines(8, (c) => `let t${c} = vec4(${[0, 1, 2, 3].map((j) => `o${j}.${part(c)}`).join(', ')});`)}
    ${lines(subgroups ? rows / 4 : rows, (i) => `let v${i} = x[start${i} + k];`)}
    ${lines(rows, (r) => `{ let v = ${given(r)}; ${lines(8, (c) => `a${r}_${c} += dot(v, t${c});`)} }`)}
  }
  ${fours(rows)}`;
}

/** The sums as fours of columns. */
const fours = (rows: number): string =>
  lines(rows, (r) =>
    lines(2, (q) => {
      const four = [0, 1, 2, 3].map((c) => `a${r}_${4 * q + c}`).join(', ');
      return `var y${r}_${q} = p.factor * vec4(${four});`;
    }),
  );
