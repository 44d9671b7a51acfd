/**
 * The caption loss through an output projection that stays frozen, alone or with a low-rank adapter: packed weights
 * are read as they are, and logits exist for one chunk of rows at a time, as in `captionLoss`.
 */
import { LOSS_ROWS } from '../device/sizes';
import * as tf from '../device/tf';
import { onGpu } from './backend';
import { withGradient, type Tensor } from './custom';
import type { FrozenLinear } from './linear';
import type { LoraBlock } from './types';
import * as wasmLinear from './wasm/linear';
import * as wasmLoss from './wasm/loss';
import * as webgpuLinear from './webgpu/linear';
import * as webgpuLora from './webgpu/lora';
import * as webgpuRows from './webgpu/loss_rows';

/**
 * `sum_i weight_i * -log softmax(h_i WT + scale (h_i A) B)[target_i]`, a scalar; ends the tape, as `captionLoss` does.
 *
 * @param h `[n, hidden]`
 * @param lora its gradients are added up; null: the projection alone
 * @param targets int32 `[n]`
 * @param weights `[n]`; 0 leaves a row out
 * @param scale of the gradients; null: the loss alone is wanted
 */
export function adaptedCaptionLoss(
  h: Tensor,
  layer: FrozenLinear,
  lora: LoraBlock | null,
  targets: Tensor,
  weights: Tensor,
  scale: number | null,
): Tensor {
  return withGradient(
    [h],
    (save) => {
      const { loss, dh } = byChunks(h, layer, lora, targets, weights, scale);
      if (dh !== null) save([dh]);
      return loss;
    },
    (_dy, [dh]) => [tf.clone(dh!)],
  );
}

function byChunks(
  h: Tensor,
  { weights: w, bias }: FrozenLinear,
  lora: LoraBlock | null,
  targets: Tensor,
  weights: Tensor,
  scale: number | null,
): { loss: Tensor; dh: Tensor | null } {
  const [linear, adapters] = onGpu() ? [webgpuLinear, webgpuLora] : [wasmLinear, wasmLinear];
  const { lossRows, sumOf } = onGpu() ? webgpuRows : wasmLoss;
  const n = h.shape[0];
  const losses = tf.zeros([n]);
  const slopes: Tensor[] = [];
  for (let first = 0; first < n; first += LOSS_ROWS) {
    const rows = Math.min(LOSS_ROWS, n - first);
    const x = tf.slice(h, [first, 0], [rows, -1]);
    const { y: logits, u } =
      lora === null
        ? { y: linear.linearForward(x, w, bias, null), u: null }
        : adapters.adaptedForward(x, w, bias, lora);
    lossRows(logits, losses, targets, weights, { first, rows, vocabulary: w.outputs }, scale);
    if (scale !== null) {
      // What were logits is now their gradient.
      const slope =
        u === null || lora === null
          ? linear.linearInputGradient(logits, w)
          : adapters.adaptedBackward(logits, x, u, w, lora);
      slopes.push(slope);
    }
    tf.dispose(u === null ? [x, logits] : [x, logits, u]);
  }
  const loss = sumOf(losses);
  losses.dispose();
  if (scale === null) return { loss, dh: null };
  const dh = slopes.length === 1 ? slopes[0]! : tf.concat(slopes, 0);
  if (slopes.length > 1) tf.dispose(slopes);
  return { loss, dh };
}
