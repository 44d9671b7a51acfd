/** Jobs of any protocols with any sets: every table row has its jobs, none is done twice, also after sets were changed. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DEMO, type Experiment, type Protocol, type Reader } from '../../src/protocol';
import { assigned, usedNames } from '../../src/session/protocols/assigned';
import { expand, jobsOf } from '../../src/session/protocols/expand';
import { withScoring, withTraining } from '../../src/session/protocols/jobs';
import { DEVELOPMENT } from '../../src/session/protocols/readers';

const NAMES = ['M', 'C', 'I', 'x', 'y'];
const SETS = ['S', 'T', DEVELOPMENT, 'M'];
const name = fc.constantFrom(...NAMES);
const names = fc.uniqueArray(name, { minLength: 1, maxLength: 4 });
const protocols = fc
  .array(fc.record({ train: names, tests: names, developmentShare: fc.constantFrom(0.2, 0.3) }), {
    minLength: 1,
    maxLength: 4,
  })
  .map((made) =>
    made.map((one, i): Protocol => {
      const variants = [0, 0.5].map((reasoningShare) => ({ name: `w/${reasoningShare}`, config: { reasoningShare } }));
      return { ...one, id: `p${i}`, about: '', origin: 'own', parts: 'official', variants };
    }),
  );
const sets = fc.dictionary(name, fc.constantFrom(...SETS));

function experimentOf(given: Protocol[], assignment: Record<string, string>): Experiment {
  const setting = { config: DEMO, sets: assignment, readers: ['head', 'text'] satisfies Reader[] };
  const about = { id: 'e', name: 'e', created: 0, updated: 0, textFrames: null };
  return { ...about, ...setting, protocols: given, ...expand(given, setting, () => true) };
}

/** A training is of its sets, of those of them that are tested on too, and of its settings. */
function distinctTrainings({ protocols: given, sets: assignment }: Experiment): number {
  const resolved = (list: readonly string[]): string[] =>
    [...new Set(list.map((one) => assignment[one] ?? one))].sort();
  const keys = given.flatMap(({ train, tests, variants, developmentShare }) => {
    const own = resolved(train);
    const both = resolved(tests).filter((set) => own.includes(set));
    return variants.map(({ config }) => JSON.stringify([own, both, developmentShare, config]));
  });
  return new Set(keys).size;
}

function expectWhole(experiment: Experiment): void {
  const jobs = [...experiment.trainings, ...experiment.scorings];
  expect(new Set(jobs.map(({ id }) => id)).size).toBe(jobs.length);
  expect(experiment.trainings).toHaveLength(distinctTrainings(experiment));
  for (const { id, tests, variants } of experiment.protocols) {
    for (const variant of variants) {
      const of = jobsOf(experiment, id, variant.name);
      expect(of).not.toBeNull();
      const judged = [DEVELOPMENT, ...tests].map((one) => of!.scoring(one));
      for (const [i, job] of judged.entries()) {
        expect(job).not.toBeNull();
        expect(job!.training).toBe(of!.training.id);
        expect(job!.test === DEVELOPMENT).toBe(i === 0);
      }
    }
  }
}

describe('jobs of any protocols', () => {
  test('are whole, and none is there twice', () => {
    fc.assert(
      fc.property(protocols, sets, (given, assignment) => expectWhole(experimentOf(given, assignment))),
      {
        numRuns: 500,
      },
    );
  });

  test('are so with other sets too, and what is done stays done', () => {
    fc.assert(
      fc.property(
        protocols,
        sets,
        fc.array(fc.tuple(name, fc.constantFrom(...SETS)), { maxLength: 4 }),
        fc.nat(),
        (given, assignment, changes, pick) => {
          let now = experimentOf(given, assignment);
          for (const [index, { id }] of now.trainings.entries()) {
            if (((pick >> (index % 30)) & 1) === 0) continue;
            now = withTraining(now, id, { phase: 'done', runId: id });
            for (const job of now.scorings.filter(({ training }) => training === id).slice(1 + (pick % 2)))
              now = withScoring(now, job.id, { phase: 'done', scoringId: job.id });
          }
          const done = (of: Experiment): string[] =>
            [...of.trainings, ...of.scorings]
              .filter(({ phase }) => phase === 'done')
              .map((job) => job.id)
              .sort();
          const before = done(now);
          for (const [which, set] of changes) {
            const used = usedNames(now).find((one) => one.name === which);
            if (
              used?.fixedBy !== null ||
              !now.protocols.some(({ train, tests }) => [...train, ...tests].includes(which))
            )
              continue;
            try {
              now = assigned(now, which, set, () => true);
            } catch (error) {
              // A test that comes into the sets of a training that is done, or leaves them.
              expect((error as Error).message).toMatch(/cannot be given .*, which has begun, would be another/);
            }
          }
          expectWhole(now);
          expect(done(now)).toEqual(before);
        },
      ),
      { numRuns: 500 },
    );
  });
});
