/** Products of any shape, a number of y for each invocation: for what has no whole vectors. */
import { launch, type Kernel } from '../../device/kernel';
import {
  kernelNamed,
  lines,
  partCode,
  productBuffers,
  productKey,
  productTypes,
  productUniforms,
  productValues,
  sliceCode,
  type AdapterTerm,
  type Product,
} from './linear_terms';
import { matrixBuffers, singleReader } from './linear_weights';

export function launchPlain(product: Product): void {
  const kernel = kernelNamed(`product plain ${productKey(product)}`, () => plainKernel(product));
  const columns = Math.max(...product.slices.map((slice) => slice.columns));
  launch(kernel, { ...productBuffers(product), ...matrixBuffers(product.matrix) }, productValues(product, 1), [
    Math.ceil(columns / 16),
    Math.ceil(product.rows / 4),
    product.slices.length,
  ]);
}

function plainKernel(product: Product): Omit<Kernel, 'name'> {
  const { outputs, inputs } = productTypes(product, 1);
  const reader = singleReader(product.matrix.packing);
  const weight = product.kind === 'rows' ? 'column * s.inner + k' : 'k * s.columns + column';
  const { bias, residual } = product;
  return {
    outputs,
    inputs: { ...inputs, ...reader.inputs },
    uniforms: productUniforms(product),
    code: `${reader.code}
${sliceCode(product.slices.length)}
${partCode(product.adapter)}
@compute @workgroup_size(16, 4)
fn main(@builtin(global_invocation_id) at: vec3<u32>) {
  let s = slice(at.z);
  let column = at.x;
  let row = at.y;
  if (row >= p.rows || column >= s.columns) { return; }
  var sum = 0f;
  for (var k = 0u; k < s.inner; k++) { sum += x[row * p.xWidth + s.x + k] * weight(s.w + ${weight}); }
  sum *= p.factor;
  ${adapter(product.adapter)}
  let place = row * p.yWidth + s.y + column;
  y[place] = sum${bias === null ? '' : ' + bias[column]'}${residual === null ? '' : ' + residual[place]'};
}`,
  };
}

function adapter(term: AdapterTerm | null): string {
  if (term === null) return '';
  const count = term.parts.length;
  if (term.direction === 'forward')
    return `let part = part_of(column);
  for (var q = 0u; q < p.rank; q++) {
    sum += p.scale * u[(row * ${count}u + part.index) * p.rank + q] * values[part.at + q * part.wide + column - part.begin];
  }`;
  return lines(
    count,
    (i) => `for (var q = 0u; q < p.rank; q++) {
    sum += p.scale * u[(row * ${count}u + ${i}u) * p.rank + q] * values[p.part${i} + column * p.rank + q];
  }`,
  );
}
