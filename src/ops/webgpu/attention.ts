/**
 * Scaled dot-product attention with grouped key/value heads after FlashAttention-2 (Dao, 2023): a softmax that runs
 * along the keys, and a backward pass that computes its weights again from the log of each row's sum, so that no
 * [tokens, tokens] matrix exists. With D = rowsum(dy * y), P the weights and dP = dy V^T:
 * dV = P^T dy, dS = P * (dP - D), dQ = dS K, dK = dS^T Q, the last two times the scale.
 */
import { allocate, launch, type Bound, type Kernel } from '../../device/kernel';
import { select, type Trial, type Variant } from '../../device/selection';
import * as tf from '../../device/tf';
import { gpuFacts, type GpuFacts } from '../../device/webgpu';
import type { Tensor } from '../custom';
import type { AttentionShape, RopeAngles } from '../types';
import type { Form, Pass } from './attention_code';
import { REGISTER_ROWS, registersKernel } from './attention_registers';
import { tileFor, tilesKernel } from './attention_tiles';
import { turnBack, turnedForth } from './rope';
import { FLAT_MAIN, flatGroups } from './flat';

export interface Attended {
  /** `[batch * tokens, heads * headDim]`. */
  output: Tensor;
  /** What `attentionBackward` needs: q, k, v as they were multiplied, and the log of each row's sum. */
  saved: [Tensor, Tensor];
}

/**
 * @param qkv `[batch * tokens, (heads + 2 kvHeads) * headDim]`; headDim is a multiple of 4 up to 128
 * @param rope turns q and k by their positions 0 .. tokens - 1 first; null where there is nothing to turn
 * @param valid int32 `[batch]`: keys of each sequence that are seen, the first ones; null: all. A row that sees no key
 *   gives zeros.
 * @returns `saved[0]` is `qkv` itself where `rope` is null: dispose it once
 */
export function attentionForward(
  qkv: Tensor,
  shape: AttentionShape,
  rope: RopeAngles | null,
  valid: Tensor | null = null,
): Attended {
  check(shape);
  const { batch, tokens, heads, headDim } = shape;
  const turned = rope === null ? qkv : turnedForth(qkv, shape, rope);
  const y = allocate([batch * tokens, heads * headDim]);
  const logsum = allocate([batch * heads * tokens]);
  pass('forward', shape, heads, valid, { y, logsum, qkv: turned });
  return { output: y, saved: [turned, logsum] };
}

/**
 * @param dy gradient of the output, `[batch * tokens, heads * headDim]`
 * @param output and `saved` as `attentionForward` gave them; `rope` and `valid` as it got them
 * @returns gradient of `qkv`
 */
export function attentionBackward(
  dy: Tensor,
  output: Tensor,
  saved: readonly Tensor[],
  shape: AttentionShape,
  rope: RopeAngles | null,
  valid: Tensor | null = null,
): Tensor {
  const [qkv, logsum] = saved as [Tensor, Tensor];
  const { batch, tokens, heads, kvHeads, headDim } = shape;
  const delta = allocate([batch * heads * tokens]);
  const count = batch * tokens * heads;
  launch(DELTA, { delta, dy, y: output }, { count, tokens, heads, width: headDim / 4 }, flatGroups(count));
  const dqkv = allocate(qkv.shape);
  pass('query-gradient', shape, heads, valid, { dqkv, qkv, dy, logsum, delta });
  pass('key-gradient', shape, kvHeads, valid, { dqkv, qkv, dy, logsum, delta });
  delta.dispose();
  if (rope !== null) turnBack(dqkv, shape, rope);
  return dqkv;
}

/** D, a row of a head an invocation: `delta[batch, heads, tokens]`. */
const DELTA: Kernel = {
  name: 'attention delta',
  outputs: { delta: 'f32' },
  inputs: { dy: 'vec4<f32>', y: 'vec4<f32>' },
  uniforms: { count: 'u32', tokens: 'u32', heads: 'u32', width: 'u32' },
  code: `${FLAT_MAIN}
  if (i >= p.count) { return; }
  var sum = 0.0;
  for (var j = i * p.width; j < (i + 1u) * p.width; j++) { sum += dot(dy[j], y[j]); }
  let token = i / p.heads;
  delta[(token / p.tokens * p.heads + i % p.heads) * p.tokens + token % p.tokens] = sum;
}`,
};

function pass(
  name: Pass,
  { batch, tokens, heads, kvHeads, headDim, causal }: AttentionShape,
  slices: number,
  valid: Tensor | null,
  buffers: Readonly<Record<string, Bound>>,
): void {
  const { kernel, rows } = plan(name, { headDim, padded: valid !== null });
  launch(
    kernel,
    { ...buffers, ...(valid !== null && { valid }) },
    { tokens, heads, kvHeads, causal: Number(causal), scale: headDim ** -0.5 },
    [Math.ceil(tokens / rows), slices, batch],
  );
}

/** The chosen variant's kernel, and the rows of its workgroups. */
function plan(name: Pass, form: Form): { kernel: Kernel; rows: number } {
  const variant = (name === 'forward' ? forwardSelection : gradientSelection).current();
  if (variant === 'registers') return { kernel: registersKernel(name, form), rows: REGISTER_ROWS[name] };
  const { device } = tf.backend() as unknown as { device: GPUDevice };
  const most = variant === 'small-tiles' ? SMALL_ROWS : Infinity;
  const tile = tileFor(name, form.headDim, device.limits.maxComputeWorkgroupStorageSize, most);
  return { kernel: tilesKernel(name, form, tile), rows: tile.rows };
}

const VARIANTS: readonly Variant[] = [
  { name: 'registers', available: ({ subgroupSize }) => subgroupSize === 4 },
  { name: 'tiles', available: () => true },
  { name: 'small-tiles', available: () => true },
];
/** Rows of a block in small tiles. */
const SMALL_ROWS = 16;
const usual = ({ software, subgroupSize }: GpuFacts): string =>
  software && subgroupSize === 4 ? 'registers' : 'tiles';

const forwardSelection = select('attention', VARIANTS, usual, () => trial(false));
const gradientSelection = select('attention-gradient', VARIANTS, usual, () => trial(true));

/** The decoder's attention over a batch, forward or backward; smaller where a processor computes. */
function trial(gradient: boolean): Trial {
  const tokens = gpuFacts().software ? 64 : 268;
  const batch = gpuFacts().software ? 1 : 4;
  const shape: AttentionShape = { batch, tokens, heads: 9, kvHeads: 3, headDim: 64, causal: true };
  const [qkv, dy] = [tf.ones([batch * tokens, 15 * 64]), tf.ones([batch * tokens, 9 * 64])];
  const { output, saved } = attentionForward(qkv, shape, null);
  return {
    run: () => {
      if (gradient) return attentionBackward(dy, output, saved, shape, null).dispose();
      const again = attentionForward(qkv, shape, null);
      tf.dispose([again.output, again.saved[1]]);
    },
    dispose: () => tf.dispose([qkv, dy, output, saved[1]]),
  };
}

function check({ heads, kvHeads, headDim }: AttentionShape): void {
  if (headDim % 4 !== 0 || headDim > 128 || heads % kvHeads !== 0)
    throw new RangeError(`No attention of ${heads} heads of ${headDim} over ${kvHeads} heads of keys`);
}
