/**
 * The three products of the caption loss on one chunk of rows: logits = h head, dh = dlogits head^T and
 * dhead += h^T dlogits, with h `[rows, d]`, head `[d, vocabulary]` and dlogits `[rows, vocabulary]`.
 */
import { allocate, launch, type Bound, type Kernel, type Span } from '../../device/kernel';
import { select, type Trial } from '../../device/selection';
import { LOSS_COLUMNS } from '../../device/sizes';
import { gpuFacts } from '../../device/webgpu';
import type { Tensor } from '../custom';
import { broadcastProducts } from './loss_broadcast';
import { registerProducts } from './loss_registers';
import { FLAT_MAIN, flatGroups } from './flat';
import { tiledProducts } from './loss_tiles';

export interface Sizes {
  /** Rows of the chunk. */
  rows: number;
  hidden: number;
  vocabulary: number;
}

/** A kernel for one product and its workgroups. All kernels have the uniforms rows, hidden, vocabulary and part. */
export interface Product {
  kernel: Kernel;
  groups: [number, number, number];
}

/** One way to compute the three. */
export interface Products {
  /** Buffers `y` (written), `h`, `head`. */
  logits(sizes: Sizes): Product;
  /** Buffers `y` `[parts, rows, hidden]`, `dlogits`, `head`: part i sums over `part` columns of the vocabulary. */
  input(sizes: Sizes, parts: number): Product;
  /** Buffers `y` (added to), `h`, `dlogits`. */
  head(sizes: Sizes): Product;
}

/** Parts whose sum is dh. */
export function partsOf(vocabulary: number): number {
  return Math.ceil(vocabulary / LOSS_COLUMNS);
}

const WAYS: Readonly<Record<string, Products>> = {
  broadcast: broadcastProducts,
  registers: registerProducts,
  tiles: tiledProducts,
};

const selection = select(
  'loss-products',
  [
    { name: 'broadcast', available: ({ subgroupSize }) => subgroupSize === 4 },
    { name: 'registers', available: () => true },
    { name: 'tiles', available: () => true },
  ],
  ({ software, subgroupSize }) => {
    if (!software) return 'tiles';
    return subgroupSize === 4 ? 'broadcast' : 'registers';
  },
  trial,
);

/** The other two read vectors of four along both widths. */
function way({ hidden, vocabulary }: Sizes): Products {
  return hidden % 4 === 0 && vocabulary % 4 === 0 ? WAYS[selection.current()]! : registerProducts;
}

function run({ kernel, groups }: Product, buffers: Readonly<Record<string, Bound>>, sizes: Sizes): void {
  launch(kernel, buffers, { ...sizes, part: LOSS_COLUMNS }, groups);
}

/** `logits [rows, vocabulary] = h head`. */
export function logitsProduct(h: Bound, head: Span, logits: Tensor, sizes: Sizes): void {
  run(way(sizes).logits(sizes), { y: logits, h, head }, sizes);
}

const SUM_PARTS: Kernel = {
  name: 'loss-sum-parts',
  outputs: { y: 'f32' },
  inputs: { x: 'f32' },
  uniforms: { count: 'u32', parts: 'u32' },
  code: `${FLAT_MAIN}
  if (i >= p.count) { return; }
  var sum = 0.0;
  for (var part = 0u; part < p.parts; part++) { sum += x[part * p.count + i]; }
  y[i] = sum;
}`,
};

/** `dh [rows, hidden] = dlogits head^T`; `partial` has room for `[partsOf(vocabulary), rows, hidden]`, null for one. */
export function inputGradient(dlogits: Tensor, head: Span, partial: Tensor | null, dh: Span, sizes: Sizes): void {
  const parts = partsOf(sizes.vocabulary);
  run(way(sizes).input(sizes, parts), { y: partial ?? dh, dlogits, head }, sizes);
  if (partial === null) return;
  const count = sizes.rows * sizes.hidden;
  launch(SUM_PARTS, { y: dh, x: partial }, { count, parts }, flatGroups(count));
}

/** `into [hidden, vocabulary] += h^T dlogits`. */
export function addHeadGradient(h: Span, dlogits: Tensor, into: Span, sizes: Sizes): void {
  run(way(sizes).head(sizes), { y: into, h, dlogits }, sizes);
}

/** A chunk of 128 rows of a small model with a fourth of its vocabulary; less where a processor computes. */
function trial(): Trial {
  const few = gpuFacts().software;
  const sizes: Sizes = { rows: few ? 64 : 128, hidden: 576, vocabulary: few ? 2056 : 12_320 };
  const { rows, hidden, vocabulary } = sizes;
  const [h, dh] = [allocate([rows, hidden]), allocate([rows, hidden])];
  const [head, into] = [allocate([hidden, vocabulary]), allocate([hidden, vocabulary])];
  const logits = allocate([rows, vocabulary]);
  const partial = allocate([partsOf(vocabulary), rows, hidden]);
  const whole = (tensor: Tensor): Span => ({ tensor, offset: 0, length: tensor.size });
  return {
    run: () => {
      logitsProduct(h, whole(head), logits, sizes);
      inputGradient(logits, whole(head), partial, whole(dh), sizes);
      addHeadGradient(whole(h), logits, whole(into), sizes);
    },
    dispose: () => {
      for (const buffer of [h, dh, head, into, logits, partial]) buffer.dispose();
    },
  };
}
