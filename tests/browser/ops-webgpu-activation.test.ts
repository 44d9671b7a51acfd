/** Activations on WebGPU and their gradients against plain tfjs on the tape. */
import { beforeAll, expect, test } from 'vitest';
import { checkHealth } from '../../src/device';
import * as tf from '../../src/device/tf';
import { geluReference, geluTanhReference, swigluReference } from '../../src/ops';
import {
  exactGeluBackward,
  exactGeluForward,
  geluBackward,
  geluForward,
  swigluBackward,
  swigluForward,
} from '../../src/ops/webgpu/activation';
import { openBackend } from '../support/backends';
import { poison } from '../support/poison';
import { expectClose, freshSeed, randomArray } from '../support/tensors';

const random = (shape: number[], spread = 1): tf.Tensor =>
  tf.tensor(randomArray(tf.util.sizeFromShape(shape), freshSeed(), spread), shape);

beforeAll(async () => {
  await openBackend('webgpu');
});

const SHAPES: [number, number][] = [
  [1, 1],
  [3, 5],
  [17, 12],
  [67, 64],
  [5, 130],
];

test.each(SHAPES)('gated SiLU, %i x %i', async (rows, width) => {
  for (const spread of [1e-3, 2, 30]) {
    const gateUp = random([rows, 2 * width], spread);
    const dy = random([rows, width]);
    const expected = tf.tidy(() =>
      tf.valueAndGrad((x: tf.Tensor) => {
        const [gate, up] = tf.split(x, 2, 1) as [tf.Tensor, tf.Tensor];
        return swigluReference(gate, up);
      })(gateUp, dy),
    );
    await poison([rows * width, 2 * rows * width]);
    const [y, gradient] = [swigluForward(gateUp), swigluBackward(dy, gateUp)];
    expect([y.shape, gradient.shape]).toEqual([dy.shape, gateUp.shape]);
    expectClose(await y.data(), await expected.value.data(), 1e-4, 'value');
    expectClose(await gradient.data(), await expected.grad.data(), 1e-4, 'gradient');
    checkHealth();
    tf.dispose([gateUp, dy, expected.value, expected.grad, y, gradient]);
  }
});

test('gated SiLU of gates whose exponential overflows', async () => {
  const gateUp = tf.tensor2d([[1e4, -1e4, 0, 3, -3, 1, 2, 4]]);
  expectClose(await swigluForward(gateUp).data(), [-3e4, -0, 0, 12 / (1 + Math.exp(-3))], 1e-6, 'value');
  const gradient = await swigluBackward(tf.tensor2d([[1, 1, 1, 1]]), gateUp).data();
  expectClose(gradient.slice(0, 3), [-3, 0, 1], 1e-6, 'gradient of the gates');
  expectClose(gradient.slice(4, 7), [1e4, 0, 0], 1e-6, 'gradient of what they let through');
  checkHealth();
});

test.each(SHAPES)('GELU, %i x %i', async (rows, width) => {
  // The reference's tanh of large numbers may be anything here, so those have a test of their own.
  for (const spread of [1e-3, 1, 2]) {
    const [x, dy] = [random([rows, width], spread), random([rows, width])];
    const expected = tf.tidy(() => tf.valueAndGrad(geluTanhReference)(x, dy));
    await poison([x.size, x.size]);
    const [y, gradient] = [geluForward(x), geluBackward(dy, x)];
    expect([y.shape, gradient.shape]).toEqual([x.shape, x.shape]);
    expectClose(await y.data(), await expected.value.data(), 1e-4, 'value');
    expectClose(await gradient.data(), await expected.grad.data(), 1e-4, 'gradient');
    checkHealth();
    tf.dispose([x, dy, expected.value, expected.grad, y, gradient]);
  }
});

test.each(SHAPES)('exact GELU, %i x %i', async (rows, width) => {
  const [x, dy] = [random([rows, width], 2), random([rows, width])];
  const expected = tf.tidy(() => tf.valueAndGrad(geluReference)(x, dy));
  await poison([x.size, x.size]);
  const [y, gradient] = [exactGeluForward(x), exactGeluBackward(dy, x)];
  expect([y.shape, gradient.shape]).toEqual([x.shape, x.shape]);
  expectClose(await y.data(), await expected.value.data(), 1e-5, 'value');
  expectClose(await gradient.data(), await expected.grad.data(), 1e-5, 'gradient');
  checkHealth();
  tf.dispose([x, dy, expected.value, expected.grad, y, gradient]);
});

test('GELU of large numbers', async () => {
  const values = [1e4, -1e4, 1e30, -1e30, 50, -50, 6, -6];
  const x = tf.tensor1d(values);
  const y = await geluForward(x).data();
  const gradient = await geluBackward(tf.onesLike(x), x).data();
  values.forEach((value, i) => {
    expect(Math.abs(y[i]! - Math.max(value, 0))).toBeLessThanOrEqual(1e-6 * Math.abs(value));
    expect(Math.abs(gradient[i]! - Number(value > 0))).toBeLessThan(1e-5);
  });
  checkHealth();
});

test('the gradients are slopes', async () => {
  const at = [-4, -1.5, -0.3, 0, 0.4, 1.7, 5];
  const step = 1e-2;
  const moved = (by: number): tf.Tensor => tf.tensor1d(at.map((value) => value + by));
  const slopes = tf.div(tf.sub(geluForward(moved(step)), geluForward(moved(-step))), 2 * step);
  expectClose(await geluBackward(tf.ones([at.length]), moved(0)).data(), await slopes.data(), 1e-3, 'GELU');
  const gated = (by: number): tf.Tensor =>
    tf.tensor2d(
      at.flatMap((value) => [value + by, 2]),
      [at.length, 2],
    );
  const gates = tf.div(tf.sub(swigluForward(gated(step)), swigluForward(gated(-step))), 2 * step);
  const gradient = tf.slice(swigluBackward(tf.ones([at.length, 1]), gated(0)), [0, 0], [-1, 1]);
  expectClose(await gradient.data(), await gates.data(), 1e-3, 'gated SiLU');
  checkHealth();
});
