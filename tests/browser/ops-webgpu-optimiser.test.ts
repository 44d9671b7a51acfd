/** AdamW and the norm on the device against PyTorch's golden steps and loops in double precision; work on spans. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkHealth, closeDevice, openDevice } from '../../src/device';
import { dispatchCount, resetDispatches } from '../../src/device/kernel';
import * as tf from '../../src/device/tf';
import type { AdamwNumbers } from '../../src/ops/types';
import { adamwUpdate, sumOfSquares } from '../../src/ops/webgpu/optimiser';
import { flatGroups } from '../../src/ops/webgpu/flat';
import { addInto, bindableRanges, fillZero, spanTensor } from '../../src/ops/webgpu/span';
import golden from '../golden/adamw.json';
import { poison } from '../support/poison';
import { expectClose, freshSeed, randomArray } from '../support/tensors';

beforeAll(async () => {
  expect((await openDevice('webgpu', [])).backend).toBe('webgpu');
});
afterAll(closeDevice);

async function read(tensor: tf.Tensor): Promise<Float32Array> {
  const values = await tensor.data<'float32'>();
  checkHealth();
  return values;
}

describe('sum of squares', () => {
  it.each([1, 3, 17, 67, 4096, 70_001, 1_200_000])('of %i numbers', async (count) => {
    const values = randomArray(count, freshSeed(), 3);
    const expected = values.reduce((sum, x) => sum + x * x, 0);
    const x = tf.tensor1d(values);
    await poison([1, 64, 16_384]);
    for (const lanes of [4, 64, 128, 256]) {
      resetDispatches();
      const total = sumOfSquares(x, lanes);
      expect(dispatchCount()).toBe(2);
      expect(total.shape).toEqual([]);
      expectClose(await read(total), [expected], 1e-5, 'sum');
    }
    x.dispose();
  });

  it('of extremes: zeros, tiny and large ones', async () => {
    expect(await read(sumOfSquares(tf.zeros([100])))).toEqual(Float32Array.of(0));
    expectClose(await read(sumOfSquares(tf.fill([100], 1e-15))), [1e-28], 1e-4, 'tiny');
    expectClose(await read(sumOfSquares(tf.fill([100], 1e15))), [1e32], 1e-4, 'large');
  });

  it('is the same every time', async () => {
    const x = tf.tensor1d(randomArray(10_007, freshSeed()));
    const [first, second] = [await read(sumOfSquares(x)), await read(sumOfSquares(x))];
    expect(second).toEqual(first);
  });

  it.each([NaN, Infinity, -Infinity])('shows %f wherever it is', async (bad) => {
    const count = 20_011;
    for (const place of [0, 1, 63, 64, 12_345, count - 1]) {
      const values = randomArray(count, freshSeed());
      values[place] = bad;
      for (const lanes of [4, 64, 128, 256])
        expect(Number.isFinite((await read(sumOfSquares(tf.tensor1d(values), lanes)))[0])).toBe(false);
    }
  });

  it('shows squares that overflow', async () => {
    expect(Number.isFinite((await read(sumOfSquares(tf.fill([100], 1e25))))[0])).toBe(false);
  });
});

describe('AdamW', () => {
  it('follows PyTorch through clipping, a changing rate and a zero gradient', async () => {
    const names = Object.keys(golden.shapes) as (keyof typeof golden.shapes)[];
    const flat = (tensors: Record<string, number[]>): number[] => names.flatMap((name) => tensors[name]!);
    const initial = flat(golden.initial);
    const state = {
      values: tf.tensor1d(initial),
      gradients: tf.zeros([initial.length]),
      first: tf.zeros([initial.length]),
      second: tf.zeros([initial.length]),
    };
    const { clip: most, ...config } = golden.config;
    for (const [index, step] of golden.steps.entries()) {
      fillZero(state.gradients);
      addInto({ tensor: state.gradients, offset: 0, length: initial.length }, tf.tensor1d(flat(step.gradients)));
      const norm = Math.sqrt((await read(sumOfSquares(state.gradients)))[0]!);
      expect(norm).toBeCloseTo(step.norm, 4);
      const clip = most > 0 ? Math.min(1, most / (norm + 1e-6)) : 1;
      adamwUpdate(state, { ...config, learningRate: step.learningRate, clip, step: index + 1 });
      const values = await read(state.values);
      flat(step.parameters).forEach((expected, i) => expect(Math.abs(values[i]! - expected)).toBeLessThan(2e-6));
    }
  });

  it.each([1, 67, 5003])('of %i numbers, by loops in double precision', async (count) => {
    const h: AdamwNumbers = {
      learningRate: 0.02,
      beta1: 0.9,
      beta2: 0.999,
      epsilon: 1e-8,
      weightDecay: 0.1,
      clip: 0.3,
      step: 7,
    };
    const spreads = [1, 1e-6, 1e4];
    const [values, gradients, first] = [0, 1, 2].map(() => randomArray(count, freshSeed()));
    for (let i = 0; i < count; i++) gradients![i]! *= spreads[i % 3]!;
    const second = randomArray(count, freshSeed()).map((x) => x * x);
    const state = {
      values: tf.tensor1d(values!),
      gradients: tf.tensor1d(gradients!),
      first: tf.tensor1d(first!),
      second: tf.tensor1d(second),
    };
    resetDispatches();
    adamwUpdate(state, h);
    expect(dispatchCount()).toBe(1);
    const m = first!.map((x, i) => h.beta1 * x + (1 - h.beta1) * h.clip * gradients![i]!);
    const v = second.map((x, i) => h.beta2 * x + (1 - h.beta2) * (h.clip * gradients![i]!) ** 2);
    const expected = values!.map((x, i) => {
      const direction = m[i]! / (1 - h.beta1 ** h.step) / (Math.sqrt(v[i]! / (1 - h.beta2 ** h.step)) + h.epsilon);
      return x * (1 - h.learningRate * h.weightDecay) - h.learningRate * direction;
    });
    expectClose(await read(state.first), m, 1e-6, 'first moment');
    expectClose(await read(state.second), v, 1e-6, 'second moment');
    expectClose(await read(state.values), expected, 1e-5, 'values');
    expect(await read(state.gradients)).toEqual(gradients);
  });
});

describe('spans', () => {
  it('are copied out, added to and cleared in place', async () => {
    const values = randomArray(64 + 67 + 10, freshSeed());
    const tensor = tf.tensor1d(values);
    const span = { tensor, offset: 64, length: 67 };
    await poison([67]);
    const copy = spanTensor(span, [67, 1]);
    expect(copy.shape).toEqual([67, 1]);
    expect(await read(copy)).toEqual(values.slice(64, 131));
    // Read first, so that what tfjs remembers of it must be forgotten.
    await read(tensor);
    const more = randomArray(67, freshSeed());
    addInto(span, tf.tensor1d(more));
    expect(await read(tensor)).toEqual(values.map((x, i) => (i >= 64 && i < 131 ? x + more[i - 64]! : x)));
    expect(() => addInto(span, tf.zeros([66]))).toThrow(RangeError);
    expect(() => spanTensor(span, [3])).toThrow(RangeError);
    fillZero(tensor);
    expect((await read(tensor)).every((x) => x === 0)).toBe(true);
  });

  it('are cut where a binding ends, and spread over two dimensions of workgroups', () => {
    expect(bindableRanges(1000, 4 * 400)).toEqual([
      { offset: 0, length: 384 },
      { offset: 384, length: 384 },
      { offset: 768, length: 232 },
    ]);
    expect(bindableRanges(0)).toEqual([]);
    for (const count of [0, 1, 64, 65, 64 * 65_536, 64_000_000]) {
      const [x, y] = flatGroups(count);
      expect(x * y * 64).toBeGreaterThanOrEqual(count);
      expect(Math.max(x, y)).toBeLessThan(65_536);
    }
  });
});
