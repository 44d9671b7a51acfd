/** Exponential, logarithm and the logistic function, without tables: a module without data needs no memory of its own. */
import { madd, splat } from './simd';

/**
 * `e^x`, relative error below 3e-7 for x in [-87, 88]; beyond, the value at the border. `x = n ln 2 + r` with
 * `|r| <= ln 2 / 2` (ln 2 in two parts: Cody and Waite, 1980), then Taylor's series of `e^r` up to the seventh power.
 */
@inline export function exp(x: v128): v128 {
  x = f32x4.min(f32x4.max(x, splat(-87)), splat(88));
  const n = f32x4.nearest(f32x4.mul(x, splat(1.44269504)));
  let r = madd(n, splat(-0.693359375), x);
  r = madd(n, splat(2.12194440e-4), r);
  let y = splat(1.9841270e-4);
  y = madd(y, r, splat(1.3888889e-3));
  y = madd(y, r, splat(8.3333333e-3));
  y = madd(y, r, splat(4.1666667e-2));
  y = madd(y, r, splat(1.6666667e-1));
  y = madd(y, r, splat(0.5));
  y = madd(y, r, splat(1));
  y = madd(y, r, splat(1));
  const power = i32x4.shl(i32x4.add(i32x4.trunc_sat_f32x4_s(n), i32x4.splat(127)), 23);
  return f32x4.mul(y, power);
}

/** `1 / (1 + e^-x)`. */
@inline export function logistic(x: v128): v128 {
  return f32x4.div(splat(1), f32x4.add(splat(1), exp(f32x4.neg(x))));
}

/**
 * The natural logarithm of a positive normal number, relative error below 1e-12: `x = m 2^e` with m in
 * [sqrt(1/2), sqrt(2)), `ln m = 2 atanh((m - 1) / (m + 1))` by its series.
 */
export function log(x: f64): f64 {
  const bits = reinterpret<u64>(x);
  let e = <i32>(bits >> 52) - 1023;
  let m = reinterpret<f64>((bits & 0x000fffffffffffff) | 0x3ff0000000000000);
  if (m > 1.4142135623730951) {
    m *= 0.5;
    e++;
  }
  const s = (m - 1) / (m + 1);
  const s2 = s * s;
  let sum = 1.0 / 15;
  sum = sum * s2 + 1.0 / 13;
  sum = sum * s2 + 1.0 / 11;
  sum = sum * s2 + 1.0 / 9;
  sum = sum * s2 + 1.0 / 7;
  sum = sum * s2 + 1.0 / 5;
  sum = sum * s2 + 1.0 / 3;
  sum = sum * s2 + 1;
  return 2 * s * sum + <f64>e * 0.6931471805599453;
}
