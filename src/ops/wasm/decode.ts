/** One token after another: attention over cached keys and values, and the choice of it. */
import * as tf from '../../device/tf';
import type { Tensor } from '../custom';
import { checkSampling, drawToken } from '../sampling';
import type { AttentionShape, RopeAngles, Sampling } from '../types';
import { turnedCopy } from './attention';
import { address, matrix, output, scratch } from './heap';
import { kernels } from './kernels';

/**
 * Attention of one new row of each sequence, at `position`, over positions `0 .. position`; its own key and value are
 * written into the caches, in place.
 *
 * @param qkv `[batch, (heads + 2 * kvHeads) * headDim]`
 * @param keys `[batch, kvHeads, capacity, headDim]`, and `values` too
 * @param rope angles of all positions
 * @returns `[batch, heads * headDim]`
 */
export function decodeAttention(
  qkv: Tensor,
  keys: Tensor,
  values: Tensor,
  position: number,
  shape: AttentionShape,
  rope: RopeAngles,
): Tensor {
  const { heads, kvHeads, headDim } = shape;
  const batch = matrix(qkv).rows;
  const capacity = capacityOf(keys, position + 1);
  const turned = turnedCopy(qkv, { ...shape, batch, tokens: 1 }, rope, position);
  const seen = output([batch, heads * headDim]);
  const { attentionStep, cacheRows } = kernels();
  cacheRows(address(turned), address(keys), address(values), batch, 1, heads, kvHeads, headDim, capacity, position);
  const space = scratch(4 * (position + 4));
  attentionStep(
    address(turned),
    (heads + 2 * kvHeads) * headDim,
    address(keys),
    address(values),
    address(seen),
    batch,
    heads,
    kvHeads,
    headDim,
    capacity,
    position + 1,
    headDim ** -0.5,
    space,
  );
  turned.dispose();
  return seen;
}

/** Writes turned keys and values of a prompt `[batch * tokens, ..]` into the caches, from position 0 on. */
export function fillCache(
  qkv: Tensor,
  keys: Tensor,
  values: Tensor,
  shape: AttentionShape,
  rope: RopeAngles | null,
): void {
  const { batch, tokens, heads, kvHeads, headDim } = shape;
  const capacity = capacityOf(keys, tokens);
  const turned = turnedCopy(qkv, shape, rope, 0);
  kernels().cacheRows(
    address(turned),
    address(keys),
    address(values),
    batch,
    tokens,
    heads,
    kvHeads,
    headDim,
    capacity,
    0,
  );
  turned.dispose();
}

/** The place of the largest number in each row of `[batch, vocabulary]`, the first of equals; int32 `[batch]`. */
export function chooseGreedy(logits: Tensor): Tensor {
  const { rows, width } = matrix(logits);
  const best = output([rows], 'int32');
  kernels().largestOfRows(address(logits), address(best), rows, width);
  return best;
}

/** A token drawn from each row of `[batch, vocabulary]` by numbers `[batch]` in [0, 1); int32 `[batch]`. */
export function chooseSampled(logits: Tensor, sampling: Sampling, uniforms: Tensor): Tensor {
  checkSampling(sampling);
  const { width } = matrix(logits);
  const values = logits.dataSync<'float32'>();
  const drawn = uniforms
    .dataSync<'float32'>()
    .map((uniform, row) => drawToken(values.subarray(row * width, (row + 1) * width), sampling, uniform));
  return tf.tensor1d(drawn, 'int32');
}

function capacityOf(keys: Tensor, needed: number): number {
  const capacity = keys.shape[2] ?? 0;
  if (needed > capacity) throw new RangeError(`A cache for ${capacity} tokens cannot hold ${needed}`);
  return capacity;
}
