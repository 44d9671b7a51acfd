/**
 * The vision tower: SigLIP's transformer (Zhai et al., 2023) as in transformers' Idefics3VisionTransformer and
 * SiglipVisionModel, for whole square pictures (position ids are then 0 .. patches-1). Hidden states are
 * `[batch * patches, hidden]`.
 */
import * as tf from '../device/tf';
import {
  frozenLinear,
  geluTanh,
  layerNorm,
  selfAttention,
  type AttentionShape,
  type LoraBlock,
  type Tensor,
} from '../ops';
import type { BackboneConfig, VisionConfig } from './config';
import { adapted } from './lora';
import type { FrozenWeights, Norm, VisionLayerWeights } from './weights';

/**
 * Pixels `[batch, size, size, 3]` to patch embeddings with positions. What does not fill a patch on the right and below
 * is left out, as the convolution leaves it out. No trainable tensor: no gradient.
 */
export function embedPatches(pixels: Tensor, { patch, position }: FrozenWeights, config: BackboneConfig): Tensor {
  const { patchSize, imageSize, hidden } = config.vision;
  const side = Math.floor(imageSize / patchSize);
  const batch = pixels.shape[0];
  const used = side * patchSize;
  const whole = used === imageSize ? pixels : tf.slice(pixels, [0, 0, 0, 0], [-1, used, used, -1]);
  const rows = tf.reshape(whole, [batch * side, patchSize, side, patchSize * 3]);
  const patches = tf.reshape(tf.transpose(rows, [0, 2, 1, 3]), [batch * side * side, patchSize * patchSize * 3]);
  const embedded = frozenLinear(patches, patch);
  return tf.reshape(tf.add(tf.reshape(embedded, [batch, side * side, hidden]), position), [-1, hidden]);
}

/** One encoder layer: `h + attention(norm1(h))`, then `+ mlp(norm2(.))`. */
export function visionLayer(
  h: Tensor,
  w: VisionLayerWeights,
  lora: LoraBlock | null,
  config: VisionConfig,
  batch: number,
): Tensor {
  const qkv = adapted(norm(h, w.norm1, config.epsilon), w.qkv, lora);
  const seen = frozenLinear(selfAttention(qkv, attentionShape(h, config, batch), null), w.out, h);
  const inner = geluTanh(frozenLinear(norm(seen, w.norm2, config.epsilon), w.fc1));
  return frozenLinear(inner, w.fc2, seen);
}

/** The tower's output, from which both the head and the connector read: normalised where the architecture does. */
export function visionOutput(h: Tensor, { visionNorm }: FrozenWeights, config: VisionConfig): Tensor {
  return visionNorm === null ? h : norm(h, visionNorm, config.epsilon);
}

function norm(x: Tensor, { scale, shift }: Norm, epsilon: number): Tensor {
  return layerNorm(x, scale, shift, epsilon);
}

function attentionShape(h: Tensor, { heads, hidden }: VisionConfig, batch: number): AttentionShape {
  return { batch, tokens: h.shape[0] / batch, heads, kvHeads: heads, headDim: hidden / heads, causal: false };
}
