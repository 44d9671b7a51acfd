/** An operation with its own gradient, on tfjs's tape. Everything the gradient needs must go through `save`. */
import type { GradSaveFunc } from '@tensorflow/tfjs-core';
import * as tf from '../device/tf';

export type Tensor = tf.Tensor;

/**
 * @param inputs tensors that may need a gradient; frozen ones stay in the closure and must outlive the tape
 * @param forward gives the output; `save` what `backward` needs (the tape disposes it)
 * @param backward from dy and the saved tensors, one gradient for each input
 */
export function withGradient(
  inputs: readonly Tensor[],
  forward: (save: (tensors: Tensor[]) => void) => Tensor,
  backward: (dy: Tensor, saved: Tensor[]) => Tensor[],
): Tensor {
  const operation = tf.customGrad((...args: (Tensor | GradSaveFunc)[]) => {
    const save = args.at(-1) as GradSaveFunc;
    return { value: forward(save), gradFunc: (dy: Tensor, saved: Tensor[]) => backward(dy, saved) };
  });
  return operation(...inputs);
}

/** A dimension that must be there. */
export function dim(x: Tensor, axis: number): number {
  const size = x.shape.at(axis);
  if (size === undefined) throw new RangeError(`A tensor of shape [${x.shape.join(', ')}] has no axis ${axis}`);
  return size;
}
