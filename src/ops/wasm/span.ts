/** Parts of flat tensors, and tensors changed in place. */
import type { Tensor } from '../custom';
import type { Span } from '../types';
import { address, output } from './heap';
import { kernels } from './kernels';

/** `into += x`, in place; x has the span's length. */
export function addInto(into: Span, x: Tensor): void {
  if (x.size !== into.length) throw new RangeError(`${x.size} numbers for a span of ${into.length}`);
  kernels().add(address(into), address(x), x.size);
}

/** The span's numbers as a tensor of its own. */
export function spanTensor(span: Span, shape: readonly number[]): Tensor {
  const copy = output([...shape]);
  if (copy.size !== span.length) throw new RangeError(`A span of ${span.length} numbers is no [${shape.join(', ')}]`);
  kernels().copy(address(copy), address(span), 4 * span.length);
  return copy;
}

/** Zeros, in place. */
export function fillZero(x: Tensor): void {
  kernels().zero(address(x), 4 * x.size);
}
