/** Frozen linear layers on WebGPU, `y = x W^T + b`, with W in the bits it came in. */
import type { Tensor } from '../custom';
import type { PackedWeights } from '../types';
import { multiply, plainProduct } from './linear_product';

/**
 * One dispatch.
 * @param x `[n, inputs]`
 * @param bias `[outputs]`
 * @param residual `[n, outputs]`, added to the result
 * @returns `x W^T + bias + residual`, `[n, outputs]`
 */
export function linearForward(x: Tensor, w: PackedWeights, bias: Tensor | null, residual: Tensor | null): Tensor {
  return multiply({ ...plainProduct('rows', x, w, w.inputs, w.outputs), bias, residual });
}

/**
 * One dispatch.
 * @param dy `[n, outputs]`
 * @returns `dy W`, `[n, inputs]`
 */
export function linearInputGradient(dy: Tensor, w: PackedWeights): Tensor {
  return multiply(plainProduct('columns', dy, w, w.outputs, w.inputs));
}
