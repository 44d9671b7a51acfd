/**
 * Scaled dot-product self-attention (Vaswani et al., 2017) with grouped key/value heads (Ainslie et al., "GQA", 2023)
 * and rotary positions, on the one matrix that the joint q, k, v projection gives: no tensor of tokens x tokens exists
 * on WebGPU (Dao, "FlashAttention-2", 2023), and heads are never moved to a layout of their own.
 */
import * as tf from '../device/tf';
import { onGpu } from './backend';
import { withGradient, type Tensor } from './custom';
import { ropeReference } from './rope';
import type { AttentionShape, RopeAngles } from './types';
import * as wasm from './wasm/attention';
import * as webgpu from './webgpu/attention';

/**
 * @param qkv `[batch * tokens, (heads + 2 * kvHeads) * headDim]`
 * @param rope angles of positions `0 .. tokens-1` for q and k; null: none
 * @returns `[batch * tokens, heads * headDim]`
 */
export function selfAttention(qkv: Tensor, shape: AttentionShape, rope: RopeAngles | null): Tensor {
  const kernels = onGpu() ? webgpu : wasm;
  return withGradient(
    [qkv],
    (save) => {
      const { output, saved } = kernels.attentionForward(qkv, shape, rope);
      save([output, ...saved]);
      return output;
    },
    (dy, [output, ...saved]) => [kernels.attentionBackward(dy, output!, saved, shape, rope)],
  );
}

/** Plain tfjs: what `selfAttention` must agree with. */
export function selfAttentionReference(qkv: Tensor, shape: AttentionShape, rope: RopeAngles | null): Tensor {
  const { batch, tokens, heads, kvHeads, headDim } = shape;
  const all = heads + 2 * kvHeads;
  const byHead = tf.transpose(tf.reshape(qkv, [batch, tokens, all, headDim]), [0, 2, 1, 3]);
  const part = (first: number, count: number): Tensor =>
    tf.slice(byHead, [0, first, 0, 0], [batch, count, tokens, headDim]);
  const turned = (x: Tensor): Tensor => (rope === null ? x : ropeReference(x, rope));
  /** `[batch, kvHeads, ...]` to `[batch, heads, ...]`: each key/value head serves its group. */
  const shared = (x: Tensor): Tensor =>
    tf.reshape(
      tf.stack(
        Array.from({ length: heads / kvHeads }, () => x),
        2,
      ),
      [batch, heads, tokens, headDim],
    );
  const q = turned(part(0, heads));
  const k = shared(turned(part(heads, kvHeads)));
  const v = shared(part(heads + kvHeads, kvHeads));
  const seen = attentionReference(q, k, v, shape.causal ? causalMask(tokens) : null);
  return tf.reshape(tf.transpose(seen, [0, 2, 1, 3]), [batch * tokens, heads * headDim]);
}

/**
 * Plain tfjs, on heads: q `[s, g * tokens, d]` with the g query heads of a group one after another (or any
 * `[..., tokens, d]`), k and v `[s, keys, d]`; mask `[tokens, keys]` added to the scores.
 */
export function attentionReference(q: Tensor, k: Tensor, v: Tensor, mask: Tensor | null): Tensor {
  const scores = tf.mul(tf.matMul(q, k, false, true), q.shape.at(-1)! ** -0.5);
  return tf.matMul(tf.softmax(mask === null ? scores : addMask(scores, mask)), v);
}

function addMask(scores: Tensor, mask: Tensor): Tensor {
  return tf.reshape(tf.add(tf.reshape(scores, [-1, ...mask.shape]), mask), scores.shape);
}

/** Additive causal mask `[tokens, tokens]`: row i sees keys 0 .. i. */
export function causalMask(tokens: number): Tensor {
  const values = new Float32Array(tokens * tokens);
  for (let i = 0; i < tokens; i++) values.fill(-1e9, i * tokens + i + 1, (i + 1) * tokens);
  return tf.tensor2d(values, [tokens, tokens]);
}
