/** Sums and copies of vectors and rows. */
import { loadUpTo, madd, splat, storeUpTo } from './simd';

/** `a += b`. */
export function add(a: usize, b: usize, count: i32): void {
  for (let j = 0; j < count; j += 4) {
    const at = <usize>j << 2;
    storeUpTo(a + at, f32x4.add(loadUpTo(a + at, count - j), loadUpTo(b + at, count - j)), count - j);
  }
}

export function copy(to: usize, from: usize, bytes: i32): void {
  memory.copy(to, from, bytes);
}

export function zero(to: usize, bytes: i32): void {
  memory.fill(to, 0, bytes);
}

/** Rows of `y` begin as bias plus residual; either pointer may be 0 for none, not both. */
export function begin(y: usize, bias: usize, residual: usize, rows: i32, width: i32): void {
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < width; j += 4) {
      const at = <usize>j << 2;
      const n = width - j;
      const b = bias == 0 ? splat(0) : loadUpTo(bias + at, n);
      storeUpTo(y + at, residual == 0 ? b : f32x4.add(b, loadUpTo(residual + at, n)), n);
    }
    y += <usize>width << 2;
    if (residual != 0) residual += <usize>width << 2;
  }
}

/** `into [width] +=` the sum over rows. */
export function columnSums(x: usize, into: usize, rows: i32, width: i32): void {
  for (let j = 0; j < width; j += 4) {
    const at = <usize>j << 2;
    const n = width - j;
    let sum = loadUpTo(into + at, n);
    let p = x + at;
    for (let i = 0; i < rows; i++) {
      sum = f32x4.add(sum, loadUpTo(p, n));
      p += <usize>width << 2;
    }
    storeUpTo(into + at, sum, n);
  }
}

/** Numbers summed in one go in single precision; the parts are summed in double. */
const STRETCH: i32 = 1024;

/** The sum of squares, to `out`. */
export function sumOfSquares(x: usize, out: usize, count: i32): void {
  let sum: f64 = 0;
  for (let start = 0; start < count; start += STRETCH) {
    const end = min(start + STRETCH, count);
    let four = splat(0);
    for (let j = start; j < end; j += 4) {
      const a = loadUpTo(x + (<usize>j << 2), end - j);
      four = madd(a, a, four);
    }
    sum += <f64>f32x4.extract_lane(four, 0) + <f64>f32x4.extract_lane(four, 1);
    sum += <f64>f32x4.extract_lane(four, 2) + <f64>f32x4.extract_lane(four, 3);
  }
  f32.store(out, <f32>sum);
}

/** The place of each row's largest number, the first of equals. */
export function largestOfRows(x: usize, out: usize, rows: i32, width: i32): void {
  for (let i = 0; i < rows; i++) {
    let best = 0;
    let value = f32.load(x);
    for (let j = 1; j < width; j++) {
      const next = f32.load(x + (<usize>j << 2));
      if (next > value) {
        value = next;
        best = j;
      }
    }
    i32.store(out + (<usize>i << 2), best);
    x += <usize>width << 2;
  }
}

/** Row i becomes row `index_i` of x, or zeros where that is no row of it. */
export function gatherRows(x: usize, index: usize, y: usize, rows: i32, width: i32, count: i32): void {
  const bytes = <usize>width << 2;
  for (let i = 0; i < rows; i++) {
    const from = i32.load(index + (<usize>i << 2));
    if (<u32>from < <u32>count) memory.copy(y, x + <usize>from * bytes, bytes);
    else memory.fill(y, 0, bytes);
    y += bytes;
  }
}
