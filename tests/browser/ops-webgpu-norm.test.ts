/** Norms on WebGPU and their gradients against plain tfjs on the tape, in every variant. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkHealth } from '../../src/device';
import { dispatchCount, resetDispatches } from '../../src/device/kernel';
import { choose, forgetChoices, selections } from '../../src/device/selection';
import * as tf from '../../src/device/tf';
import { layerNormReference, rmsNormReference } from '../../src/ops';
import { layerBackward, layerForward, rmsBackward, rmsForward } from '../../src/ops/webgpu/norm';
import { openBackend } from '../support/backends';
import { poison } from '../support/poison';
import { directionalDerivative, expectClose, freshSeed, randomArray } from '../support/tensors';

const random = (shape: number[], spread = 1): tf.Tensor =>
  tf.tensor(randomArray(tf.util.sizeFromShape(shape), freshSeed(), spread), shape);

describe.each(['rows', 'workgroup', 'wide'])('norms by %s', (variant) => {
  beforeAll(async () => {
    await openBackend('webgpu');
    choose({ norm: variant });
    expect(
      selections()
        .find(({ operation }) => operation === 'norm')!
        .current(),
    ).toBe(variant);
  });
  afterAll(forgetChoices);

  async function compare(x: tf.Tensor, tolerance = 1e-4): Promise<void> {
    const [rows, width] = x.shape as [number, number];
    const [scale, shift] = [random([width]), random([width])];
    const dy = random([rows, width]);
    const layer = tf.tidy(() => tf.valueAndGrad((at: tf.Tensor) => layerNormReference(at, scale, shift, 1e-6))(x, dy));
    const rms = tf.tidy(() => tf.valueAndGrad((at: tf.Tensor) => rmsNormReference(at, scale, 1e-5))(x, dy));
    await poison(Array.from({ length: 4 }, () => x.size));
    const close = async (actual: tf.Tensor, expected: tf.Tensor, what: string): Promise<void> => {
      expect(actual.shape).toEqual(x.shape);
      expectClose(await actual.data(), await expected.data(), tolerance, what);
    };
    resetDispatches();
    const ours = [
      layerForward(x, scale, shift, 1e-6),
      layerBackward(dy, x, scale, 1e-6),
      rmsForward(x, scale, 1e-5),
      rmsBackward(dy, x, scale, 1e-5),
    ] as const;
    expect(dispatchCount()).toBe(4);
    await close(ours[0], layer.value, 'layer norm');
    await close(ours[1], layer.grad, 'gradient of layer norm');
    await close(ours[2], rms.value, 'RMS norm');
    await close(ours[3], rms.grad, 'gradient of RMS norm');
    checkHealth();
    tf.dispose([x, scale, shift, dy, ...ours, layer.value, layer.grad, rms.value, rms.grad]);
  }

  test.each([
    [1, 128],
    [17, 576],
    [67, 36],
    [3, 130],
    [5, 1152],
    [33, 7],
  ])('%i x %i', (rows, width) => compare(random([rows, width], 3)));

  test('large, tiny and equal numbers', async () => {
    await compare(random([9, 64], 1e6));
    await compare(random([9, 64], 1e-4));
    await compare(tf.fill([9, 64], 0.5));
    await compare(tf.zeros([9, 64]));
  });

  test('a mean that is large against the spread keeps its digits', async () => {
    // In float64; sums of squares in float32 would leave nothing of the variance.
    const values = randomArray(2 * 64, freshSeed()).map((value) => value + 1000);
    const y = await layerForward(tf.tensor2d(values, [2, 64]), tf.ones([64]), tf.zeros([64]), 1e-6).data();
    const expected = [0, 1].flatMap((row) => {
      const own = Array.from(values.subarray(row * 64, row * 64 + 64));
      const mean = own.reduce((sum, value) => sum + value, 0) / 64;
      const variance = own.reduce((sum, value) => sum + (value - mean) ** 2, 0) / 64;
      return own.map((value) => (value - mean) / Math.sqrt(variance + 1e-6));
    });
    expectClose(y, expected, 1e-3, 'layer norm');
    checkHealth();
  });

  test('the gradient is the slope', async () => {
    const [values, direction, dy] = [
      randomArray(96, freshSeed()),
      randomArray(96, freshSeed()),
      randomArray(96, freshSeed()),
    ];
    const length = Math.hypot(...direction);
    const unit = direction.map((value) => value / length);
    const [scale, shift] = [random([32]), random([32])];
    const dot = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
      Array.from(a).reduce((sum, value, i) => sum + value * b[i]!, 0);
    const tensor = (from: Float32Array): tf.Tensor => tf.tensor2d(from, [3, 32]);
    for (const [forward, gradient] of [
      [(x: tf.Tensor) => rmsForward(x, scale, 1e-5), rmsBackward(tensor(dy), tensor(values), scale, 1e-5)],
      [(x: tf.Tensor) => layerForward(x, scale, shift, 1e-5), layerBackward(tensor(dy), tensor(values), scale, 1e-5)],
    ] as const) {
      const loss = async (at: Float32Array): Promise<number> => dot(dy, await forward(tensor(at)).data());
      const slope = await directionalDerivative(loss, values, unit, 1e-2);
      expect(Math.abs(dot(await gradient.data(), unit) - slope)).toBeLessThan(1e-2 * Math.max(1, Math.abs(slope)));
    }
    checkHealth();
  });
});
