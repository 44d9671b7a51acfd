/**
 * Rotary position embedding (Su et al., "RoFormer", 2021) in Llama's half-split convention: dimension j turns with
 * dimension j + d/2. `rotate(x) = [-x2, x1]` is a linear map, so it is one product with a constant matrix R, and its
 * transpose is -R.
 */
import * as tf from '../device/tf';
import { dim, withGradient, type Tensor } from './custom';
import { product } from './matmul';

export interface RopeTable {
  /** cos and sin of position times frequency, `[positions, d]`, each frequency in both halves. */
  cos: Tensor;
  sin: Tensor;
  /** R `[d, d]`. */
  rotation: Tensor;
}

/** Angles for positions `0 .. positions-1` and heads of `d` dimensions; `theta` is the base of the frequencies. */
export function ropeTable(positions: number, d: number, theta: number): RopeTable {
  const half = d / 2;
  const cos = new Float32Array(positions * d);
  const sin = new Float32Array(positions * d);
  for (let p = 0; p < positions; p++) {
    for (let j = 0; j < d; j++) {
      const angle = p * theta ** (-(j % half) / half);
      cos[p * d + j] = Math.cos(angle);
      sin[p * d + j] = Math.sin(angle);
    }
  }
  const rotation = new Float32Array(d * d);
  for (let j = 0; j < half; j++) {
    rotation[(j + half) * d + j] = -1;
    rotation[j * d + j + half] = 1;
  }
  return {
    cos: tf.tensor2d(cos, [positions, d]),
    sin: tf.tensor2d(sin, [positions, d]),
    rotation: tf.tensor2d(rotation, [d, d]),
  };
}

/** `x cos + rotate(x) sin` for x `[n, tokens, d]` and a table of exactly these tokens. */
export function rope(x: Tensor, { cos, sin, rotation }: RopeTable): Tensor {
  const rotate = (t: Tensor): Tensor => tf.reshape(product(tf.reshape(t, [-1, dim(t, -1)]), rotation), t.shape);
  return withGradient(
    [x],
    () => tf.add(tf.mul(x, cos), tf.mul(rotate(x), sin)),
    (dy) => [tf.sub(tf.mul(dy, cos), rotate(tf.mul(dy, sin)))],
  );
}

/** Plain tfjs: what `rope` must agree with. */
export function ropeReference(x: Tensor, { cos, sin }: Pick<RopeTable, 'cos' | 'sin'>): Tensor {
  const [first, second] = tf.split(x, 2, -1) as [Tensor, Tensor];
  return tf.add(tf.mul(x, cos), tf.mul(tf.concat([tf.neg(second), first], -1), sin));
}
