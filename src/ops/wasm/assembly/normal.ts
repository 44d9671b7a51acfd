/** GELU itself, `x Phi(x)`, by the normal distribution's tail. */
import { exp } from './functions';
import { loadUpTo, madd, splat, storeUpTo } from './simd';

/** `1 / sqrt(2 pi)`. */
const DENSITY: f32 = 0.3989422804014327;

/** Beyond it the tail is zero to the last bit, and squares of large numbers would overflow. */
const FAR: f32 = 13;

@inline function near(x: v128): v128 {
  return f32x4.max(f32x4.min(x, splat(FAR)), splat(-FAR));
}

/** `e^(-x^2 / 2)` for x within FAR. */
@inline function bell(x: v128): v128 {
  return exp(f32x4.mul(f32x4.mul(x, x), splat(-0.5)));
}

/**
 * `Phi(x)`, absolute error below 2e-7: `erfc` by Abramowitz and Stegun (1964), 7.1.26. The tail is computed, not its
 * difference from 1, so that it stays accurate on the left.
 */
@inline function phi(x: v128, density: v128): v128 {
  const z = f32x4.mul(f32x4.abs(x), splat(0.7071067811865476));
  const t = f32x4.div(splat(1), madd(z, splat(0.3275911), splat(1)));
  let tail = splat(1.061405429);
  tail = madd(tail, t, splat(-1.453152027));
  tail = madd(tail, t, splat(1.421413741));
  tail = madd(tail, t, splat(-0.284496736));
  tail = madd(tail, t, splat(0.254829592));
  tail = f32x4.mul(f32x4.mul(f32x4.mul(tail, t), density), splat(0.5));
  tail = v128.and(tail, f32x4.lt(f32x4.abs(x), splat(FAR)));
  return v128.bitselect(tail, f32x4.sub(splat(1), tail), f32x4.lt(x, splat(0)));
}

export function exactGeluForward(x: usize, y: usize, count: i32): void {
  for (let j = 0; j < count; j += 4) {
    const at = <usize>j << 2;
    const a = loadUpTo(x + at, count - j);
    const b = near(a);
    storeUpTo(y + at, f32x4.mul(a, phi(b, bell(b))), count - j);
  }
}

/** `dy (Phi + x phi)`. */
export function exactGeluBackward(dy: usize, x: usize, dx: usize, count: i32): void {
  for (let j = 0; j < count; j += 4) {
    const at = <usize>j << 2;
    const a = near(loadUpTo(x + at, count - j));
    const density = bell(a);
    const slope = madd(f32x4.mul(a, density), splat(DENSITY), phi(a, density));
    storeUpTo(dx + at, f32x4.mul(loadUpTo(dy + at, count - j), slope), count - j);
  }
}
