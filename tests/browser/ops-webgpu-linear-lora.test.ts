/** Layers with adapters on WebGPU: against tfjs's tape on plain operations, and against finite differences. */
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { checkHealth } from '../../src/device';
import { dispatchCount, resetDispatches } from '../../src/device/kernel';
import { choose, forgetChoices } from '../../src/device/selection';
import * as tf from '../../src/device/tf';
import { packWeights, unpackWeights } from '../../src/ops/pack';
import type { LoraBlock, PackedWeights, Packing } from '../../src/ops/types';
import { adaptedBackward, adaptedForward } from '../../src/ops/webgpu/lora';
import { openBackend } from '../support/backends';
import { freshSeed, poison, spanOf, type FlatState } from '../support/products';
import { directionalDerivative, expectClose, randomArray, relativeError } from '../support/tensors';

const SCALE = 1.5;

interface Case {
  packing: Packing;
  rows: number;
  inputs: number;
  rank: number;
  outputs: readonly number[];
}

interface Layer {
  w: PackedWeights;
  bias: Float32Array;
  x: Float32Array;
  dy: Float32Array;
  /** A and B of each part in turn. */
  adapters: Float32Array[];
}

beforeAll(async () => {
  expect((await openBackend('webgpu')).backend).toBe('webgpu');
});
afterEach(() => {
  forgetChoices();
  checkHealth();
});

function layerOf({ packing, rows, inputs, rank, outputs }: Case): Layer {
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
function blockOf(values: FlatState, gradients: FlatState | null, { rank, outputs }: Case): LoraBlock {
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
async function expected({ w, bias, x, dy, adapters }: Layer, { rows, inputs, rank, outputs }: Case) {
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

async function check(sizes: Case): Promise<void> {
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

const QKV: Case = { packing: 'bfloat16', rows: 67, inputs: 96, rank: 8, outputs: [96, 32, 32] };

describe.each(['subgroup', 'registers', 'tiles'])('%s', (variant) => {
  const use = (): void =>
    choose({
      linear: variant,
      'linear-gradient': variant,
      'weight-gradient': variant,
      'linear-few-rows': variant === 'tiles' ? 'workgroup' : 'subgroup',
    });

  test('q, k and v', async () => {
    use();
    await check(QKV);
  });

  test.skipIf(variant === 'tiles')('one part, int4; parts that fit no octet', async () => {
    use();
    await check({ packing: 'int4', rows: 17, inputs: 64, rank: 16, outputs: [72] });
    await check({ packing: 'float32', rows: 9, inputs: 40, rank: 8, outputs: [20, 12, 4] });
  });

  test('a few rows', async () => {
    use();
    await check({ ...QKV, rows: variant === 'tiles' ? 1 : 3 });
  });
});

test('sizes without whole vectors', async () => {
  await check({ packing: 'float32', rows: 5, inputs: 7, rank: 3, outputs: [5, 2] });
  await check({ packing: 'bfloat16', rows: 11, inputs: 24, rank: 2, outputs: [24, 8, 8] });
});

test('gradients of the adapters are those of finite differences', async () => {
  const sizes: Case = { packing: 'float32', rows: 6, inputs: 16, rank: 8, outputs: [16, 8] };
  const layer = layerOf(sizes);
  const values = spanOf(layer.adapters);
  const gradients = spanOf(layer.adapters.map(({ length }) => new Float32Array(length)));
  const x = tf.tensor2d(layer.x, [sizes.rows, sizes.inputs]);
  const dy = tf.tensor2d(layer.dy, [sizes.rows, layer.w.outputs]);
  const direction = values.initial.map((value, i) => (value === -7 ? 0 : randomArray(1, i)[0]!));
  const loss = async (flat: Float32Array): Promise<number> => {
    const moved = { ...values, tensor: tf.tensor1d(flat) };
    const { y } = adaptedForward(x, layer.w, null, blockOf(moved, null, sizes));
    const result = await y.data<'float32'>();
    return result.reduce((sum, value, i) => sum + value * layer.dy[i]!, 0);
  };
  const { u } = adaptedForward(x, layer.w, null, blockOf(values, null, sizes));
  adaptedBackward(dy, x, u, layer.w, blockOf(values, gradients, sizes));
  const sums = await gradients.tensor.data();
  const ours = direction.reduce((sum, value, i) => sum + value * sums[i]!, 0);
  const theirs = await directionalDerivative(loss, values.initial, direction, 1e-2);
  expect(relativeError([ours], [theirs])).toBeLessThan(1e-3);
});

test('adapters that do not cover the layer are refused', () => {
  const sizes = { ...QKV, rows: 1 };
  const layer = layerOf(sizes);
  const block = blockOf(spanOf(layer.adapters), null, sizes);
  const short = { ...block, parts: block.parts.slice(1) };
  expect(() => adaptedForward(tf.zeros([1, 96]), layer.w, null, short)).toThrow(RangeError);
});
