/** The kernels that stand in for tfjs's on a software WebGPU adapter, against loops in double precision. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkHealth, closeDevice, openDevice } from '../../src/device';
import * as tf from '../../src/device/tf';

const random = (count: number, seed: number): Float32Array =>
  Float32Array.from({ length: count }, (_, i) => Math.sin((i + 1) * 12.9898 + seed * 78.233) * 3);

beforeAll(async () => {
  const device = await openDevice('webgpu', []);
  expect(device.backend).toBe('webgpu');
  expect(device.software, 'these tests are about the software adapter').toBe(true);
});
afterAll(closeDevice);

async function read(tensor: tf.Tensor): Promise<Float32Array> {
  const values = await tensor.data<'float32'>();
  checkHealth();
  tensor.dispose();
  return values;
}

function close(actual: Float32Array, expected: number[]): void {
  expect(actual.length).toBe(expected.length);
  const scale = Math.max(...expected.map(Math.abs), 1e-6);
  const worst = Math.max(...expected.map((value, i) => Math.abs(value - actual[i]!)));
  expect(worst / scale).toBeLessThan(1e-5);
}

function product(a: Float32Array, b: Float32Array, s: number, n: number, k: number, m: number): number[] {
  const result: number[] = [];
  for (let slice = 0; slice < s; slice++)
    for (let row = 0; row < n; row++)
      for (let column = 0; column < m; column++) {
        let sum = 0;
        for (let i = 0; i < k; i++) sum += a[(slice * n + row) * k + i]! * b[(slice * k + i) * m + column]!;
        result.push(sum);
      }
  return result;
}

describe('products', () => {
  // Multiples of the tile, ragged ones, widths that are no multiple of four, single rows and columns.
  it.each([
    [64, 32, 64],
    [65, 33, 68],
    [7, 5, 3],
    [1, 128, 130],
    [33, 1, 4],
    [5, 9, 1],
  ])('%i x %i by %i columns', async (n, k, m) => {
    const [a, b] = [random(n * k, 1), random(k * m, 2)];
    close(await read(tf.matMul(tf.tensor2d(a, [n, k]), tf.tensor2d(b, [k, m]))), product(a, b, 1, n, k, m));
  });

  it('slice by slice', async () => {
    const [a, b] = [random(3 * 10 * 6, 3), random(3 * 6 * 12, 4)];
    const result = tf.matMul(tf.tensor3d(a, [3, 10, 6]), tf.tensor3d(b, [3, 6, 12]));
    expect(result.shape).toEqual([3, 10, 12]);
    close(await read(result), product(a, b, 3, 10, 6, 12));
  });

  it('with transposed operands, which stay with tfjs', async () => {
    const [a, b] = [random(8 * 4, 5), random(12 * 4, 6)];
    const columns = Float32Array.from({ length: 48 }, (_, i) => b[(i % 12) * 4 + Math.floor(i / 12)]!);
    close(
      await read(tf.matMul(tf.tensor2d(a, [8, 4]), tf.tensor2d(b, [12, 4]), false, true)),
      product(a, columns, 1, 8, 4, 12),
    );
  });
});

describe('transposition', () => {
  it.each([
    [1, 9, 17],
    [3, 8, 8],
    [2, 1, 5],
  ])('%i slices of %i x %i', async (s, n, m) => {
    const x = random(s * n * m, 7);
    const expected = Array.from({ length: s * n * m }, (_, i) => {
      const [slice, row, column] = [Math.floor(i / (n * m)), Math.floor((i % (n * m)) / n), i % n];
      return x[slice * n * m + column * m + row]!;
    });
    const result = tf.transpose(tf.tensor3d(x, [s, n, m]), [0, 2, 1]);
    expect(result.shape).toEqual([s, m, n]);
    close(await read(result), expected);
  });
});

describe('reductions', () => {
  const shape: [number, number, number] = [3, 7, 33];
  const x = random(3 * 7 * 33, 8);
  const rows = Array.from({ length: 21 }, (_, row) => [...x.subarray(row * 33, (row + 1) * 33)]);
  const total = (row: number[]): number => row.reduce((sum, value) => sum + value, 0);

  it('over the last axis', async () => {
    const sum = tf.sum(tf.tensor3d(x, shape), -1, true);
    expect(sum.shape).toEqual([3, 7, 1]);
    close(await read(sum), rows.map(total));
    const mean = tf.mean(tf.tensor3d(x, shape), 2);
    expect(mean.shape).toEqual([3, 7]);
    close(
      await read(mean),
      rows.map((row) => total(row) / 33),
    );
  });

  it('over another axis, which stay with tfjs', async () => {
    const expected = Array.from({ length: 33 }, (_, i) => rows.reduce((sum, row) => sum + row[i]!, 0));
    close(await read(tf.sum(tf.tensor3d(x, shape), [0, 1])), expected);
  });

  it('softmax, also of large scores', async () => {
    const large = x.map((value) => value * 40);
    const expected = rows.flatMap((row) => {
      const top = Math.max(...row) * 40;
      const e = row.map((value) => Math.exp(value * 40 - top));
      return e.map((value) => value / total(e));
    });
    close(await read(tf.softmax(tf.tensor3d(large, shape))), expected);
  });
});
