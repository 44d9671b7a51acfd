import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { split, type SplitSample } from '../../src/data/split';

const sampleArb = (subjects: boolean): fc.Arbitrary<SplitSample[]> =>
  fc
    .array(
      fc.record({
        set: fc.constantFrom('A', 'B', 'C'),
        video: fc.integer({ min: 0, max: 12 }).map((n) => `v${n}`),
        subject: subjects ? fc.option(fc.constantFrom('s1', 's2', 's3', 's4', 's5', 's6')) : fc.constant(null),
        label: fc.option(fc.constantFrom('live' as const, 'spoof' as const), { freq: 6 }),
      }),
      { maxLength: 60 },
    )
    .map((list) => list.map((sample, index) => ({ ...sample, id: `id${index}` })));

const options = fc.record({
  splitBy: fc.constantFrom('video' as const, 'subject' as const),
  testShare: fc.double({ min: 0, max: 1, noNaN: true }),
  seed: fc.integer(),
});

/** `subjects` people, each with `videos` live and as many spoof clips of two frames. */
function people(set: string, subjects: number, videos: number): SplitSample[] {
  const samples: SplitSample[] = [];
  for (let s = 0; s < subjects; s++) {
    for (const label of ['live', 'spoof'] as const) {
      for (let v = 0; v < videos; v++) {
        for (const role of ['early', 'middle']) {
          const video = `${label}-${s}-${v}`;
          samples.push({ id: `${set}/${video}/${role}`, set, video, subject: `${set}-s${s}`, label });
        }
      }
    }
  }
  return samples;
}

describe('the split', () => {
  it('holds every labelled sample once, and cuts neither a video nor a subject (property)', () => {
    fc.assert(
      fc.property(sampleArb(true), options, (samples, chosen) => {
        const { train, test } = split(samples, chosen);
        const labelled = samples.filter(({ label }) => label !== null).map(({ id }) => id);
        expect([...train, ...test].sort()).toEqual([...labelled].sort());
        const side = new Map([
          ...train.map((id) => [id, 'train'] as const),
          ...test.map((id) => [id, 'test'] as const),
        ]);
        const seen = new Map<string, string>();
        for (const sample of samples) {
          const mine = side.get(sample.id);
          if (mine === undefined) continue;
          const keys = [`v/${sample.set}/${sample.video}`];
          if (chosen.splitBy === 'subject' && sample.subject !== null) keys.push(`s/${sample.subject}`);
          for (const key of keys) {
            expect(seen.get(key) ?? mine).toBe(mine);
            seen.set(key, mine);
          }
        }
      }),
    );
  });

  it('depends on the seed and not on the order of the samples (property)', () => {
    fc.assert(
      fc.property(sampleArb(true), options, fc.integer(), (samples, chosen, salt) => {
        const shuffled = samples
          .map((sample, index) => ({ sample, key: Math.imul(index + 1, salt | 1) }))
          .sort((a, b) => a.key - b.key)
          .map(({ sample }) => sample);
        expect([...split(shuffled, chosen).test].sort()).toEqual([...split(samples, chosen).test].sort());
      }),
    );
    const samples = people('A', 12, 1);
    const seeds = new Set(
      [0, 1, 2, 3, 4, 5].map((seed) => split(samples, { splitBy: 'subject', testShare: 0.3, seed }).test.join()),
    );
    expect(seeds.size).toBeGreaterThan(3);
  });

  it('says so exactly when a side lacks a class (property)', () => {
    fc.assert(
      fc.property(sampleArb(false), options, (samples, chosen) => {
        const { train, test, problems } = split(samples, chosen);
        if (!samples.some(({ label }) => label !== null)) {
          expect(problems).toHaveLength(1);
          return;
        }
        const label = new Map(samples.map((sample) => [sample.id, sample.label]));
        for (const which of ['live', 'spoof'] as const) {
          const missing = (ids: string[]): boolean => !ids.some((id) => label.get(id) === which);
          expect(problems.some((text) => text.includes(`No ${which} sample to train on`))).toBe(missing(train));
          expect(problems.some((text) => text.includes(`No ${which} sample in the test split`))).toBe(missing(test));
        }
      }),
    );
  });

  it('gives both classes to both sides wherever two units of each class exist (property)', () => {
    const clips = fc.array(
      fc.record({
        set: fc.constantFrom('A', 'B', 'C', 'D'),
        label: fc.constantFrom('live' as const, 'spoof' as const),
      }),
      { minLength: 4, maxLength: 30 },
    );
    fc.assert(
      fc.property(clips, fc.double({ min: 0.05, max: 0.95, noNaN: true }), fc.integer(), (list, testShare, seed) => {
        const samples = list.map((entry, index) => ({ ...entry, id: `${index}`, video: `${index}`, subject: null }));
        fc.pre(['live', 'spoof'].every((which) => samples.filter(({ label }) => label === which).length >= 2));
        expect(split(samples, { splitBy: 'video', testShare, seed }).problems).toEqual([]);
      }),
    );
  });

  it('holds out its share of every set and label', () => {
    const samples = [...people('A', 20, 1), ...people('B', 10, 2)];
    for (const splitBy of ['video', 'subject'] as const) {
      const { test, problems } = split(samples, { splitBy, testShare: 0.3, seed: 7 });
      expect(problems).toEqual([]);
      const count = (set: string, label: string): number =>
        test.filter((id) => id.startsWith(`${set}/${label}`)).length;
      for (const label of ['live', 'spoof']) {
        expect(count('A', label)).toBe(12);
        expect(count('B', label)).toBe(12);
      }
    }
  });

  it('keeps its share over many sets of one unit each', () => {
    const samples = Array.from({ length: 20 }, (_, i) => people(`set${i}`, 1, 1)).flat();
    const { test } = split(samples, { splitBy: 'subject', testShare: 0.3, seed: 0 });
    expect(test).toHaveLength(6 * 4);
  });

  it('falls back to videos for samples without a subject, and says so', () => {
    const samples = people('A', 6, 2).map((sample, index) => (index < 8 ? { ...sample, subject: null } : sample));
    const { problems } = split(samples, { splitBy: 'subject', testShare: 0.3, seed: 1 });
    expect(problems).toEqual([expect.stringContaining('8 of 48 labelled samples name no subject')]);
  });

  it('keeps one person in two sets on one side', () => {
    const twins = ['A', 'B'].flatMap((set) => people(set, 6, 1)).map((s) => ({ ...s, subject: s.subject!.slice(2) }));
    const { test } = split(twins, { splitBy: 'subject', testShare: 0.34, seed: 5 });
    const held = new Set(twins.filter(({ id }) => test.includes(id)).map(({ subject }) => subject));
    expect(twins.filter(({ subject }) => held.has(subject)).length).toBe(test.length);
  });

  it('holds out nothing or everything at the ends of the share', () => {
    const samples = people('A', 4, 1);
    expect(split(samples, { splitBy: 'video', testShare: 0, seed: 0 }).test).toEqual([]);
    expect(split(samples, { splitBy: 'video', testShare: 1, seed: 0 }).train).toEqual([]);
  });
});
