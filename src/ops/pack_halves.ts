/** 16-bit floating-point numbers, bit by bit. Rounding is to the nearest, ties to even; nothing finite overflows. */

const word = new Uint32Array(1);
const float = new Float32Array(word.buffer);

const LARGEST_BFLOAT16 = 0x7f7f;
/** 65504. */
const LARGEST_FLOAT16 = 0x7bff;

function bitsOf(value: number): number {
  float[0] = value;
  return word[0]!;
}

/** The upper half of a float32. */
export function bfloat16Bits(value: number): number {
  const bits = bitsOf(value);
  const sign = (bits >>> 16) & 0x8000;
  const magnitude = bits & 0x7fffffff;
  if (magnitude > 0x7f800000) return sign | 0x7fc0;
  if (magnitude === 0x7f800000) return sign | 0x7f80;
  const rounded = (magnitude + 0x7fff + ((magnitude >>> 16) & 1)) >>> 16;
  return sign | Math.min(rounded, LARGEST_BFLOAT16);
}

export function bfloat16Value(bits: number): number {
  word[0] = bits << 16;
  return float[0]!;
}

/** IEEE 754 binary16: 5 bits of exponent, 10 of fraction. */
export function float16Bits(value: number): number {
  const single = Math.fround(value);
  const sign = (bitsOf(single) >>> 16) & 0x8000;
  const magnitude = Math.abs(single);
  if (Number.isNaN(single)) return sign | 0x7e00;
  if (magnitude === Infinity) return sign | 0x7c00;
  // Steps between neighbours: 2^-24 below the smallest normal 2^-14, then 2^(exponent - 10).
  const exponent = magnitude < 2 ** -14 ? -14 : (bitsOf(magnitude) >>> 23) - 127;
  const steps = magnitude / 2 ** (exponent - 10);
  const floor = Math.floor(steps);
  const rest = steps - floor;
  const rounded = floor + (rest > 0.5 || (rest === 0.5 && floor % 2 === 1) ? 1 : 0);
  // Normal numbers have 1024 <= rounded <= 2048: the carry into the exponent comes out right by addition.
  const bits = rounded + (exponent + 14) * 1024;
  return sign | Math.min(bits, LARGEST_FLOAT16);
}

export function float16Value(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (1024 + fraction) * 2 ** (exponent - 25);
}
