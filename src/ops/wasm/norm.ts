/** RMS norm and layer norm over the last axis, and their gradients for the input; see `ops/norm` for the mathematics. */
import type { Tensor } from '../custom';
import { address, matrix, output } from './heap';
import { kernels } from './kernels';

/** x `[n, width]`, scale `[width]`. */
export function rmsForward(x: Tensor, scale: Tensor, epsilon: number): Tensor {
  const { rows, width } = matrix(x);
  const y = output(x.shape);
  kernels().rmsForward(address(x), address(scale), address(y), rows, width, epsilon);
  return y;
}

/** The gradient for x, computed from x again: nothing but x need be kept. */
export function rmsBackward(dy: Tensor, x: Tensor, scale: Tensor, epsilon: number): Tensor {
  const { rows, width } = matrix(x);
  const dx = output(x.shape);
  kernels().rmsBackward(address(dy), address(x), address(scale), address(dx), rows, width, epsilon);
  return dx;
}

/** x `[n, width]`, scale and shift `[width]`. */
export function layerForward(x: Tensor, scale: Tensor, shift: Tensor, epsilon: number): Tensor {
  const { rows, width } = matrix(x);
  const y = output(x.shape);
  kernels().layerForward(address(x), address(scale), address(shift), address(y), rows, width, epsilon);
  return y;
}

/** The gradient for x. */
export function layerBackward(dy: Tensor, x: Tensor, scale: Tensor, epsilon: number): Tensor {
  const { rows, width } = matrix(x);
  const dx = output(x.shape);
  kernels().layerBackward(address(dy), address(x), address(scale), address(dx), rows, width, epsilon);
  return dx;
}
