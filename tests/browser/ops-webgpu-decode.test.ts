/** Attention of one token over its caches, and the choice of the next token, against loops in double precision. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkHealth, closeDevice, openDevice } from '../../src/device';
import { dispatchCount, resetDispatches } from '../../src/device/kernel';
import * as tf from '../../src/device/tf';
import { ropeAngles } from '../../src/ops';
import type { AttentionShape, Sampling } from '../../src/ops/types';
import { decodeAttention, fillCache } from '../../src/ops/webgpu/decode';
import { chooseGreedy, chooseSampled } from '../../src/ops/webgpu/sample';
import { poison } from '../support/poison';
import { expectClose, freshSeed, randomArray, randomSource } from '../support/tensors';

beforeAll(async () => {
  expect((await openDevice('webgpu', [])).backend).toBe('webgpu');
});
afterAll(closeDevice);

/** q, k, v of every token, q and k turned: `[tokens][head][headDim]` of one sequence. */
function turned(qkv: Float32Array, shape: AttentionShape, cos: Float32Array, sin: Float32Array): number[][][][] {
  const { batch, tokens, heads, kvHeads, headDim: d } = shape;
  const all = heads + 2 * kvHeads;
  return Array.from({ length: batch }, (_, b) =>
    Array.from({ length: tokens }, (_, t) =>
      Array.from({ length: all }, (_, head) => {
        const x = qkv.slice(((b * tokens + t) * all + head) * d, ((b * tokens + t) * all + head + 1) * d);
        if (head >= heads + kvHeads) return [...x];
        return Array.from(x, (value, j) => {
          const other = j < d / 2 ? -x[j + d / 2]! : x[j - d / 2]!;
          return value * cos[t * d + j]! + other * sin[t * d + j]!;
        });
      }),
    ),
  );
}

interface Trial {
  batch: number;
  heads: number;
  kvHeads: number;
  headDim: number;
  prompt: number;
  spread: number;
}

const TRIALS: Trial[] = [
  { batch: 1, heads: 1, kvHeads: 1, headDim: 4, prompt: 1, spread: 1 },
  { batch: 2, heads: 3, kvHeads: 1, headDim: 16, prompt: 17, spread: 1 },
  { batch: 3, heads: 4, kvHeads: 2, headDim: 6, prompt: 3, spread: 30 },
  { batch: 1, heads: 9, kvHeads: 3, headDim: 64, prompt: 67, spread: 1 },
  { batch: 1, heads: 2, kvHeads: 2, headDim: 80, prompt: 5, spread: 0 },
];

// Many lanes are dear on a software adapter: two shapes show that they meet rightly.
describe.each([
  { lanes: 4, trials: TRIALS },
  { lanes: 64, trials: TRIALS },
  { lanes: 128, trials: TRIALS.slice(1, 3) },
  { lanes: 256, trials: TRIALS.slice(1, 3) },
])('attention of one token by $lanes lanes', ({ lanes, trials }) => {
  it.each(trials)('%o', async ({ batch, heads, kvHeads, headDim, prompt, spread }) => {
    const steps = 2;
    const tokens = prompt + steps;
    const capacity = tokens + 3;
    const width = (heads + 2 * kvHeads) * headDim;
    const shape: AttentionShape = { batch, tokens, heads, kvHeads, headDim, causal: true };
    const qkv = randomArray(batch * tokens * width, freshSeed(), spread);
    const rope = ropeAngles(capacity, headDim, 10_000);
    const [cos, sin] = [await rope.cos.data<'float32'>(), await rope.sin.data<'float32'>()];
    const rows = turned(qkv, shape, cos, sin);
    const slice = (from: number, to: number): Float32Array =>
      Float32Array.from(
        Array.from({ length: batch }, (_, b) => [
          ...qkv.slice((b * tokens + from) * width, (b * tokens + to) * width),
        ]).flat(),
      );
    // What is beyond the position must not be read.
    const keys = tf.fill([batch, kvHeads, capacity, headDim], 1e30);
    const values = tf.fill([batch, kvHeads, capacity, headDim], 1e30);
    resetDispatches();
    const filling: AttentionShape = { ...shape, tokens: prompt };
    fillCache(tf.tensor2d(slice(0, prompt), [batch * prompt, width]), keys, values, filling, rope);
    expect(dispatchCount()).toBe(1);
    for (let position = prompt; position < tokens; position++) {
      const step = tf.tensor2d(slice(position, position + 1), [batch, width]);
      await poison([batch * heads * headDim, batch * heads * capacity]);
      const live = tf.memory().numTensors;
      resetDispatches();
      const y = decodeAttention(step, keys, values, position, { ...shape, tokens: 1 }, rope, lanes);
      expect(dispatchCount()).toBe(2);
      expect(tf.memory().numTensors - live).toBe(1);
      expect(y.shape).toEqual([batch, heads * headDim]);
      const expected = rows.flatMap((sequence) =>
        Array.from({ length: heads }, (_, head) => {
          const kv = heads + Math.floor(head / (heads / kvHeads));
          const seen = sequence.slice(0, position + 1);
          const query = sequence[position]![head]!;
          const scores = seen.map((row) => row[kv]!.reduce((sum, x, j) => sum + x * query[j]!, 0) / Math.sqrt(headDim));
          const top = Math.max(...scores);
          const weights = scores.map((s) => Math.exp(s - top));
          const total = weights.reduce((a, b) => a + b, 0);
          return query.map((_, j) =>
            seen.reduce((sum, row, i) => sum + (weights[i]! / total) * row[kv + kvHeads]![j]!, 0),
          );
        }).flat(),
      );
      expectClose(await y.data(), expected, 1e-4, `output at ${position}`);
      checkHealth();
    }
    const wanted = (first: number): number[] =>
      rows.flatMap((sequence) =>
        Array.from({ length: kvHeads }, (_, h) =>
          Array.from({ length: capacity }, (_, t) =>
            t < tokens ? sequence[t]![first + h]! : new Array<number>(headDim).fill(Math.fround(1e30)),
          ).flat(),
        ).flat(),
      );
    const near = (actual: Float32Array, expected: number[]): void =>
      expected.forEach((x, i) =>
        expect(Math.abs(actual[i]! - x)).toBeLessThanOrEqual(1e-5 * Math.max(Math.abs(x), spread)),
      );
    near(await keys.data<'float32'>(), wanted(heads));
    near(await values.data<'float32'>(), wanted(heads + kvHeads));
    checkHealth();
  });
});

it('refuses positions outside the cache', () => {
  const shape: AttentionShape = { batch: 1, tokens: 1, heads: 1, kvHeads: 1, headDim: 4, causal: true };
  const [keys, values] = [tf.zeros([1, 1, 2, 4]), tf.zeros([1, 1, 2, 4])];
  const rope = ropeAngles(4, 4, 10_000);
  expect(() => decodeAttention(tf.zeros([1, 12]), keys, values, 2, shape, rope)).toThrow(RangeError);
  expect(() => fillCache(tf.zeros([3, 12]), keys, values, { ...shape, tokens: 3 }, rope)).toThrow(RangeError);
});

describe.each([4, 64, 128, 256])('the choice of a token by %i lanes', (lanes) => {
  it.each([
    [1, 1],
    [3, 17],
    [2, 329],
    [5, 2051],
  ])('greedy: %i rows of %i', async (batch, vocabulary) => {
    // Whole numbers, so that many are equal.
    const values = randomArray(batch * vocabulary, freshSeed(), 2).map(Math.round);
    const logits = tf.tensor2d(values, [batch, vocabulary]);
    const expected = Array.from({ length: batch }, (_, row) => {
      const part = [...values.slice(row * vocabulary, (row + 1) * vocabulary)];
      return part.indexOf(Math.max(...part));
    });
    const chosen = chooseGreedy(logits, lanes);
    expect(chosen.dtype).toBe('int32');
    expect([...(await chosen.data())]).toEqual(expected);
    checkHealth();
  });

  it('greedy: extremes', async () => {
    const rows = [
      [0, 0, 0, 0, 0],
      [-1e4, -1e30, -1e3, -1e3, -1e4],
      [-1e30, -1e30, -1e30, -1e30, 1e30],
    ];
    expect([...(await chooseGreedy(tf.tensor2d(rows), lanes).data())]).toEqual([0, 2, 4]);
    checkHealth();
  });

  it.each<Sampling>([
    { temperature: 1, topK: 0, topP: 1 },
    { temperature: 0.6, topK: 0, topP: 1 },
    { temperature: 1, topK: 1, topP: 1 },
    { temperature: 1.5, topK: 7, topP: 1 },
    { temperature: 1, topK: 0, topP: 0.9 },
    { temperature: 1, topK: 0, topP: 0 },
    { temperature: 2, topK: 20, topP: 0.5 },
    { temperature: 0.01, topK: 500, topP: 0.99 },
  ])('drawn with %o', async (sampling) => {
    for (const vocabulary of [5, 329]) {
      const batch = lanes === 4 ? 24 : 6;
      const next = randomSource(freshSeed());
      const values = randomArray(batch * vocabulary, freshSeed(), 2);
      // The last rows are all equal, and of a large spread.
      values.fill(1, (batch - 1) * vocabulary);
      for (let i = (batch - 2) * vocabulary; i < (batch - 1) * vocabulary; i++) values[i]! *= 1e3;
      const uniforms = Float32Array.from({ length: batch }, (_, i) => (i === 0 ? 0 : i === 1 ? 1 - 2 ** -24 : next()));
      const logits = tf.tensor2d(values, [batch, vocabulary]);
      const chosen = await chooseSampled(logits, sampling, tf.tensor1d(uniforms), lanes).data();
      checkHealth();
      for (let row = 0; row < batch; row++) {
        const part = values.slice(row * vocabulary, (row + 1) * vocabulary);
        const reached = distribution([...part], sampling);
        const token = chosen[row]!;
        const [before, after] = [token === 0 ? 0 : reached[token - 1]!, reached[token]!];
        expect(after, `row ${row}: token ${token} was left out`).toBeGreaterThan(before);
        // Sums in single precision may move a border a little.
        expect(uniforms[row]! - before).toBeGreaterThanOrEqual(-1e-5);
        expect(after - uniforms[row]!).toBeGreaterThanOrEqual(-1e-5);
      }
    }
  });

  it('the same numbers draw the same tokens', async () => {
    const logits = tf.tensor2d(randomArray(8 * 100, freshSeed()), [8, 100]);
    const uniforms = tf.tensor1d(randomArray(8, freshSeed()).map((x) => Math.abs(x) % 1));
    const sampling = { temperature: 0.8, topK: 50, topP: 0.9 };
    const [a, b] = [
      await chooseSampled(logits, sampling, uniforms).data(),
      await chooseSampled(logits, sampling, uniforms).data(),
    ];
    expect(a).toEqual(b);
    expect(() => chooseSampled(logits, { ...sampling, temperature: 0 }, uniforms)).toThrow(RangeError);
  });
});

/** The distribution function over tokens after temperature, top-k and top-p by sorting. */
function distribution(logits: number[], { temperature, topK, topP }: Sampling): number[] {
  const scaled = logits.map((x) => x / temperature);
  const order = scaled.toSorted((a, b) => a - b);
  const least = topK > 0 && topK < order.length ? order[order.length - topK]! : -Infinity;
  const top = order.at(-1)!;
  const mass = scaled.map((x) => (x >= least ? Math.exp(x - top) : 0));
  const total = mass.reduce((a, b) => a + b, 0);
  const kept = mass.map((m, i) => {
    if (topP >= 1 || scaled[i] === top) return m;
    // transformers drops a token where it and all below it together have at most 1 - p.
    const below = mass.reduce((sum, other, j) => sum + (scaled[j]! <= scaled[i]! ? other : 0), 0);
    return below / total <= 1 - topP ? 0 : m;
  });
  const all = kept.reduce((a, b) => a + b, 0);
  let sum = 0;
  return kept.map((m) => (sum += m / all));
}
