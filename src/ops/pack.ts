/**
 * Frozen weights in fewer bits. bfloat16 and float16 keep a file's own bits; int8 and int4 are symmetric with one
 * float32 scale for each `SCALE_GROUP` inputs of an output, the scheme of Q8_0 in llama.cpp (docs of GGUF) with
 * unpacked scales.
 */
import * as tf from '../device/tf';
import { bfloat16Bits, bfloat16Value, float16Bits, float16Value } from './pack_halves';
import { SCALE_GROUP, type PackedWeights, type Packing } from './types';

/** Largest integers of the symmetric formats: -8 and -128 stay unused, so that a weight and its negative round alike. */
const LARGEST = { int8: 127, int4: 7 } as const;

/** `inputs` must be a multiple of it, so that kernels read whole vectors and one scale at a time. */
export function packingMultiple(packing: Packing): number {
  switch (packing) {
    case 'float32':
      return 1;
    case 'bfloat16':
    case 'float16':
      return 8;
    case 'int8':
    case 'int4':
      return SCALE_GROUP;
  }
}

/**
 * Rounds weights `[outputs, inputs]`: 16-bit formats to the nearest, ties to even, and to the largest finite number
 * where they would overflow (WGSL may assume that there is no infinity). Falls back to float32 where `inputs` is no
 * multiple of `packingMultiple(packing)`.
 */
export function packWeights(values: Float32Array, outputs: number, inputs: number, packing: Packing): PackedWeights {
  checkCount(values.length, outputs, inputs);
  if (inputs % packingMultiple(packing) !== 0) packing = 'float32';
  switch (packing) {
    case 'float32':
      return fromFloats(values.slice(), outputs, inputs);
    case 'bfloat16':
      return fromHalves(Uint16Array.from(values, bfloat16Bits), packing, outputs, inputs);
    case 'float16':
      return fromHalves(Uint16Array.from(values, float16Bits), packing, outputs, inputs);
    case 'int8':
    case 'int4':
      return quantised(values, outputs, inputs, packing);
  }
}

/**
 * A safetensors tensor `[outputs, inputs]` from its bytes (little-endian), unconverted; only 16-bit ones whose `inputs`
 * is no multiple of 8 become float32. `bytes` need not be aligned; those that fill their buffer are taken over, not
 * copied, and must not be changed afterwards.
 */
export function packBytes(
  bytes: Uint8Array,
  dtype: 'BF16' | 'F16' | 'F32',
  outputs: number,
  inputs: number,
): PackedWeights {
  const width = dtype === 'F32' ? 4 : 2;
  checkCount(bytes.byteLength / width, outputs, inputs);
  const whole = bytes.byteLength === bytes.buffer.byteLength && bytes.buffer instanceof ArrayBuffer;
  const own = whole ? bytes.buffer : bytes.slice().buffer;
  if (dtype === 'F32') return fromFloats(new Float32Array(own), outputs, inputs);
  const halves = new Uint16Array(own);
  if (inputs % packingMultiple('bfloat16') === 0)
    return fromHalves(halves, dtype === 'BF16' ? 'bfloat16' : 'float16', outputs, inputs);
  const value = dtype === 'BF16' ? bfloat16Value : float16Value;
  return fromFloats(Float32Array.from(halves, value), outputs, inputs);
}

/** The weights `[outputs, inputs]` that kernels compute with. */
export async function unpackWeights({ packing, outputs, inputs, words, scales }: PackedWeights): Promise<Float32Array> {
  const data = await words.data();
  switch (packing) {
    case 'float32':
      return Float32Array.from(data);
    case 'bfloat16':
      return Float32Array.from(new Uint16Array(Int32Array.from(data).buffer), bfloat16Value);
    case 'float16':
      return Float32Array.from(new Uint16Array(Int32Array.from(data).buffer), float16Value);
    case 'int8':
    case 'int4': {
      const factors = await scales!.data();
      const bits = packing === 'int8' ? 8 : 4;
      const perWord = 32 / bits;
      return Float32Array.from({ length: outputs * inputs }, (_, i) => {
        const shift = 32 - bits - bits * (i % perWord);
        return factors[Math.floor(i / SCALE_GROUP)]! * ((data[Math.floor(i / perWord)]! << shift) >> (32 - bits));
      });
    }
  }
}

export function disposeWeights({ words, scales }: PackedWeights): void {
  words.dispose();
  scales?.dispose();
}

function fromFloats(values: Float32Array, outputs: number, inputs: number): PackedWeights {
  const words = tf.tensor2d(values, [outputs, inputs], 'float32');
  return { packing: 'float32', outputs, inputs, words, scales: null };
}

function fromHalves(
  halves: Uint16Array<ArrayBuffer>,
  packing: 'bfloat16' | 'float16',
  outputs: number,
  inputs: number,
): PackedWeights {
  const words = tf.tensor2d(new Int32Array(halves.buffer), [outputs, inputs / 2], 'int32');
  return { packing, outputs, inputs, words, scales: null };
}

function quantised(values: Float32Array, outputs: number, inputs: number, packing: 'int8' | 'int4'): PackedWeights {
  const largest = LARGEST[packing];
  const bits = packing === 'int8' ? 8 : 4;
  const perWord = 32 / bits;
  const mask = 2 ** bits - 1;
  const words = new Int32Array((outputs * inputs) / perWord);
  const scales = new Float32Array((outputs * inputs) / SCALE_GROUP);
  for (let group = 0; group < scales.length; group++) {
    const begin = group * SCALE_GROUP;
    let magnitude = 0;
    for (let i = begin; i < begin + SCALE_GROUP; i++) magnitude = Math.max(magnitude, Math.abs(values[i]!));
    scales[group] = magnitude / largest;
    // As rounded to float32; 0 where all are 0 or too small to tell apart.
    const scale = scales[group]!;
    if (scale === 0) continue;
    for (let i = begin; i < begin + SCALE_GROUP; i++) {
      const whole = Math.max(-largest, Math.min(largest, Math.round(values[i]! / scale)));
      const word = Math.floor(i / perWord);
      words[word] = words[word]! | ((whole & mask) << (bits * (i % perWord)));
    }
  }
  return {
    packing,
    outputs,
    inputs,
    words: tf.tensor2d(words, [outputs, inputs / perWord], 'int32'),
    scales: tf.tensor2d(scales, [outputs, inputs / SCALE_GROUP], 'float32'),
  };
}

function checkCount(count: number, outputs: number, inputs: number): void {
  if (count !== outputs * inputs)
    throw new RangeError(`Weights [${outputs}, ${inputs}] need ${outputs * inputs} numbers, not ${count}`);
}
