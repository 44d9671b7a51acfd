/** Memory that kernels get with undefined content holds NaN first, so that an element they forget is seen. */
import { expect } from 'vitest';
import * as tf from '../../src/device/tf';
import { wasmMemory } from '../../src/device/wasm';
import { scratch } from '../../src/ops/wasm/heap';

/** Outputs of these sizes, and `scratchBytes` of the kernels' own memory. */
export function poison(sizes: readonly number[], scratchBytes = 4 * 2 ** 20): void {
  // Two of each: freed regions are reused, the last one first.
  tf.dispose([...sizes, ...sizes].map((size) => tf.tensor1d(new Float32Array(size).fill(NaN))));
  const address = scratch(scratchBytes);
  new Float32Array(wasmMemory().buffer, address, scratchBytes / 4).fill(NaN);
}

/** `f` leaves no tensor behind but those it returns, which are read and disposed. */
export async function readAll(f: () => (tf.Tensor | null)[]): Promise<Float32Array[]> {
  const before = tf.memory().numTensors;
  const made = f().filter((tensor) => tensor !== null);
  expect(tf.memory().numTensors - before).toBe(made.length);
  const values = await Promise.all(made.map((tensor) => tensor.data<'float32'>()));
  tf.dispose(made);
  return values;
}
