/** Every packed format against exact expectations: bits, rounding, scales, and the way back. */
import '@tensorflow/tfjs-backend-cpu';
import { beforeAll, describe, expect, test } from 'vitest';
import * as tf from '../../src/device/tf';
import { packBytes, packWeights, unpackWeights } from '../../src/ops/pack';
import { bfloat16Bits, bfloat16Value, float16Bits, float16Value } from '../../src/ops/pack_halves';
import { SCALE_GROUP } from '../../src/ops/types';
import { randomArray } from '../support/tensors';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const floatOf = (bits: number): number => new Float32Array(Uint32Array.of(bits).buffer)[0]!;

describe('halves', () => {
  test('every finite number of 16 bits comes back as it is', () => {
    for (let bits = 0; bits < 2 ** 16; bits++) {
      if ((bits & 0x7f80) !== 0x7f80) expect(bfloat16Bits(bfloat16Value(bits))).toBe(bits);
      if ((bits & 0x7c00) !== 0x7c00) expect(float16Bits(float16Value(bits)) & 0x7fff).toBe(bits & 0x7fff);
    }
  });

  test('bfloat16 rounds to the nearest, ties to even, and stays finite', () => {
    expect(bfloat16Bits(floatOf(0x3f808000))).toBe(0x3f80);
    expect(bfloat16Bits(floatOf(0x3f808001))).toBe(0x3f81);
    expect(bfloat16Bits(floatOf(0x3f818000))).toBe(0x3f82);
    expect(bfloat16Bits(floatOf(0x3fffffff))).toBe(0x4000);
    expect(bfloat16Bits(floatOf(0xff7fffff))).toBe(0xff7f);
    expect(bfloat16Bits(-0)).toBe(0x8000);
  });

  test('float16 rounds to the nearest, ties to even, and stays finite', () => {
    expect(float16Bits(1 + 2 ** -11)).toBe(0x3c00);
    expect(float16Bits(1 + 3 * 2 ** -11)).toBe(0x3c02);
    expect(float16Bits(1 + 2 ** -11 + 2 ** -20)).toBe(0x3c01);
    expect(float16Bits(2 - 2 ** -12)).toBe(0x4000);
    expect(float16Bits(2 ** -14 - 2 ** -26)).toBe(0x0400);
    expect(float16Bits(2 ** -25)).toBe(0);
    expect(float16Bits(-3 * 2 ** -25)).toBe(0x8002);
    expect(float16Bits(-1e30)).toBe(0xfbff);
    expect(float16Bits(65504)).toBe(0x7bff);
  });
});

describe('words', () => {
  test('the first weight is in the lowest bits', async () => {
    const values = Float32Array.of(1, -2, 0.5, 0, 4, -8, 16, -0.25);
    const bfloat16 = packWeights(values, 1, 8, 'bfloat16');
    expect(bfloat16.words.shape).toEqual([1, 4]);
    expect([...(await bfloat16.words.data())].map((word) => word >>> 0)).toEqual([
      0xc0003f80, 0x3f00, 0xc1004080, 0xbe804180,
    ]);
    const float16 = packWeights(values, 1, 8, 'float16');
    expect([...(await float16.words.data())].map((word) => word >>> 0)).toEqual([
      0xc0003c00, 0x3800, 0xc8004400, 0xb4004c00,
    ]);
    for (const packed of [bfloat16, float16]) expect(await unpackWeights(packed)).toEqual(values);
  });

  test('int8 and int4 have a scale for each group, and round to it', async () => {
    const whole = (largest: number): Float32Array =>
      Float32Array.from({ length: SCALE_GROUP }, (_, i) => (i === 0 ? -largest : (i % (2 * largest)) - largest + 1));
    for (const [packing, largest, perWord] of [
      ['int8', 127, 4],
      ['int4', 7, 8],
    ] as const) {
      // Powers of two as scales: exact. The third group is zero.
      const values = Float32Array.from({ length: 4 * SCALE_GROUP }, (_, i) => {
        const group = Math.floor(i / SCALE_GROUP);
        return whole(largest)[i % SCALE_GROUP]! * [0.5, 4, 0, 2 ** -20][group]!;
      });
      const packed = packWeights(values, 2, 2 * SCALE_GROUP, packing);
      expect(packed.packing).toBe(packing);
      expect(packed.words.shape).toEqual([2, (2 * SCALE_GROUP) / perWord]);
      expect(packed.scales!.shape).toEqual([2, 2]);
      expect([...(await packed.scales!.data())]).toEqual([0.5, 4, 0, 2 ** -20]);
      expect([...(await unpackWeights(packed))].map((value) => value + 0)).toEqual(
        [...values].map((value) => value + 0),
      );
    }
  });

  test.each([
    ['int8', 127],
    ['int4', 7],
  ] as const)('%s is off by half a step at most, whatever the magnitude', async (packing, largest) => {
    for (const spread of [1, 1e30, 1e-30]) {
      const values = randomArray(3 * 96, 5, spread);
      const unpacked = await unpackWeights(packWeights(values, 3, 96, packing));
      for (let begin = 0; begin < values.length; begin += SCALE_GROUP) {
        const group = values.subarray(begin, begin + SCALE_GROUP);
        const step = Math.max(...group.map(Math.abs)) / largest;
        group.forEach((value, i) => expect(Math.abs(unpacked[begin + i]! - value)).toBeLessThanOrEqual(0.5001 * step));
      }
    }
  });

  test('inputs that make no whole groups stay float32', async () => {
    const values = randomArray(3 * 20, 6);
    for (const packing of ['bfloat16', 'float16', 'int8', 'int4'] as const) {
      const packed = packWeights(values, 3, 20, packing);
      expect(packed).toMatchObject({ packing: 'float32', outputs: 3, inputs: 20, scales: null });
      expect(await unpackWeights(packed)).toEqual(values);
    }
    expect(packWeights(values, 3, 20, 'float32').words.shape).toEqual([3, 20]);
    expect(() => packWeights(values, 4, 20, 'float32')).toThrow(RangeError);
  });
});

describe('bytes of a file', () => {
  const halves = Uint16Array.of(0x3f80, 0xc000, 0x0001, 0x8000, 0x7f7f, 0x4049, 0x3eab, 0xbf80);

  test.each(['BF16', 'F16'] as const)('%s is kept bit by bit, from any offset', async (dtype) => {
    const bytes = new Uint8Array(17);
    bytes.set(new Uint8Array(halves.buffer), 1);
    const packed = packBytes(bytes.subarray(1), dtype, 1, 8);
    expect(packed.packing).toBe(dtype === 'BF16' ? 'bfloat16' : 'float16');
    expect([...new Uint16Array(Int32Array.from(await packed.words.data()).buffer)]).toEqual([...halves]);
  });

  test('16 bits become float32 where inputs are no multiple of 8', async () => {
    const packed = packBytes(new Uint8Array(halves.buffer), 'BF16', 2, 4);
    expect(packed.packing).toBe('float32');
    expect([...(await packed.words.data())]).toEqual([...halves].map(bfloat16Value));
  });

  test('float32', async () => {
    const values = randomArray(6, 7);
    const packed = packBytes(new Uint8Array(values.buffer), 'F32', 2, 3);
    expect(packed.packing).toBe('float32');
    expect(await unpackWeights(packed)).toEqual(values);
    expect(() => packBytes(new Uint8Array(values.buffer), 'F32', 2, 4)).toThrow(RangeError);
  });
});
