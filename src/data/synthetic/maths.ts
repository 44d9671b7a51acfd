/**
 * Elementary functions from + - * / and Math.sqrt alone. ECMA-262 leaves the result of Math.sin, Math.exp and their
 * kin to the engine, and IEEE 754 fixes those five operations: a generated frame is the same bytes on every machine
 * only if nothing else is used. `Math.floor`, `abs`, `min`, `max`, `round`, `imul` and `sqrt` are exact and allowed.
 */

export const PI = 3.141592653589793;
export const TAU = 2 * PI;

export const clamp = (x: number, low = 0, high = 1): number => (x < low ? low : x > high ? high : x);
export const square = (x: number): number => x * x;
/** From `a` at t = 0 to `b` at t = 1. */
export const mix = (a: number, b: number, t: number): number => a + (b - a) * t;
/** 0 at or below `low`, 1 at or above `high`, smooth between (Hermite). `low` above `high` falls instead. */
export function smoothstep(low: number, high: number, x: number): number {
  const t = clamp((x - low) / (high - low));
  return t * t * (3 - 2 * t);
}

/** Sine of an angle in radians; error below 6e-8 for |x| < 1e4 (Taylor to x^11 on a quarter turn). */
export function sin(x: number): number {
  const turns = x / TAU;
  let r = (turns - Math.floor(turns + 0.5)) * TAU; // -pi .. pi
  if (r > PI / 2) r = PI - r;
  else if (r < -PI / 2) r = -PI - r;
  const s = r * r;
  return r * (1 + s * (-1 / 6 + s * (1 / 120 + s * (-1 / 5040 + s * (1 / 362880 - s / 39916800)))));
}
/** Cosine of an angle in radians. */
export const cos = (x: number): number => sin(x + PI / 2);

/** e^x; relative error below 1e-9. 0 below -700, capped above 700. */
export function exp(x: number): number {
  if (x < -700) return 0;
  const k = Math.floor(clamp(x, -700, 700) / 0.6931471805599453 + 0.5);
  const r = clamp(x, -700, 700) - k * 0.6931471805599453;
  const p =
    1 + r * (1 + r * (1 / 2 + r * (1 / 6 + r * (1 / 24 + r * (1 / 120 + r * (1 / 720 + r * (1 / 5040 + r / 40320)))))));
  let scale = 1;
  const base = k < 0 ? 0.5 : 2;
  for (let i = k < 0 ? -k : k; i > 0; i--) scale *= base;
  return p * scale;
}

/** Natural logarithm of x > 0 (-Infinity at 0); relative error below 1e-9. */
export function log(x: number): number {
  if (!(x > 0)) return -Infinity;
  let k = 0;
  let m = x;
  for (; m > 1.4142135623730951; k++) m *= 0.5;
  for (; m < 0.7071067811865476; k--) m *= 2;
  const t = (m - 1) / (m + 1);
  const s = t * t;
  const series = 1 + s * (1 / 3 + s * (1 / 5 + s * (1 / 7 + s * (1 / 9 + s * (1 / 11 + s / 13)))));
  return k * 0.6931471805599453 + 2 * t * series;
}

/** base^exponent for base >= 0. */
export const pow = (base: number, exponent: number): number => (base <= 0 ? 0 : exp(exponent * log(base)));

/** Angle of (x, y) in radians, -pi .. pi; error below 1e-7. */
export function atan2(y: number, x: number): number {
  if (x === 0 && y === 0) return 0;
  const ax = Math.abs(x);
  const ay = Math.abs(y);
  let t = Math.min(ax, ay) / Math.max(ax, ay);
  // Twice the half-angle formula brings t below 0.2, where the series is short.
  t = t / (1 + Math.sqrt(1 + t * t));
  t = t / (1 + Math.sqrt(1 + t * t));
  const s = t * t;
  let angle = 4 * t * (1 - s * (1 / 3 - s * (1 / 5 - s * (1 / 7 - s / 9))));
  if (ay > ax) angle = PI / 2 - angle;
  if (x < 0) angle = PI - angle;
  return y < 0 ? -angle : angle;
}

/** exp(-x^2 / 2). */
export const bell = (x: number): number => exp(-0.5 * x * x);

/** sRGB 0..1 to linear light 0..1 (IEC 61966-2-1). */
export const toLinear = (v: number): number => (v <= 0.04045 ? v / 12.92 : pow((v + 0.055) / 1.055, 2.4));
/** Linear light 0..1 to sRGB 0..1 (IEC 61966-2-1), clamped. */
export const toDisplay = (v: number): number =>
  v <= 0.0031308 ? 12.92 * clamp(v) : 1.055 * pow(clamp(v), 1 / 2.4) - 0.055;
