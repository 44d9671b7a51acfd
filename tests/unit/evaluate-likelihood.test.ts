/** What is asked after a caption, and the score that comes of the answers. */
import { describe, expect, it } from 'vitest';
import { spoofLikelihood, STATEMENTS, statementsAfter, untilVerdict } from '../../src/evaluate/likelihood';
import { verdictOf } from '../../src/evaluate/verdict';

const whole = (text: string): string => untilVerdict({ text, truncated: false });
const cut = (text: string): string => untilVerdict({ text, truncated: true });

describe('the explanation that is read', () => {
  it('ends before the sentence that states the verdict, whatever that is', () => {
    const seen = 'Light and shade give the head depth. No cut edge is on the face.';
    for (const verdict of ['This is a live face.', 'So the face is a spoof: a print.', 'I judge it to be live.']) {
      expect(whole(`${seen} ${verdict}`), verdict).toBe(seen);
    }
    expect(whole('This is a live face. The skin has pores.')).toBe('');
  });

  it('keeps the heading of the final judgment, and what earlier stages say', () => {
    const before =
      'Initial observation: It looks like a live face. Artifact detection: A fine grid is seen. Final judgment:';
    expect(whole(`${before} So this is a spoof: a replay.`)).toBe(before);
    expect(whole(`${before} The grid is strong. So this is a spoof: a replay.`)).toBe(`${before} The grid is strong.`);
  });

  it('is all of a caption that states nothing, and the whole sentences of one that was cut off', () => {
    expect(whole('The skin shows pores. It is hard to')).toBe('The skin shows pores. It is hard to');
    expect(cut('The skin shows pores. It is hard to')).toBe('The skin shows pores.');
    expect(cut('A border of 3.5 mm lies around it! "Odd." And th')).toBe('A border of 3.5 mm lies around it! "Odd.');
    expect(cut('The skin sho')).toBe('');
    expect(cut('This is a spoof, a pr')).toBe('');
    expect(whole('')).toBe('');
  });
});

describe('the statements', () => {
  it('are asked in the order in which they are read, and each says its own label', () => {
    const { after, words } = statementsAfter({ text: 'The skin has pores. The face is live.', truncated: false });
    expect(after).toBe('The skin has pores.');
    expect(words).toEqual([...STATEMENTS.live, ...STATEMENTS.spoof]);
    for (const label of ['live', 'spoof'] as const) {
      for (const statement of STATEMENTS[label]) expect(verdictOf(`${statement}.`), statement).toBe(label);
    }
  });

  it('exclude one another, so that their probabilities may be added', () => {
    const all = [...STATEMENTS.live, ...STATEMENTS.spoof];
    for (const a of all) for (const b of all) expect(a !== b && b.startsWith(a), `${a} / ${b}`).toBe(false);
  });
});

describe('the score', () => {
  const score = (live: number[], spoof: number[]): number =>
    spoofLikelihood([...live.map(Math.log), ...spoof.map(Math.log)]);

  it('is the share of the spoof statements in the probability of all', () => {
    expect(score([0.2, 0.1, 0, 0], [0.05, 0.05, 0.1, 0.1])).toBeCloseTo(0.5, 12);
    expect(score([0.3, 0, 0, 0], [0.05, 0.025, 0.0125, 0.0125])).toBeCloseTo(0.25, 12);
  });

  it('does not lose itself in small or equal numbers', () => {
    const three = Math.exp(-5) + 2 * Math.exp(-10);
    expect(spoofLikelihood([-900, -905, -910, -910, -899, -905, -910, -910])).toBeCloseTo(
      (Math.E + three) / (1 + Math.E + 2 * three),
      12,
    );
    expect(spoofLikelihood([-1e4, -1e4, -1e4, -1e4, -1, -1, -1, -1])).toBe(1);
    expect(spoofLikelihood([-1, -1, -1, -1, -1e4, -1e4, -1e4, -1e4])).toBe(0);
    expect(spoofLikelihood(new Array<number>(8).fill(-2e5))).toBe(0.5);
  });
});
