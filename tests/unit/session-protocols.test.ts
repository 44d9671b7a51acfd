/** Protocols as data: who trains, who is judged, what is trained once, and what a file of protocols may say. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  DEMO,
  DivergedError,
  errorToData,
  TrainingError,
  type Experiment,
  type Label,
  type OfficialPart,
  type Protocol,
  type SampleRow,
  type ScoreJob,
  type WhyLiveError,
} from '../../src/protocol';
import { develops, whyNoDevelopment } from '../../src/session/experiments/development';
import { assigned, usedNames } from '../../src/session/protocols/assigned';
import { configOf, expand, jobsOf, protocolOfScoring } from '../../src/session/protocols/expand';
import {
  givenUpRuns,
  nextJob,
  putBack,
  recovered,
  retried,
  skipped,
  withScoring,
  withTraining,
} from '../../src/session/protocols/jobs';
import { PAPER_PROTOCOLS, REASONING, TABLE_PROTOCOLS, VANILLA } from '../../src/session/protocols/paper';
import { DEVELOPMENT, readersOn } from '../../src/session/protocols/readers';
import { assignRoles } from '../../src/session/protocols/roles';
import { checkProtocol, readProtocols, writeProtocols } from '../../src/session/protocols/schema';
import { select } from '../../src/session/protocols/select';
import { attacksWithoutText, chooseTextFrames } from '../../src/session/protocols/text_frames';

interface Made {
  subjects?: number;
  parts?: (subject: number) => OfficialPart | undefined;
  labels?: readonly Label[];
  captions?: SampleRow['captions'];
  attacks?: readonly string[];
}

/** Each subject: a live video and one of each attack, two frames each. */
function setOf(set: string, made: Made = {}): SampleRow[] {
  const { subjects = 10, parts = () => undefined, labels = ['live', 'spoof'], attacks = ['print'] } = made;
  const kinds = labels.flatMap((label) => (label === 'live' ? ['live'] : attacks));
  return Array.from({ length: subjects }, (_, subject) => subject).flatMap((subject) =>
    kinds.flatMap((kind) =>
      (['early', 'middle'] as const).map((role): SampleRow => {
        const part = parts(subject);
        return {
          id: `${set}/${subject}/${kind}/${role}`,
          set,
          file: `${kind}/${subject}.mp4`,
          video: `${kind}/${subject}`,
          role,
          seconds: 0,
          label: kind === 'live' ? 'live' : 'spoof',
          attack: kind === 'live' ? null : kind,
          subject: `${subject}`,
          captions: made.captions ?? { vanilla: 'A face.', reasoning: 'A face.' },
          width: 1,
          height: 1,
          frame: '',
          thumbnail: new Blob(),
          ...(part === undefined ? {} : { part }),
        };
      }),
    ),
  );
}

const WORLD = ['M', 'C', 'I', 'O', 'W'].flatMap((role) => setOf(`synthetic-${role}`));
const SETS = assignRoles(WORLD).sets as Record<string, string>;
const OCI = PAPER_PROTOCOLS[0]!;
const ids = (rows: readonly SampleRow[]): string[] => rows.map(({ id }) => id);
const persons = (rows: readonly SampleRow[]): Set<string> =>
  new Set(rows.map(({ set, subject }) => `${set} ${subject}`));

function experiment(
  protocols: readonly Protocol[] = PAPER_PROTOCOLS,
  readers: Experiment['readers'] = ['head', 'text', 'likelihood'],
  develops: (protocol: Protocol) => boolean = () => true,
): Experiment {
  const setting = { protocols: [...protocols], config: DEMO, sets: SETS, readers };
  return {
    ...{ id: 'e', name: 'e', created: 0, updated: 0, ...setting, textFrames: null },
    ...expand(setting.protocols, setting, develops),
  };
}

describe('roles', () => {
  test('a recognised set plays its own role, a generated one stands in', () => {
    const real = setOf('my tapes').map((row) => ({ ...row, faceSet: 'msu-mfsd' as const }));
    const { sets, notes } = assignRoles([...WORLD, ...real]);
    expect(sets).toEqual({ M: 'my tapes', C: 'synthetic-C', I: 'synthetic-I', O: 'synthetic-O', W: 'synthetic-W' });
    expect(notes).toEqual([]);
  });

  test('of two copies the larger is taken, and that is said', () => {
    const rows = [...setOf('small', { subjects: 2 }), ...setOf('large')];
    const { sets, notes } = assignRoles(rows.map((row) => ({ ...row, faceSet: 'oulu-npu' as const })));
    expect(sets).toEqual({ O: 'large' });
    expect(notes.join()).toMatch(/large and small could each be O; large is taken/);
  });
});

describe('selection', () => {
  test('the set left out is judged as a whole and is nowhere else; the held-back persons do not train', () => {
    const { train, development, tests, problem, notes } = select(OCI, SETS, WORLD, 0);
    expect(problem).toBeNull();
    expect(notes).toEqual([]);
    expect(ids(tests.get('M')!)).toEqual(ids(setOf('synthetic-M')));
    expect(tests.get('W')).toHaveLength(40);
    expect([...new Set([...train, ...development].map(({ set }) => set))].sort()).toEqual([
      'synthetic-C',
      'synthetic-I',
      'synthetic-O',
    ]);
    expect(train.length + development.length).toBe(120);
    expect(persons(development).size).toBe(6); // a fifth of ten, of each of three sets
    const trained = persons(train);
    for (const person of persons(development)) expect(trained.has(person)).toBe(false);
  });

  test('official parts: train parts train, development parts develop, test parts are judged', () => {
    const parts = (subject: number): OfficialPart => (['train', 'train', 'development', 'test'] as const)[subject % 4]!;
    const rows = [...setOf('a', { parts }), ...setOf('b', { parts, subjects: 8 }), ...setOf('c')];
    const protocol = { ...OCI, train: ['a', 'c'], tests: ['b', 'a'] };
    const { train, development, tests } = select(protocol, {}, rows, 3);
    const partsOf = (set: string, side: readonly SampleRow[]): unknown[] => [
      ...new Set(side.filter((row) => row.set === set).map(({ part }) => part)),
    ];
    expect(partsOf('a', train)).toEqual(['train']);
    expect(partsOf('a', development)).toEqual(['development']);
    expect(partsOf('b', tests.get('b')!)).toEqual(['test']);
    expect(partsOf('a', tests.get('a')!)).toEqual(['test']);
    expect(development.some(({ set }) => set === 'c')).toBe(true);
    expect(select({ ...protocol, parts: 'all' }, {}, rows, 3).tests.get('b')).toHaveLength(32);
  });

  test('without a development part a share of the train part is held back, never of the test part', () => {
    const rows = setOf('a', { parts: (subject) => (subject < 8 ? 'train' : 'test') });
    const { train, development } = select({ ...OCI, train: ['a'], tests: ['a'], developmentShare: 0.25 }, {}, rows, 0);
    expect(persons(development).size).toBe(2);
    expect([...train, ...development].every(({ part }) => part === 'train')).toBe(true);
  });

  test('no sample, video or person of a test set trains or develops, whatever the protocol', () => {
    const someSet = fc.record({
      subjects: fc.integer({ min: 1, max: 6 }),
      divided: fc.boolean(),
      seed: fc.integer({ min: 0, max: 3 }),
    });
    fc.assert(
      fc.property(
        fc.tuple(someSet, someSet, someSet),
        fc.subarray(['a', 'b', 'c'], { minLength: 1 }),
        fc.subarray(['a', 'b', 'c', 'd'], { minLength: 1 }),
        fc.constantFrom('official' as const, 'all' as const),
        fc.constantFrom(0, 0.2, 0.5),
        (made, train, tests, parts, developmentShare) => {
          const rows = made.flatMap(({ subjects, divided, seed }, index) => {
            // Parts that the makers did not keep apart by person: the person decides all the same.
            const part = (row: SampleRow, at: number): OfficialPart =>
              (['train', 'development', 'test'] as const)[(at * (seed + 1) + row.video.length) % 3]!;
            const own = setOf('abc'[index]!, { subjects });
            return divided ? own.map((row, at) => ({ ...row, part: part(row, at) })) : own;
          });
          const chosen = select({ ...OCI, train, tests, parts, developmentShare }, {}, rows, 1);
          const judged = [...chosen.tests.values()].flat();
          const learned = [...chosen.train, ...chosen.development];
          for (const person of persons(judged)) expect(persons(learned).has(person)).toBe(false);
          const videos = new Set(judged.map(({ set, video }) => `${set} ${video}`));
          for (const { set, video } of learned) expect(videos.has(`${set} ${video}`)).toBe(false);
          for (const person of persons(chosen.development)) expect(persons(chosen.train).has(person)).toBe(false);
          expect(learned.every(({ set }) => train.includes(set))).toBe(true);
        },
      ),
      { numRuns: 200 },
    );
  });

  test('the order of the samples and the variant change nothing; the seed does', () => {
    const held = (rows: readonly SampleRow[], seed: number): string[] =>
      ids(select(OCI, SETS, rows, seed).development).sort();
    expect(held([...WORLD].reverse(), 0)).toEqual(held(WORLD, 0));
    expect(held(WORLD, 1)).not.toEqual(held(WORLD, 0));
  });

  test.each<[string, SampleRow[], Partial<Protocol>, RegExp]>([
    [
      'a source that is not loaded',
      WORLD.filter(({ set }) => set !== 'synthetic-I'),
      {},
      /for I \(Replay-Attack\).*not loaded.*Data/,
    ],
    ['a set that nobody has', WORLD, { train: ['mine'] }, /No data set is loaded for mine\. Import or generate it/],
    ['a set on both sides', WORLD, { train: ['M'] }, /synthetic-M is trained and tested on in OCI/],
    [
      'parts of which the train part is absent',
      setOf('x', { parts: () => 'test' }),
      { train: ['x'], tests: ['y'] },
      /x has official parts, and nothing of its train part is loaded/,
    ],
  ])('%s is a sentence', (_, rows, change, sentence) => {
    const { problem } = select({ ...OCI, ...change }, SETS, rows, 0);
    expect(`${problem?.cause} ${problem?.remedy}`).toMatch(sentence);
  });

  test('a test that is not loaded, or whose test part is absent, is a sentence of its own: the rest can be trained', () => {
    const rows = [...WORLD.filter(({ set }) => set !== 'synthetic-W'), ...setOf('x', { parts: () => 'train' })];
    const { problem, testProblems, tests } = select({ ...OCI, tests: ['M', 'W', 'x'] }, SETS, rows, 0);
    expect(problem).toBeNull();
    expect([...tests.keys()]).toEqual(['M']);
    expect(testProblems.get('W')?.cause).toMatch(/W \(SiW-Mv2\)/);
    expect(testProblems.get('x')?.cause).toMatch(/nothing of its test part/);
  });

  test('one class, no caption and no live source are said, and the protocol goes on', () => {
    const rows = [
      ...setOf('lively', { labels: ['live'] }),
      ...setOf('mute', { captions: { vanilla: ' ' } }),
      ...setOf('fake', { labels: ['spoof'] }),
    ];
    const { notes, problem } = select({ ...OCI, train: ['mute', 'fake'], tests: ['lively'] }, {}, rows, 0);
    expect(problem).toBeNull();
    expect(notes).toEqual([
      'lively has no spoof sample to be tested on: FAR, HTER and AUC are undefined.',
      'mute has no caption: its samples train the live/spoof head only.',
      'fake has no live sample to train on.',
    ]);
  });
});

describe('jobs', () => {
  test('the paper: 14 trainings, as one row of table 7 is a training of table 1', () => {
    const whole = experiment();
    expect(whole.trainings).toHaveLength(14);
    expect(whole.scorings).toHaveLength(14 + 4 * 2 * 2 + 2 + 4);
    for (const protocol of Object.values(TABLE_PROTOCOLS).flat()) {
      expect(PAPER_PROTOCOLS.map(({ id }) => id)).toContain(protocol);
    }
    const shared = jobsOf(whole, 'MIC cls', 'w cls loss')!;
    expect(shared.training.id).toBe('MIC/vanilla+reasoning');
    expect(shared.scoring('O')?.id).toBe('MIC/vanilla+reasoning/O');
    expect(shared.scoring(DEVELOPMENT)?.training).toBe('MIC/vanilla+reasoning');
    const ablation = jobsOf(whole, 'MIC cls', 'w/o cls loss')!;
    expect(ablation.training.id).toBe('MIC cls/w/o cls loss');
    expect(ablation.scoring('W')).toBeNull();
    expect(jobsOf(whole, 'MIC', 'nothing')).toBeNull();
  });

  test('development data are judged by the readers whose thresholds they set, and not at all where there is none', () => {
    const judged = (...how: [Experiment['readers'], ((protocol: Protocol) => boolean)?]): number =>
      experiment(PAPER_PROTOCOLS, ...how).scorings.filter(({ test: name }) => name === DEVELOPMENT).length;
    // Four trainings have no head; text has no threshold, the likelihood has one.
    expect([judged(['head', 'text', 'likelihood']), judged(['head', 'text']), judged(['text'])]).toEqual([14, 10, 0]);
    expect(judged(['head'], ({ id }) => id !== 'MICO')).toBe(8);
    expect(readersOn(DEVELOPMENT, ['head', 'text', 'likelihood'], DEMO)).toEqual({ head: true, words: ['likelihood'] });
    expect(readersOn(DEVELOPMENT, ['head', 'text'], DEMO)).toEqual({ head: true, words: [] });
    expect(readersOn('W', ['text', 'likelihood'], { alpha: 0 })).toEqual({
      head: false,
      words: ['text', 'likelihood'],
    });
  });

  test('thresholds need spoof samples held back; a set that is missing may bring them', () => {
    const of = (rows: readonly SampleRow[], developmentShare = 0.2): boolean =>
      develops(select({ ...OCI, developmentShare }, SETS, rows, 0));
    expect(of(WORLD)).toBe(true);
    expect(of(WORLD, 0)).toBe(false);
    expect(of(WORLD.filter(({ label }) => label === 'live'))).toBe(false);
    expect(
      of(
        WORLD.filter(({ set }) => set !== 'synthetic-O'),
        0,
      ),
    ).toBe(true);
  });

  test('with another set a training that waits is given its judgment of development data', () => {
    const bare = experiment([OCI], ['head'], () => false);
    const begun = withTraining(bare, 'OCI/vanilla', { phase: 'going' });
    const ids = ({ scorings }: Experiment): string[] => scorings.map(({ id }) => id);
    const added = assigned(begun, 'M', 'mine', () => true);
    expect(ids(added).filter((id) => !ids(bare).includes(id))).toEqual(['OCI/vanilla+reasoning/development']);
    expect(ids(assigned(begun, 'M', 'mine', () => false))).toEqual(ids(bare));
    // What was judged stays, whatever the data say by now.
    const judged = withScoring(experiment([OCI]), 'OCI/vanilla/development', { phase: 'done' });
    expect(ids(assigned(judged, 'M', 'mine', () => false))).toContain('OCI/vanilla/development');
  });

  test('why there is no number of a threshold on development data is said for each job that is not done', () => {
    const [job] = experiment([OCI]).scorings as [ScoreJob];
    const { error } = withTraining(experiment([OCI]), 'OCI/vanilla', { phase: 'failed' }).scorings[0]!;
    const why = [null, job, { ...job, phase: 'failed' as const, error }, { ...job, phase: 'skipped' as const }].map(
      (one) => whyNoDevelopment(one),
    );
    expect(why).toEqual([
      expect.stringMatching(/no development data with spoof samples.*hold back a share/),
      expect.stringMatching(/not judged yet/),
      expect.stringMatching(/could not be judged.*Its training failed/),
      expect.stringMatching(/left out/),
    ]);
    expect(whyNoDevelopment({ ...job, phase: 'done' })).toBeNull();
  });

  test('both variants of a protocol differ in captions only', () => {
    const [plain, reasoning] = [configOf(DEMO, VANILLA), configOf(DEMO, REASONING)];
    expect({ ...plain, reasoningShare: 0.5 }).toEqual(reasoning);
    expect(plain.reasoningShare).toBe(0);
  });

  test('a training that two protocols share is judged on the tests of both', () => {
    const other: Protocol = { ...OCI, id: 'other', tests: ['W', 'I2'], variants: [VANILLA] };
    const both = experiment([OCI, other]);
    expect(both.trainings.map(({ id }) => id)).toEqual(['OCI/vanilla', 'OCI/vanilla+reasoning']);
    const job = both.scorings.find(({ id }) => id === 'OCI/vanilla/I2')!;
    expect(protocolOfScoring(both, job)?.id).toBe('other');
    expect(both.scorings.filter(({ training, test: name }) => training === 'OCI/vanilla' && name === 'W')).toHaveLength(
      1,
    );
  });

  test('other parts, shares or settings are other trainings', () => {
    const variants = [VANILLA, { name: 'seed 1', config: { reasoningShare: 0, seed: 1 } }];
    expect(
      experiment([
        { ...OCI, variants },
        { ...OCI, id: 'b', parts: 'all', variants: [VANILLA] },
      ]).trainings,
    ).toHaveLength(3);
  });

  test('each training is followed by its own judgments; a failed one by none, until it is tried again', () => {
    let now = experiment([OCI]);
    const order: string[] = [];
    for (let next = nextJob(now); next !== null; next = nextJob(now)) {
      order.push(next.job.id);
      const fails = next.job.id === 'OCI/vanilla+reasoning';
      const error = { name: 'TrainingError', cause: 'x', remedy: '', file: null, recoverable: true };
      now =
        next.kind === 'score'
          ? withScoring(now, next.job.id, { phase: 'done' })
          : withTraining(now, next.job.id, fails ? { phase: 'failed', error } : { phase: 'done' });
    }
    const judged = [DEVELOPMENT, 'M', 'W'].map((name) => `OCI/vanilla/${name}`);
    expect(order).toEqual(['OCI/vanilla', ...judged, 'OCI/vanilla+reasoning']);
    expect(now.scorings.filter(({ phase }) => phase === 'skipped').map(({ error }) => error?.cause)).toEqual(
      Array(3).fill('Its training failed.'),
    );
    const again = retried(now);
    expect(nextJob(again)?.job.id).toBe('OCI/vanilla+reasoning');
    expect(again.scorings.filter(({ phase }) => phase === 'waiting')).toHaveLength(3);
    const left = skipped(again, 'OCI/vanilla+reasoning');
    expect(nextJob(left)).toBeNull();
    expect(nextJob(retried(left))).toBeNull();
  });

  test('what was left out can be put back with what it has kept, a training with its judgments', () => {
    const begun = withScoring(experiment([OCI]), 'OCI/vanilla/W', { scoringId: 's' });
    const out = skipped(begun, 'OCI/vanilla');
    expect(nextJob(out)?.job.id).toBe('OCI/vanilla+reasoning');
    expect(putBack(out, 'OCI/vanilla')).toEqual(begun);
    const one = skipped(begun, 'OCI/vanilla/W');
    expect(putBack(one, 'OCI/vanilla/W')).toEqual(begun);
    // Alone it could not be judged.
    expect(putBack(out, 'OCI/vanilla/W')).toEqual(out);
    expect(putBack(begun, 'OCI/vanilla')).toEqual(begun);
  });

  test('a name can be given another set until a job that uses it goes; what failed for want of it waits again', () => {
    const error = errorToData(new TrainingError({ cause: 'No data set is loaded for W.', remedy: '' }));
    const trained = withTraining(experiment([OCI]), 'OCI/vanilla', { phase: 'done' });
    const failed = withScoring(trained, 'OCI/vanilla/W', { phase: 'failed', scoringId: 's', error });
    const names = (of: Experiment): unknown => usedNames(of).map(({ name, fixedBy }) => [name, fixedBy]);
    expect(names(failed)).toEqual([
      ['O', 'OCI/vanilla'],
      ['C', 'OCI/vanilla'],
      ['I', 'OCI/vanilla'],
      ['M', null],
      ['W', null],
    ]);
    const given = assigned(failed, 'W', 'mine', () => true);
    const job = given.scorings.find(({ id }) => id === 'OCI/vanilla/W');
    expect(job).toMatchObject({ phase: 'waiting', scoringId: null, error: null });
    expect(usedNames(given).at(-1)).toEqual({ name: 'W', set: 'mine', fixedBy: null });
    expect(() => assigned(failed, 'O', 'mine', () => true)).toThrow(
      'O cannot be given another set: OCI/vanilla has used synthetic-O.',
    );
    const untrained = withTraining(experiment([OCI]), 'OCI/vanilla', { phase: 'failed', error });
    const again = assigned(untrained, 'C', 'mine', () => true);
    expect(again.trainings[0]!.phase).toBe('waiting');
    expect(again.scorings.filter(({ training, phase }) => training === 'OCI/vanilla' && phase !== 'waiting')).toEqual(
      [],
    );
    const whole = [...trained.scorings].reduce((now, { id }) => withScoring(now, id, { phase: 'done' }), trained);
    expect(usedNames({ ...whole, trainings: whole.trainings.map((one) => ({ ...one, phase: 'done' })) })).toEqual([]);
  });

  test('a failed training goes on with its run, unless it diverged, whatever the words', () => {
    const failed = (error: WhyLiveError): Experiment =>
      withTraining(experiment([OCI]), 'OCI/vanilla', { phase: 'failed', runId: 'r', error: errorToData(error) });
    const [lost, gone] = [
      failed(new TrainingError({ cause: 'The clip is not finite.', remedy: '' })),
      failed(new DivergedError({ cause: 'x', remedy: '' })),
    ];
    expect(retried(lost).trainings[0]!.runId).toBe('r');
    expect(givenUpRuns(lost, retried(lost))).toEqual([]);
    expect(retried(gone).trainings[0]!.runId).toBeNull();
    expect(givenUpRuns(gone, retried(gone))).toEqual(['r']);
  });

  test('names with strokes in them make two jobs, not one', () => {
    const plain = {
      ...OCI,
      id: 'M',
      train: ['M'],
      tests: ['I'],
      variants: [{ name: 'w/o caption', config: { beta: 0 } }],
    };
    const other = {
      ...plain,
      id: 'M/w',
      train: ['C'],
      variants: [{ name: 'o caption', config: { reasoningShare: 1 } }],
    };
    const both = experiment([plain, other]);
    expect(both.trainings.map(({ id }) => id)).toEqual(['M/w/o caption', 'M/w/o caption (2)']);
    expect(new Set([...both.trainings, ...both.scorings].map(({ id }) => id)).size).toBe(6);
    expect(jobsOf(both, 'M/w', 'o caption')?.training.id).toBe('M/w/o caption (2)');
    const [first] = both.scorings.filter(({ training }) => training === 'M/w/o caption (2)');
    expect(protocolOfScoring(both, first!)?.id).toBe('M/w');
  });

  test('after a crash what was going waits again, with its run', () => {
    const crashed = withTraining(experiment([OCI]), 'OCI/vanilla', { phase: 'going', runId: 'r' });
    expect(nextJob(crashed)?.job.id).toBe('OCI/vanilla+reasoning');
    expect(nextJob(recovered(crashed))?.job).toMatchObject({ id: 'OCI/vanilla', runId: 'r' });
  });
});

describe('one set under several names', () => {
  test('trains once, and that is said', () => {
    const rows = [...setOf('s'), ...setOf('t')];
    const { train, development, notes } = select(OCI, { O: 's', C: 's', I: 's', M: 't', W: 't' }, rows, 0);
    const ids = [...train, ...development].map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toHaveLength(40);
    expect(notes).toContain('O and C and I are one set, s: its frames train once.');
  });
});

describe('frames whose text is generated', () => {
  const rows = setOf('s', { subjects: 20, attacks: ['print', 'replay', 'mask'] });

  test('half are live, the attacks share the other half, videos stay whole', () => {
    const chosen = rows.filter(({ id }) => chooseTextFrames(rows, 24, 0).has(id));
    const count = (attack: string | null): number => chosen.filter((row) => row.attack === attack).length;
    expect([count(null), count('print'), count('replay'), count('mask')]).toEqual([12, 4, 4, 4]);
    expect(new Set(chosen.map(({ video }) => video)).size).toBe(12);
  });

  test('each attack comes once before any comes twice, with one frame where whole videos would leave some out', () => {
    const many = setOf('w', { attacks: ['a', 'b', 'c', 'd', 'e'] });
    const attacks = (limit: number): unknown[] => {
      const chosen = chooseTextFrames(many, limit, 0);
      return many.filter(({ id, label }) => chosen.has(id) && label === 'spoof').map(({ attack }) => attack);
    };
    expect(attacks(10).sort()).toEqual(['a', 'b', 'c', 'd', 'e']);
    expect(attacks(20).sort()).toEqual(['a', 'a', 'b', 'b', 'c', 'c', 'd', 'd', 'e', 'e']);
    expect(attacksWithoutText(many, chooseTextFrames(many, 10, 0))).toEqual([]);
    expect(attacksWithoutText(many, chooseTextFrames(many, 6, 0))).toEqual(['d', 'e']);
  });

  test('what one class cannot fill the other does; the order does not matter; null is all', () => {
    const few = rows.filter(({ label, subject }) => label === 'spoof' || subject === '3');
    const chosen = chooseTextFrames(few, 24, 0);
    expect(chosen.size).toBe(24);
    expect([...chosen].filter((id) => id.includes('/live/'))).toHaveLength(2);
    expect(chooseTextFrames([...few].reverse(), 24, 0)).toEqual(new Set(chosen));
    expect(chooseTextFrames(few, 24, 1)).not.toEqual(chosen);
    expect(chooseTextFrames(few, null, 0).size).toBe(few.length);
  });
});

describe('protocols in a file', () => {
  const own = {
    id: 'Mine',
    about: '',
    train: ['M'],
    tests: ['my set'],
    variants: [{ name: 'short', config: { steps: 10 } }],
    parts: 'all',
    developmentShare: 0.1,
  };

  test('what is written is read again', () => {
    const written = writeProtocols(PAPER_PROTOCOLS);
    const { protocols, problems } = readProtocols(written, []);
    expect(problems).toEqual([]);
    expect(protocols).toEqual(PAPER_PROTOCOLS.map((protocol) => ({ ...protocol, origin: 'own' })));
  });

  const NAMED = 'Protocol Mine: ';
  const SETS_WORDS = 'List roles (M, C, I, O, W) or names of data sets, each once.';
  test.each<[unknown, string | RegExp]>([
    [{ ...own, id: ' ' }, `${NAMED}its name ("id") is empty. Give it a short text, such as phones.`],
    [{ ...own, train: undefined }, `${NAMED}its list of sets to train on ("train") is missing. ${SETS_WORDS}`],
    [{ ...own, train: [] }, `${NAMED}its list of sets to train on ("train") is empty. ${SETS_WORDS}`],
    [{ ...own, train: ['M', 'M'] }, /\("train"\) names a set twice\./],
    [{ ...own, train: ['M', 3] }, /\("train"\) has an entry that is no text\./],
    [{ ...own, tests: 'W' }, `${NAMED}its list of sets to test on ("tests") is no list. ${SETS_WORDS}`],
    [{ ...own, tests: ['development'] }, /\("tests"\) names development, which is judged anyway\./],
    [{ ...own, tests: ['M'] }, /M would be trained and tested on as a whole/],
    [{ ...own, variants: [] }, /its list of variants \("variants"\) is empty\. List at least one/],
    [{ ...own, variants: [own.variants[0], own.variants[0]] }, /has the same name twice\. .* of another name/],
    [
      { ...own, variants: [own.variants[0], { config: {} }] },
      /the name of variant 2 is missing\. Give it a short text/,
    ],
    [
      { ...own, variants: [{ name: 'a' }] },
      /the settings \("config"\) of variant 1 are missing\. Write .* or {} for none/,
    ],
    [{ ...own, variants: ['vanilla'] }, /variant 1 is no object with name and config\. Write it as {"name"/],
    [
      { ...own, variants: [{ name: 'a', config: { steps: 0, tempo: 1 } }] },
      /steps is 0.*tempo is no setting.*accumulation/s,
    ],
    [{ ...own, id: 'a\nb' }, /its name \("id"\) has a line break/],
    [{ ...own, variants: [{ name: 'a\tb', config: {} }] }, /the name of variant 1 has a line break/],
    [{ ...own, parts: 'some' }, /the choice of parts \("parts"\) is neither official nor all\. Write official or all/],
    [
      { ...own, developmentShare: 2 },
      /the share held back \("developmentShare"\) is not from 0 to 0\.9\. Write a number/,
    ],
    [
      { ...own, developmentShare: undefined, developmentshare: 0.5 },
      `${NAMED}"developmentshare" is no key of a protocol. Write "developmentShare", or take it out.`,
    ],
    [{ ...own, test: ['W'] }, /^Protocol Mine: "test" is no key of a protocol\. Write "tests"/],
    [
      { ...own, trian: ['M'], train: undefined },
      /\("train"\) is missing\..*\nProtocol Mine: "trian" is no key .* Write "train"/,
    ],
    [{ ...own, colour: 'red' }, /"colour" is no key of a protocol\. Take it out; known are id, about, .*Share\.$/],
    [
      { ...own, variants: [{ name: 'a', config: {}, steps: 3 }] },
      `${NAMED}"steps" is no key of variant 1. It is a setting: write it into "config".`,
    ],
    [{ ...own, variants: [{ name: 'a', config: {}, Config: {} }] }, /"Config" is no key of variant 1\. Write "config"/],
    [
      { ...own, variants: [{ name: 'a', config: { loravision: true } }] },
      /loravision is no setting of a run\. Write loraVision, or take it out\.$/,
    ],
    ['M to W', /^Protocol Mine: it is no object\. Write {"id": "phones"/],
  ])('%j gets a sentence: what is wrong, and what to write instead', (value, sentence) => {
    const checked = checkProtocol(value, 'Protocol Mine');
    const said = 'problems' in checked ? checked.problems.join('\n') : 'taken';
    if (typeof sentence === 'string') expect(said).toBe(sentence);
    else expect(said).toMatch(sentence);
    expect(said).not.toMatch(/variants\.\d|Expected|received/);
  });

  test('a bad one does not take the others along; a name that is in use, or twice in the file, is said', () => {
    const text = JSON.stringify([{ ...own, tests: [] }, own, { ...own, id: 'OCI' }, { ...own }, 7]);
    const { protocols, problems } = readProtocols(text, ['OCI']);
    expect(protocols.map(({ id }) => id)).toEqual(['Mine']);
    expect(problems).toEqual([
      expect.stringMatching(/^Protocol Mine: its list of sets to test on/),
      expect.stringMatching(/^Protocol OCI: there is one of that name already/),
      expect.stringMatching(/^Protocol Mine is twice in the file; the first is taken\. Give the second another name/),
      expect.stringMatching(/^Protocol 5 of the file: it is no object/),
    ]);
  });

  test.each([
    ['{', /not JSON/],
    ['{}', /holds no protocols/],
    ['{"protocols": 3}', /holds no protocols/],
    ['[]', /holds no protocols/],
    ['{"protocols": []}', /holds no protocols/],
    [
      JSON.stringify({ protocols: [own], developmentShare: 0.5 }),
      /"developmentShare" is no key of a file of protocols\. Take it out; known are protocols, format, version\./,
    ],
  ])('%j is refused', (text, sentence) => {
    expect(readProtocols(text, []).problems.join()).toMatch(sentence);
  });
});
