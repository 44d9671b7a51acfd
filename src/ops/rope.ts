/**
 * Rotary position embedding (Su et al., "RoFormer", 2021) in Llama's half-split convention: dimension j turns with
 * dimension j + d/2.
 */
import * as tf from '../device/tf';
import type { Tensor } from './custom';
import type { RopeAngles } from './types';

/** Angles for positions `0 .. positions-1` and heads of `d` dimensions; `theta` is the base of the frequencies. */
export function ropeAngles(positions: number, d: number, theta: number): RopeAngles {
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
  return { cos: tf.tensor2d(cos, [positions, d]), sin: tf.tensor2d(sin, [positions, d]) };
}

/** Plain tfjs: `x cos + [-x2, x1] sin` for x `[..., tokens, d]` and a table of exactly these tokens. */
export function ropeReference(x: Tensor, { cos, sin }: RopeAngles): Tensor {
  const [first, second] = tf.split(x, 2, -1) as [Tensor, Tensor];
  return tf.add(tf.mul(x, cos), tf.mul(tf.concat([tf.neg(second), first], -1), sin));
}
