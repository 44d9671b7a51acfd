/**
 * The keys and values of a sequence that is being generated, in tensors of fixed shape: a step writes its column by
 * adding an outer product with a one-hot vector, and a mask hides what is not written yet. So every step has the same
 * shapes until the capacity grows by a block.
 */
import * as tf from '../device/tf';
import { transposed, type Tensor } from '../ops';

/** Of one layer: keys transposed `[batch * kvHeads, d, capacity]`, values `[batch * kvHeads, capacity, d]`. */
export interface LayerCache {
  kT: Tensor;
  v: Tensor;
}

/** From a prompt's keys and values `[batch * kvHeads, tokens, d]`. */
export function startCache(k: Tensor, v: Tensor, capacity: number): LayerCache {
  const free = capacity - k.shape[1]!;
  return tf.tidy(() => ({
    kT: tf.pad(transposed(k), [
      [0, 0],
      [0, 0],
      [0, free],
    ]),
    v: tf.pad(v, [
      [0, 0],
      [0, free],
      [0, 0],
    ]),
  }));
}

/** The same content with `more` free places; disposes the old tensors. */
export function growCache({ kT, v }: LayerCache, more: number): LayerCache {
  const grown = tf.tidy(() => ({
    kT: tf.pad(kT, [
      [0, 0],
      [0, 0],
      [0, more],
    ]),
    v: tf.pad(v, [
      [0, 0],
      [0, more],
      [0, 0],
    ]),
  }));
  tf.dispose([kT, v]);
  return grown;
}

/** What a step at one position needs, the same for all layers. */
export interface StepPlace {
  /** One-hot at the position: `[1, 1, capacity]` and `[1, capacity, 1]`. */
  column: Tensor;
  row: Tensor;
  /** `[1, capacity]`: 0 up to and with the position, a large negative number after it. */
  mask: Tensor;
}

export function stepPlace(position: number, capacity: number): StepPlace {
  const hot = new Float32Array(capacity);
  hot[position] = 1;
  const mask = new Float32Array(capacity).fill(-1e9, position + 1);
  return {
    column: tf.tensor3d(hot, [1, 1, capacity]),
    row: tf.tensor3d(hot, [1, capacity, 1]),
    mask: tf.tensor2d(mask, [1, capacity]),
  };
}

/** The cache with one more key and value `[batch * kvHeads, 1, d]`. */
export function writeCache({ kT, v }: LayerCache, key: Tensor, value: Tensor, { column, row }: StepPlace): LayerCache {
  const [heads, , d] = key.shape as [number, number, number];
  return {
    kT: tf.add(kT, tf.mul(tf.reshape(key, [heads, d, 1]), column)),
    v: tf.add(v, tf.mul(value, row)),
  };
}
