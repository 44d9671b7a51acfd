/**
 * Normalisation over the last axis with frozen scale: layer norm (Ba et al., 2016) in the vision tower, RMS norm
 * (Zhang and Sennrich, 2019) in the text decoder. Gradients for the input only; statistics are computed again on the
 * way back, which costs less than keeping them.
 */
import * as tf from '../device/tf';
import { onGpu } from './backend';
import { withGradient, type Tensor } from './custom';
import * as wasm from './wasm/norm';
import * as webgpu from './webgpu/norm';

/** `(x - mean) / sqrt(var + epsilon) * scale + shift` for x `[n, width]`, scale and shift `[width]`. */
export function layerNorm(x: Tensor, scale: Tensor, shift: Tensor, epsilon: number): Tensor {
  const kernels = onGpu() ? webgpu : wasm;
  return withGradient(
    [x],
    (save) => {
      save([x]);
      return kernels.layerForward(x, scale, shift, epsilon);
    },
    (dy, [x]) => [kernels.layerBackward(dy, x!, scale, epsilon)],
  );
}

/** `x / sqrt(mean(x^2) + epsilon) * scale` for x `[n, width]`, scale `[width]`. */
export function rmsNorm(x: Tensor, scale: Tensor, epsilon: number): Tensor {
  const kernels = onGpu() ? webgpu : wasm;
  return withGradient(
    [x],
    (save) => {
      save([x]);
      return kernels.rmsForward(x, scale, epsilon);
    },
    (dy, [x]) => [kernels.rmsBackward(dy, x!, scale, epsilon)],
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
