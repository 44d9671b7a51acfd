/** Trades places for channels: each s x s block of image patches becomes one token (Shi et al., 2016, in reverse). */
import * as tf from '../device/tf';
import { dim, withGradient, type Tensor } from './custom';

/**
 * `[batch, side * side, d] -> [batch, (side / s)^2, s * s * d]`, patches row by row; inside a token the block's rows,
 * then its columns, then channels. A pure permutation: its gradient is the inverse one.
 */
export function pixelShuffle(x: Tensor, s: number): Tensor {
  const [batch, patches, d] = x.shape as [number, number, number];
  const side = Math.sqrt(patches);
  const blocks = side / s;
  return withGradient(
    [x],
    () =>
      tf.reshape(tf.transpose(tf.reshape(x, [batch * blocks, s, blocks, s * d]), [0, 2, 1, 3]), [
        batch,
        blocks * blocks,
        s * s * d,
      ]),
    (dy) => [
      tf.reshape(tf.transpose(tf.reshape(dy, [batch * blocks, blocks, s, s * d]), [0, 2, 1, 3]), [batch, dim(x, 1), d]),
    ],
  );
}

/** Plain tfjs, with every axis named: what `pixelShuffle` must agree with. */
export function pixelShuffleReference(x: Tensor, s: number): Tensor {
  const [batch, patches, d] = x.shape as [number, number, number];
  const blocks = Math.sqrt(patches) / s;
  const named = tf.reshape(x, [batch, blocks, s, blocks, s, d]);
  return tf.reshape(tf.transpose(named, [0, 1, 3, 2, 4, 5]), [batch, blocks * blocks, s * s * d]);
}
