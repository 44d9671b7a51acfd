/** Sums over rows: gradients of biases. */
import { launch } from '../../device/kernel';
import { select } from '../../device/selection';
import * as tf from '../../device/tf';
import type { Tensor } from '../custom';
import type { Span } from '../types';
import { kernelNamed } from './linear_terms';

/** Columns of a workgroup and, where it adds up in workgroup memory, shares of the rows. */
const COLUMNS = 32;
const SHARES = 8;

const SELECTION = select(
  'column-sums',
  [
    { name: 'registers', available: () => true },
    { name: 'workgroup', available: () => true },
  ],
  ({ software }) => (software ? 'registers' : 'workgroup'),
  () => {
    const [x, sums] = [tf.ones([1072, 576]), tf.zeros([576])];
    return {
      run: () => columnSums(x, { tensor: sums, offset: 0, length: sums.size }),
      dispose: () => tf.dispose([x, sums]),
    };
  },
);

/**
 * Adds the sum of the rows of dy to `into`, in one dispatch.
 * @param dy `[n, outputs]`
 * @param into `[outputs]`
 */
export function columnSums(dy: Tensor, into: Span): void {
  const columns = into.length;
  const rows = dy.size / columns;
  if (!Number.isInteger(rows))
    throw new RangeError(`Rows of ${columns} numbers do not make a tensor of shape [${dy.shape.join(', ')}]`);
  const shape = SELECTION.current();
  const kernel = kernelNamed(`column sums ${shape}`, () => ({
    outputs: { into: 'f32' },
    inputs: { dy: 'f32' },
    uniforms: { rows: 'u32', columns: 'u32' },
    code: shape === 'workgroup' ? WORKGROUP : REGISTERS,
  }));
  launch(kernel, { into, dy }, { rows, columns }, [Math.ceil(columns / COLUMNS), 1, 1]);
}

const REGISTERS = `@compute @workgroup_size(${COLUMNS})
fn main(@builtin(global_invocation_id) at: vec3<u32>) {
  let column = at.x;
  if (column >= p.columns) { return; }
  var sum = 0f;
  for (var r = 0u; r < p.rows; r++) { sum += dy[r * p.columns + column]; }
  into[column] += sum;
}`;

const WORKGROUP = `var<workgroup> parts: array<f32, ${COLUMNS * SHARES}>;
@compute @workgroup_size(${COLUMNS}, ${SHARES})
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_id) local: vec3<u32>) {
  let column = group.x * ${COLUMNS}u + local.x;
  let place = min(column, p.columns - 1u);
  var sum = 0f;
  for (var r = local.y; r < p.rows; r += ${SHARES}u) { sum += dy[r * p.columns + place]; }
  parts[local.y * ${COLUMNS}u + local.x] = sum;
  workgroupBarrier();
  if (local.y != 0u || column >= p.columns) { return; }
  for (var i = 1u; i < ${SHARES}u; i++) { sum += parts[i * ${COLUMNS}u + local.x]; }
  into[column] += sum;
}`;
