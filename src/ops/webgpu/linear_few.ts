/**
 * Products of a few rows with W `[columns, inner]`, as in decoding: reading W is the work, so the lanes share out each
 * row of W, read neighbouring parts of it, and add up their sums at the end.
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

/** Lanes that share a row of W where they add up in workgroup memory. */
const LANES = 32;
/** Fours of columns in a workgroup. */
const QUADS = 4;

/**
 * @param subgroup lanes of a subgroup, which then add up without workgroup memory; 0: through workgroup memory
 */
export function launchFewRows(product: Product, subgroup: number): void {
  const rows = 2 ** Math.ceil(Math.log2(product.rows));
  const name = `product few ${rows} ${subgroup} ${productKey(product)}`;
  const kernel = kernelNamed(name, () => fewRowsKernel(product, rows, subgroup));
  launch(kernel, { ...productBuffers(product), ...matrixBuffers(product.matrix) }, productValues(product, 4), [
    Math.ceil(product.yWidth / (4 * QUADS)),
    1,
    1,
  ]);
}

function fewRowsKernel(product: Product, rows: number, subgroup: number): Omit<Kernel, 'name'> {
  const { outputs, inputs } = productTypes(product, 4);
  const reader = vectorReader(product.matrix.packing);
  const lanes = subgroup > 0 ? subgroup : LANES;
  const sums: Sums = { rows, quads: 1, octets: false, row: (r) => `min(${r}u, p.rows - 1u)`, quad: () => 'quad' };
  return {
    outputs,
    inputs: { ...inputs, ...reader.inputs },
    uniforms: productUniforms(product),
    ...(subgroup > 0 ? { features: ['subgroups' as const] } : {}),
    code: `${reader.code}
${sliceCode(product.slices.length)}
${partCode(product.adapter)}
${subgroup > 0 ? '' : `var<workgroup> parts: array<vec4<f32>, ${rows * QUADS * LANES}>;`}
@compute @workgroup_size(${lanes}, ${QUADS})
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_id) local: vec3<u32>) {
  let s = slice(0u);
  let lane = local.x;
  let column = group.x * ${QUADS}u + local.y;
  let quad = min(column, s.columns - 1u);
  let octets = s.inner / 8u;
  ${lines(4, (c) => `let w${c} = s.w / 8u + (4u * quad + ${c}u) * octets;`)}
  ${lines(rows, (r) => `let start${r} = ${sums.row(r)} * p.xWidth + s.x; var y${r}_0 = vec4(0f);`)}
  for (var k = lane; k < octets; k += ${lanes}u) {
    ${lines(4, (c) => `let o${c} = octet(w${c} + k);`)}
    ${lines(rows, (r) => rowSum(r, reader.split))}
  }
  ${lines(rows, (r) => `y${r}_0 *= p.factor;`)}
  ${adapterCode(product.adapter, sums, 'lane', `${lanes}u`)}
  ${subgroup > 0 ? lines(rows, (r) => `y${r}_0 = subgroupAdd(y${r}_0);`) : workgroupAdd(rows)}
  ${storeCode(product, sums, (r) => `lane == 0u && ${r}u < p.rows && column < s.columns`)}
}`,
  };
}

function rowSum(r: number, split: boolean): string {
  const [v, z] = split ? ['vec4(f.xz, g.xz)', 'vec4(f.yw, g.yw)'] : ['f', 'g'];
  const dots = [0, 1, 2, 3].map((c) => `dot(v, o${c}.f) + dot(z, o${c}.g)`).join(', ');
  return `{ let f = x[start${r} + 2u * k]; let g = x[start${r} + 2u * k + 1u]; let v = ${v}; let z = ${z};
      y${r}_0 += vec4(${dots}); }`;
}

/** One barrier, then the first lane adds: a tree would need five barriers. */
function workgroupAdd(rows: number): string {
  const at = (r: number, lane: string): string => `(${r}u * ${QUADS}u + local.y) * ${LANES}u + ${lane}`;
  return `${lines(rows, (r) => `parts[${at(r, 'lane')}] = y${r}_0;`)}
  workgroupBarrier();
  if (lane == 0u) {
    for (var i = 1u; i < ${LANES}u; i++) { ${lines(rows, (r) => `y${r}_0 += parts[${at(r, 'i')}];`)} }
  }`;
}
