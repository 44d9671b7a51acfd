/**
 * Normalisation over the last axis with frozen scale: layer norm (Ba et al., 2016) in the vision tower, RMS norm
 * (Zhang and Sennrich, 2019) in the text decoder. Gradients for the input only.
 */
import * as tf from '../device/tf';
import { withGradient, type Tensor } from './custom';

/** `(x - mean) / sqrt(var + epsilon) * scale + shift` for x `[..., n]`, scale and shift `[n]`. */
export function layerNorm(x: Tensor, scale: Tensor, shift: Tensor, epsilon: number): Tensor {
  return withGradient(
    [x],
    (save) => {
      const centred = tf.sub(x, tf.mean(x, -1, true));
      const inverse = tf.rsqrt(tf.add(tf.mean(tf.square(centred), -1, true), epsilon));
      const unit = tf.mul(centred, inverse);
      save([unit, inverse]);
      return tf.add(tf.mul(unit, scale), shift);
    },
    (dy, saved) => {
      const [unit, inverse] = saved as [Tensor, Tensor];
      const d = tf.mul(dy, scale);
      const along = tf.mul(unit, tf.mean(tf.mul(d, unit), -1, true));
      return [tf.mul(tf.sub(tf.sub(d, tf.mean(d, -1, true)), along), inverse)];
    },
  );
}

/** `x / sqrt(mean(x^2) + epsilon) * scale` for x `[..., n]`, scale `[n]`. */
export function rmsNorm(x: Tensor, scale: Tensor, epsilon: number): Tensor {
  return withGradient(
    [x],
    (save) => {
      const inverse = tf.rsqrt(tf.add(tf.mean(tf.square(x), -1, true), epsilon));
      const unit = tf.mul(x, inverse);
      save([unit, inverse]);
      return tf.mul(unit, scale);
    },
    (dy, saved) => {
      const [unit, inverse] = saved as [Tensor, Tensor];
      const d = tf.mul(dy, scale);
      const along = tf.mul(unit, tf.mean(tf.mul(d, unit), -1, true));
      return [tf.mul(tf.sub(d, along), inverse)];
    },
  );
}

/** Plain tfjs: what `layerNorm` must agree with. */
export function layerNormReference(x: Tensor, scale: Tensor, shift: Tensor, epsilon: number): Tensor {
  const { mean, variance } = tf.moments(x, -1, true);
  return tf.add(tf.mul(tf.div(tf.sub(x, mean), tf.sqrt(tf.add(variance, epsilon))), scale), shift);
}

/** Plain tfjs: what `rmsNorm` must agree with. */
export function rmsNormReference(x: Tensor, scale: Tensor, epsilon: number): Tensor {
  return tf.mul(tf.div(x, tf.sqrt(tf.add(tf.mean(tf.square(x), -1, true), epsilon))), scale);
}
