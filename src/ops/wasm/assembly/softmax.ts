/** Softmax over rows that may be padded up to a multiple of four. */
import { exp } from './functions';
import { largest, load, splat, store, total } from './simd';

/** Below every score, and far from overflow when a maximum is subtracted. */
const NOTHING: f32 = -1e30;

/** Fills a row's last, partly used group of four so that it never counts. */
@inline function pad(row: usize, count: i32): i32 {
  const end = (count + 3) & ~3;
  for (let j = count; j < end; j++) f32.store(row + (<usize>j << 2), NOTHING);
  return end;
}

/** The largest of `count` numbers; the row has room for whole groups of four. */
export function rowLargest(row: usize, count: i32): f32 {
  const end = row + (<usize>pad(row, count) << 2);
  let top = load(row);
  for (let p = row + 16; p < end; p += 16) top = f32x4.max(top, load(p));
  return largest(top);
}

/** `e^(x - top)` in place over `count` numbers, zeros behind them up to the group's end; the sum of all. */
export function rowExponentials(row: usize, count: i32, top: f32): f32 {
  const end = row + (<usize>pad(row, count) << 2);
  let sum = splat(0);
  const t = splat(top);
  for (let p = row; p < end; p += 16) {
    const e = exp(f32x4.sub(load(p), t));
    store(p, e);
    sum = f32x4.add(sum, e);
  }
  for (let j = <usize>count << 2; row + j < end; j += 4) f32.store(row + j, 0);
  return total(sum);
}

/** `row *= factor` over `count` numbers and the rest of the last group. */
export function rowScale(row: usize, count: i32, factor: f32): void {
  const end = row + (<usize>((count + 3) & ~3) << 2);
  for (let p = row; p < end; p += 16) store(p, f32x4.mul(load(p), splat(factor)));
}
