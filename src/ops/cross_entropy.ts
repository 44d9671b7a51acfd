/**
 * The two losses, each with its gradient computed along with its value: of the caption through `lm_head`, in chunks of
 * rows so that no [tokens, vocabulary] tensor exists, and of the live/spoof head.
 *
 * Both return the plain loss, and send back (and add into the state) the gradient of `scale * loss`: what the tape
 * gives them as dy is not looked at, so they must end the tape, with nothing after them but a sum of losses.
 */
import * as tf from '../device/tf';
import { onGpu } from './backend';
import { withGradient, type Tensor } from './custom';
import type { TrainableMatrix } from './linear';
import * as wasm from './wasm/loss';
import * as webgpu from './webgpu/loss';

/**
 * `sum_i weight_i * -log softmax(h_i head)[target_i]`, a scalar. Weights of `1/n` make it a mean; 0 leaves a row out.
 *
 * @param h `[n, hidden]`
 * @param head `[hidden, vocabulary]`
 * @param targets int32 `[n]`
 * @param weights `[n]`
 * @param scale of the gradients; null: the loss alone is wanted
 */
export function captionLoss(
  h: Tensor,
  head: TrainableMatrix,
  targets: Tensor,
  weights: Tensor,
  scale: number | null,
): Tensor {
  const kernels = onGpu() ? webgpu : wasm;
  const gradient = scale === null || head.gradient === null ? null : { scale, into: head.gradient };
  return withGradient(
    [h],
    (save) => {
      const { loss, dh } = kernels.captionLoss(h, head.value, head.outputs, targets, weights, gradient);
      if (dh !== null) save([dh]);
      return loss;
    },
    (_dy, [dh]) => [tf.clone(dh!)],
  );
}

/** The same of logits `[n, classes]` for few classes. */
export function classLoss(logits: Tensor, targets: Tensor, weights: Tensor, scale: number | null): Tensor {
  const gradient = scale === null ? null : { scale };
  return withGradient(
    [logits],
    (save) => {
      const { loss, dlogits } = (onGpu() ? webgpu.classLoss : plainClassLoss)(logits, targets, weights, gradient);
      if (dlogits !== null) save([dlogits]);
      return loss;
    },
    (_dy, [slope]) => [tf.clone(slope!)],
  );
}

/** In tfjs's operations: on WASM, for two classes, they cost nothing. */
function plainClassLoss(
  logits: Tensor,
  targets: Tensor,
  weights: Tensor,
  gradient: { scale: number } | null,
): { loss: Tensor; dlogits: Tensor | null } {
  const shifted = tf.sub(logits, tf.max(logits, -1, true));
  const exponentials = tf.exp(shifted);
  const sums = tf.sum(exponentials, -1, true);
  const target = oneHot(targets, logits.shape.at(-1)!);
  const picked = tf.sum(tf.mul(shifted, target), -1);
  const loss = tf.sum(tf.mul(tf.sub(tf.log(tf.reshape(sums, [-1])), picked), weights));
  if (gradient === null) return { loss, dlogits: null };
  const slope = tf.mul(tf.sub(tf.div(exponentials, sums), target), tf.reshape(weights, [-1, 1]));
  return { loss, dlogits: tf.mul(slope, gradient.scale) };
}

/** Plain tfjs, of logits `[n, classes]`: what both must agree with. */
export function crossEntropyReference(logits: Tensor, targets: Tensor, weights: Tensor): Tensor {
  const picked = tf.sum(tf.mul(tf.logSoftmax(logits), oneHot(targets, logits.shape.at(-1)!)), -1);
  return tf.neg(tf.sum(tf.mul(picked, weights)));
}

function oneHot(targets: Tensor, classes: number): Tensor {
  return tf.cast(tf.oneHot(targets, classes), 'float32');
}
