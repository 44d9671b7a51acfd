/** Attention over rows of q, k, v side by side, turned by their positions on the way; see `ops/attention`. */
import type { Tensor } from '../custom';
import type { AttentionShape, RopeAngles } from '../types';
import { address, output, scratch } from './heap';
import { kernels } from './kernels';

/** A copy of `qkv` with q and k turned by the angles of positions `first ..`; without angles, just the copy. */
export function turnedCopy(qkv: Tensor, shape: AttentionShape, rope: RopeAngles | null, first: number): Tensor {
  const copy = output(qkv.shape);
  kernels().copy(address(copy), address(qkv), 4 * qkv.size);
  if (rope !== null) turn(copy, shape, rope, first, false);
  return copy;
}

/**
 * `softmax(q kT / sqrt(headDim)) v` for every head.
 *
 * @param qkv `[batch * tokens, (heads + 2 * kvHeads) * headDim]`
 * @param rope angles of at least `tokens` positions, by which q and k are turned; null: they are used as they are
 * @returns output `[batch * tokens, heads * headDim]`; saved: the turned qkv, and `[batch, heads, tokens, 2]`, each row's
 * largest score and the inverse of its sum of exponentials
 */
export function attentionForward(
  qkv: Tensor,
  shape: AttentionShape,
  rope: RopeAngles | null,
): { output: Tensor; saved: Tensor[] } {
  const { batch, tokens, heads, kvHeads, headDim } = shape;
  const turned = turnedCopy(qkv, shape, rope, 0);
  const seen = output([batch * tokens, heads * headDim]);
  const statistics = output([batch, heads, tokens, 2]);
  const { attentionForward, attentionScratch } = kernels();
  const space = scratch(attentionScratch(tokens, headDim));
  attentionForward(
    address(turned),
    address(seen),
    address(statistics),
    batch,
    tokens,
    heads,
    kvHeads,
    headDim,
    shape.causal ? 1 : 0,
    headDim ** -0.5,
    space,
  );
  return { output: seen, saved: [turned, statistics] };
}

/** The gradient for qkv, from `dy` and `output` `[batch * tokens, heads * headDim]` and what the forward pass saved. */
export function attentionBackward(
  dy: Tensor,
  seen: Tensor,
  saved: readonly Tensor[],
  shape: AttentionShape,
  rope: RopeAngles | null,
): Tensor {
  const [turned, statistics] = saved as [Tensor, Tensor];
  const { batch, tokens, heads, kvHeads, headDim } = shape;
  const dqkv = output(turned.shape);
  const { attentionBackward, attentionScratch } = kernels();
  const space = scratch(attentionScratch(tokens, headDim));
  attentionBackward(
    address(dy),
    address(seen),
    address(turned),
    address(statistics),
    address(dqkv),
    batch,
    tokens,
    heads,
    kvHeads,
    headDim,
    shape.causal ? 1 : 0,
    headDim ** -0.5,
    space,
  );
  if (rope !== null) turn(dqkv, shape, rope, 0, true);
  return dqkv;
}

/** Turns q and k of every row in place, or turns them back. */
function turn(qkv: Tensor, shape: AttentionShape, { cos, sin }: RopeAngles, first: number, back: boolean): void {
  const { batch, tokens, heads, kvHeads, headDim } = shape;
  if (first + tokens > cos.shape[0])
    throw new RangeError(`Angles for ${cos.shape[0]} positions, not ${first + tokens}`);
  kernels().turnRows(
    address(qkv),
    address(cos),
    address(sin),
    batch * tokens,
    (heads + 2 * kvHeads) * headDim,
    tokens,
    first,
    heads + kvHeads,
    headDim,
    back ? 1 : 0,
  );
}
