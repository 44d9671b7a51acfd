import { describe, expect, it } from 'vitest';
import { equalErrorHter } from '../../src/evaluate/equal_error';

const scored = (live: number[], spoof: number[]) => [
  ...live.map((score) => ({ truth: 'live' as const, score })),
  ...spoof.map((score) => ({ truth: 'spoof' as const, score })),
];

describe('HTER at equal errors', () => {
  it('is nothing where a threshold parts the classes, and everything where they are the wrong way round', () => {
    expect(equalErrorHter(scored([0.1, 0.2], [0.3, 0.31]))).toEqual({ hter: 0, threshold: 0.3 });
    expect(equalErrorHter(scored([0.8, 0.9], [0.1, 0.2]))?.hter).toBe(1);
  });

  it('depends on the order of the scores alone', () => {
    const live = [0.01, 0.02, 0.03, 0.2];
    const spoof = [0.02, 0.15, 0.4, 0.9];
    const plain = equalErrorHter(scored(live, spoof))!;
    expect(plain.hter).toBe(0.25);
    const squashed = equalErrorHter(scored(live.map(Math.sqrt), spoof.map(Math.sqrt)))!;
    expect(squashed.hter).toBe(plain.hter);
    expect(squashed.threshold).toBeCloseTo(Math.sqrt(plain.threshold), 12);
  });

  it('calls a sample at the threshold spoof, so that ties cannot be parted', () => {
    expect(equalErrorHter(scored([0.5, 0.5], [0.5, 0.5]))?.hter).toBe(0.5);
    // 2 of 3 live and no spoof, or no live and every spoof, or a third and a half: the last is the nearest.
    expect(equalErrorHter(scored([0.1, 0.2, 0.6], [0.6, 0.2]))).toEqual({ hter: (1 / 2 + 1 / 3) / 2, threshold: 0.6 });
  });

  it('takes the lower of two thresholds whose gaps are equal, whatever the digits', () => {
    // FAR 1/3 and FRR 4/5, then 2/3 and 1/5: gaps of 7/15, of which floating point makes two.
    const [live, spoof] = [
      [0.1, 0.2, 0.2, 0.2, 0.3],
      [0.1, 0.2, 0.3],
    ];
    expect(equalErrorHter(scored(live, spoof))).toEqual({ hter: (1 / 3 + 4 / 5) / 2, threshold: 0.2 });
  });

  it('is undefined without one of the classes', () => {
    expect(equalErrorHter(scored([0.1], []))).toBeNull();
    expect(equalErrorHter([])).toBeNull();
  });
});
