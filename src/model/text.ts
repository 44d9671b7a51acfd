/**
 * The text decoder: Llama (Touvron et al., 2023) as in transformers' LlamaModel. Hidden states are
 * `[batch * tokens, hidden]`; sequences are padded on the right, where a causal mask alone keeps padding out of every
 * real position.
 */
import * as tf from '../device/tf';
import { attention, frozenLinear, rmsNorm, rope, swiglu, type RopeTable, type Tensor } from '../ops';
import type { TextConfig } from './config';
import { adapted, type BlockAdapters } from './lora';
import { mergeHeads, splitHeads } from './vision';
import type { TextLayerWeights } from './weights';

/** What depends on the length of the sequence only. */
export interface SequenceTables {
  rope: RopeTable;
  /** `[tokens, tokens]`. */
  mask: Tensor;
}

/**
 * One decoder layer: `h + attention(norm(h))`, then `+ down(silu(gate) * up)`.
 * `onKeys` gets the turned keys and the values, `[batch * kvHeads, tokens, d]`, for a cache.
 */
export function textLayer(
  h: Tensor,
  w: TextLayerWeights,
  adapters: BlockAdapters,
  config: TextConfig,
  batch: number,
  tables: SequenceTables,
  onKeys?: (k: Tensor, v: Tensor) => void,
): Tensor {
  const x = rmsNorm(h, w.inputNorm, config.epsilon);
  const q = rope(splitHeads(adapted(x, w.q, adapters.q), batch, config.heads), tables.rope);
  const k = rope(splitHeads(adapted(x, w.k, adapters.k), batch, config.kvHeads), tables.rope);
  const v = splitHeads(adapted(x, w.v, adapters.v), batch, config.kvHeads);
  onKeys?.(k, v);
  const seen = mergeHeads(attention(groupQueries(q, config), k, v, tables.mask), batch, config.heads);
  return feedForward(tf.add(h, frozenLinear(seen, w.out)), w, config);
}

/** `h + down(silu(gate(x)) * up(x))` with x = norm(h). */
export function feedForward(h: Tensor, w: TextLayerWeights, config: TextConfig): Tensor {
  const x = rmsNorm(h, w.postNorm, config.epsilon);
  return tf.add(h, frozenLinear(swiglu(frozenLinear(x, w.gate), frozenLinear(x, w.up)), w.down));
}

/** `[batch * heads, tokens, d] -> [batch * kvHeads, group * tokens, d]`: heads of a group are neighbours, so a reshape. */
export function groupQueries(q: Tensor, { heads, kvHeads, headDim }: TextConfig): Tensor {
  const [, tokens] = q.shape as [number, number];
  return tf.reshape(q, [-1, (heads / kvHeads) * tokens, headDim]);
}
