/**
 * The activations: gated SiLU (text; Shazeer, "GLU variants", 2020), GELU by tanh (vision), and GELU itself (between the
 * two layers of LLaVA's projector).
 */
import * as tf from '../device/tf';
import { onGpu } from './backend';
import { withGradient, type Tensor } from './custom';
import * as wasm from './wasm/activation';
import * as webgpu from './webgpu/activation';

/** `silu(gate) * up` where `gateUp [n, 2 * f]` holds the gate in its first f columns, up in the others: `[n, f]`. */
export function swiglu(gateUp: Tensor): Tensor {
  const kernels = onGpu() ? webgpu : wasm;
  return withGradient(
    [gateUp],
    (save) => {
      save([gateUp]);
      return kernels.swigluForward(gateUp);
    },
    (dy, [gateUp]) => [kernels.swigluBackward(dy, gateUp!)],
  );
}

/** `0.5 x (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3)))` (Hendrycks and Gimpel, 2016), element by element. */
export function geluTanh(x: Tensor): Tensor {
  const kernels = onGpu() ? webgpu : wasm;
  return withGradient(
    [x],
    (save) => {
      save([x]);
      return kernels.geluForward(x);
    },
    (dy, [x]) => [kernels.geluBackward(dy, x!)],
  );
}

/** `x Phi(x)`, Phi the normal distribution (Hendrycks and Gimpel, 2016), element by element: within 2e-7 `|x|`. */
export function gelu(x: Tensor): Tensor {
  const kernels = onGpu() ? webgpu : wasm;
  return withGradient(
    [x],
    (save) => {
      save([x]);
      return kernels.exactGeluForward(x);
    },
    (dy, [x]) => [kernels.exactGeluBackward(dy, x!)],
  );
}

/** Plain tfjs: what `swiglu` must agree with. */
export function swigluReference(gate: Tensor, up: Tensor): Tensor {
  return tf.mul(tf.mul(gate, tf.sigmoid(gate)), up);
}

/** Plain tfjs: what `geluTanh` must agree with. */
export function geluTanhReference(x: Tensor): Tensor {
  const cubed = tf.mul(tf.mul(x, x), x);
  const inner = tf.mul(tf.add(x, tf.mul(cubed, 0.044715)), Math.sqrt(2 / Math.PI));
  return tf.mul(tf.mul(x, 0.5), tf.add(tf.tanh(inner), 1));
}

/** Plain tfjs: what `gelu` must agree with. */
export function geluReference(x: Tensor): Tensor {
  return tf.mul(tf.mul(x, 0.5), tf.add(tf.erf(tf.mul(x, Math.SQRT1_2)), 1));
}
