/** Which kernel computes a product: by its shape first, then by the variant chosen for this adapter. */
import { allocate } from '../../device/kernel';
import { select, type Selection, type Trial, type Variant } from '../../device/selection';
import { gpuFacts, type GpuFacts } from '../../device/webgpu';
import * as tf from '../../device/tf';
import { packWeights } from '../pack';
import { launchFewRows } from './linear_few';
import { launchPlain } from './linear_plain';
import { launchRegisters } from './linear_registers';
import { launchTiles } from './linear_tiles';
import type { Product } from './linear_terms';

export const VARIANTS: readonly Variant[] = [
  { name: 'subgroup', available: ({ subgroupSize }) => subgroupSize === 4 },
  { name: 'registers', available: () => true },
  { name: 'tiles', available: () => true },
];

export const usualVariant = ({ software, subgroupSize }: GpuFacts): string =>
  software ? (subgroupSize === 4 ? 'subgroup' : 'registers') : 'tiles';

/**
 * What linear layers are timed on: the rows of a batch of four sequences of 268 tokens, a square of weights of the
 * smallest published backbone. A processor takes less: what differs there shows in few rows too.
 */
export const trialSize = (): { rows: number; width: number } => ({
  rows: gpuFacts().software ? 128 : 1072,
  width: 576,
});

/** Weights in the bits that files hold: unpacking them is part of what the variants differ in. */
function trialOf(kind: Product['kind'], { rows, width }: { rows: number; width: number }): Trial {
  const x = tf.ones([rows, width]);
  const matrix = packWeights(new Float32Array(width * width).fill(1), width, width, 'bfloat16');
  return {
    run: () => multiply(plainProduct(kind, x, matrix, width, width)).dispose(),
    dispose: () => tf.dispose([x, matrix.words]),
  };
}

const LINEAR = select('linear', VARIANTS, usualVariant, () => trialOf('rows', trialSize()));
const GRADIENT = select('linear-gradient', VARIANTS, usualVariant, () => trialOf('columns', trialSize()));
const FEW = select(
  'linear-few-rows',
  [
    { name: 'subgroup', available: ({ subgroupSize }) => subgroupSize > 0 },
    { name: 'workgroup', available: () => true },
  ],
  ({ software, subgroupSize }) => (software && subgroupSize > 0 ? 'subgroup' : 'workgroup'),
  () => trialOf('rows', { ...trialSize(), rows: 1 }),
);

/** Up to so many rows, W is read by all lanes together, once. */
export const FEW_ROWS = 8;

/** `x W^T` ('rows', W `[columns, inner]`) or `x W` ('columns', W `[inner, columns]`) without anything added. */
export function plainProduct(
  kind: Product['kind'],
  x: tf.Tensor,
  matrix: Product['matrix'],
  inner: number,
  columns: number,
): Omit<Product, 'y'> {
  const rows = x.size / inner;
  if (!Number.isInteger(rows))
    throw new RangeError(`A product along ${inner} numbers cannot take a tensor of shape [${x.shape.join(', ')}]`);
  return {
    kind,
    x,
    xWidth: inner,
    yWidth: columns,
    rows,
    matrix,
    slices: [{ inner, columns, x: 0, w: 0, y: 0 }],
    factor: 1,
    bias: null,
    residual: null,
    adapter: null,
  };
}

/** One dispatch. @returns y `[rows, yWidth]` */
export function multiply(product: Omit<Product, 'y'>): tf.Tensor {
  const y = allocate([product.rows, product.yWidth]);
  const whole: Product = { ...product, y };
  if (product.rows === 0) return y;
  if (!hasVectors(whole)) launchPlain(whole);
  else if (whole.kind === 'rows' && whole.slices.length === 1 && whole.rows <= FEW_ROWS) {
    launchFewRows(whole, FEW.current() === 'subgroup' ? gpuFacts().subgroupSize : 0);
  } else launchVectors(whole, whole.kind === 'rows' ? LINEAR : GRADIENT);
  return y;
}

function launchVectors(product: Product, selection: Selection): void {
  const variant = selection.current();
  if (variant === 'tiles') launchTiles(product);
  else launchRegisters(product, { subgroups: variant === 'subgroup', rows: rowsEach(product.rows, variant) });
}

/** Rows of an invocation: as many as registers bear, but not many more than there are. */
function rowsEach(rows: number, variant: string): number {
  if (rows <= 4) return 4;
  return variant === 'subgroup' && rows > 8 ? 16 : 8;
}

/** Whether every size and offset fits kernels that read four or eight numbers at a time. */
function hasVectors({ kind, xWidth, yWidth, slices, adapter }: Product): boolean {
  const fours = [xWidth, yWidth, ...slices.flatMap(({ inner, columns, x, y }) => [inner, columns, x, y])];
  const eights = slices.flatMap(({ inner, columns, w }) => [kind === 'rows' ? inner : columns, w]);
  if (adapter !== null) fours.push(adapter.rank, ...adapter.parts.flatMap(({ at, columns }) => [at, columns]));
  return fours.every((n) => n % 4 === 0) && eights.every((n) => n % 8 === 0);
}
