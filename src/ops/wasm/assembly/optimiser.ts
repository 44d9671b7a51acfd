/** AdamW (Loshchilov and Hutter, ICLR 2019, algorithm 2) in place, in the order of torch.optim.AdamW's arithmetic. */
import { loadUpTo, splat, storeUpTo } from './simd';

/**
 * @param clip factor on the gradients
 * @param stepSize learning rate over the first moment's bias correction
 * @param correction square root of the second moment's bias correction
 * @param decay what is left of a value: 1 - learning rate * weight decay
 */
export function adamw(
  values: usize,
  gradients: usize,
  first: usize,
  second: usize,
  count: i32,
  beta1: f32,
  rest1: f32,
  beta2: f32,
  rest2: f32,
  epsilon: f32,
  clip: f32,
  stepSize: f32,
  correction: f32,
  decay: f32,
): void {
  for (let j = 0; j < count; j += 4) {
    const at = <usize>j << 2;
    const n = count - j;
    const g = f32x4.mul(loadUpTo(gradients + at, n), splat(clip));
    const m = f32x4.add(f32x4.mul(loadUpTo(first + at, n), splat(beta1)), f32x4.mul(g, splat(rest1)));
    const v = f32x4.add(
      f32x4.mul(loadUpTo(second + at, n), splat(beta2)),
      f32x4.mul(f32x4.mul(g, g), splat(rest2)),
    );
    const root = f32x4.add(f32x4.div(f32x4.sqrt(v), splat(correction)), splat(epsilon));
    const w = f32x4.mul(loadUpTo(values + at, n), splat(decay));
    storeUpTo(first + at, m, n);
    storeUpTo(second + at, v, n);
    storeUpTo(values + at, f32x4.sub(w, f32x4.mul(f32x4.div(m, root), splat(stepSize))), n);
  }
}
