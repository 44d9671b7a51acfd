/** Which samples are on which side, for any data: what a selection promises, against a plain reading of it. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Label, OfficialPart, SampleRow } from '../../src/protocol';
import { select } from '../../src/session/protocols/select';

type Row = Pick<SampleRow, 'id' | 'set' | 'video' | 'subject' | 'label' | 'part' | 'captions'>;

const SETS = ['A', 'B', 'C'];
/** Two names stand for others' sets, one for none. */
const ASSIGNED: Record<string, string> = { R: 'A', Q: 'B' };
const names = fc.uniqueArray(fc.constantFrom(...SETS, 'R', 'Q', 'Z'), { minLength: 1, maxLength: 4 });
const protocol = fc.record({
  id: fc.constant('P'),
  train: names,
  tests: names,
  parts: fc.constantFrom('official' as const, 'all' as const),
  developmentShare: fc.constantFrom(0, 0.2, 0.5, 0.9),
});
const samples = fc
  .tuple(
    fc.array(
      fc.record({
        set: fc.constantFrom(...SETS),
        video: fc.nat(9).map(String),
        subject: fc.option(fc.nat(4).map((n) => `s${n}`)),
        label: fc.option(fc.constantFrom<Label>('live', 'spoof')),
        part: fc.option(fc.constantFrom<OfficialPart>('train', 'development', 'test'), { nil: undefined }),
      }),
      { minLength: 1, maxLength: 50 },
    ),
    fc.subarray(SETS),
  )
  .map(([rows, divided]) =>
    rows.map(({ part, ...row }, i): SampleRow => {
      const own: Row = { ...row, id: `${i}`, captions: {}, ...(part && divided.includes(row.set) && { part }) };
      return own as SampleRow;
    }),
  );

const videoOf = ({ set, video }: Row): string => `${set} ${video}`;
const personOf = ({ set, subject }: Row): string[] => (subject === null ? [] : [`${set} ${subject}`]);

test('what trains and what is judged are apart by video and person, whole, and there once', () => {
  fc.assert(
    fc.property(samples, protocol, fc.nat(99), (rows, given, seed) => {
      const { train, development, tests, testProblems, problem } = select(given, ASSIGNED, rows, seed);
      const labelled = rows.filter(({ label }) => label !== null);
      const resolved = (name: string): string => ASSIGNED[name] ?? name;
      const of = (set: string): SampleRow[] => labelled.filter((row) => row.set === set);
      const official = (set: string): boolean =>
        given.parts === 'official' && of(set).some(({ part }) => part !== undefined);

      for (const name of given.tests) {
        const set = resolved(name);
        const own = of(set).filter(({ part }) => !official(set) || part === 'test');
        expect(tests.get(name)?.map(({ id }) => id) ?? []).toEqual(own.map(({ id }) => id));
        expect(testProblems.has(name)).toBe(own.length === 0);
      }
      const judged = [...tests.values()].flat();
      const apart = (some: readonly SampleRow[], others: readonly SampleRow[]): void => {
        const videos = new Set(others.map(videoOf));
        const persons = new Set(others.flatMap(personOf));
        expect(some.filter((row) => videos.has(videoOf(row)) || personOf(row).some((one) => persons.has(one)))).toEqual(
          [],
        );
      };
      apart([...train, ...development], judged);
      apart(development, train);
      for (const side of [train, development, ...tests.values()])
        expect(new Set(side.map(({ id }) => id)).size).toBe(side.length);
      if (problem === null) expect(train.length).toBeGreaterThan(0);

      // Nothing else keeps a sample of the sources from training or developing.
      const videos = new Set(judged.map(videoOf));
      const persons = new Set(judged.flatMap(personOf));
      const free = [...new Set(given.train.map(resolved))]
        .flatMap((set) => of(set).filter(({ part }) => !official(set) || part === 'train'))
        .filter((row) => !videos.has(videoOf(row)) && !personOf(row).some((one) => persons.has(one)));
      const used = new Set([...train, ...development].map(({ id }) => id));
      if (problem === null) expect(free.filter(({ id }) => !used.has(id))).toEqual([]);

      const turned = select(given, ASSIGNED, [...rows].reverse(), seed);
      expect(new Set(turned.train.map(({ id }) => id))).toEqual(new Set(train.map(({ id }) => id)));
    }),
    { numRuns: 500 },
  );
});
