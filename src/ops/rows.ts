/**
 * Moving rows between matrices with gradients that are gathers too. tfjs's own gradient of `gather` fills a zero
 * matrix and adds with emulated float atomics: slow, and not the same twice.
 */
import * as tf from '../device/tf';
import { onGpu } from './backend';
import { dim, withGradient, type Tensor } from './custom';
import { gatherRows } from './wasm/rows';

/** A choice of rows, and its inverse. */
export interface RowChoice {
  /** int32 `[m]`: the row that each chosen one comes from. */
  from: Tensor;
  /** int32 `[n]`: where each row went, or m when it was not chosen. */
  to: Tensor;
}

/**
 * A choice among `n` rows. `padding` more entries repeat row 0: they keep shapes fixed, their gradient is dropped,
 * so whatever is computed from them must have weight 0.
 */
export function chooseRows(rows: readonly number[], n: number, padding: number): RowChoice {
  const m = rows.length + padding;
  const from = new Int32Array(m);
  const to = new Int32Array(n).fill(m);
  rows.forEach((row, i) => {
    from[i] = row;
    to[row] = i;
  });
  return { from: tf.tensor1d(from, 'int32'), to: tf.tensor1d(to, 'int32') };
}

/** The chosen rows of x `[n, d]`, as `[m, d]`. */
export function selectRows(x: Tensor, { from, to }: RowChoice): Tensor {
  return withGradient(
    [x],
    () => gathered(x, from),
    (dy) => [gathered(onGpu() ? tf.concat([dy, tf.zeros([1, dim(dy, 1)])], 0) : dy, to)],
  );
}

/**
 * `base [n, d]` (constant) with the rows at `positions` replaced by `rows [m, d]`, in order; gradient for rows only.
 *
 * @param source int32 `[n]`: index into rows-then-base for each output row
 * @param positions int32 `[m]`: the output row of each of `rows`
 */
export function placeRows(rows: Tensor, base: Tensor, source: Tensor, positions: Tensor): Tensor {
  return withGradient(
    [rows],
    () => gathered(tf.concat([rows, base], 0), source),
    (dy) => [gathered(dy, positions)],
  );
}

/** Rows by index; on WASM an index beyond the last row gives zeros. */
export function gathered(x: Tensor, index: Tensor): Tensor {
  return onGpu() ? tf.gather(x, index) : gatherRows(x, index);
}

/** Plain tfjs, as products with 0/1 matrices: what `selectRows` must agree with. */
export function selectRowsReference(x: Tensor, { from }: Pick<RowChoice, 'from'>): Tensor {
  return tf.matMul(indicator(from, dim(x, 0)), x);
}

/** Plain tfjs, as a product with a 0/1 matrix: what `placeRows` must agree with. */
export function placeRowsReference(rows: Tensor, base: Tensor, source: Tensor): Tensor {
  const all = tf.concat([rows, base], 0);
  return tf.matMul(indicator(source, dim(all, 0)), all);
}

function indicator(rows: Tensor, n: number): Tensor {
  // tfjs's WebGPU cast only relabels an int32 buffer, whose product then fails to compile: times 1 makes real floats.
  return tf.mul(tf.cast(tf.oneHot(rows, n), 'float32'), 1);
}
