/** Rotary position embedding in Llama's half-split convention, in place on rows of heads. */
import { load, madd, store } from './simd';

/**
 * Turns one head's vector `x [d]` by the angles of one position; `back` turns it by their transpose. Dimension j turns
 * with j + d/2.
 */
@inline function turnHead(x: usize, cos: usize, sin: usize, d: i32, back: bool): void {
  const half = d >> 1;
  const over = <usize>half << 2;
  let j = 0;
  for (; j + 4 <= half; j += 4) {
    const at = <usize>j << 2;
    const a = load(x + at);
    const b = load(x + over + at);
    const s1 = load(sin + at);
    const s2 = load(sin + over + at);
    const c1 = f32x4.mul(a, load(cos + at));
    const c2 = f32x4.mul(b, load(cos + over + at));
    if (back) {
      store(x + at, madd(b, s2, c1));
      store(x + over + at, f32x4.sub(c2, f32x4.mul(a, s1)));
    } else {
      store(x + at, f32x4.sub(c1, f32x4.mul(b, s1)));
      store(x + over + at, madd(a, s2, c2));
    }
  }
  for (; j < half; j++) {
    const at = <usize>j << 2;
    const a = f32.load(x + at);
    const b = f32.load(x + over + at);
    const c1 = a * f32.load(cos + at);
    const c2 = b * f32.load(cos + over + at);
    const s1 = f32.load(sin + at);
    const s2 = f32.load(sin + over + at);
    f32.store(x + at, back ? c1 + b * s2 : c1 - b * s1);
    f32.store(x + over + at, back ? c2 - a * s1 : c2 + a * s2);
  }
}

/** The first `heads` heads of each row of `width`; row i stands at position `first + i % tokens`. */
export function turnRows(
  x: usize,
  cos: usize,
  sin: usize,
  rows: i32,
  width: i32,
  tokens: i32,
  first: i32,
  heads: i32,
  d: i32,
  back: bool,
): void {
  const size = <usize>d << 2;
  for (let i = 0; i < rows; i++) {
    const angles = <usize>(first + (i % tokens)) * size;
    for (let h = 0; h < heads; h++) turnHead(x + <usize>h * size, cos + angles, sin + angles, d, back);
    x += <usize>width << 2;
  }
}
