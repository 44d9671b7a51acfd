/** The exact mathematics agrees with the engine's own to the stated error. */
import { expect, test } from 'vitest';
import { atan2, cos, exp, log, pow, sin, toDisplay, toLinear } from '../../src/data/synthetic/maths';
import { Random, hash } from '../../src/data/synthetic/random';

const grid = (low: number, high: number, n = 500): number[] =>
  Array.from({ length: n }, (_, i) => low + ((high - low) * i) / (n - 1));
const close = (ours: number, theirs: number, error: number): void =>
  expect(Math.abs(ours - theirs)).toBeLessThanOrEqual(error * Math.max(1, Math.abs(theirs)));

test('sine and cosine', () => {
  for (const x of [...grid(-20, 20), 1e4, -1e4]) {
    close(sin(x), Math.sin(x), 1e-7);
    close(cos(x), Math.cos(x), 1e-7);
  }
});

test('exponential, logarithm and power', () => {
  for (const x of grid(-30, 30)) close(exp(x) / Math.exp(x), 1, 1e-8);
  for (const x of grid(1e-6, 1e4)) close(log(x), Math.log(x), 1e-8);
  for (const x of grid(0.001, 3)) close(pow(x, 2.4), x ** 2.4, 1e-8);
  expect(exp(-800)).toBe(0);
  expect(log(0)).toBe(-Infinity);
  expect(pow(0, 2)).toBe(0);
});

test('the angle of a vector, in every quadrant', () => {
  for (const a of grid(-3.14, 3.14)) close(atan2(2 * Math.sin(a), 2 * Math.cos(a)), a, 1e-6);
  expect(atan2(0, 0)).toBe(0);
});

test('display curve there and back', () => {
  for (const v of grid(0, 1)) close(toDisplay(toLinear(v)), v, 1e-6);
});

test('draws follow from their seed alone and are spread as they say', () => {
  const first = new Random(1, 'a');
  const again = new Random(1, 'a');
  const other = new Random(1, 'b');
  const list = (random: Random): number[] => Array.from({ length: 2000 }, () => random.unit());
  const values = list(first);
  expect(values).toEqual(list(again));
  expect(values).not.toEqual(list(other));
  expect(values.every((v) => v >= 0 && v < 1)).toBe(true);
  expect(values.reduce((a, b) => a + b, 0) / values.length).toBeCloseTo(0.5, 1);
  const normals = Array.from({ length: 4000 }, () => other.normal(2, 3));
  const mean = normals.reduce((a, b) => a + b, 0) / normals.length;
  expect(mean).toBeCloseTo(2, 0);
  expect(Math.sqrt(normals.reduce((a, b) => a + (b - mean) ** 2, 0) / normals.length)).toBeCloseTo(3, 0);
  expect(() => first.pick([])).toThrow(RangeError);
  expect(hash('x', 1)).toBe(hash('x', 1));
  expect(hash('x', 1)).not.toBe(hash('x1'));
});
