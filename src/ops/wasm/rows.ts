/** Rows of a matrix in another order: tfjs's own gather walks element by element on this backend. */
import type { Tensor } from '../custom';
import { address, matrix, output } from './heap';
import { kernels } from './kernels';

/** `x [n, width]` and int32 `index [m]` to `[m, width]`; an index outside `0 .. n-1` gives a row of zeros. */
export function gatherRows(x: Tensor, index: Tensor): Tensor {
  const { rows, width } = matrix(x);
  const y = output([index.size, width]);
  kernels().gatherRows(address(x), address(index), address(y), index.size, width, rows);
  return y;
}
