/** Pictures resized and embeddings unpacked on the device, against what the processor computes. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkHealth, closeDevice, openDevice } from '../../src/device';
import { dispatchCount, resetDispatches } from '../../src/device/kernel';
import { choose } from '../../src/device/selection';
import * as tf from '../../src/device/tf';
import { pixelsOf } from '../../src/model/pictures';
import { preprocess, type PreprocessConfig } from '../../src/model/preprocess';
import type { PackedWeights } from '../../src/ops/types';
import { embedRows } from '../../src/ops/webgpu/embed';
import { resizeNormalise } from '../../src/ops/webgpu/picture';
import { poison } from '../support/poison';
import { freshSeed, randomArray, randomSource } from '../support/tensors';

beforeAll(async () => {
  expect((await openDevice('webgpu', [])).backend).toBe('webgpu');
});
afterAll(closeDevice);

describe.each(['bilinear', 'bicubic', 'lanczos'] as const)('resized by %s', (filter) => {
  it.each([
    [60, 44, 32],
    [50, 90, 32],
    [7, 7, 32],
    [32, 32, 32],
    [200, 3, 16],
    [1, 67, 17],
    [67, 66, 33],
    [67, 68, 33],
    [1, 1, 8],
  ])('%i x %i to %i, byte for byte', async (width, height, size) => {
    const next = randomSource(freshSeed());
    // Black and white pixels overshoot most.
    const data = Uint8ClampedArray.from({ length: width * height * 4 }, () => {
      const x = next();
      return x < 0.2 ? 0 : x > 0.8 ? 255 : x * 256;
    });
    const [mean, std] = [[0.5, 0.4, 0.3] as const, [0.5, 0.25, 0.2] as const];
    const expected = preprocess(
      { width, height, data },
      { imageSize: size, fit: 'squeezed', longestEdge: size, filter, scale: 1 / 255, mean, std },
    );
    await poison([size * size * 3, width * height]);
    const rgba = tf.tensor1d(new Int32Array(data.buffer), 'int32');
    const live = tf.memory().numTensors;
    const pixels = resizeNormalise(rgba, width, height, size, filter, mean, std);
    expect(tf.memory().numTensors - live).toBe(1);
    expect(pixels.shape).toEqual([size, size, 3]);
    const values = await pixels.data<'float32'>();
    checkHealth();
    // A byte is 0.008 here: anything below is the rounding of the division.
    expect(Math.max(...values.map((x, i) => Math.abs(x - expected[i]!)))).toBeLessThan(2e-6);
    tf.dispose([rgba, pixels]);
  });
});

it('the model room takes either way, with the same bytes', async () => {
  const [width, height] = [90, 70];
  const data = Uint8ClampedArray.from({ length: width * height * 4 }, (_, i) => (i * 37) % 256);
  const config: PreprocessConfig = {
    ...{ imageSize: 64, fit: 'squeezed', longestEdge: 64, filter: 'lanczos', scale: 1 / 255 },
    ...{ mean: [0.5, 0.4, 0.3], std: [0.5, 0.25, 0.2] },
  };
  for (const [way, scale] of [
    ['processor', 1 / 255],
    ['gpu', 1 / 255],
    ['gpu', 1 / 127.5],
    ['gpu', 1],
  ] as const) {
    choose({ picture: way });
    const scaled = { ...config, scale };
    const expected = preprocess({ width, height, data }, scaled);
    resetDispatches();
    const values = await pixelsOf({ width, height, data }, scaled);
    expect(dispatchCount()).toBe(way === 'gpu' ? 2 : 0);
    expect(Math.max(...values.map((x, i) => Math.abs(x - expected[i]!)))).toBeLessThan(2e-6 * 255 * scale);
  }
  // A size that comes before the square is the processor's.
  resetDispatches();
  const twice = { ...config, longestEdge: 80 };
  expect(await pixelsOf({ width, height, data }, twice)).toEqual(preprocess({ width, height, data }, twice));
  expect(dispatchCount()).toBe(0);
});

it('refuses pixels of another size', () => {
  expect(() => resizeNormalise(tf.zeros([6], 'int32'), 2, 2, 8, 'bilinear', [0, 0, 0], [1, 1, 1])).toThrow(RangeError);
});

/** Packed numbers and what they stand for. */
function packed(packing: PackedWeights['packing'], outputs: number, inputs: number): [PackedWeights, number[]] {
  const count = outputs * inputs;
  const next = randomSource(freshSeed());
  const integer = (bits: number): number[] =>
    Array.from({ length: count }, () => Math.floor(next() * 2 ** bits) - 2 ** (bits - 1));
  const words = (bytes: ArrayBuffer, width: number): tf.Tensor =>
    tf.tensor2d(new Int32Array(bytes), [outputs, width], 'int32');
  const plain = (weights: tf.Tensor): PackedWeights => ({ packing, outputs, inputs, words: weights, scales: null });
  if (packing === 'float32') {
    const values = randomArray(count, freshSeed());
    return [plain(tf.tensor2d(values, [outputs, inputs])), [...values]];
  }
  if (packing === 'bfloat16') {
    const bits = new Uint32Array(randomArray(count, freshSeed()).buffer).map((x) => x & 0xffff0000);
    const halves = Uint16Array.from(bits, (x) => x >>> 16);
    return [plain(words(halves.buffer, inputs / 2)), [...new Float32Array(bits.buffer)]];
  }
  if (packing === 'float16') {
    // sign, exponent 1 to 30, fraction; subnormals too, where the exponent is 0.
    const halves = Uint16Array.from({ length: count }, () => Math.floor(next() * 2 ** 16) & 0xbfff);
    const values = Array.from(halves, (half) => {
      const [exponent, fraction] = [(half >> 10) & 31, half & 1023];
      const size = exponent === 0 ? (fraction / 1024) * 2 ** -14 : (1 + fraction / 1024) * 2 ** (exponent - 15);
      return half & 0x8000 ? -size : size;
    });
    return [plain(words(halves.buffer, inputs / 2)), values];
  }
  const scales = randomArray(count / 32, freshSeed(), 0.1);
  const numbers = integer(packing === 'int8' ? 8 : 4);
  const bytes =
    packing === 'int8'
      ? Int8Array.from(numbers)
      : Uint8Array.from({ length: count / 2 }, (_, i) => (numbers[2 * i]! & 15) | ((numbers[2 * i + 1]! & 15) << 4));
  return [
    {
      ...plain(words(bytes.buffer, inputs / (packing === 'int8' ? 4 : 8))),
      scales: tf.tensor2d(scales, [outputs, inputs / 32]),
    },
    numbers.map((x, i) => Math.fround(x * scales[i >> 5]!)),
  ];
}

describe.each(['float32', 'bfloat16', 'float16', 'int8', 'int4'] as const)('embedding rows of %s', (packing) => {
  it.each([
    [1, 3, 32],
    [17, 67, 96],
  ])('%i of %i, %i wide', async (n, outputs, inputs) => {
    const [table, expected] = packed(packing, outputs, inputs);
    const next = randomSource(freshSeed());
    const ids = Array.from({ length: n }, (_, i) => (i === 0 ? outputs - 1 : Math.floor(next() * outputs)));
    await poison([n * inputs]);
    const rows = embedRows(tf.tensor1d(ids, 'int32'), table);
    expect(rows.shape).toEqual([n, inputs]);
    const values = await rows.data<'float32'>();
    checkHealth();
    const wanted = ids.flatMap((id) => expected.slice(id * inputs, (id + 1) * inputs));
    // SwiftShader may flush subnormals.
    wanted.forEach((x, i) => expect(Math.abs(values[i]! - x)).toBeLessThanOrEqual(1e-7 * Math.abs(x) + 1e-37));
  });
});
