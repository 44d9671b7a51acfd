/**
 * Linear layers: frozen, frozen with a low-rank adapter (Hu et al., "LoRA", ICLR 2022, section 4.1), and trainable.
 * Frozen weights lie in both orientations, so neither a product nor its gradient transposes them.
 */
import * as tf from '../device/tf';
import { withGradient, type Tensor } from './custom';
import { product, transposed } from './matmul';

/** `y = x W + b` whose weights never change. */
export interface FrozenLinear {
  /** W `[in, out]`. */
  weight: Tensor;
  /** W transposed `[out, in]`, a copy. */
  weightT: Tensor;
  /** b `[out]`, or null. */
  bias: Tensor | null;
}

/** `y = x W + scale (x A) B + b`: A `[in, r]`, B `[r, out]`. */
export interface LowRank {
  a: Tensor;
  b: Tensor;
  scale: number;
}

/** `x [n, in] -> [n, out]`; gradient for x only. */
export function frozenLinear(x: Tensor, { weight, weightT, bias }: FrozenLinear): Tensor {
  return withGradient(
    [x],
    () => addBias(product(x, weight), bias),
    (dy) => [product(dy, weightT)],
  );
}

/**
 * `x [n, in] -> [n, out]` with gradients for x, A and B. With `u = x A` and `du = scale dy BT`:
 * `dB = scale uT dy`, `dA = xT du`, `dx = dy WT + du AT`.
 */
export function loraLinear(x: Tensor, { weight, weightT, bias }: FrozenLinear, { a, b, scale }: LowRank): Tensor {
  return withGradient(
    [x, a, b],
    (save) => {
      const u = product(x, a);
      save([x, a, b, u]);
      return tf.add(addBias(product(x, weight), bias), product(u, tf.mul(b, scale)));
    },
    (dy, saved) => {
      const [x, a, b, u] = saved as [Tensor, Tensor, Tensor, Tensor];
      const du = product(dy, transposed(tf.mul(b, scale)));
      return [
        tf.add(product(dy, weightT), product(du, transposed(a))),
        product(transposed(x), du),
        tf.mul(product(transposed(u), dy), scale),
      ];
    },
  );
}

/** `x [n, in] . w [in, out] + bias [out]`, all trainable: `dx = dy wT`, `dw = xT dy`, `dbias = sum dy`. */
export function linear(x: Tensor, weight: Tensor, bias: Tensor | null = null): Tensor {
  return withGradient(
    bias === null ? [x, weight] : [x, weight, bias],
    (save) => {
      save([x, weight]);
      return addBias(product(x, weight), bias);
    },
    (dy, saved) => {
      const [x, weight] = saved as [Tensor, Tensor];
      const gradients = [product(dy, transposed(weight)), product(transposed(x), dy)];
      return bias === null ? gradients : [...gradients, tf.sum(dy, 0)];
    },
  );
}

/** Plain tfjs: what `frozenLinear`, `linear` (no adapter) and `loraLinear` must agree with. */
export function linearReference(
  x: Tensor,
  weight: Tensor,
  bias: Tensor | null,
  adapter: LowRank | null = null,
): Tensor {
  const base = addBias(tf.matMul(x, weight), bias);
  return adapter === null ? base : tf.add(base, tf.mul(tf.matMul(tf.matMul(x, adapter.a), adapter.b), adapter.scale));
}

function addBias(y: Tensor, bias: Tensor | null): Tensor {
  return bias === null ? y : tf.add(y, bias);
}
