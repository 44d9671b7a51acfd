import fc from 'fast-check';
import { expect, it } from 'vitest';
import { balancedChoice } from '../../src/evaluate/choose';
import type { Label, SampleRow } from '../../src/protocol';

const sample = (id: string, label: Label | null): SampleRow => ({
  id,
  set: 's',
  file: id,
  video: id,
  role: 'image',
  seconds: 0,
  label,
  attack: null,
  subject: null,
  captions: {},
  width: 1,
  height: 1,
  frame: id,
  thumbnail: new Blob(),
});

it('takes as many as asked, balanced as far as the classes allow, in the order given', () => {
  fc.assert(
    fc.property(fc.nat(12), fc.nat(12), fc.nat(12), (live, spoof, limit) => {
      const samples = [
        ...Array.from({ length: live }, (_, i) => sample(`l${i}`, 'live')),
        sample('unlabelled', null),
        ...Array.from({ length: spoof }, (_, i) => sample(`s${i}`, 'spoof')),
      ];
      const chosen = balancedChoice(samples, limit, (id) => id.length * 7 + id.charCodeAt(1));
      const count = (label: Label): number => chosen.filter((row) => row.label === label).length;
      expect(chosen).toHaveLength(Math.min(limit, live + spoof));
      const half = Math.floor(limit / 2);
      expect(count('live')).toBeGreaterThanOrEqual(Math.min(live, half));
      expect(count('spoof')).toBeGreaterThanOrEqual(Math.min(spoof, half));
      expect(chosen).toEqual(samples.filter((row) => chosen.includes(row)));
    }),
  );
});

it('chooses by rank, not by place', () => {
  const samples = ['a', 'b', 'c', 'd'].map((id) => sample(id, 'live'));
  const rank = (id: string): number => ({ a: 3, b: 0, c: 2, d: 1 })[id] ?? 9;
  expect(balancedChoice(samples, 2, rank).map(({ id }) => id)).toEqual(['b', 'd']);
  expect(balancedChoice([...samples].reverse(), 2, rank).map(({ id }) => id)).toEqual(['d', 'b']);
});
