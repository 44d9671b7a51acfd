/**
 * Windows of Pillow's antialiased resampling (`Image.resize`): a filter that widens with the reduction, in Pillow's
 * fixed-point weights, and the sizes of transformers' Idefics3ImageProcessor. Plain numbers, for processor and GPU.
 */

export type FilterName = 'bilinear' | 'bicubic' | 'lanczos';

const FILTERS: Record<FilterName, { support: number; weight: (x: number) => number }> = {
  bilinear: { support: 1, weight: (x) => Math.max(0, 1 - Math.abs(x)) },
  bicubic: { support: 2, weight: cubic },
  lanczos: { support: 3, weight: (x) => (Math.abs(x) < 3 ? sinc(x) * sinc(x / 3) : 0) },
};

/** Keys' cubic with a = -0.5. */
function cubic(x: number): number {
  const t = Math.abs(x);
  if (t < 1) return (1.5 * t - 2.5) * t * t + 1;
  return t < 2 ? ((-0.5 * t + 2.5) * t - 4) * t + 2 : 0;
}

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
}

export interface Window {
  first: number;
  /** Fixed-point weights, sum about `ONE`. */
  weights: Float64Array;
}

/** Pillow's PRECISION_BITS: 32 - 8 - 2. */
export const PRECISION_BITS = 22;
export const ONE = 2 ** PRECISION_BITS;

/** For each of `to` pixels the pixels of `from` that it is made of. */
export function windows(from: number, to: number, name: FilterName): Window[] {
  const { support, weight } = FILTERS[name];
  const ratio = from / to;
  const stretch = Math.max(1, ratio);
  const reach = support * stretch;
  return Array.from({ length: to }, (_, i) => {
    const centre = (i + 0.5) * ratio;
    const first = Math.max(0, Math.trunc(centre - reach + 0.5));
    const last = Math.min(from, Math.trunc(centre + reach + 0.5));
    const raw = Float64Array.from({ length: last - first }, (_, j) => weight((j + first - centre + 0.5) / stretch));
    const sum = raw.reduce((total, w) => total + w, 0);
    return { first, weights: raw.map((w) => roundAway((w / sum) * ONE)) };
  });
}

function roundAway(x: number): number {
  return Math.trunc(x < 0 ? x - 0.5 : x + 0.5);
}

/** The size whose longest edge is `edge`; the other is made even, as in Python. */
export function fitLongestEdge(width: number, height: number, edge: number): [number, number] {
  const aspect = width / height;
  const even = (n: number): number => Math.max(1, Math.trunc(n) + (Math.trunc(n) % 2));
  return width >= height ? [edge, even(edge / aspect)] : [even(edge * aspect), edge];
}
