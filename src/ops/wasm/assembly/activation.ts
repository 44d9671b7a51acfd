/** Gated SiLU over gate and up side by side, and GELU by tanh; with gradients. */
import { logistic } from './functions';
import { loadUpTo, madd, splat, storeUpTo } from './simd';

/** From rows `[gate | up]` of `2 width`: `silu(gate) up`, rows of `width`. */
export function swigluForward(gateUp: usize, y: usize, rows: i32, width: i32): void {
  const row = <usize>width << 2;
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < width; j += 4) {
      const at = <usize>j << 2;
      const n = width - j;
      const gate = loadUpTo(gateUp + at, n);
      storeUpTo(y + at, f32x4.mul(f32x4.mul(gate, logistic(gate)), loadUpTo(gateUp + row + at, n)), n);
    }
    gateUp += 2 * row;
    y += row;
  }
}

/** Rows `[dgate | dup]`: `silu' = sigma + silu (1 - sigma)`. */
export function swigluBackward(dy: usize, gateUp: usize, dx: usize, rows: i32, width: i32): void {
  const row = <usize>width << 2;
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < width; j += 4) {
      const at = <usize>j << 2;
      const n = width - j;
      const gate = loadUpTo(gateUp + at, n);
      const d = loadUpTo(dy + at, n);
      const sigma = logistic(gate);
      const silu = f32x4.mul(gate, sigma);
      const slope = madd(silu, f32x4.sub(splat(1), sigma), sigma);
      storeUpTo(dx + at, f32x4.mul(f32x4.mul(d, loadUpTo(gateUp + row + at, n)), slope), n);
      storeUpTo(dx + row + at, f32x4.mul(d, silu), n);
    }
    gateUp += 2 * row;
    dx += 2 * row;
    dy += row;
  }
}

/** `2 sqrt(2 / pi)` and what stands before the cube, times it. */
const SLOPE: f32 = 1.5957691216057308;
const CUBE: f32 = 0.07135481282784026;

/** Beyond it GELU is x or 0 to the last bit, and the cube of a large number would overflow. */
const FAR: f32 = 10;

@inline function near(x: v128): v128 {
  return f32x4.max(f32x4.min(x, splat(FAR)), splat(-FAR));
}

/** `x sigma(u)` with `u = 2 sqrt(2 / pi) (x + 0.044715 x^3)`: the tanh form, of which it is a rearrangement. */
@inline function gate(x: v128): v128 {
  return logistic(f32x4.mul(x, madd(f32x4.mul(x, x), splat(CUBE), splat(SLOPE))));
}

export function geluForward(x: usize, y: usize, count: i32): void {
  for (let j = 0; j < count; j += 4) {
    const at = <usize>j << 2;
    const a = loadUpTo(x + at, count - j);
    storeUpTo(y + at, f32x4.mul(a, gate(near(a))), count - j);
  }
}

/** `dy (sigma + x sigma (1 - sigma) u')`. */
export function geluBackward(dy: usize, x: usize, dx: usize, count: i32): void {
  for (let j = 0; j < count; j += 4) {
    const at = <usize>j << 2;
    const a = near(loadUpTo(x + at, count - j));
    const sigma = gate(a);
    const inner = madd(f32x4.mul(a, a), splat(3 * CUBE), splat(SLOPE));
    const bend = f32x4.mul(f32x4.mul(f32x4.mul(a, sigma), f32x4.sub(splat(1), sigma)), inner);
    storeUpTo(dx + at, f32x4.mul(loadUpTo(dy + at, count - j), f32x4.add(sigma, bend)), count - j);
  }
}
