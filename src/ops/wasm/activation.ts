/** Gated SiLU, GELU by tanh and GELU itself, and their gradients; see `ops/activation` for the mathematics. */
import type { Tensor } from '../custom';
import { address, matrix, output } from './heap';
import { kernels } from './kernels';

/** `gateUp [n, 2f]`, gates in columns `0 .. f-1`, to `silu(gate) up [n, f]`. */
export function swigluForward(gateUp: Tensor): Tensor {
  const { rows, width } = matrix(gateUp);
  const y = output([rows, width / 2]);
  kernels().swigluForward(address(gateUp), address(y), rows, width / 2);
  return y;
}

/** The gradient for `gateUp [n, 2f]` from `dy [n, f]`. */
export function swigluBackward(dy: Tensor, gateUp: Tensor): Tensor {
  const { rows, width } = matrix(gateUp);
  const dx = output([rows, width]);
  kernels().swigluBackward(address(dy), address(gateUp), address(dx), rows, width / 2);
  return dx;
}

/** Element by element. */
export function geluForward(x: Tensor): Tensor {
  const y = output(x.shape);
  kernels().geluForward(address(x), address(y), x.size);
  return y;
}

/** The gradient for x. */
export function geluBackward(dy: Tensor, x: Tensor): Tensor {
  const dx = output(x.shape);
  kernels().geluBackward(address(dy), address(x), address(dx), x.size);
  return dx;
}

/** Element by element. */
export function exactGeluForward(x: Tensor): Tensor {
  const y = output(x.shape);
  kernels().exactGeluForward(address(x), address(y), x.size);
  return y;
}

/** The gradient for x. */
export function exactGeluBackward(dy: Tensor, x: Tensor): Tensor {
  const dx = output(x.shape);
  kernels().exactGeluBackward(address(dy), address(x), address(dx), x.size);
  return dx;
}
