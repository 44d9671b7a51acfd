/**
 * Pictures as the vision tower takes them, on the device: what `preprocess` of the model room computes for a longest
 * edge of the tower's own size, to the last bit of its resized bytes. Pillow rounds to 8 bits between passes; the
 * fixed-point sums fit 32 bits by its design, so integers here give the same bytes.
 */
import { allocate, launch, type Kernel } from '../../device/kernel';
import * as tf from '../../device/tf';
import type { Tensor } from '../custom';
import { fitLongestEdge, PRECISION_BITS, windows, type FilterName } from '../resample';
import { FLAT_MAIN, flatGroups } from './flat';

/** WGSL: red, green and blue of a word, and a sum of weighted ones back to 8 bits. */
const BYTES = `
fn bytes(word: u32) -> vec3<i32> { return vec3<i32>(vec3(word, word >> 8u, word >> 16u) & vec3(0xffu)); }
fn rounded(sum: vec3<i32>) -> vec3<i32> { return clamp(sum >> vec3(${PRECISION_BITS}u), vec3(0), vec3(255)); }
const HALF = vec3<i32>(${2 ** (PRECISION_BITS - 1)});`;

/** The first pass, along rows; `table` as `windowTable` makes it. One pixel an invocation. */
const ROWS: Kernel = {
  name: 'picture-rows',
  outputs: { y: 'u32' },
  inputs: { rgba: 'u32', table: 'i32' },
  uniforms: { width: 'u32', height: 'u32', to: 'u32', stride: 'u32' },
  code: `${BYTES}
${FLAT_MAIN}
  if (i >= p.to * p.height) { return; }
  let entry = (i % p.to) * p.stride;
  let start = (i / p.to) * p.width + u32(table[entry]);
  var sum = HALF;
  for (var j = 0u; j < u32(table[entry + 1u]); j++) { sum += table[entry + 2u + j] * bytes(rgba[start + j]); }
  let colour = vec3<u32>(rounded(sum));
  y[i] = colour.x | (colour.y << 8u) | (colour.z << 16u);
}`,
};

/**
 * The other two passes: along columns (`inner`), then to the square (`outer`), along columns again where the picture
 * is wide and along rows where it is high. The middle picture is never stored: each of its pixels is made for those
 * few pixels of the square that want it.
 */
const SQUARE: Kernel = {
  name: 'picture-square',
  outputs: { y: 'f32' },
  inputs: { rows: 'u32', inner: 'i32', outer: 'i32' },
  uniforms: {
    size: 'u32',
    width: 'u32',
    wide: 'u32',
    innerStride: 'u32',
    outerStride: 'u32',
    ...{ meanR: 'f32', meanG: 'f32', meanB: 'f32', stdR: 'f32', stdG: 'f32', stdB: 'f32' },
  },
  code: `${BYTES}
fn middle(column: u32, line: u32) -> vec3<i32> {
  let entry = line * p.innerStride;
  var at = u32(inner[entry]) * p.width + column;
  var sum = HALF;
  for (var j = 0u; j < u32(inner[entry + 1u]); j++) {
    sum += inner[entry + 2u + j] * bytes(rows[at]);
    at += p.width;
  }
  return rounded(sum);
}
${FLAT_MAIN}
  if (i >= p.size * p.size) { return; }
  let column = i % p.size;
  let line = i / p.size;
  let entry = select(column, line, p.wide == 1u) * p.outerStride;
  let start = u32(outer[entry]);
  var sum = HALF;
  for (var j = 0u; j < u32(outer[entry + 1u]); j++) {
    let at = select(vec2(start + j, line), vec2(column, start + j), p.wide == 1u);
    sum += outer[entry + 2u + j] * middle(at.x, at.y);
  }
  let mean = vec3(p.meanR, p.meanG, p.meanB);
  let spread = vec3(p.stdR, p.stdG, p.stdB);
  let colour = (vec3<f32>(rounded(sum)) / 255.0 - mean) / spread;
  y[3u * i] = colour.x;
  y[3u * i + 1u] = colour.y;
  y[3u * i + 2u] = colour.z;
}`,
};

/** Windows as int32 rows [first, count, weights...], all of one length. */
function windowTable(from: number, to: number, filter: FilterName): { table: Tensor; stride: number } {
  const all = windows(from, to, filter);
  const stride = 2 + Math.max(...all.map(({ weights }) => weights.length));
  const entries = new Int32Array(to * stride);
  for (const [i, { first, weights }] of all.entries()) {
    entries.set([first, weights.length, ...weights], i * stride);
  }
  return { table: tf.tensor1d(entries, 'int32'), stride };
}

type Triple = readonly [number, number, number];

/**
 * @param rgba int32 `[height * width]`, red in the lowest byte; alpha does not matter
 * @param size edge of the square
 * @returns `[size, size, 3]`, `(byte / 255 - mean) / std`
 */
export function resizeNormalise(
  rgba: Tensor,
  width: number,
  height: number,
  size: number,
  filter: FilterName,
  mean: Triple,
  std: Triple,
): Tensor {
  if (rgba.size !== width * height) throw new RangeError(`${rgba.size} pixels are not ${width} x ${height}`);
  const [fitWidth, fitHeight] = fitLongestEdge(width, height, size);
  const wide = fitWidth === size;
  const first = windowTable(width, fitWidth, filter);
  const inner = windowTable(height, fitHeight, filter);
  const outer = windowTable(wide ? fitHeight : fitWidth, size, filter);
  const rows = allocate([height * fitWidth], 'int32');
  launch(
    ROWS,
    { y: rows, rgba, table: first.table },
    { width, height, to: fitWidth, stride: first.stride },
    flatGroups(height * fitWidth),
  );
  const y = allocate([size, size, 3]);
  const [[meanR, meanG, meanB], [stdR, stdG, stdB]] = [mean, std];
  launch(
    SQUARE,
    { y, rows, inner: inner.table, outer: outer.table },
    {
      ...{ size, width: fitWidth, wide: wide ? 1 : 0, innerStride: inner.stride, outerStride: outer.stride },
      ...{ meanR, meanG, meanB, stdR, stdG, stdB },
    },
    flatGroups(size * size),
  );
  tf.dispose([first.table, inner.table, outer.table, rows]);
  return y;
}
