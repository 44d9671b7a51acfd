/** Cross-entropy over rows of logits, which become its gradient in place. */
import { log } from './functions';
import { rowExponentials, rowLargest, rowScale } from './softmax';

/**
 * Adds `sum_i weight_i * -log softmax(logits_i)[target_i]` to the number at `loss`. Rows lie `stride` elements apart, a
 * multiple of four. With `gradient`, the rows become `scale weight_i (softmax(logits_i) - onehot(target_i))`.
 */
export function crossEntropyRows(
  logits: usize,
  stride: i32,
  classes: i32,
  targets: usize,
  weights: usize,
  rows: i32,
  gradient: bool,
  scale: f32,
  loss: usize,
): void {
  let sum: f64 = 0;
  for (let i = 0; i < rows; i++) {
    const weight = f32.load(weights + (<usize>i << 2));
    const target = logits + (<usize>i32.load(targets + (<usize>i << 2)) << 2);
    const aim = f32.load(target);
    const top = rowLargest(logits, classes);
    const all = rowExponentials(logits, classes, top);
    // A row of weight 0 is padding: whatever stands there must not count.
    if (weight != 0) sum += <f64>weight * (log(<f64>all) + (<f64>top - <f64>aim));
    if (gradient) {
      rowScale(logits, classes, (weight * scale) / all);
      f32.store(target, f32.load(target) - weight * scale);
    }
    logits += <usize>stride << 2;
  }
  f32.store(loss, f32.load(loss) + <f32>sum);
}
