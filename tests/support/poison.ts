/** Dirt for kernels: what they do not write must not look right. */
import * as tf from '../../src/device/tf';

/**
 * Leaves buffers of these many elements with NaN in tfjs's pool, three of each, so that the next tensors of these sizes
 * begin with it.
 */
export async function poison(sizes: readonly number[]): Promise<void> {
  const dirty = sizes.flatMap((size) => [0, 1, 2].map(() => tf.tensor1d(new Float32Array(size).fill(NaN))));
  // Read from the device, so that the numbers really are in its buffers.
  for (const tensor of dirty) {
    const copy = tf.add(tensor, 1);
    await copy.data();
    copy.dispose();
  }
  tf.dispose(dirty);
}
