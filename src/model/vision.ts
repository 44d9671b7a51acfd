/**
 * The vision tower: SigLIP's transformer (Zhai et al., 2023) as in transformers' Idefics3VisionTransformer, for whole
 * square pictures (position ids are then 0 .. patches-1). Hidden states are `[batch * patches, hidden]`.
 */
import * as tf from '../device/tf';
import { attention, frozenLinear, geluTanh, layerNorm, product, type Tensor } from '../ops';
import type { BackboneConfig, VisionConfig } from './config';
import { adapted, type BlockAdapters } from './lora';
import type { FrozenWeights, Norm, VisionLayerWeights } from './weights';

/** Pixels `[batch, size, size, 3]` to patch embeddings with positions. No trainable tensor: no gradient. */
export function embedPatches(pixels: Tensor, { patch, position }: FrozenWeights, config: BackboneConfig): Tensor {
  const { patchSize, imageSize, hidden } = config.vision;
  const side = imageSize / patchSize;
  const batch = pixels.shape[0];
  const rows = tf.reshape(pixels, [batch * side, patchSize, side, patchSize * 3]);
  const patches = tf.reshape(tf.transpose(rows, [0, 2, 1, 3]), [batch * side * side, patchSize * patchSize * 3]);
  const embedded = tf.add(product(patches, patch.weight), patch.bias);
  return tf.reshape(tf.add(tf.reshape(embedded, [batch, side * side, hidden]), position), [-1, hidden]);
}

/** One encoder layer: `h + attention(norm1(h))`, then `+ mlp(norm2(.))`. */
export function visionLayer(
  h: Tensor,
  w: VisionLayerWeights,
  adapters: BlockAdapters,
  config: VisionConfig,
  batch: number,
): Tensor {
  const x = norm(h, w.norm1, config.epsilon);
  const q = splitHeads(adapted(x, w.q, adapters.q), batch, config.heads);
  const k = splitHeads(adapted(x, w.k, adapters.k), batch, config.heads);
  const v = splitHeads(adapted(x, w.v, adapters.v), batch, config.heads);
  const seen = tf.add(h, frozenLinear(mergeHeads(attention(q, k, v, null), batch, config.heads), w.out));
  const inner = geluTanh(frozenLinear(norm(seen, w.norm2, config.epsilon), w.fc1));
  return tf.add(seen, frozenLinear(inner, w.fc2));
}

/** The tower's normalised output, from which both the head and the connector read. */
export function visionOutput(h: Tensor, { visionNorm }: FrozenWeights, config: VisionConfig): Tensor {
  return norm(h, visionNorm, config.epsilon);
}

function norm(x: Tensor, { scale, shift }: Norm, epsilon: number): Tensor {
  return layerNorm(x, scale, shift, epsilon);
}

/** `[batch * tokens, heads * d] -> [batch * heads, tokens, d]`. */
export function splitHeads(x: Tensor, batch: number, heads: number): Tensor {
  const [rows, width] = x.shape as [number, number];
  const tokens = rows / batch;
  const d = width / heads;
  return tf.reshape(tf.transpose(tf.reshape(x, [batch, tokens, heads, d]), [0, 2, 1, 3]), [batch * heads, tokens, d]);
}

/** `[batch * groups, (heads / groups) * tokens, d] -> [batch * tokens, heads * d]`: `splitHeads` undone. */
export function mergeHeads(x: Tensor, batch: number, heads: number): Tensor {
  const d = x.shape.at(-1)!;
  const tokens = x.size / (batch * heads * d);
  return tf.reshape(tf.transpose(tf.reshape(x, [batch, heads, tokens, d]), [0, 2, 1, 3]), [batch * tokens, heads * d]);
}
