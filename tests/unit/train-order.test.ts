import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SampleRow } from '../../src/protocol';
import golden from '../golden/order.json';
import { chooseCaptions, evaluatedStyle } from '../../src/train/captions';
import { DataOrder } from '../../src/train/order';
import { permutation, stream } from '../../src/train/random';
import { learningRateAt } from '../../src/train/schedule';

function sample(id: string, captions: SampleRow['captions']): SampleRow {
  return {
    id,
    set: 's',
    file: id,
    video: id,
    role: 'image',
    seconds: 0,
    label: 'live',
    attack: null,
    subject: null,
    captions,
    width: 1,
    height: 1,
    frame: id,
    thumbnail: new Blob(),
  };
}

describe('data order', () => {
  it('visits every sample once an epoch, whatever the batch', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 40 }),
        fc.integer({ min: 1, max: 5 }),
        fc.integer(),
        (count, batch, seed) => {
          const order = new DataOrder(count, seed, batch, 2);
          const seen: number[] = [];
          for (let step = 0; seen.length < count * 2 * batch; step++)
            seen.push(...order.indices(step, 0), ...order.indices(step, 1));
          for (let epoch = 0; epoch < 2; epoch++) {
            const one = seen.slice(epoch * count, (epoch + 1) * count).sort((a, b) => a - b);
            expect(one).toEqual(Array.from({ length: count }, (_, i) => i));
          }
        },
      ),
      { numRuns: 50 },
    );
  });

  it('depends on the step only: asked backwards it answers the same', () => {
    const forward = new DataOrder(7, 3, 2, 2);
    const rows = Array.from({ length: 9 }, (_, step) => [forward.indices(step, 0), forward.indices(step, 1)]);
    const backward = new DataOrder(7, 3, 2, 2);
    for (let step = 8; step >= 0; step--)
      expect([backward.indices(step, 0), backward.indices(step, 1)]).toEqual(rows[step]);
    expect(forward.epochsBefore(7)).toBe(4);
  });

  it('changes with the seed and with the epoch', () => {
    expect(permutation(20, 1, 0, 0)).not.toEqual(permutation(20, 1, 1, 0));
    expect(permutation(20, 1, 0, 0)).not.toEqual(permutation(20, 1, 0, 1));
  });

  it('puts every sample everywhere about equally often', () => {
    const counts = new Float64Array(5);
    for (let seed = 0; seed < 5000; seed++) counts[permutation(5, 1, seed, 0)[0]!]! += 1;
    // 1000 expected, standard deviation 28.
    for (const count of counts) expect(Math.abs(count - 1000)).toBeLessThan(150);
    expect(stream(1, 2).next()).not.toBe(stream(2, 1).next());
  });
});

describe('as tools/continue/order.py counts', () => {
  it.each(golden.streams)('numbers of the key $key', ({ key, next }) => {
    const drawn = stream(...key);
    expect(next.map(() => drawn.next())).toEqual(next);
  });

  it('permutations', () => {
    for (const { n, key, order } of golden.permutations) expect([...permutation(n, ...key)]).toEqual(order);
  });

  it.each(golden.orders)('batches of $count samples, seed $seed', ({ count, seed, batch, accumulation, indices }) => {
    const order = new DataOrder(count, seed, batch, accumulation);
    const micros = accumulation === 1 ? [0] : [0, accumulation - 1];
    expect([0, 1, 17, 400].flatMap((step) => micros.map((micro) => order.indices(step, micro)))).toEqual(indices);
  });
});

describe('captions', () => {
  const both = Array.from({ length: 21 }, (_, i) => sample(`s${i}`, { vanilla: `v${i}`, reasoning: `r${i}` }));

  it('gives exactly half of the samples their reasoning caption, the same ones in any order', () => {
    const chosen = chooseCaptions(both, 0.5, 5);
    expect(chosen.filter(({ style }) => style === 'reasoning')).toHaveLength(10);
    chosen.forEach(({ style, text }, i) => expect(text).toBe(`${style === 'reasoning' ? 'r' : 'v'}${i}`));
    expect(chooseCaptions([...both].reverse(), 0.5, 5).reverse()).toEqual(chosen);
    expect(chooseCaptions(both, 0.5, 6)).not.toEqual(chosen);
  });

  it('gives a larger share to the samples of a smaller one and some more, in exact numbers', () => {
    const many = Array.from({ length: 100 }, (_, i) => sample(`s${i}`, { vanilla: `v${i}`, reasoning: `r${i}` }));
    const reasoning = (share: number): Set<number> =>
      new Set(chooseCaptions(many, share, 3).flatMap(({ style }, i) => (style === 'reasoning' ? [i] : [])));
    const shares = [0, 0.01, 0.29, 0.3, 0.5, 0.57, 0.6, 0.999, 1];
    expect(shares.map((share) => reasoning(share).size)).toEqual([0, 1, 29, 30, 50, 57, 60, 99, 100]);
    shares.slice(1).forEach((share, i) => {
      expect(
        [...reasoning(shares[i]!)].every((index) => reasoning(share).has(index)),
        String(share),
      ).toBe(true);
    });
  });

  it('keeps the only caption in a mixed run and leaves the rest to the head', () => {
    const samples = [
      sample('a', { vanilla: 'v' }),
      sample('b', { reasoning: 'r' }),
      sample('c', {}),
      sample('d', { vanilla: ' ' }),
    ];
    expect(chooseCaptions(samples, 0.5, 0).map(({ text }) => text)).toEqual(['v', 'r', null, null]);
    expect(chooseCaptions(samples, 1, 0).map(({ text }) => text)).toEqual([null, 'r', null, null]);
  });

  it('evaluates a mixed run by its reasoning', () => {
    expect([evaluatedStyle(0), evaluatedStyle(1), evaluatedStyle(0.5)]).toEqual(['vanilla', 'reasoning', 'reasoning']);
  });
});

describe('learning rate', () => {
  it('warms up linearly to a constant', () => {
    const rates = (steps: number[], change: Partial<Parameters<typeof learningRateAt>[1]>): number[] =>
      steps.map((step) => learningRateAt(step, { learningRate: 0.4, warmupSteps: 0, steps: 100, ...change }));
    expect(rates([1, 2, 4, 5, 100], { warmupSteps: 4 })).toEqual([0.1, 0.2, 0.4, 0.4, 0.4]);
    expect(rates([1, 100], {})).toEqual([0.4, 0.4]);
    expect(rates([1, 60, 61, 81, 100], { decayShare: 0.4 }).map((rate) => rate.toFixed(3))).toEqual([
      '0.400',
      '0.400',
      '0.400',
      '0.200',
      '0.010',
    ]);
  });
});
