/** What a case of one operation is, and the tensors that cases are made of. */
import * as tf from '../../src/device/tf';
import { bfloat16ToFloat32 } from '../../src/model/safetensors';
import * as ops from '../../src/ops';
import { bfloat16, numbers } from './numbers';

export interface Compared {
  name: string;
  gflop?: number;
  own(): tf.Tensor[];
  /** The same in tfjs's own operations; null where it has none. */
  plain: (() => tf.Tensor[]) | null;
  /** The same product `a [n, k] . b [k, m]` for jax-js. */
  product?: { n: number; k: number; m: number };
}

/** Cases by name, each making its tensors when asked: only what is measured is held. */
export function collecting(): {
  cases: Map<string, () => Compared>;
  add(name: string, make: () => Omit<Compared, 'name'>): void;
} {
  const cases = new Map<string, () => Compared>();
  return { cases, add: (name, make) => void cases.set(name, () => ({ name, ...make() })) };
}

/** W `[in, out]` rounded to bfloat16: packed on WebGPU, from there to `packing`, and as plain tfjs takes it. */
export function weightPair(
  name: string,
  inputs: number,
  outputs: number,
  packing: ops.Packing = 'bfloat16',
): { layer: ops.FrozenLinear; plain: tf.Tensor } {
  const bytes = bfloat16(numbers(name, inputs * outputs, inputs ** -0.5));
  const values = bfloat16ToFloat32(new Uint16Array(bytes.buffer));
  const plain = tf.tidy(() => tf.transpose(tf.tensor2d(values, [outputs, inputs])));
  const weights =
    ops.onGpu() && packing === 'bfloat16'
      ? ops.packBytes(bytes, 'BF16', outputs, inputs)
      : ops.packWeights(values, outputs, inputs, ops.onGpu() ? packing : 'float32');
  return { layer: { weights, bias: null }, plain };
}

export const input = (name: string, ...shape: number[]): tf.Tensor =>
  tf.tensor(
    numbers(
      name,
      shape.reduce((a, b) => a * b, 1),
      1,
    ),
    shape,
  );

/** Value and gradients of `f` at `inputs` with a given dy. */
export function bothWays(f: (...x: tf.Tensor[]) => tf.Tensor, inputs: tf.Tensor[], dy: tf.Tensor): tf.Tensor[] {
  return tf.tidy(() => {
    const { value, grads } = tf.valueAndGrads(f as (...x: tf.Tensor[]) => tf.Scalar)(inputs, dy as tf.Scalar);
    return [value, ...grads];
  });
}
