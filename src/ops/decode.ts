/**
 * Decoding with a cache of keys and values that is written in place: one attention step for one new position, and the
 * choice of the next token. No gradients.
 */
import * as tf from '../device/tf';
import { onGpu } from './backend';
import type { Tensor } from './custom';
import type { AttentionShape, RopeAngles, Sampling } from './types';
import * as wasm from './wasm/decode';
import * as webgpu from './webgpu/decode';
import * as webgpuSample from './webgpu/sample';

/** Turned keys, and values, of one layer: `[batch, kvHeads, capacity, headDim]` each. */
export interface KeyValueCache {
  keys: Tensor;
  values: Tensor;
}

/** Room for `capacity` positions, all zero. */
export function emptyCache({ batch, kvHeads, headDim }: AttentionShape, capacity: number): KeyValueCache {
  const shape = [batch, kvHeads, capacity, headDim];
  return { keys: tf.zeros(shape), values: tf.zeros(shape) };
}

/** The same content with `more` free places; disposes the old tensors. */
export function growCache({ keys, values }: KeyValueCache, more: number): KeyValueCache {
  const free: [number, number][] = [
    [0, 0],
    [0, 0],
    [0, more],
    [0, 0],
  ];
  const grown = tf.tidy(() => ({ keys: tf.pad(keys, free), values: tf.pad(values, free) }));
  tf.dispose([keys, values]);
  return grown;
}

/** Writes the keys and values of a prompt's `qkv [batch * tokens, (heads + 2 * kvHeads) * headDim]`. */
export function fillCache(qkv: Tensor, { keys, values }: KeyValueCache, shape: AttentionShape, rope: RopeAngles): void {
  (onGpu() ? webgpu : wasm).fillCache(qkv, keys, values, shape, rope);
}

/**
 * Writes this position's key and value and attends over positions `0 .. position`.
 *
 * @param qkv `[batch, (heads + 2 * kvHeads) * headDim]`
 * @param rope angles of all positions
 * @returns `[batch, heads * headDim]`
 */
export function decodeAttention(
  qkv: Tensor,
  { keys, values }: KeyValueCache,
  position: number,
  shape: AttentionShape,
  rope: RopeAngles,
): Tensor {
  return (onGpu() ? webgpu : wasm).decodeAttention(qkv, keys, values, position, shape, rope);
}

/** The likeliest token of logits `[batch, vocabulary]`, the first of equals: int32 `[batch]`. */
export function chooseGreedy(logits: Tensor): Tensor {
  return onGpu() ? webgpuSample.chooseGreedy(logits) : wasm.chooseGreedy(logits);
}

/**
 * A token drawn from each row of logits: temperature, then top-k, then top-p.
 *
 * @param logits `[batch, vocabulary]`
 * @param uniforms `[batch]`, in [0, 1): the same numbers draw the same tokens
 * @returns int32 `[batch]`
 */
export function chooseSampled(logits: Tensor, sampling: Sampling, uniforms: Tensor): Tensor {
  return onGpu()
    ? webgpuSample.chooseSampled(logits, sampling, uniforms)
    : wasm.chooseSampled(logits, sampling, uniforms);
}
