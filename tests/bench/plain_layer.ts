/** A decoder layer with adapters in plain tfjs operations, as one would write it without this project. */
import * as tf from '../../src/device/tf';
import { selfAttentionReference, rmsNormReference, type AttentionShape, type RopeAngles } from '../../src/ops';

/** Frozen weights `[in, out]`. */
export interface PlainWeights {
  norm1: tf.Tensor;
  qkv: tf.Tensor;
  out: tf.Tensor;
  norm2: tf.Tensor;
  gate: tf.Tensor;
  up: tf.Tensor;
  down: tf.Tensor;
}

/** h `[n, hidden]`; `adapters`: A and B of q, k and v, scale 1. */
export function plainLayer(
  h: tf.Tensor,
  adapters: readonly tf.Tensor[],
  w: PlainWeights,
  shape: AttentionShape,
  rope: RopeAngles,
  epsilon: number,
): tf.Tensor {
  const x = rmsNormReference(h, w.norm1, epsilon);
  const low = [0, 2, 4].map((i) => tf.matMul(tf.matMul(x, adapters[i]!), adapters[i + 1]!));
  const qkv = tf.add(tf.matMul(x, w.qkv), tf.concat(low, 1));
  const seen = tf.add(h, tf.matMul(selfAttentionReference(qkv, shape, rope), w.out));
  const y = rmsNormReference(seen, w.norm2, epsilon);
  const gate = tf.matMul(y, w.gate);
  const inner = tf.mul(tf.mul(gate, tf.sigmoid(gate)), tf.matMul(y, w.up));
  return tf.add(seen, tf.matMul(inner, w.down));
}
