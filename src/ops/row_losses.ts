/** The cross-entropy of each row by itself, without gradients: how unlikely one given token is at each position. */
import { LOSS_ROWS } from '../device/sizes';
import * as tf from '../device/tf';
import { onGpu } from './backend';
import type { Tensor } from './custom';
import * as wasm from './wasm/loss';
import * as webgpu from './webgpu/loss_rows';

/**
 * `-log softmax(project(h_i))[target_i]` of each row, `[n]`. Logits exist for `LOSS_ROWS` rows at a time.
 *
 * @param h `[n, hidden]`
 * @param project `[rows, hidden]` to logits `[rows, vocabulary]`
 * @param targets int32 `[n]`
 */
export function rowLosses(h: Tensor, project: (rows: Tensor) => Tensor, vocabulary: number, targets: Tensor): Tensor {
  const { lossRows } = onGpu() ? webgpu : wasm;
  const n = h.shape[0];
  return tf.tidy(() => {
    const losses = tf.zeros([n]);
    const weights = tf.tensor1d(new Float32Array(n).fill(1));
    for (let first = 0; first < n; first += LOSS_ROWS) {
      const rows = Math.min(LOSS_ROWS, n - first);
      tf.tidy(() => {
        const logits = project(tf.slice(h, [first, 0], [rows, -1]));
        lossRows(logits, losses, targets, weights, { first, rows, vocabulary }, null);
      });
    }
    return losses;
  });
}
