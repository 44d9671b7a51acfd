/** Checks of layers with adapters on WebGPU against tfjs's tape on plain operations. */
import { expect } from 'vitest';
import { dispatchCount, resetDispatches } from '../../src/device/kernel';
import * as tf from '../../src/device/tf';
import { packWeights, unpackWeights } from '../../src/ops/pack';
import type { LoraBlock, PackedWeights, Packing } from '../../src/ops/types';
import { adaptedBackward, adaptedForward } from '../../src/ops/webgpu/lora';
import { poison } from './poison';
import { spanOf, type FlatState } from './products';
import { expectClose, freshSeed, randomArray } from './tensors';

const SCALE = 1.5;

export interface AdaptedCase {
  packing: Packing;
  rows: number;
  inputs: number;
  rank: number;
  outputs: readonly number[];
}

export interface Layer {
  w: PackedWeights;
  bias: Float32Array;
  x: Float32Array;
  dy: Float32Array;
  /** A and B of each part in turn. */
  adapters: Float32Array[];
}

export function layerOf({ packing, rows, inputs, rank, outputs }: AdaptedCase): Layer {
  const all = outputs.reduce((sum, n) => sum + n, 0);
  return {
    w: packWeights(randomArray(all * inputs, freshSeed(), 0.3), all, inputs, packing),
    bias: randomArray(all, freshSeed()),
    x: randomArray(rows * inputs, freshSeed()),
    dy: randomArray(rows * all, freshSeed()),
    adapters: outputs.flatMap((n) => [
      randomArray(inputs * rank, freshSeed(), 0.3),
      randomArray(rank * n, freshSeed(), 0.3),
    ]),
  };
}

/** The block of adapters inside a larger flat state. */
export function blockOf(values: FlatState, gradients: FlatState | null, { rank, outputs }: AdaptedCase): LoraBlock {
  const first = values.spans[0]!.offset;
  const last = values.spans.at(-1)!;
  const length = last.offset + last.length - first;
  return {
    values: { tensor: values.tensor, offset: first, length },
    gradients: gradients === null ? null : { tensor: gradients.tensor, offset: first, length },
    rank,
    scale: SCALE,
    parts: outputs.map((n, i) => ({
      a: values.spans[2 * i]!.offset - first,
      b: values.spans[2 * i + 1]!.offset - first,
      outputs: n,
    })),
  };
}

/** y, and the gradients of `sum(y dy)` for x and the adapters, by tfjs's tape. */
async function expected({ w, bias, x, dy, adapters }: Layer, { rows, inputs, rank, outputs }: AdaptedCase) {
  const weights = tf.tensor2d(await unpackWeights(w), [w.outputs, w.inputs]);
  const tensors = adapters.map((values, i) =>
    tf.tensor2d(values, i % 2 === 0 ? [inputs, rank] : [rank, outputs[i >> 1]!]),
  );
  const forward = (...args: tf.Tensor[]): tf.Tensor => {
    const [input, ...lora] = args;
    const terms = outputs.map((_, i) => tf.mul(tf.matMul(tf.matMul(input!, lora[2 * i]!), lora[2 * i + 1]!), SCALE));
    return tf.add(tf.add(tf.matMul(input!, weights, false, true), tf.concat(terms, 1)), tf.tensor1d(bias));
  };
  const { value, grads } = tf.valueAndGrads(forward as (...args: tf.Tensor[]) => tf.Scalar)(
    [tf.tensor2d(x, [rows, inputs]), ...tensors],
    tf.tensor2d(dy, [rows, w.outputs]) as unknown as tf.Scalar,
  );
  return {
    y: await value.data(),
    dx: await grads[0]!.data(),
    adapters: await Promise.all(grads.slice(1).map((tensor) => tensor.data())),
  };
}

export async function checkAdapted(sizes: AdaptedCase): Promise<void> {
  const layer = layerOf(sizes);
  const { rows, inputs, rank, outputs } = sizes;
  const want = await expected(layer, sizes);
  const values = spanOf(layer.adapters);
  const before = layer.adapters.map(({ length }) => randomArray(length, freshSeed()));
  const gradients = spanOf(before);
  const block = blockOf(values, gradients, sizes);
  const x = tf.tensor2d(layer.x, [rows, inputs]);
  const dy = tf.tensor2d(layer.dy, [rows, layer.w.outputs]);
  const bias = tf.tensor1d(layer.bias);
  await poison([rows * layer.w.outputs, rows * inputs, rows * rank * outputs.length]);
  resetDispatches();
  const { y, u } = adaptedForward(x, layer.w, bias, block);
  expect(dispatchCount()).toBe(2);
  expect(u.shape).toEqual([rows, rank * outputs.length]);
  resetDispatches();
  const dx = adaptedBackward(dy, x, u, layer.w, block);
  expect(dispatchCount()).toBe(4);
  expectClose(await y.data(), want.y, 1e-4, 'y');
  expectClose(await dx.data(), want.dx, 1e-4, 'gradient of x');
  const sums = await gradients.tensor.data();
  want.adapters.forEach((wanted, i) => {
    const { offset, length } = gradients.spans[i]!;
    const added = Float32Array.from(wanted, (value, j) => value + before[i]![j]!);
    expectClose(sums.slice(offset, offset + length), added, 1e-4, `gradient of ${'AB'[i % 2]!} ${i >> 1}`);
  });
  expectClose(gradients.untouched(sums), gradients.untouched(gradients.initial), 0, 'what lies between');
  resetDispatches();
  const frozen = adaptedBackward(dy, x, u, layer.w, { ...block, gradients: null });
  expect(dispatchCount()).toBe(2);
  expectClose(await frozen.data(), want.dx, 1e-4, 'gradient of x alone');
  tf.dispose([x, dy, bias, y, u, dx, frozen, values.tensor, gradients.tensor]);
}

/** The projections of a small attention. */
export const QKV: AdaptedCase = { packing: 'bfloat16', rows: 67, inputs: 96, rank: 8, outputs: [96, 32, 32] };
