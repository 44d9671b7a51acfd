/** The two feed-forward activations: gated SiLU (text; Shazeer, "GLU variants", 2020) and GELU by tanh (vision). */
import * as tf from '../device/tf';
import { withGradient, type Tensor } from './custom';

/** `silu(gate) * up`, element by element; gradients for both. */
export function swiglu(gate: Tensor, up: Tensor): Tensor {
  return withGradient(
    [gate, up],
    (save) => {
      const sigma = tf.sigmoid(gate);
      const silu = tf.mul(gate, sigma);
      save([up, sigma, silu]);
      return tf.mul(silu, up);
    },
    (dy, saved) => {
      const [up, sigma, silu] = saved as [Tensor, Tensor, Tensor];
      // silu' = sigma + silu - silu sigma
      const slope = tf.sub(tf.add(sigma, silu), tf.mul(silu, sigma));
      return [tf.mul(tf.mul(dy, up), slope), tf.mul(dy, silu)];
    },
  );
}

const ROOT = Math.sqrt(2 / Math.PI);
const CUBIC = 0.044715;

/**
 * `0.5 x (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3)))` (Hendrycks and Gimpel, 2016), computed as `x sigma(u)` with
 * `u = 2 sqrt(2/pi) (x + 0.044715 x^3)`: the same function, and tfjs's WASM tanh takes 7 times as long as its sigmoid.
 */
export function geluTanh(x: Tensor): Tensor {
  return withGradient(
    [x],
    (save) => {
      const sigma = tf.sigmoid(tf.mul(x, tf.add(tf.mul(tf.square(x), 2 * ROOT * CUBIC), 2 * ROOT)));
      const y = tf.mul(x, sigma);
      save([x, sigma, y]);
      return y;
    },
    (dy, saved) => {
      const [x, sigma, y] = saved as [Tensor, Tensor, Tensor];
      const du = tf.add(tf.mul(tf.square(x), 6 * ROOT * CUBIC), 2 * ROOT);
      // y' = sigma + x sigma (1 - sigma) u'
      const slope = tf.add(sigma, tf.mul(tf.sub(y, tf.mul(y, sigma)), du));
      return [tf.mul(dy, slope)];
    },
  );
}

/** Plain tfjs: what `swiglu` must agree with. */
export function swigluReference(gate: Tensor, up: Tensor): Tensor {
  return tf.mul(tf.mul(gate, tf.sigmoid(gate)), up);
}

/** Plain tfjs: what `geluTanh` must agree with. */
export function geluTanhReference(x: Tensor): Tensor {
  const cubed = tf.mul(tf.mul(x, x), x);
  return tf.mul(tf.mul(x, 0.5), tf.add(tf.tanh(tf.mul(tf.add(x, tf.mul(cubed, CUBIC)), ROOT)), 1));
}
