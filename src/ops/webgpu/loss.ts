/**
 * The caption loss without its logits: output projection, cross-entropy and their gradients by chunks of rows, after
 * the fused linear cross-entropy of Liger Kernel (Hsu et al., 2024, section 3.2). 800 rows of a vocabulary of 49280
 * would be 158 MB of logits and as much again for their gradient; of a chunk there are 25 MB, used again by the next.
 */
import { allocate, launch, type Kernel, type Span } from '../../device/kernel';
import { LOSS_ROWS } from '../../device/sizes';
import type { Tensor } from '../custom';
import { addHeadGradient, inputGradient, logitsProduct, partsOf, type Sizes } from './loss_products';
import { lossRows, sumOf } from './loss_rows';
import { FLAT_MAIN, flatGroups } from './flat';

export interface CaptionLoss {
  /** `sum_i weights_i * CE_i`, a scalar. */
  loss: Tensor;
  /** `[n, d]`, gradient of `scale * loss` for `h`; null when none was asked for. */
  dh: Tensor | null;
}

/**
 * Cross-entropy of `softmax(h head)` against `targets`.
 *
 * @param h `[n, d]`
 * @param head `[d, vocabulary]`
 * @param targets int32 `[n]`
 * @param weights `[n]`; `1/n` makes the loss a mean, 0 leaves a row out
 * @param gradient wanted of `scale * loss`; that of the head is added to `into` `[d, vocabulary]`. null: none
 */
export function captionLoss(
  h: Tensor,
  head: Span,
  vocabulary: number,
  targets: Tensor,
  weights: Tensor,
  gradient: { scale: number; into: Span } | null,
): CaptionLoss {
  const [n, hidden] = h.shape as [number, number];
  if (head.length !== hidden * vocabulary)
    throw new RangeError(`A head of ${head.length} numbers is not ${hidden} x ${vocabulary}`);
  const losses = allocate([n]);
  const dh = gradient === null ? null : allocate([n, hidden]);
  const most = Math.min(LOSS_ROWS, n);
  const logits = allocate([most, vocabulary]);
  const parts = partsOf(vocabulary);
  const partial = gradient === null || parts === 1 ? null : allocate([parts, most, hidden]);
  for (let first = 0; first < n; first += LOSS_ROWS) {
    const rows = Math.min(LOSS_ROWS, n - first);
    const sizes: Sizes = { rows, hidden, vocabulary };
    const ofChunk = (tensor: Tensor): Span => ({ tensor, offset: first * hidden, length: rows * hidden });
    logitsProduct(ofChunk(h), head, logits, sizes);
    lossRows(logits, losses, targets, weights, { first, rows, vocabulary }, gradient?.scale ?? null);
    if (gradient === null || dh === null) continue;
    inputGradient(logits, head, partial, ofChunk(dh), sizes);
    addHeadGradient(ofChunk(h), logits, gradient.into, sizes);
  }
  const loss = sumOf(losses);
  for (const buffer of [losses, logits, partial]) buffer?.dispose();
  return { loss, dh };
}

const FEW_CLASSES: Kernel = {
  name: 'loss-classes',
  outputs: { losses: 'f32', slopes: 'f32' },
  inputs: { logits: 'f32', targets: 'i32', weights: 'f32' },
  uniforms: { rows: 'u32', classes: 'u32', scale: 'f32' },
  code: `${FLAT_MAIN}
  if (i >= p.rows) { return; }
  let base = i * p.classes;
  let weight = weights[i];
  let token = u32(clamp(targets[i], 0, i32(p.classes) - 1));
  var top = logits[base];
  for (var c = 1u; c < p.classes; c++) { top = max(top, logits[base + c]); }
  var sum = 0.0;
  for (var c = 0u; c < p.classes; c++) { sum += exp(logits[base + c] - top); }
  losses[i] = select(0.0, weight * (log(sum) - (logits[base + token] - top)), weight != 0.0);
  for (var c = 0u; c < p.classes; c++) {
    slopes[base + c] = p.scale * weight * (exp(logits[base + c] - top) / sum - select(0.0, 1.0, c == token));
  }
}`,
};

/**
 * The same for logits that exist, of few classes: the live/spoof head.
 *
 * @param logits `[n, classes]`
 * @param targets int32 `[n]`
 * @param weights `[n]`
 */
export function classLoss(
  logits: Tensor,
  targets: Tensor,
  weights: Tensor,
  gradient: { scale: number } | null,
): { loss: Tensor; dlogits: Tensor | null } {
  const [rows, classes] = logits.shape as [number, number];
  const losses = allocate([rows]);
  const slopes = allocate([rows, classes]);
  const scale = gradient?.scale ?? 0;
  launch(FEW_CLASSES, { losses, slopes, logits, targets, weights }, { rows, classes, scale }, flatGroups(rows));
  const loss = sumOf(losses);
  losses.dispose();
  if (gradient === null) slopes.dispose();
  return { loss, dlogits: gradient === null ? null : slopes };
}
