import { describe, expect, it } from 'vitest';
import { knownOf } from '../../src/data/generate';
import { captionStyle } from '../../src/data/captions';
import { split } from '../../src/data/split';
import { sampleRow } from '../../src/data/rows';
import { makeSet, type SetFrame, type SetRequest } from '../../src/data/synthetic';
import { GENERATED_SETS, estimate, framesOf, requestFor, requestProblem } from '../../src/session/generated';

const REQUEST: SetRequest = {
  domain: 'synthetic-W',
  subjects: 2,
  liveClips: 1,
  attackClips: 1,
  attacks: ['print', 'mask-half'],
  styles: ['vanilla', 'reasoning'],
  seed: 5,
};

describe('rows of generated frames', () => {
  const frames: SetFrame[] = [...makeSet(REQUEST)];
  const stored = { width: 1, height: 1, png: new Blob(), thumbnail: new Blob() };
  const rowOf = (frame: SetFrame, seed = REQUEST.seed): ReturnType<typeof sampleRow> =>
    sampleRow(knownOf(frame, seed), frame.role, frame.seconds, stored);

  it('cut the set off the clip’s name, and give each frame its own captions', async () => {
    const row = await rowOf(frames.find(({ facts }) => facts.attack === 'mask-half')!);
    expect(row).toMatchObject({
      set: 'synthetic-W',
      file: 'spoof/mask-half/W01_1',
      video: 'synthetic-W/spoof/mask-half/W01_1',
      label: 'spoof',
      attack: 'mask-half',
      subject: 'W01',
    });
    expect(captionStyle(row.captions.reasoning ?? '')).toBe('reasoning');
    expect(captionStyle(row.captions.vanilla ?? '')).toBe('vanilla');
  });

  it('are one sample a frame, of one person a seed', async () => {
    const rows = await Promise.all(frames.map((frame) => rowOf(frame)));
    const others = await Promise.all(frames.map((frame) => rowOf(frame, 6)));
    expect(new Set([...rows, ...others].map(({ id }) => id)).size).toBe(2 * framesOf(REQUEST).all);
    expect(rows.every(({ id, frame }) => frame === `frames/${id}.png`)).toBe(true);
  });

  it('split by subject, both classes on both sides', async () => {
    const rows = await Promise.all(frames.map((frame) => rowOf(frame)));
    const sides = split(rows, { splitBy: 'subject', testShare: 0.5, seed: 0 });
    expect(sides.problems).toEqual([]);
    const subjects = (ids: string[]): string[] => [
      ...new Set(rows.filter(({ id }) => ids.includes(id)).map(({ subject }) => subject ?? '')),
    ];
    expect([...subjects(sides.train), ...subjects(sides.test)].sort()).toEqual(['W01', 'W02']);
  });
});

describe('requests', () => {
  it.each(GENERATED_SETS)('of $name start as something that can be made', ({ name, about, attacks }) => {
    const request = requestFor(name);
    expect(requestProblem(request)).toBeNull();
    expect(about).toMatch(/^[A-Z].*\.$/);
    const { all, live, spoof } = framesOf(request);
    expect([all, live, spoof]).toEqual([24 * (2 + attacks.length), 48, 24 * attacks.length]);
    const { bytes, seconds } = estimate(request);
    expect(bytes / all).toBeGreaterThan(10_000);
    expect(seconds / all).toBeLessThan(1);
  });

  it.each([
    [{ subjects: 0 }, /number of persons is 0\. It must be a whole number from 1 to 500/],
    [{ subjects: NaN }, /number of persons is NaN/],
    [{ liveClips: -1 }, /live clips a person is -1/],
    [{ liveClips: 0, attacks: [] }, /no clip at all\. Ask for at least one live clip/],
    [{ seed: 0.5 }, /seed is 0\.5/],
    [{ domain: 'nowhere' }, /no generated set named 'nowhere'/],
    [{ subjects: 500, liveClips: 20 }, /limit\. Ask for fewer/],
  ])('%j is answered with what is wrong and what to do', (change, sentence) => {
    expect(requestProblem({ ...requestFor('synthetic-M'), ...change })).toMatch(sentence);
  });
});
