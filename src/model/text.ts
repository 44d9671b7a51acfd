/**
 * The text decoder: Llama (Touvron et al., 2023) as in transformers' LlamaModel. Hidden states are
 * `[batch * tokens, hidden]`; sequences are padded on the right, where causality alone keeps padding out of every real
 * position.
 */
import {
  frozenLinear,
  rmsNorm,
  selfAttention,
  swiglu,
  type AttentionShape,
  type LoraBlock,
  type RopeAngles,
  type Tensor,
} from '../ops';
import type { TextConfig } from './config';
import { adapted } from './lora';
import type { TextLayerWeights } from './weights';

/**
 * One decoder layer: `h + attention(norm(h))`, then `+ down(silu(gate) * up)`.
 * `onKeys` gets the joint projection, from which a cache takes keys and values.
 */
export function textLayer(
  h: Tensor,
  w: TextLayerWeights,
  lora: LoraBlock | null,
  config: TextConfig,
  batch: number,
  rope: RopeAngles,
  onKeys?: (qkv: Tensor, shape: AttentionShape) => void,
): Tensor {
  const qkv = adapted(rmsNorm(h, w.inputNorm, config.epsilon), w.qkv, lora);
  const shape = attentionShape(config, batch, h.shape[0] / batch);
  onKeys?.(qkv, shape);
  return feedForward(frozenLinear(selfAttention(qkv, shape, rope), w.out, h), w, config);
}

/** `h + down(silu(gate(x)) * up(x))` with x = norm(h). */
export function feedForward(h: Tensor, w: TextLayerWeights, config: TextConfig): Tensor {
  const x = rmsNorm(h, w.postNorm, config.epsilon);
  return frozenLinear(swiglu(frozenLinear(x, w.gateUp)), w.down, h);
}

export function attentionShape({ heads, kvHeads, headDim }: TextConfig, batch: number, tokens: number): AttentionShape {
  return { batch, tokens, heads, kvHeads, headDim, causal: true };
}
