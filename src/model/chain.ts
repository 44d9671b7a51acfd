/** Layers one after another without a tape. */
import * as tf from '../device/tf';
import type { Tensor } from '../ops';

/**
 * The last step's output. Each step runs in a tidy of its own, so that what it made besides its output is free again
 * before the next: without this thirty layers would hold thirty layers' activations. `start` stays the caller's.
 */
export function chain(start: Tensor, steps: readonly ((x: Tensor) => Tensor)[]): Tensor {
  return steps.reduce((x, step) => {
    const y = tf.tidy(() => step(x));
    if (x !== start) x.dispose();
    return y;
  }, start);
}
