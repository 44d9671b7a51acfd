/** Trainable layers in spans of a flat state on WebGPU, against plain sums in float64. */
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { checkHealth } from '../../src/device';
import { dispatchCount, resetDispatches, type Span } from '../../src/device/kernel';
import { forgetChoices } from '../../src/device/selection';
import * as tf from '../../src/device/tf';
import { columnSums, denseForward, denseInputGradient, denseWeightGradient } from '../../src/ops/webgpu/dense';
import { openBackend } from '../support/backends';
import { LINEAR_VARIANTS, useLinear } from '../support/linear_layers';
import { poison } from '../support/poison';
import { columnsOf, productOf, spanOf, transposeOf } from '../support/products';
import { expectClose, freshSeed, randomArray } from '../support/tensors';

const TOLERANCE = 1e-4;

beforeAll(async () => {
  expect((await openBackend('webgpu')).backend).toBe('webgpu');
});
afterEach(() => {
  forgetChoices();
  checkHealth();
});

describe.each(LINEAR_VARIANTS)('trainable layers, %s', (variant) => {
  test.each([
    [67, 96, 136],
    [5, 72, 2],
    [1, 64, 200],
    [17, 7, 5],
  ])('%i rows, %i -> %i', async (rows, inputs, outputs) => {
    useLinear(variant);
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
