/** Layers with adapters on WebGPU without workgroup memory: against tfjs's tape, and against finite differences. */
import { afterEach, beforeAll, describe, expect, test } from 'vitest';
import { checkHealth } from '../../src/device';
import { choose, forgetChoices } from '../../src/device/selection';
import * as tf from '../../src/device/tf';
import { adaptedBackward, adaptedForward } from '../../src/ops/webgpu/lora';
import { blockOf, checkAdapted, layerOf, QKV, type AdaptedCase } from '../support/adapted_layers';
import { openBackend } from '../support/backends';
import { useLinear } from '../support/linear_layers';
import { spanOf } from '../support/products';
import { directionalDerivative, randomArray, relativeError } from '../support/tensors';

beforeAll(async () => {
  expect((await openBackend('webgpu')).backend).toBe('webgpu');
});
afterEach(() => {
  forgetChoices();
  checkHealth();
});

describe.each(['subgroup', 'registers'])('%s', (variant) => {
  test('q, k and v', async () => {
    useLinear(variant);
    await checkAdapted(QKV);
  });

  test('a few rows', async () => {
    useLinear(variant);
    await checkAdapted({ ...QKV, rows: 3 });
  });
});

test('one part, int4', () => checkAdapted({ packing: 'int4', rows: 17, inputs: 64, rank: 16, outputs: [72] }));

test('parts that are no whole octets', async () => {
  choose({ linear: 'registers', 'linear-gradient': 'registers' });
  await checkAdapted({ packing: 'float32', rows: 9, inputs: 40, rank: 8, outputs: [20, 12, 4] });
});

test('sizes without whole vectors', async () => {
  await checkAdapted({ packing: 'float32', rows: 5, inputs: 7, rank: 3, outputs: [5, 2] });
  await checkAdapted({ packing: 'bfloat16', rows: 11, inputs: 24, rank: 2, outputs: [24, 8, 8] });
});

test('gradients of the adapters are those of finite differences', async () => {
  const sizes: AdaptedCase = { packing: 'float32', rows: 6, inputs: 16, rank: 8, outputs: [16, 8] };
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
