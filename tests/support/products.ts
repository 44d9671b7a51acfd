/** Plain products in float64, and tensors in spans of a flat state, for tests of kernels. */
import type { Span } from '../../src/device/kernel';
import * as tf from '../../src/device/tf';

/** `a b`: `[rows, inner] x [inner, columns]`. */
export function productOf(
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  rows: number,
  inner: number,
  columns: number,
): Float64Array {
  const out = new Float64Array(rows * columns);
  for (let r = 0; r < rows; r++) {
    for (let k = 0; k < inner; k++) {
      const factor = a[r * inner + k]!;
      for (let c = 0; c < columns; c++) out[r * columns + c] = out[r * columns + c]! + factor * b[k * columns + c]!;
    }
  }
  return out;
}

/** `[rows, columns]` as `[columns, rows]`. */
export function transposeOf(a: ArrayLike<number>, rows: number, columns: number): Float64Array {
  return Float64Array.from({ length: rows * columns }, (_, i) => a[(i % rows) * columns + Math.floor(i / rows)]!);
}

/** Sums over the rows of `[rows, columns]`. */
export function columnsOf(a: ArrayLike<number>, rows: number, columns: number): Float64Array {
  return productOf(new Float64Array(rows).fill(1), a, 1, rows, columns);
}

export interface FlatState {
  tensor: tf.Tensor;
  spans: Span[];
  initial: Float32Array;
  /** What lies outside the spans. */
  untouched(values: ArrayLike<number>): number[];
}

/** Arrays one after another in one tensor, each at a multiple of 64 that is not 0, with numbers in between. */
export function spanOf(arrays: readonly ArrayLike<number>[]): FlatState {
  const offsets: number[] = [];
  let end = 64;
  for (const { length } of arrays) {
    offsets.push(end);
    end = Math.ceil((end + length + 1) / 64) * 64;
  }
  const initial = new Float32Array(end).fill(-7);
  arrays.forEach((array, i) => initial.set(Array.from(array), offsets[i]));
  const tensor = tf.tensor1d(initial);
  const spans = arrays.map(({ length }, i) => ({ tensor, offset: offsets[i]!, length }));
  const inside = (i: number): boolean => spans.some(({ offset, length }) => i >= offset && i < offset + length);
  return { tensor, spans, initial, untouched: (values) => Array.from(values).filter((_, i) => !inside(i)) };
}
