/**
 * Products by tiles in workgroup memory, for GPUs: 64 invocations compute 64 rows and 64 columns of y, 8 x 8 each, from
 * tiles of 16 steps of the sum, held step by step as fours of rows and fours of columns.
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

export const TILE = 64;
const STEPS = 16;
/** Fours of rows or columns in a tile. */
const QUADS = TILE / 4;

/** Row r and four q of an invocation: two blocks of each, so that neighbours read neighbouring memory. */
export const TILE_SUMS: Sums = {
  rows: 8,
  quads: 2,
  octets: false,
  row: (r) => `row${r}`,
  quad: (q) => `quad${q}`,
};

/** `left_tile` and `right_tile`: `[STEPS, QUADS]` fours of rows and of columns. */
export const TILE_MEMORY = `var<workgroup> left_tile: array<vec4<f32>, ${STEPS * QUADS}>;
var<workgroup> right_tile: array<vec4<f32>, ${STEPS * QUADS}>;`;

/**
 * The sum over `inner` steps into `y{r}_{q}`; the loop is uniform when `inner` is.
 * @param fill WGSL that writes `left_tile` and `right_tile` for the steps from `k`, zeros in `left_tile` past the end
 */
export function tileSum(inner: string, fill: string): string {
  return `${lines(8, (r) => `var y${r}_0 = vec4(0f); var y${r}_1 = vec4(0f);`)}
  for (var k = 0u; k < ${inner}; k += ${STEPS}u) {
    ${fill}
    workgroupBarrier();
    for (var i = 0u; i < ${STEPS}u; i++) {
      let a0 = left_tile[i * ${QUADS}u + ty];
      let a1 = left_tile[i * ${QUADS}u + 8u + ty];
      let b0 = right_tile[i * ${QUADS}u + tx];
      let b1 = right_tile[i * ${QUADS}u + 8u + tx];
      ${lines(8, (r) => `y${r}_0 += a${r >> 2}[${r & 3}] * b0; y${r}_1 += a${r >> 2}[${r & 3}] * b1;`)}
    }
    workgroupBarrier();
  }`;
}

/** First of this invocation's rows in block r: rows 4 ty .. and 32 + 4 ty .. of the tile. */
export const tileRow = (r: number): string => `firstRow + ${32 * (r >> 2) + (r & 3)}u + 4u * ty`;

export function launchTiles(product: Product): void {
  const kernel = kernelNamed(`product tiles ${productKey(product)}`, () => tileKernel(product));
  const columns = Math.max(...product.slices.map((slice) => slice.columns));
  launch(kernel, { ...productBuffers(product), ...matrixBuffers(product.matrix) }, productValues(product, 4), [
    Math.ceil(columns / TILE),
    Math.ceil(product.rows / TILE),
    product.slices.length,
  ]);
}

function tileKernel(product: Product): Omit<Kernel, 'name'> {
  const { outputs, inputs } = productTypes(product, 4);
  const reader = vectorReader(product.matrix.packing);
  const fill = `${fillLeft()}
    ${product.kind === 'rows' ? fillFromRows(reader.split) : fillFromColumns(reader.split)}`;
  return {
    outputs,
    inputs: { ...inputs, ...reader.inputs },
    uniforms: productUniforms(product),
    code: `${reader.code}
${sliceCode(product.slices.length)}
${partCode(product.adapter)}
${TILE_MEMORY}
@compute @workgroup_size(${TILE})
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) t: u32) {
  let s = slice(group.z);
  let tx = t % 8u;
  let ty = t / 8u;
  let firstRow = group.y * ${TILE}u;
  let firstQuad = group.x * ${QUADS}u;
  ${tileSum('s.inner', fill)}
  ${lines(8, (r) => `let row${r} = min(${tileRow(r)}, p.rows - 1u); y${r}_0 *= p.factor; y${r}_1 *= p.factor;`)}
  let quad0 = min(firstQuad + tx, s.columns - 1u);
  let quad1 = min(firstQuad + 8u + tx, s.columns - 1u);
  ${adapterCode(product.adapter, TILE_SUMS)}
  ${storeCode(product, TILE_SUMS, (r, q) => `${tileRow(r)} < p.rows && firstQuad + ${8 * q}u + tx < s.columns`)}
}`,
  };
}

/** Each invocation turns 4 rows x 4 steps of x round. */
function fillLeft(): string {
  return `{
      let four = t % 4u;
      let place = k / 4u + four;
      ${lines(4, (j) => `var v${j} = vec4(0f);`)}
      if (4u * place < s.inner) {
        let at = s.x + place;
        ${lines(4, (j) => `v${j} = x[min(firstRow + (t / 4u) * 4u + ${j}u, p.rows - 1u) * p.xWidth + at];`)}
      }
      ${lines(4, (e) => `left_tile[(4u * four + ${e}u) * ${QUADS}u + t / 4u] = vec4(v0[${e}], v1[${e}], v2[${e}], v3[${e}]);`)}
    }`;
}

/** Half of the invocations turn 4 rows x 8 steps of W `[columns, inner]` round. */
function fillFromRows(split: boolean): string {
  const e = (i: number): string => (split ? `${i % 2 === 0 ? 'f' : 'g'}[${i >> 1}]` : `${i < 4 ? 'f' : 'g'}[${i & 3}]`);
  return `if (t < 32u) {
      let octets = s.inner / 8u;
      let place = min(k / 8u + t % 2u, octets - 1u);
      let column = 4u * (firstQuad + t / 2u);
      ${lines(4, (j) => `let o${j} = octet(s.w / 8u + min(column + ${j}u, 4u * s.columns - 1u) * octets + place);`)}
      ${lines(
        8,
        (i) =>
          `right_tile[(8u * (t % 2u) + ${i}u) * ${QUADS}u + t / 2u] = vec4(o0.${e(i)}, o1.${e(i)}, o2.${e(i)}, o3.${e(i)});`,
      )}
    }`;
}

/** Two octets of W `[inner, columns]` for each invocation. */
function fillFromColumns(split: boolean): string {
  const [f, g] = split ? ['vec4(o.f.x, o.g.x, o.f.y, o.g.y)', 'vec4(o.f.z, o.g.z, o.f.w, o.g.w)'] : ['o.f', 'o.g'];
  return lines(
    2,
    (i) => `{
      let step = ${8 * i}u + t / 8u;
      let octets = s.columns / 2u;
      let o = octet(s.w / 8u + min(k + step, s.inner - 1u) * octets + min(firstQuad / 2u + t % 8u, octets - 1u));
      right_tile[step * ${QUADS}u + 2u * (t % 8u)] = ${f};
      right_tile[step * ${QUADS}u + 2u * (t % 8u) + 1u] = ${g};
    }`,
  );
}
