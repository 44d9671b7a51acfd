/** Linear layers on WebGPU against plain sums in float64: every packing, every variant, shapes that fit no tile. */
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { checkHealth } from '../../src/device';
import { dispatchCount, resetDispatches, type Span } from '../../src/device/kernel';
import { choose, forgetChoices, selections } from '../../src/device/selection';
import * as tf from '../../src/device/tf';
import { packWeights, unpackWeights } from '../../src/ops/pack';
import type { PackedWeights, Packing } from '../../src/ops/types';
import { columnSums, denseForward, denseInputGradient, denseWeightGradient } from '../../src/ops/webgpu/dense';
import { linearForward, linearInputGradient } from '../../src/ops/webgpu/linear';
import { openBackend } from '../support/backends';
import { expectClose, randomArray } from '../support/tensors';
import { columnsOf, freshSeed, poison, productOf, spanOf, transposeOf } from '../support/products';

const PACKINGS: readonly Packing[] = ['float32', 'bfloat16', 'float16', 'int8', 'int4'];
const VARIANTS = ['subgroup', 'registers', 'tiles'] as const;
const TOLERANCE = 1e-4;

function use(variant: string): void {
  choose({
    linear: variant,
    'linear-gradient': variant,
    'weight-gradient': variant,
    'linear-few-rows': variant === 'tiles' ? 'workgroup' : 'subgroup',
    'column-sums': variant === 'tiles' ? 'workgroup' : 'registers',
  });
}

beforeAll(async () => {
  expect((await openBackend('webgpu')).backend).toBe('webgpu');
});
afterEach(() => {
  forgetChoices();
  checkHealth();
});

/** Both directions of a layer with `rows` rows, with and without what is added, against float64. */
async function checkLayer(w: PackedWeights, rows: number, x: Float32Array, dy: Float32Array): Promise<void> {
  const { inputs, outputs } = w;
  const weights = await unpackWeights(w);
  const [bias, residual] = [randomArray(outputs, freshSeed()), randomArray(rows * outputs, freshSeed())];
  const product = productOf(x, transposeOf(weights, outputs, inputs), rows, inputs, outputs);
  const added = product.map((value, i) => value + bias[i % outputs]! + residual[i]!);
  await poison([rows * outputs, rows * inputs]);
  const tensors = [
    tf.tensor2d(x, [rows, inputs]),
    tf.tensor2d(dy, [rows, outputs]),
    tf.tensor1d(bias),
    tf.tensor2d(residual, [rows, outputs]),
  ] as const;
  const [xt, dyt, biasT, residualT] = tensors;
  resetDispatches();
  const results = [
    linearForward(xt, w, null, null),
    linearForward(xt, w, biasT, residualT),
    linearInputGradient(dyt, w),
  ] as const;
  expect(dispatchCount()).toBe(3);
  expect(results.map(({ shape }) => shape)).toEqual([
    [rows, outputs],
    [rows, outputs],
    [rows, inputs],
  ]);
  const what = `${w.packing} [${rows}, ${inputs}] -> ${outputs}`;
  expectClose(await results[0].data(), product, TOLERANCE, `${what}: product`);
  expectClose(await results[1].data(), added, TOLERANCE, `${what}: with bias and residual`);
  expectClose(
    await results[2].data(),
    productOf(dy, weights, rows, outputs, inputs),
    TOLERANCE,
    `${what}: gradient of the input`,
  );
  tf.dispose([...tensors, ...results]);
}

async function checkRandom(packing: Packing, rows: number, inputs: number, outputs: number): Promise<void> {
  const w = packWeights(randomArray(outputs * inputs, freshSeed()), outputs, inputs, packing);
  await checkLayer(w, rows, randomArray(rows * inputs, freshSeed()), randomArray(rows * outputs, freshSeed()));
  tf.dispose(w.scales === null ? [w.words] : [w.words, w.scales]);
}

describe.each(VARIANTS)('frozen layers, %s', (variant) => {
  test.each(PACKINGS)('%s', async (packing) => {
    use(variant);
    await checkRandom(packing, 67, 96, 76);
    await checkRandom(packing, 1, 64, 36);
  });

  test.each([2, 3, 8, 9, 17, 130])('%i rows', async (rows) => {
    use(variant);
    await checkRandom('bfloat16', rows, 72, 140);
  });

  test('shapes without whole vectors', async () => {
    use(variant);
    await checkRandom('float32', 3, 5, 7);
    await checkRandom('float32', 17, 12, 3);
    await checkRandom('float32', 9, 64, 2);
    await checkRandom('int8', 5, 32, 3);
    await checkRandom('bfloat16', 5, 24, 1);
  });

  test('large, tiny, equal and zero numbers', async () => {
    use(variant);
    const [rows, inputs, outputs] = [19, 64, 40];
    for (const [x, y] of [
      [1e15, 1e15],
      [1e-15, 1e-15],
      [1e18, 1e-18],
      [0, 1],
      [1, 0],
    ] as const) {
      const w = packWeights(randomArray(outputs * inputs, freshSeed(), y), outputs, inputs, 'float32');
      const input = randomArray(rows * inputs, freshSeed(), x);
      await checkLayer(w, rows, input, randomArray(rows * outputs, freshSeed(), x));
      w.words.dispose();
    }
    const equal = packWeights(new Float32Array(outputs * inputs).fill(0.1), outputs, inputs, 'bfloat16');
    await checkLayer(equal, rows, new Float32Array(rows * inputs).fill(3), new Float32Array(rows * outputs).fill(-2));
  });
});

describe.each(VARIANTS)('trainable layers, %s', (variant) => {
  test.each([
    [67, 96, 136],
    [5, 72, 2],
    [1, 64, 200],
    [17, 7, 5],
  ])('%i rows, %i -> %i', async (rows, inputs, outputs) => {
    use(variant);
    const [weights, bias] = [randomArray(inputs * outputs, freshSeed()), randomArray(outputs, freshSeed())];
    const [x, dy] = [randomArray(rows * inputs, freshSeed()), randomArray(rows * outputs, freshSeed())];
    const before = randomArray(inputs * outputs, freshSeed());
    const beforeBias = randomArray(outputs, freshSeed());
    const state = spanOf([weights, bias]);
    const gradients = spanOf([before, beforeBias]);
    const [xt, dyt] = [tf.tensor2d(x, [rows, inputs]), tf.tensor2d(dy, [rows, outputs])];
    await poison([rows * outputs, rows * inputs]);
    resetDispatches();
    const y = denseForward(xt, state.spans[0]!, inputs, outputs, state.spans[1]!);
    const bare = denseForward(xt, state.spans[0]!, inputs, outputs, null);
    const dx = denseInputGradient(dyt, state.spans[0]!, inputs, outputs);
    denseWeightGradient(xt, dyt, gradients.spans[0]!);
    columnSums(dyt, gradients.spans[1]!);
    expect(dispatchCount()).toBe(5);
    const product = productOf(x, weights, rows, inputs, outputs);
    expectClose(await bare.data(), product, TOLERANCE, 'product');
    expectClose(
      await y.data(),
      product.map((value, i) => value + bias[i % outputs]!),
      TOLERANCE,
      'with bias',
    );
    expectClose(
      await dx.data(),
      productOf(dy, transposeOf(weights, inputs, outputs), rows, outputs, inputs),
      TOLERANCE,
      'gradient of the input',
    );
    const sums = await gradients.tensor.data();
    const part = ({ offset, length }: Span): ArrayLike<number> => sums.slice(offset, offset + length);
    const outer = productOf(transposeOf(x, rows, inputs), dy, inputs, rows, outputs);
    expectClose(
      part(gradients.spans[0]!),
      outer.map((value, i) => value + before[i]!),
      TOLERANCE,
      'gradient of the weights',
    );
    expectClose(
      part(gradients.spans[1]!),
      columnsOf(dy, rows, outputs).map((value, i) => value + beforeBias[i]!),
      TOLERANCE,
      'gradient of the bias',
    );
    expectClose(gradients.untouched(sums), gradients.untouched(gradients.initial), 0, 'what lies between the spans');
    tf.dispose([xt, dyt, y, bare, dx, state.tensor, gradients.tensor]);
  });
});

test('all variants are offered, and can be timed', () => {
  const offered = new Map(selections().map(({ operation, variants }) => [operation, variants.map(({ name }) => name)]));
  for (const operation of ['linear', 'linear-gradient', 'weight-gradient'])
    expect(offered.get(operation)).toEqual(VARIANTS);
});

test('no rows give an empty result; sizes that do not fit are refused', async () => {
  const w = packWeights(randomArray(64, 1), 8, 8, 'float32');
  const empty = linearForward(tf.zeros([0, 8]), w, null, null);
  expect(empty.shape).toEqual([0, 8]);
  expect(() => linearForward(tf.zeros([3, 7]), w, null, null)).toThrow(RangeError);
});
