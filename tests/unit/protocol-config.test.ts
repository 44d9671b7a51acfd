import { describe, expect, it } from 'vitest';
import { DEMO, PAPER, provenance, type RunConfig } from '../../src/protocol';

describe('the paper preset', () => {
  it('states what the paper states', () => {
    expect(PAPER).toMatchObject({
      alpha: 0.7,
      beta: 0.3,
      loraRank: 32,
      learningRate: 1e-4,
      weightDecay: 0.01,
      batch: 4,
      steps: 2500,
    });
    expect(PAPER.batch * PAPER.accumulation).toBe(64);
  });
});

describe('provenance', () => {
  it('marks what the paper leaves open', () => {
    for (const key of ['loraAlpha', 'gradientClip', 'warmupSteps', 'adamBeta1', 'seed'] as (keyof RunConfig)[]) {
      expect(provenance(PAPER, key), key).toBe('not stated in the paper');
    }
  });

  it('marks every demo value that contradicts the paper', () => {
    expect(provenance(PAPER, 'learningRate')).toBe('paper');
    expect(provenance(DEMO, 'learningRate')).toBe('differs from the paper');
    expect(provenance(DEMO, 'steps')).toBe('differs from the paper');
    expect(provenance(DEMO, 'alpha')).toBe('paper');
    expect(provenance(DEMO, 'evaluateEvery')).toBe('page');
  });
});
