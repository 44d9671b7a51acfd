/**
 * The flat trainable state: every trainable number in one tensor, its gradient, and AdamW's two moments in three more
 * of the same layout, all changed in place. A parameter is a span of them. (Loshchilov and Hutter, "Decoupled Weight
 * Decay Regularization", ICLR 2019, algorithm 2, in the arithmetic of `torch.optim.AdamW`.)
 */
import { allocate } from '../device/kernel';
import * as tf from '../device/tf';
import { onGpu } from './backend';
import type { Tensor } from './custom';
import type { AdamwNumbers, OptimiserState, Span } from './types';
import * as wasmOptimiser from './wasm/optimiser';
import * as wasmSpan from './wasm/span';
import * as webgpuOptimiser from './webgpu/optimiser';
import * as webgpuSpan from './webgpu/span';

/** Adds x, of as many elements, in place. */
export function addInto(into: Span, x: Tensor): void {
  if (into.length !== x.size) throw new RangeError(`A span of ${into.length} cannot take ${x.size} numbers`);
  switch (tf.getBackend()) {
    case 'webgpu':
      return webgpuSpan.addInto(into, x);
    case 'wasm':
      return wasmSpan.addInto(into, x);
    default: {
      const variable = into.tensor as tf.Variable;
      const after = variable.size - into.offset - into.length;
      tf.tidy(() => variable.assign(tf.add(variable, tf.pad(tf.reshape(x, [-1]), [[into.offset, after]]))));
    }
  }
}

/** A copy. */
export function spanTensor(span: Span, shape: readonly number[]): Tensor {
  switch (tf.getBackend()) {
    case 'webgpu':
      return webgpuSpan.spanTensor(span, shape);
    case 'wasm':
      return wasmSpan.spanTensor(span, shape);
    default:
      return tf.tidy(() => tf.reshape(tf.slice(span.tensor, [span.offset], [span.length]), [...shape]));
  }
}

/** A variable `[size]` of zeros. Made on the device: a GPU's would otherwise be copied there through a mapped buffer. */
export function zeroVariable(size: number): tf.Variable {
  return tf.tidy(() => {
    if (!onGpu()) return tf.variable(tf.zeros([size]), false);
    const variable = tf.variable(allocate([size]), false);
    webgpuSpan.fillZero(variable);
    return variable;
  });
}

export function fillZero(x: tf.Variable): void {
  switch (tf.getBackend()) {
    case 'webgpu':
      return webgpuSpan.fillZero(x);
    case 'wasm':
      return wasmSpan.fillZero(x);
    default:
      tf.tidy(() => x.assign(tf.zerosLike(x)));
  }
}

/** A scalar; not finite when any number is not. */
export function sumOfSquares(x: Tensor): Tensor {
  switch (tf.getBackend()) {
    case 'webgpu':
      return webgpuOptimiser.sumOfSquares(x);
    case 'wasm':
      return wasmOptimiser.sumOfSquares(x);
    default:
      return tf.tidy(() => tf.sum(tf.square(x)));
  }
}

/** One update of values and moments in place. */
export function adamwUpdate(state: OptimiserState, numbers: AdamwNumbers): void {
  switch (tf.getBackend()) {
    case 'webgpu':
      return webgpuOptimiser.adamwUpdate(state, numbers);
    case 'wasm':
      return wasmOptimiser.adamwUpdate(state, numbers);
    default:
      adamwReference(state, numbers);
  }
}

/** Plain tfjs: what `adamwUpdate` must agree with. */
export function adamwReference({ values, gradients, first, second }: OptimiserState, h: AdamwNumbers): void {
  tf.tidy(() => {
    const g = tf.mul(gradients, h.clip);
    first.assign(tf.add(tf.mul(first, h.beta1), tf.mul(g, 1 - h.beta1)));
    second.assign(tf.add(tf.mul(second, h.beta2), tf.mul(tf.square(g), 1 - h.beta2)));
    const correction = Math.sqrt(1 - h.beta2 ** h.step);
    const direction = tf.div(first, tf.add(tf.div(tf.sqrt(second), correction), h.epsilon));
    const decayed = tf.mul(values, 1 - h.learningRate * h.weightDecay);
    values.assign(tf.sub(decayed, tf.mul(direction, h.learningRate / (1 - h.beta1 ** h.step))));
  });
}
