/** RMS norm and layer norm over rows `[rows, width]`, and their gradients for the input. */
import { loadUpTo, madd, splat, storeUpTo, total } from './simd';

function meanSquare(x: usize, width: i32): f32 {
  let sum = splat(0);
  for (let j = 0; j < width; j += 4) {
    const a = loadUpTo(x + (<usize>j << 2), width - j);
    sum = madd(a, a, sum);
  }
  return total(sum) / <f32>width;
}

function mean(x: usize, width: i32): f32 {
  let sum = splat(0);
  for (let j = 0; j < width; j += 4) sum = f32x4.add(sum, loadUpTo(x + (<usize>j << 2), width - j));
  return total(sum) / <f32>width;
}

/** The mean of `(x - centre)^2`. */
function variance(x: usize, width: i32, centre: f32): f32 {
  let sum: f32 = 0;
  let four = splat(0);
  const c = splat(centre);
  let j = 0;
  for (; j + 4 <= width; j += 4) {
    const a = f32x4.sub(v128.load(x + (<usize>j << 2)), c);
    four = madd(a, a, four);
  }
  // What is left singly: zeros beyond the row would count as far from the mean.
  for (; j < width; j++) {
    const a = f32.load(x + (<usize>j << 2)) - centre;
    sum += a * a;
  }
  return (sum + total(four)) / <f32>width;
}

/** `x / sqrt(mean(x^2) + epsilon) * scale`. */
export function rmsForward(x: usize, scale: usize, y: usize, rows: i32, width: i32, epsilon: f32): void {
  for (let i = 0; i < rows; i++) {
    const inverse = splat(1 / sqrt(meanSquare(x, width) + epsilon));
    for (let j = 0; j < width; j += 4) {
      const at = <usize>j << 2;
      const n = width - j;
      storeUpTo(y + at, f32x4.mul(f32x4.mul(loadUpTo(x + at, n), inverse), loadUpTo(scale + at, n)), n);
    }
    x += <usize>width << 2;
    y += <usize>width << 2;
  }
}

/** With `u = x / rms` and `d = dy scale`: `dx = (d - u mean(d u)) / rms`. */
export function rmsBackward(dy: usize, x: usize, scale: usize, dx: usize, rows: i32, width: i32, epsilon: f32): void {
  for (let i = 0; i < rows; i++) {
    const inverse: f32 = 1 / sqrt(meanSquare(x, width) + epsilon);
    let sum = splat(0);
    for (let j = 0; j < width; j += 4) {
      const at = <usize>j << 2;
      const n = width - j;
      const d = f32x4.mul(loadUpTo(dy + at, n), loadUpTo(scale + at, n));
      sum = madd(d, f32x4.mul(loadUpTo(x + at, n), splat(inverse)), sum);
    }
    const along = splat((total(sum) / <f32>width) * inverse);
    for (let j = 0; j < width; j += 4) {
      const at = <usize>j << 2;
      const n = width - j;
      const d = f32x4.mul(loadUpTo(dy + at, n), loadUpTo(scale + at, n));
      storeUpTo(dx + at, f32x4.mul(f32x4.sub(d, f32x4.mul(loadUpTo(x + at, n), along)), splat(inverse)), n);
    }
    dy += <usize>width << 2;
    x += <usize>width << 2;
    dx += <usize>width << 2;
  }
}

/** `(x - mean) / sqrt(variance + epsilon) * scale + shift`. */
export function layerForward(
  x: usize,
  scale: usize,
  shift: usize,
  y: usize,
  rows: i32,
  width: i32,
  epsilon: f32,
): void {
  for (let i = 0; i < rows; i++) {
    const centre = mean(x, width);
    const inverse = splat(1 / sqrt(variance(x, width, centre) + epsilon));
    for (let j = 0; j < width; j += 4) {
      const at = <usize>j << 2;
      const n = width - j;
      const unit = f32x4.mul(f32x4.sub(loadUpTo(x + at, n), splat(centre)), inverse);
      storeUpTo(y + at, madd(unit, loadUpTo(scale + at, n), loadUpTo(shift + at, n)), n);
    }
    x += <usize>width << 2;
    y += <usize>width << 2;
  }
}

/** With `u = (x - mean) / deviation` and `d = dy scale`: `dx = (d - mean(d) - u mean(d u)) / deviation`. */
export function layerBackward(dy: usize, x: usize, scale: usize, dx: usize, rows: i32, width: i32, epsilon: f32): void {
  for (let i = 0; i < rows; i++) {
    const centre = splat(mean(x, width));
    const inverse = splat(1 / sqrt(variance(x, width, f32x4.extract_lane(centre, 0)) + epsilon));
    let sum = splat(0);
    let product = splat(0);
    for (let j = 0; j < width; j += 4) {
      const at = <usize>j << 2;
      const n = width - j;
      // Beyond the row d is 0, so what stands there for x does not count.
      const d = f32x4.mul(loadUpTo(dy + at, n), loadUpTo(scale + at, n));
      sum = f32x4.add(sum, d);
      product = madd(d, f32x4.mul(f32x4.sub(loadUpTo(x + at, n), centre), inverse), product);
    }
    const average = splat(total(sum) / <f32>width);
    const along = splat(total(product) / <f32>width);
    for (let j = 0; j < width; j += 4) {
      const at = <usize>j << 2;
      const n = width - j;
      const d = f32x4.mul(loadUpTo(dy + at, n), loadUpTo(scale + at, n));
      const unit = f32x4.mul(f32x4.sub(loadUpTo(x + at, n), centre), inverse);
      storeUpTo(dx + at, f32x4.mul(f32x4.sub(f32x4.sub(d, average), f32x4.mul(unit, along)), inverse), n);
    }
    dy += <usize>width << 2;
    x += <usize>width << 2;
    dx += <usize>width << 2;
  }
}
