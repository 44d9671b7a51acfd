/** Matrices as an address and two strides, so that a transposed one or a range of columns is a view; and their product. */
import type { Bound } from '../types';
import { address, scratch } from './heap';
import { kernels } from './kernels';

export interface View {
  address: number;
  /** Elements from one row, or column, to the next. */
  row: number;
  column: number;
}

/** Rows of `width` one after another. */
export function rowMajor(of: Bound, width: number): View {
  return { address: address(of), row: width, column: 1 };
}

/** The columns from `first` on of rows of `width`. */
export function columns(of: Bound, width: number, first: number): View {
  return { address: address(of) + 4 * first, row: width, column: 1 };
}

/** Rows for columns. */
export function turned({ address, row, column }: View): View {
  return { address, row: column, column: row };
}

/** `c [m, n] = scale a [m, k] b [k, n]`, or `+=`; c's columns must lie side by side. */
export function multiply(
  a: View,
  b: View,
  c: View,
  m: number,
  n: number,
  k: number,
  scale: number,
  accumulate: boolean,
): void {
  const { product, productScratch } = kernels();
  const space = scratch(productScratch());
  product(
    a.address,
    a.row,
    a.column,
    b.address,
    b.row,
    b.column,
    c.address,
    c.row,
    m,
    n,
    k,
    scale,
    accumulate ? 1 : 0,
    space,
  );
}
