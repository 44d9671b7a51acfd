/**
 * Linear layers: frozen, frozen with low-rank adapters (Hu et al., "LoRA", ICLR 2022, section 4.1), and trainable.
 * Gradients of trainable numbers are not on the tape: the backward pass adds them into the flat state where they
 * belong, so that none exists twice.
 */
import * as tf from '../device/tf';
import { onGpu } from './backend';
import { withGradient, type Tensor } from './custom';
import { addInto } from './state';
import type { LoraBlock, PackedWeights, Span } from './types';
import * as wasm from './wasm/linear';
import * as webgpuDense from './webgpu/dense';
import * as webgpuLinear from './webgpu/linear';
import * as webgpuLora from './webgpu/lora';
import { unpackInto } from './webgpu/unpack';

/** `y = x WT + b` whose weights never change; on WASM they are float32. */
export interface FrozenLinear {
  weights: PackedWeights;
  /** `[out]`, or null. */
  bias: Tensor | null;
}

/** A weight `[inputs, outputs]` in the flat trainable state. */
export interface TrainableMatrix {
  value: Span;
  /** Where its gradient is added up; null when none is wanted. */
  gradient: Span | null;
  inputs: number;
  outputs: number;
}

/** A bias in the flat trainable state. */
export type TrainableVector = Pick<TrainableMatrix, 'value' | 'gradient'>;

/** `x [n, in] -> [n, out]`, plus `residual [n, out]` where given; gradients for x and residual. */
export function frozenLinear(x: Tensor, { weights, bias }: FrozenLinear, residual: Tensor | null = null): Tensor {
  return withGradient(
    residual === null ? [x] : [x, residual],
    () => (onGpu() ? webgpuLinear : wasm).linearForward(x, weights, bias, residual),
    (dy) => {
      const dx = linearInputGradient(dy, { weights });
      return residual === null ? [dx] : [dx, tf.clone(dy)];
    },
  );
}

/** `dy [n, out] -> dx [n, in]`, no gradient of its own. */
export function linearInputGradient(dy: Tensor, { weights }: Pick<FrozenLinear, 'weights'>): Tensor {
  return (onGpu() ? webgpuLinear : wasm).linearInputGradient(dy, weights);
}

/** `frozenLinear` with adapters; `u = x A`, `dB = scale uT dy`, `dA = xT du` and `dx = dy W + du AT`. */
export function adaptedLinear(x: Tensor, { weights, bias }: FrozenLinear, lora: LoraBlock): Tensor {
  const kernels = onGpu() ? webgpuLora : wasm;
  return withGradient(
    [x],
    (save) => {
      const { y, u } = kernels.adaptedForward(x, weights, bias, lora);
      save([x, u]);
      return y;
    },
    (dy, saved) => {
      const [x, u] = saved as [Tensor, Tensor];
      return [kernels.adaptedBackward(dy, x, u, weights, lora)];
    },
  );
}

/** `x [n, in] . w [in, out] + bias [out]`, all trainable: `dx = dy wT`, `dw += xT dy`, `dbias += sum dy`. */
export function linear(x: Tensor, weight: TrainableMatrix, bias: TrainableVector | null = null): Tensor {
  const dense = onGpu() ? webgpuDense : wasm;
  const { value, gradient, inputs, outputs } = weight;
  return withGradient(
    [x],
    (save) => {
      save([x]);
      return dense.denseForward(x, value, inputs, outputs, bias?.value ?? null);
    },
    (dy, [x]) => {
      if (gradient !== null) dense.denseWeightGradient(x!, dy, gradient);
      if (bias !== null && bias.gradient !== null) dense.columnSums(dy, bias.gradient);
      return [dense.denseInputGradient(dy, value, inputs, outputs)];
    },
  );
}

/** Plain tfjs: what the layers above must agree with. `adapters`: one `{ a, b }` for each range of columns. */
export function linearReference(
  x: Tensor,
  weight: Tensor,
  bias: Tensor | null,
  adapters: readonly { a: Tensor; b: Tensor }[] = [],
  scale = 1,
): Tensor {
  const product = tf.matMul(x, weight);
  const base = bias === null ? product : tf.add(product, bias);
  if (adapters.length === 0) return base;
  const low = adapters.map(({ a, b }) => tf.mul(tf.matMul(tf.matMul(x, a), b), scale));
  return tf.add(base, low.length === 1 ? low[0]! : tf.concat(low, 1));
}

/** Adds frozen weights, turned to `[in, out]`, into a span: where a trainable copy starts. */
export function addWeights(into: Span, { weights }: FrozenLinear): void {
  if (onGpu()) unpackInto(into, weights);
  else tf.tidy(() => addInto(into, tf.transpose(weights.words)));
}
