import { describe, expect, it } from 'vitest';
import { checkSampling, drawToken } from '../../src/ops/sampling';
import type { Sampling } from '../../src/ops/types';

const ALL: Sampling = { temperature: 1, topK: 0, topP: 1 };
/** Probabilities 0.5, 0.25, 0.125, 0.125 in this order of tokens. */
const LOGITS = Float32Array.from([0.125, 0.5, 0.125, 0.25], Math.log);

/** Tokens for numbers over the whole range. */
const spread = (sampling: Sampling, logits = LOGITS): number[] =>
  Array.from({ length: 1000 }, (_, i) => drawToken(logits, sampling, (i + 0.5) / 1000));
const counts = (tokens: readonly number[]): number[] => [0, 1, 2, 3].map((t) => tokens.filter((x) => x === t).length);

describe('a drawn token', () => {
  it('comes with its probability, in the order of tokens', () => {
    const tokens = spread(ALL);
    expect(counts(tokens)).toEqual([125, 500, 125, 250]);
    expect(tokens).toEqual(tokens.toSorted());
  });

  it('temperature sharpens and flattens', () => {
    // Squared and normalised: 1/64, 16/64, 1/64, 4/64 of 22/64.
    const sharp = counts(spread({ ...ALL, temperature: 0.5 }));
    [1, 16, 1, 4].forEach((share, token) => expect(Math.abs(sharp[token]! - (1000 * share) / 22)).toBeLessThan(1.5));
    for (const count of counts(spread({ ...ALL, temperature: 1e6 }))) expect(Math.abs(count - 250)).toBeLessThan(2);
  });

  it('top-k keeps the likeliest, and all that equal the last of them', () => {
    expect(counts(spread({ ...ALL, topK: 1 }))).toEqual([0, 1000, 0, 0]);
    expect(counts(spread({ ...ALL, topK: 2 }))).toEqual([0, 667, 0, 333]);
    expect(counts(spread({ ...ALL, topK: 3 }))).toEqual([125, 500, 125, 250]);
    expect(counts(spread({ ...ALL, topK: 99 }))).toEqual([125, 500, 125, 250]);
  });

  it('top-p keeps the fewest that reach it', () => {
    expect(counts(spread({ ...ALL, topP: 0 }))).toEqual([0, 1000, 0, 0]);
    expect(counts(spread({ ...ALL, topP: 0.4 }))).toEqual([0, 1000, 0, 0]);
    expect(counts(spread({ ...ALL, topP: 0.6 }))).toEqual([0, 667, 0, 333]);
    expect(counts(spread({ ...ALL, topP: 0.9 }))).toEqual([125, 500, 125, 250]);
    // After top-k: of the two that stay one has two thirds.
    expect(counts(spread({ ...ALL, topK: 2, topP: 0.6 }))).toEqual([0, 1000, 0, 0]);
  });

  it('is one of the likeliest also where numbers are extreme', () => {
    const extreme = Float32Array.from([-1e30, 1e30, -1e4, 1e30]);
    expect(counts(spread(ALL, extreme))).toEqual([0, 500, 0, 500]);
    expect(drawToken(extreme, ALL, 1 - 2 ** -24)).toBe(3);
    expect(drawToken(Float32Array.of(0), ALL, 0.99)).toBe(0);
  });
});

it.each([{ temperature: 0 }, { temperature: NaN }, { topK: -1 }, { topK: 1.5 }, { topP: 2 }, { topP: NaN }])(
  'refuses %o',
  (wrong) => {
    expect(() => checkSampling({ ...ALL, ...wrong })).toThrow(RangeError);
    expect(() => checkSampling(ALL)).not.toThrow();
  },
);
