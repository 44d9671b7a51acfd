/** Tensors in tests: random ones, comparisons that say where and by how much, gradients by finite differences. */
import { expect } from 'vitest';
import * as tf from '../../src/device/tf';

/** A small generator (mulberry32): the same numbers on every machine. */
export function randomSource(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t = (t + Math.imul(t ^ (t >>> 7), t | 61)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Normal numbers with the given spread. */
export function randomArray(size: number, seed: number, spread = 1): Float32Array<ArrayBuffer> {
  const next = randomSource(seed);
  return Float32Array.from(
    { length: size },
    () => spread * Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()),
  );
}

let seeds = 0;

/**
 * Another seed at each call, so that what a kernel left behind of one cannot pass for its result of another; and the same
 * ones whenever a file of tests runs: what fails once fails again.
 */
export function freshSeed(): number {
  seeds++;
  return Math.imul(seeds, 0x9e3779b1) >>> 0;
}

export function randomTensor(shape: number[], seed: number, spread = 1): tf.Tensor {
  return tf.tensor(
    randomArray(
      shape.reduce((a, b) => a * b, 1),
      seed,
      spread,
    ),
    shape,
  );
}

/** Largest difference, relative to the largest expected magnitude. */
export function relativeError(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  if (actual.length !== expected.length) return Infinity;
  let difference = 0;
  let magnitude = 1e-12;
  for (let i = 0; i < expected.length; i++) {
    const a = actual[i]!;
    if (!Number.isFinite(a)) return Infinity;
    difference = Math.max(difference, Math.abs(a - expected[i]!));
    magnitude = Math.max(magnitude, Math.abs(expected[i]!));
  }
  return difference / magnitude;
}

/** Fails with the error's size when `actual` is not within `tolerance` of `expected`, relative to its largest value. */
export function expectClose(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  tolerance: number,
  what: string,
): void {
  expect(relativeError(actual, expected), `${what}: relative error`).toBeLessThanOrEqual(tolerance);
}

/**
 * Compares an operation and its gradients with its reference in plain tfjs: for each input, the gradient of
 * `sum(f(inputs) * random)`, or with another dy. Inputs are disposed.
 */
export async function compareWithReference(
  operation: (...inputs: tf.Tensor[]) => tf.Tensor,
  reference: (...inputs: tf.Tensor[]) => tf.Tensor,
  inputs: tf.Tensor[],
  tolerance = 1e-4,
  dy: tf.Tensor | null = null,
): Promise<void> {
  const seed = dy ?? tf.tidy(() => randomTensor(reference(...inputs).shape, 99));
  const values = (f: (...inputs: tf.Tensor[]) => tf.Tensor): tf.Tensor[] =>
    tf.tidy(() => {
      const { value, grads } = tf.valueAndGrads(f as (...inputs: tf.Tensor[]) => tf.Scalar)(inputs, seed as tf.Scalar);
      return [value, ...grads];
    });
  const ours = values(operation);
  const theirs = values(reference);
  for (let i = 0; i < theirs.length; i++) {
    expect(ours[i]!.shape).toEqual(theirs[i]!.shape);
    expectClose(
      await ours[i]!.data(),
      await theirs[i]!.data(),
      tolerance,
      i === 0 ? 'value' : `gradient of input ${i - 1}`,
    );
  }
  tf.dispose([...ours, ...theirs, ...inputs, seed]);
}

/** The derivative of `f` at `values` along the unit vector `direction`, by central differences. */
export async function directionalDerivative(
  f: (values: Float32Array) => Promise<number>,
  values: Float32Array,
  direction: Float32Array,
  epsilon: number,
): Promise<number> {
  const moved = (by: number): Float32Array => values.map((value, i) => value + by * direction[i]!);
  return ((await f(moved(epsilon))) - (await f(moved(-epsilon)))) / (2 * epsilon);
}
