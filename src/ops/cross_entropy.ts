/** Weighted cross-entropy over classes, as one operation: the gradient is `weight (softmax - target)`. */
import * as tf from '../device/tf';
import { dim, withGradient, type Tensor } from './custom';

/**
 * `sum_i weight_i * -log softmax(logits_i)[target_i]`, a scalar. Weights of `1/n` make it a mean; 0 leaves a row out.
 *
 * @param logits `[n, classes]`
 * @param targets int32 `[n]`
 * @param weights `[n]`
 */
export function crossEntropy(logits: Tensor, targets: Tensor, weights: Tensor): Tensor {
  return withGradient(
    [logits],
    (save) => {
      const shifted = tf.sub(logits, tf.max(logits, -1, true));
      const exponentials = tf.exp(shifted);
      const sums = tf.sum(exponentials, -1, true);
      const target = oneHot(targets, dim(logits, -1));
      const picked = tf.sum(tf.mul(shifted, target), -1);
      const loss = tf.sum(tf.mul(tf.sub(tf.log(tf.reshape(sums, [-1])), picked), weights));
      save([tf.mul(tf.sub(tf.div(exponentials, sums), target), tf.reshape(weights, [-1, 1]))]);
      return loss;
    },
    (dy, [slope]) => [tf.mul(slope!, dy)],
  );
}

/** Plain tfjs: what `crossEntropy` must agree with. */
export function crossEntropyReference(logits: Tensor, targets: Tensor, weights: Tensor): Tensor {
  const picked = tf.sum(tf.mul(tf.logSoftmax(logits), oneHot(targets, dim(logits, -1))), -1);
  return tf.neg(tf.sum(tf.mul(picked, weights)));
}

function oneHot(targets: Tensor, classes: number): Tensor {
  return tf.cast(tf.oneHot(targets, classes), 'float32');
}
