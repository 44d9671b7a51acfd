/** The output product and its cross-entropy together, by chunks of rows: logits exist for one chunk at a time. */
import * as tf from '../../device/tf';
import type { Tensor } from '../custom';
import type { Span } from '../types';
import { address, matrix, output, scratch } from './heap';
import { kernels } from './kernels';

/** Bytes of a chunk's logits, which then stay in the cache: 256 rows with a vocabulary of 1024. */
const CHUNK_BYTES = 2 ** 20;
/** With fewer rows, packing the head for every chunk would cost as much as the product. */
const LEAST_ROWS = 64;

/**
 * `sum_i weights_i * -log softmax(h_i head)[targets_i]`, a scalar.
 *
 * @param h `[n, d]`
 * @param head `[d, vocabulary]`
 * @param targets int32 `[n]`
 * @param weights `[n]`; a row of weight 0 does not count
 * @param gradient null: the loss alone. Otherwise `dh [n, d]` is the gradient of `scale * loss` for h, and that for the
 * head is added to `into`
 */
export function captionLoss(
  h: Tensor,
  head: Span,
  vocabulary: number,
  targets: Tensor,
  weights: Tensor,
  gradient: { scale: number; into: Span } | null,
): { loss: Tensor; dh: Tensor | null } {
  const { rows, width } = matrix(h);
  const loss = output([]);
  const dh = gradient === null ? null : output([rows, width]);
  const { crossEntropyRows, product, productScratch, zero } = kernels();
  zero(address(loss), 4);
  const stride = Math.ceil(vocabulary / 4) * 4;
  const chunk = Math.min(rows, Math.max(LEAST_ROWS, Math.floor(CHUNK_BYTES / (4 * stride))));
  const packed = scratch(productScratch() + 4 * chunk * stride);
  const logits = packed + productScratch();
  const w = address(head);
  for (let first = 0; first < rows; first += chunk) {
    const n = Math.min(chunk, rows - first);
    const x = address(h) + 4 * first * width;
    product(x, width, 1, w, vocabulary, 1, logits, stride, n, vocabulary, width, 1, 0, packed);
    crossEntropyRows(
      logits,
      stride,
      vocabulary,
      address(targets) + 4 * first,
      address(weights) + 4 * first,
      n,
      gradient === null ? 0 : 1,
      gradient?.scale ?? 0,
      address(loss),
    );
    if (gradient === null || dh === null) continue;
    const dx = address(dh) + 4 * first * width;
    product(logits, stride, 1, w, 1, vocabulary, dx, width, n, width, vocabulary, 1, 0, packed);
    product(x, 1, width, logits, stride, 1, address(gradient.into), vocabulary, width, vocabulary, n, 1, 1, packed);
  }
  return { loss, dh };
}

/**
 * Writes `weights[i] * CE_i` of rows `first ..` into `losses` (a whole `[n]` tensor, as `targets` and `weights`), and
 * with a `scale` replaces `logits [rows, vocabulary]` by `scale * weights[i] * (softmax - target)`.
 */
export function lossRows(
  logits: Tensor,
  losses: Tensor,
  targets: Tensor,
  weights: Tensor,
  { first, rows, vocabulary }: { first: number; rows: number; vocabulary: number },
  scale: number | null,
): void {
  const { copy, crossEntropyRows } = kernels();
  // The kernel works in whole groups of four: a row that ends inside one would reach into the next.
  const apart = vocabulary % 4 === 0 ? null : scratch(4 * vocabulary + 12);
  for (let i = 0; i < rows; i++) {
    const [here, at] = [address(logits) + 4 * i * vocabulary, 4 * (first + i)];
    const [target, weight, loss] = [address(targets) + at, address(weights) + at, address(losses) + at];
    const row = apart ?? here;
    if (apart !== null) copy(apart, here, 4 * vocabulary);
    crossEntropyRows(row, vocabulary, vocabulary, target, weight, 1, scale === null ? 0 : 1, scale ?? 0, loss);
    if (apart !== null) copy(here, apart, 4 * vocabulary);
  }
}

/** The sum of all elements, a scalar. */
export function sumOf(x: Tensor): Tensor {
  return tf.sum(x);
}
