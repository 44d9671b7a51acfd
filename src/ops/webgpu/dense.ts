/**
 * Trainable linear layers on WebGPU, `y = x W + b`, with W `[inputs, outputs]` in a span of the flat trainable state and
 * its gradient added to a span of the flat gradient.
 */
import type { Tensor } from '../custom';
import type { Span } from '../types';
export { columnSums } from './dense_sums';
import { addOuter } from './linear_outer';
import { multiply, plainProduct } from './linear_product';
import type { Matrix } from './linear_weights';

/**
 * One dispatch.
 * @param x `[n, inputs]`
 * @returns `x W + bias`, `[n, outputs]`
 */
export function denseForward(x: Tensor, weight: Span, inputs: number, outputs: number, bias: Span | null): Tensor {
  return multiply({ ...plainProduct('columns', x, floats(weight, inputs, outputs), inputs, outputs), bias });
}

/**
 * One dispatch.
 * @param dy `[n, outputs]`
 * @returns `dy W^T`, `[n, inputs]`
 */
export function denseInputGradient(dy: Tensor, weight: Span, inputs: number, outputs: number): Tensor {
  return multiply(plainProduct('rows', dy, floats(weight, inputs, outputs), outputs, inputs));
}

/**
 * Adds `x^T dy` `[inputs, outputs]` to `into`, in one dispatch.
 * @param x `[n, inputs]`
 * @param dy `[n, outputs]`
 */
export function denseWeightGradient(x: Tensor, dy: Tensor, into: Span): void {
  const inner = x.shape[0];
  const [rows, columns] = [x.size / inner, dy.size / inner];
  if (rows * columns !== into.length)
    throw new RangeError(`A gradient [${rows}, ${columns}] does not fit a span of ${into.length} numbers`);
  addOuter({
    left: x,
    right: dy,
    leftWidth: rows,
    rightWidth: columns,
    inner,
    into,
    factor: 1,
    slices: [{ left: 0, rows, right: 0, columns, into: 0 }],
  });
}

function floats(span: Span, inputs: number, outputs: number): Matrix {
  if (span.length !== inputs * outputs)
    throw new RangeError(`Weights [${inputs}, ${outputs}] are not a span of ${span.length} numbers`);
  return { packing: 'float32', words: span, scales: null };
}
