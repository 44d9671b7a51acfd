/**
 * Matrix products that never use a transposed operand. tfjs's WASM backend multiplies untransposed, unbatched
 * matrices with XNNPACK at 17-29 GFLOP/s, and transposed or batched ones with a plain loop at 1.5-2.6; its WebGPU
 * backend has its vectorised shader only where the right operand is not transposed. So: transpose first, then
 * multiply, and on WASM one slice at a time.
 */
import * as tf from '../device/tf';
import { withGradient, type Tensor } from './custom';
import { wasmBatchedProduct } from './wasm_slices';

/** `a [n, k] . b [k, m]`, for use inside operations that bring their own gradient. */
export function product(a: Tensor, b: Tensor): Tensor {
  return tf.matMul(a, b);
}

/** `a [s, n, k] . b [s, k, m]`, slice by slice; no gradient of its own. */
export function batchedProduct(a: Tensor, b: Tensor): Tensor {
  return tf.getBackend() === 'wasm' ? wasmBatchedProduct(a, b) : tf.matMul(a, b);
}

/** Swaps the last two axes, by copying. */
export function transposed(x: Tensor): Tensor {
  return x.rank === 2 ? tf.transpose(x, [1, 0]) : tf.transpose(x, [0, 2, 1]);
}

/** `a [n, k] . b [k, m] -> [n, m]`; gradients `da = dy . bT`, `db = aT . dy`. */
export function matmul(a: Tensor, b: Tensor): Tensor {
  return withGradient(
    [a, b],
    (save) => {
      save([a, b]);
      return product(a, b);
    },
    (dy, [left, right]) => [product(dy, transposed(right!)), product(transposed(left!), dy)],
  );
}

/** `a [s, n, k] . b [s, k, m] -> [s, n, m]`; gradients as `matmul`, slice by slice. */
export function batchedMatmul(a: Tensor, b: Tensor): Tensor {
  return withGradient(
    [a, b],
    (save) => {
      save([a, b]);
      return batchedProduct(a, b);
    },
    (dy, [left, right]) => [batchedProduct(dy, transposed(right!)), batchedProduct(transposed(left!), dy)],
  );
}

/** Plain tfjs with its own gradient: what `matmul` and `batchedMatmul` must agree with. */
export function matmulReference(a: Tensor, b: Tensor): Tensor {
  return tf.matMul(a, b);
}
