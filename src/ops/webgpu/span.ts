/** Plain work on parts of the flat trainable state: copied out, added to in place, set to zero. */
import { allocate, launch, type Kernel, type Span } from '../../device/kernel';
import * as tf from '../../device/tf';
import type { Tensor } from '../custom';
import { FLAT_MAIN, flatGroups } from './flat';

/** `[0, count)` in ranges that the device can bind, each but the last a multiple of 64 elements. */
export function bindableRanges(count: number, limit = bindingLimit()): { offset: number; length: number }[] {
  const most = Math.max(64, Math.floor(limit / (4 * 64)) * 64);
  return Array.from({ length: Math.ceil(count / most) }, (_, i) => ({
    offset: i * most,
    length: Math.min(most, count - i * most),
  }));
}

function bindingLimit(): number {
  const { device } = tf.backend() as unknown as { device: GPUDevice };
  return device.limits.maxStorageBufferBindingSize;
}

const ADD: Kernel = {
  name: 'span-add',
  outputs: { y: 'f32' },
  inputs: { x: 'f32' },
  uniforms: { count: 'u32' },
  code: `${FLAT_MAIN} if (i < p.count) { y[i] += x[i]; } }`,
};

/** `into += x`, in place; `x` has as many elements as `into`, in any shape. */
export function addInto(into: Span, x: Tensor): void {
  if (x.size !== into.length) throw new RangeError(`${x.size} elements cannot be added to ${into.length}`);
  for (const { offset, length } of bindableRanges(into.length)) {
    const y = { tensor: into.tensor, offset: into.offset + offset, length };
    launch(ADD, { y, x: { tensor: x, offset, length } }, { count: length }, flatGroups(length));
  }
}

const COPY: Kernel = {
  name: 'span-copy',
  outputs: { y: 'f32' },
  inputs: { x: 'f32' },
  uniforms: { count: 'u32' },
  code: `${FLAT_MAIN} if (i < p.count) { y[i] = x[i]; } }`,
};

/** A copy of `span` as a tensor of `shape`. */
export function spanTensor(span: Span, shape: readonly number[]): Tensor {
  const size = shape.reduce((product, n) => product * n, 1);
  if (size !== span.length) throw new RangeError(`${span.length} elements have no shape [${shape.join(', ')}]`);
  const copy = allocate(shape);
  for (const { offset, length } of bindableRanges(size)) {
    const x = { tensor: span.tensor, offset: span.offset + offset, length };
    launch(COPY, { y: { tensor: copy, offset, length }, x }, { count: length }, flatGroups(length));
  }
  return copy;
}

const FILL: Kernel = {
  name: 'span-zero',
  outputs: { y: 'f32' },
  inputs: {},
  uniforms: { count: 'u32' },
  code: `${FLAT_MAIN} if (i < p.count) { y[i] = 0.0; } }`,
};

/** Sets every element of `x` to zero, in place. */
export function fillZero(x: Tensor): void {
  for (const { offset, length } of bindableRanges(x.size))
    launch(FILL, { y: { tensor: x, offset, length } }, { count: length }, flatGroups(length));
}
