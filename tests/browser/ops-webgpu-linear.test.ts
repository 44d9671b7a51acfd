/** Linear layers on WebGPU without workgroup memory: every packing, shapes that fit no tile, extreme numbers. */
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { checkHealth } from '../../src/device';
import { forgetChoices, selections } from '../../src/device/selection';
import * as tf from '../../src/device/tf';
import { packWeights } from '../../src/ops/pack';
import type { Packing } from '../../src/ops/types';
import { linearForward } from '../../src/ops/webgpu/linear';
import '../../src/ops/webgpu/dense';
import { openBackend } from '../support/backends';
import { checkLayer, checkRandom, LINEAR_VARIANTS, useLinear } from '../support/linear_layers';
import { freshSeed, randomArray } from '../support/tensors';

const PACKINGS: readonly Packing[] = ['float32', 'bfloat16', 'float16', 'int8', 'int4'];

beforeAll(async () => {
  expect((await openBackend('webgpu')).backend).toBe('webgpu');
});
afterEach(() => {
  forgetChoices();
  checkHealth();
});

describe.each(['subgroup', 'registers'])('%s', (variant) => {
  test.each(PACKINGS)('%s', async (packing) => {
    useLinear(variant);
    await checkRandom(packing, 67, 96, 76);
    await checkRandom(packing, 1, 64, 36);
  });

  test.each([2, 3, 8, 9, 17, 130])('%i rows', async (rows) => {
    useLinear(variant);
    await checkRandom('bfloat16', rows, 72, 140);
  });

  test('shapes without whole vectors', async () => {
    useLinear(variant);
    await checkRandom('float32', 3, 5, 7);
    await checkRandom('float32', 17, 12, 3);
    await checkRandom('float32', 9, 64, 2);
    await checkRandom('int8', 5, 32, 3);
    await checkRandom('bfloat16', 5, 24, 1);
  });

  test('large, tiny, equal and zero numbers', async () => {
    useLinear(variant);
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

test('all variants are offered, and can be timed', () => {
  const offered = new Map(selections().map(({ operation, variants }) => [operation, variants.map(({ name }) => name)]));
  for (const operation of ['linear', 'linear-gradient', 'weight-gradient'])
    expect(offered.get(operation)).toEqual(LINEAR_VARIANTS);
});

test('no rows give an empty result; sizes that do not fit are refused', async () => {
  const w = packWeights(randomArray(64, 1), 8, 8, 'float32');
  const empty = linearForward(tf.zeros([0, 8]), w, null, null);
  expect(empty.shape).toEqual([0, 8]);
  expect(() => linearForward(tf.zeros([3, 7]), w, null, null)).toThrow(RangeError);
});
