/** Checks of linear layers on WebGPU against plain sums in float64. */
import { expect } from 'vitest';
import { dispatchCount, resetDispatches } from '../../src/device/kernel';
import { choose } from '../../src/device/selection';
import * as tf from '../../src/device/tf';
import { packWeights, unpackWeights } from '../../src/ops/pack';
import type { PackedWeights, Packing } from '../../src/ops/types';
import { linearForward, linearInputGradient } from '../../src/ops/webgpu/linear';
import { poison } from './poison';
import { productOf, transposeOf } from './products';
import { expectClose, freshSeed, randomArray } from './tensors';

export const LINEAR_VARIANTS = ['subgroup', 'registers', 'tiles'] as const;
const TOLERANCE = 1e-4;

/** Forces one variant of every kernel of linear layers. */
export function useLinear(variant: string): void {
  choose({
    linear: variant,
    'linear-gradient': variant,
    'weight-gradient': variant,
    'linear-few-rows': variant === 'tiles' ? 'workgroup' : 'subgroup',
    'column-sums': variant === 'tiles' ? 'workgroup' : 'registers',
  });
}

/** Both directions of a layer with `rows` rows, with and without what is added, against float64. */
export async function checkLayer(w: PackedWeights, rows: number, x: Float32Array, dy: Float32Array): Promise<void> {
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

export async function checkRandom(packing: Packing, rows: number, inputs: number, outputs: number): Promise<void> {
  const w = packWeights(randomArray(outputs * inputs, freshSeed()), outputs, inputs, packing);
  await checkLayer(w, rows, randomArray(rows * inputs, freshSeed()), randomArray(rows * outputs, freshSeed()));
  tf.dispose(w.scales === null ? [w.words] : [w.words, w.scales]);
}
