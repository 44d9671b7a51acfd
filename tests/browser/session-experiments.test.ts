/** The queue with threads whose numbers are known: what it trains on what, and what crashes, stops and mistakes leave. */
import { describe, expect, test, vi } from 'vitest';
import { DEMO, DivergedError, type Experiment, type Protocol, type SampleRow } from '../../src/protocol';
import { automateExperiments } from '../../src/session/experiments/automation';
import { requestFor } from '../../src/session/generated';
import { PAPER_PROTOCOLS, VANILLA } from '../../src/session/protocols/paper';
import { assignRoles } from '../../src/session/protocols/roles';
import type { AppSession } from '../../src/session/session';
import type { ExperimentRequest, Way } from '../../src/session/types';
import { database } from '../../src/store/database';
import { loadExperiments } from '../../src/store/experiments';
import type { FakeOptions } from '../support/fake_threads';
import { eachTestAnew, fakes, open, texts, wipe } from '../support/session';

async function withWorld(options: FakeOptions = {}, roles = 'MCIOW'): Promise<AppSession> {
  const session = await open(options);
  for (const role of roles) {
    await session.strict.generate({ ...requestFor(`synthetic-${role}`), subjects: 5, attacks: ['print'] });
  }
  return session;
}

/** What a killed tab leaves of a training: a job and a run that nobody has ended. */
async function asIfKilled(experiment: Experiment, jobId: string): Promise<void> {
  const db = await database();
  const trainings = experiment.trainings.map((job) => (job.id === jobId ? { ...job, phase: 'going' as const } : job));
  await db.put('experiments', { ...experiment, trainings });
  const head = await db.get('runs', trainings.find(({ id }) => id === jobId)!.runId!);
  await db.put('runs', { ...head!, phase: 'training' });
}

const OCI: Protocol = { ...PAPER_PROTOCOLS[0]!, variants: [VANILLA] };

function asked(
  session: AppSession,
  protocols: readonly Protocol[],
  change: Partial<ExperimentRequest> = {},
): ExperimentRequest {
  return {
    name: 'Test',
    protocols: [...protocols],
    sets: assignRoles(session.state.data.samples).sets,
    config: { ...DEMO, steps: 4, checkpointEvery: 1, evaluateEvery: 4, probes: 0 },
    readers: ['head', 'text'],
    textFrames: null,
    ...change,
  };
}

/** Resolves within a step of the run that goes, once it has done more than so many. */
const stepping = (session: AppSession, steps = 0): Promise<unknown> =>
  // 60 to 380 ms, but once, beside the end-to-end tests, more than the default of a second.
  vi.waitUntil(() => (session.state.run?.steps.length ?? 0) > steps, { interval: 5, timeout: 5000 });

/** Acts once, as soon as the state is as it says. */
function once(session: AppSession, when: (session: AppSession) => boolean, act: () => void): void {
  const update = session.update.bind(session);
  session.update = (change) => {
    update(change);
    if (!when(session)) return;
    session.update = update;
    queueMicrotask(act);
  };
}

const newest = (session: AppSession): Experiment => session.state.experiments[0]!;
const phases = ({ trainings, scorings }: Experiment): Record<string, string> =>
  Object.fromEntries([...trainings, ...scorings].map(({ id, phase }) => [id, phase]));
const three = (phase: string): string[] => [phase, phase, phase];
const HEAD: Way = { reader: 'head', policy: { kind: 'fixed', threshold: 0.5 }, unit: 'frame' };
const DONE = {
  'OCI/vanilla': 'done',
  'OCI/vanilla/development': 'done',
  'OCI/vanilla/M': 'done',
  'OCI/vanilla/W': 'done',
};

/** Makes the first frame of W one that no thread can read. */
function breakFirst(session: AppSession): SampleRow {
  const { data } = session.state;
  const at = data.samples.findIndex(({ set }) => set === 'synthetic-W');
  const row = { ...data.samples[at]!, file: `broken ${data.samples[at]!.file}` };
  session.update({ data: { ...data, samples: data.samples.with(at, row) } });
  return row;
}

/** As an import by another rule leaves a set: the same samples, other pictures. */
function recut(session: AppSession, set: string): void {
  const { data } = session.state;
  const samples = data.samples.map((row) => (row.set === set ? { ...row, frame: `${row.frame}-2` } : row));
  session.update({ data: { ...data, samples } });
}

async function predictions(): Promise<{ scoringId: string; set: string; sampleId: string; frame?: string }[]> {
  return (await database()).getAll('predictions');
}

eachTestAnew();

describe('the queue', () => {
  test('trains on the sources, watches their held-back persons, judges the set left out, and keeps all of it', async () => {
    const session = await withWorld();
    await session.experiments.start(asked(session, [OCI]));
    const experiment = newest(session);
    expect(phases(experiment)).toEqual(DONE);
    expect(session.state.queue).toMatchObject({ phase: 'idle', note: null });
    expect(session.state.queue.progress).toMatchObject({
      jobs: { done: 4, failed: 0, skipped: 0, all: 4 },
      steps: { done: 4, all: 4 },
      frames: { done: 26, all: 26 },
      secondsLeft: 0,
    });
    expect(await loadExperiments()).toEqual([experiment]);

    expect(fakes.started).toHaveLength(1);
    const { train, test: held, config } = fakes.started[0]!;
    const sets = (rows: { set: string }[]): string[] => [...new Set(rows.map(({ set }) => set))].sort();
    expect(sets([...train, ...held])).toEqual(['synthetic-C', 'synthetic-I', 'synthetic-O']);
    expect([train.length, held.length]).toEqual([24, 6]);
    expect(config.reasoningShare).toBe(0);
    expect(session.state.runs[0]).toMatchObject({ name: 'OCI, vanilla', phase: 'finished' });

    const judged = await predictions();
    const of = (name: string): string[] => {
      const { scoringId } = experiment.scorings.find(({ test: tested }) => tested === name)!;
      return judged.filter((one) => one.scoringId === scoringId).map(({ set }) => set);
    };
    expect([of('M').length, of('W').length, of('development').length]).toEqual([10, 10, 6]);
    expect(new Set(of('M'))).toEqual(new Set(['synthetic-M']));
    const records = await (await database()).getAll('scorings');
    expect(records.map(({ test: name, frames, whole }) => [name, frames, whole]).sort()).toEqual([
      ['development', 6, true],
      ['synthetic-M', 10, true],
      ['synthetic-W', 10, true],
    ]);
  });

  test('a training that two protocols share is trained once; without its loss the head is not asked', async () => {
    const session = await withWorld();
    const [whole, ablation] = [PAPER_PROTOCOLS[0]!, PAPER_PROTOCOLS.find(({ id }) => id === 'OCI cls')!];
    await session.experiments.start(asked(session, [whole, ablation], { textFrames: 4 }));
    expect(fakes.started.map(({ config: { alpha, reasoningShare } }) => [alpha, reasoningShare])).toEqual([
      [0.7, 0],
      [0.7, 0.5],
      [0, 0.5],
    ]);
    // The same persons on each side, whatever the captions.
    expect(fakes.started[1]!.train).toEqual(fakes.started[0]!.train);
    expect(newest(session).scorings).toHaveLength(7);
    const count = newest(session).scorings.map(async ({ scoringId }) => {
      const rows = await (await database()).getAll('predictions', IDBKeyRange.bound([scoringId!], [scoringId!, []]));
      return [
        rows.length,
        rows.filter(({ text }) => text !== null).length,
        rows.filter(({ head }) => head !== null).length,
      ];
    });
    // Development, M and W; text on four of each test, and none where it could set no threshold.
    const full = [
      [6, 0, 6],
      [10, 4, 10],
      [10, 4, 10],
    ];
    expect(await Promise.all(count)).toEqual([...full, ...full, [4, 4, 0]]);

    // Twenty frames of ten videos: the two frames of a video are one pair, whatever is counted.
    const db = await database();
    for (const row of await db.getAll('predictions')) {
      const video = row.label === 'live' ? row.video : `spoof ${row.video}`;
      const other = { ...row, video, sampleId: `${row.sampleId} later` };
      await Promise.all([db.put('predictions', { ...row, video }), db.put('predictions', other)]);
    }
    for (const unit of ['frame', 'video'] as const) {
      const way = { reader: 'head', policy: { kind: 'fixed', threshold: 0.5 }, unit } as const;
      const { variants, tests } = await session.experiments.detail(newest(session).id, 'OCI', 'M', way);
      expect(variants.map(({ measures: { n } }) => n)).toEqual(unit === 'frame' ? [20, 20] : [10, 10]);
      expect(tests.map(({ n, unpaired }) => [n, unpaired])).toEqual([[10, 0]]);
    }
  });

  test('a protocol whose set is not loaded fails with a sentence, and the rest goes on', async () => {
    const session = await withWorld({}, 'MCI');
    const mine: Protocol = { ...OCI, id: 'mine', train: ['C', 'I'], tests: ['M', 'W'] };
    // Steps that cannot be done are not among those to come.
    let most = 0;
    session.addEventListener('change', () => {
      most = Math.max(most, session.state.queue.progress?.steps.all ?? 0);
    });
    await session.experiments.start(asked(session, [OCI, mine]));
    const { trainings, scorings } = newest(session);
    expect(phases(newest(session))).toMatchObject({
      'OCI/vanilla': 'failed',
      'OCI/vanilla/M': 'skipped',
      'mine/vanilla': 'done',
      'mine/vanilla/M': 'done',
      'mine/vanilla/W': 'failed',
    });
    expect(trainings[0]?.error?.cause).toBe('No data set is loaded for O (OULU-NPU).');
    expect(scorings.find(({ id }) => id === 'mine/vanilla/W')?.error?.cause).toMatch(/W \(SiW-Mv2\)/);
    expect(session.state.queue.note).toBeNull();
    expect(most).toBe(4);

    for (const role of 'OW') await session.strict.generate({ ...requestFor(`synthetic-${role}`), subjects: 3 });
    await session.experiments.assign(newest(session).id, 'O', 'synthetic-O');
    await session.experiments.assign(newest(session).id, 'W', 'synthetic-W');
    await session.experiments.retry(newest(session).id);
    await session.experiments.goOn(newest(session).id);
    expect(Object.values(phases(newest(session)))).toEqual(Array(8).fill('done'));
    expect(fakes.started).toHaveLength(2);
  });

  test('numbers keep the setting that they were judged in, whatever becomes of data, run and assignment', async () => {
    const session = await withWorld();
    await session.experiments.start(asked(session, [OCI]));
    const { id } = newest(session);
    const way = { reader: 'head', policy: { kind: 'fixed', threshold: 0.5 }, unit: 'frame' } as const;
    const before = await session.experiments.table(id, 1, way);
    expect(before.caption).toMatch(/GENERATED PICTURES \(synthetic-C, synthetic-I, synthetic-M, synthetic-O\)/);
    expect(before.settings.join(' ')).toContain('Of them with captions: OCI 24 vanilla and 0 reasoning.');
    const files = await session.experiments.files(id);
    const answers = files.find(({ path }) => path === 'predictions.csv')!;
    const written = new TextDecoder().decode('read' in answers ? await answers.read() : answers.bytes);
    expect(written.split(/\r?\n/)[0]).toMatch(/^protocol,variant,test,set,file,video,frame,label/);
    const measuresFile = files.find(({ path }) => path === 'measures.csv')!;
    const numbers = 'bytes' in measuresFile ? new TextDecoder().decode(measuresFile.bytes) : '';
    expect(files.map(({ path }) => path)).toEqual(
      [
        ...['md', 'tex', 'csv', 'json'].map((format) => `tables.${format}`),
        'measures.csv',
        'attacks.csv',
        'confusion.csv',
      ].concat(['readers.csv', 'variants.csv', 'experiment.json', 'predictions.csv']),
    );
    for (const target of [1, 5, 10]) expect(numbers).toContain(`threshold with APCER of at most ${target} %`);
    await session.experiments.assign(id, 'M', 'tapes');
    expect(session.state.notices.at(-1)?.text).toMatch(/M cannot be given another set: OCI\/vanilla\/M has used/);
    expect(newest(session).sets).toMatchObject({ M: 'synthetic-M' });
    await session.clearData();
    await session.deleteRun(session.state.runs[0]!.id);
    expect([session.state.data.samples, session.state.runs]).toEqual([[], []]);
    expect(await session.experiments.table(id, 1, way)).toEqual(before);
  });

  test('without development data there is no threshold on them, and the number says why', async () => {
    const session = await withWorld();
    await session.experiments.start(asked(session, [{ ...OCI, developmentShare: 0 }]));
    expect(phases(newest(session))).toEqual({
      'OCI/vanilla': 'done',
      'OCI/vanilla/M': 'done',
      'OCI/vanilla/W': 'done',
    });
    const way = { reader: 'head', policy: { kind: 'development-eer' }, unit: 'frame' } as const;
    const { variants } = await session.experiments.detail(newest(session).id, 'OCI', 'M', way);
    expect(variants[0]?.measures).toMatchObject({ threshold: null, hter: null });
    expect(variants[0]?.measures.notes.join(' ')).toMatch(/no development data with spoof samples.*hold back a share/);
  });

  test('a role that is given another set while the queue goes is judged on that one', async () => {
    const session = await withWorld({ pace: 40 });
    const ended = session.experiments.start(asked(session, [{ ...OCI, tests: ['W'] }]));
    await stepping(session);
    await session.experiments.assign(newest(session).id, 'W', 'synthetic-M');
    await ended;
    const { scoringId } = newest(session).scorings.find(({ test: name }) => name === 'W')!;
    const judged = (await predictions()).filter((one) => one.scoringId === scoringId);
    expect(new Set(judged.map(({ set }) => set))).toEqual(new Set(['synthetic-M']));
  });

  test('stopped in a training, it goes on from the checkpoint', async () => {
    const session = await withWorld({ pace: 40 });
    const ended = session.experiments.start(asked(session, [OCI]));
    await stepping(session, 1);
    await session.experiments.stop();
    await ended;
    expect(phases(newest(session))['OCI/vanilla']).toBe('waiting');
    expect(session.state.queue.phase).toBe('idle');
    // What it goes on from is done.
    const { checkpointStep } = session.state.runs[0]!;
    expect(checkpointStep).toBeGreaterThan(0);
    expect(session.state.queue.progress?.steps).toEqual({ done: checkpointStep, all: 4 });
    await session.experiments.goOn(newest(session).id);
    expect(fakes.started.map(({ resume }) => resume)).toEqual([false, true]);
    expect(session.state.runs).toHaveLength(1);
    expect(session.state.run?.steps.map(({ step }) => step)).toEqual([1, 2, 3, 4]);
    expect(phases(newest(session))).toEqual(DONE);
  });

  test('progress never falls: not with the next training, nor by a stop and going on', async () => {
    const session = await withWorld({ pace: 60 });
    const done: number[] = [];
    const update = session.update.bind(session);
    session.update = (change) => {
      update(change);
      const steps = session.state.queue.progress?.steps.done;
      if (steps !== undefined && steps !== done.at(-1)) done.push(steps);
    };
    const config = { ...asked(session, []).config, steps: 12 };
    const ended = session.experiments.start(asked(session, [PAPER_PROTOCOLS[0]!], { config, readers: ['head'] }));
    await vi.waitUntil(() => (session.state.queue.progress?.steps.done ?? 0) > 12, { timeout: 10_000 });
    await session.experiments.stop();
    await ended;
    await session.experiments.goOn(newest(session).id);
    expect(done.at(-1)).toBe(24);
    expect(done).toEqual([...done].sort((a, b) => a - b));
  });

  test('a training that diverged begins anew, and its failed run is no longer listed', async () => {
    let diverges = true;
    const session = await withWorld({
      beforeStep: (step) => {
        if (step === 3 && diverges) throw new DivergedError({ cause: 'The loss is infinite.', remedy: 'Start again.' });
      },
    });
    await session.experiments.start(asked(session, [OCI]));
    expect(phases(newest(session))['OCI/vanilla']).toBe('failed');
    expect(session.state.runs.map(({ phase }) => phase)).toEqual(['failed']);
    diverges = false;
    await session.experiments.retry(newest(session).id);
    expect(session.state.runs).toEqual([]);
    await session.experiments.goOn(newest(session).id);
    expect(fakes.started.map(({ resume }) => resume)).toEqual([false, false]);
    expect(phases(newest(session))).toEqual(DONE);
    expect(session.state.runs.map(({ phase }) => phase)).toEqual(['finished']);
  });

  test('a tab that died in a training goes on from its checkpoint in the next, and does nothing twice', async () => {
    const first = await withWorld({ pace: 40 });
    const second: Protocol = { ...OCI, id: 'second', variants: [{ name: 'other', config: { seed: 1 } }] };
    const ended = first.experiments.start(asked(first, [OCI, second]));
    await vi.waitUntil(() => fakes.started.length === 2 && (first.state.run?.steps.length ?? 0) > 1, { timeout: 5000 });
    await first.experiments.stop();
    await ended;
    await asIfKilled(newest(first), 'second/other');
    const session = await open();
    expect(phases(newest(session))).toMatchObject({ 'OCI/vanilla/W': 'done', 'second/other': 'waiting' });
    expect(session.state.queue.note).toMatch(/interrupted/);
    await session.experiments.goOn(newest(session).id);
    expect(fakes.started.map(({ resume, config }) => [resume, config.seed])).toEqual([[true, 1]]);
    expect(Object.values(phases(newest(session)))).toEqual(Array(8).fill('done'));
  });

  test('a scoring that was cut off judges what is missing', async () => {
    let stopAt: ((done: number) => void) | null = null;
    const session = await withWorld({ pace: 5, beforeBatch: (done) => stopAt?.(done) });
    stopAt = (done) => {
      if (done < 2 || fakes.calls.filter((call) => call.startsWith('scoring.run')).length < 2) return;
      stopAt = null;
      void session.experiments.stop();
    };
    await session.experiments.start(asked(session, [OCI]));
    const before = await predictions();
    expect(before.length).toBeGreaterThan(6);
    expect(before.length).toBeLessThan(16);
    await session.experiments.goOn(newest(session).id);
    expect(phases(newest(session))).toEqual(DONE);
    const calls = fakes.calls
      .filter((call) => call.startsWith('scoring.run'))
      .map((call) => call.split('id:').length - 1);
    expect(calls).toEqual([6, 10, 16 - before.length, 10]);
    expect(await predictions()).toHaveLength(26);
  });

  /** Pauses once some frames of W are judged; `ended` resolves at the end of the queue. */
  async function pausedWhileJudging(session: AppSession): Promise<{ ended: Promise<void> }> {
    const ended = session.experiments.start(asked(session, [OCI]));
    await vi.waitUntil(async () => (await predictions()).some(({ set }) => set === 'synthetic-W'));
    await session.experiments.pause();
    await vi.waitUntil(() => phases(newest(session))['OCI/vanilla/W'] === 'waiting');
    return { ended };
  }

  test('a judgment whose set is replaced while it waits is of the new pictures alone, and says so', async () => {
    const session = await withWorld({ pace: 40 });
    const { ended } = await pausedWhileJudging(session);
    const before = new Set((await predictions()).map(({ sampleId }) => sampleId));
    await session.strict.generate({ ...requestFor('synthetic-W'), subjects: 6, attacks: ['print'], seed: 9 });
    await session.experiments.resume();
    await ended;
    expect(phases(newest(session))).toEqual(DONE);
    const of = (await predictions()).filter(({ set }) => set === 'synthetic-W');
    expect(of).toHaveLength(12);
    expect(of.filter(({ sampleId }) => before.has(sampleId))).toEqual([]);
    expect(texts(session)).toContain('Judging OCI, vanilla on W: It began anew: its frames are not those');
  });

  test('variants that were trained or judged on other frames are not compared without a word', async () => {
    const session = await withWorld();
    const two: Protocol = { ...OCI, variants: [VANILLA, { name: 'slow', config: { learningRate: 0.1 } }] };
    const id = await session.experiments.create(asked(session, [two]));
    await session.experiments.skip(id, 'OCI/slow');
    await session.experiments.goOn(id);
    for (const role of 'CW')
      await session.strict.generate({ ...requestFor(`synthetic-${role}`), subjects: 5, attacks: ['print'], seed: 9 });
    await session.experiments.putBack(id, 'OCI/slow');
    await session.experiments.goOn(id);
    const notes = async (test: string): Promise<string> => {
      const { variants } = await session.experiments.detail(newest(session).id, 'OCI', test, HEAD);
      expect(variants).toHaveLength(2);
      return variants.map(({ measures }) => measures.notes.join(' ')).join(' ');
    };
    const [trained, judged] = [
      /Not all variants were trained on the same frames: 16/,
      /were judged on the same frames: 20/,
    ];
    expect(await notes('W')).toMatch(judged);
    expect(await notes('W')).toMatch(trained);
    expect(await notes('M')).toMatch(trained);
    expect(await notes('M')).not.toMatch(judged);

    const third: Protocol = { ...two, id: 'third' };
    const again = await session.experiments.create(asked(session, [third]));
    await session.experiments.skip(again, 'third/slow');
    await session.experiments.goOn(again);
    for (const set of ['synthetic-O', 'synthetic-M']) recut(session, set);
    await session.experiments.putBack(again, 'third/slow');
    await session.experiments.goOn(again);
    const { variants } = await session.experiments.detail(again, 'third', 'M', HEAD);
    const said = variants[0]!.measures.notes.join(' ');
    expect(said).toContain('Not all variants were trained on the same pictures: frames were cut anew in between.');
    expect(said).toContain('were judged on the same frames: 20 count for some of them alone');
  });

  test('a judgment whose frames were cut anew while it waited is of the new cut alone', async () => {
    const session = await withWorld({ pace: 20 });
    const { ended } = await pausedWhileJudging(session);
    recut(session, 'synthetic-W');
    await session.experiments.resume();
    await ended;
    const of = (await predictions()).filter(({ set }) => set === 'synthetic-W');
    expect(of).toHaveLength(10);
    expect(of.filter(({ frame }) => !frame?.endsWith('-2'))).toEqual([]);
    expect(texts(session)).toContain('Judging OCI, vanilla on W: It began anew');
  });

  test('a training that goes on with other pictures than it began with says so, and so do its numbers', async () => {
    const session = await withWorld({ pace: 40 });
    const ended = session.experiments.start(asked(session, [OCI]));
    await stepping(session, 1);
    await session.experiments.stop();
    await ended;
    recut(session, 'synthetic-C');
    await session.experiments.goOn(newest(session).id);
    expect(phases(newest(session))).toEqual(DONE);
    const { variants } = await session.experiments.detail(newest(session).id, 'OCI', 'W', HEAD);
    expect(variants[0]?.measures.notes.join(' ')).toContain(
      'The training went on with other pictures than it began with',
    );
    await session.experiments.remove(newest(session).id);
  });

  test('answers of an experiment that another tab removed are no empty file', async () => {
    const session = await withWorld();
    await session.experiments.start(asked(session, [OCI]));
    const { id } = newest(session);
    const files = await automateExperiments(session).exportExperiment(id);
    expect(files.map(({ path }) => path)).toContain('predictions.csv');
    const db = await database();
    for (const { id: scoringId } of await db.getAll('scorings')) await db.delete('scorings', scoringId);
    await expect(automateExperiments(session).exportExperiment(id)).rejects.toThrow(
      /no longer stored: the experiment was/,
    );
  });

  test('frames that the readers of text could not read are not judged by the head alone', async () => {
    let mend: (() => void) | null = null;
    const session = await withWorld({ beforeBatch: (done) => done === 4 && mend?.() });
    const { data } = session.state;
    const broken = data.samples.map((row) =>
      row.set === 'synthetic-W' ? { ...row, file: `broken ${row.file}` } : row,
    );
    session.update({ data: { ...data, samples: broken } });
    // They can be read again before the frames without text have their turn.
    mend = () => {
      if (phases(newest(session))['OCI/vanilla/W'] === 'going') session.update({ data });
    };
    await session.experiments.start(asked(session, [OCI], { textFrames: 6 }));
    expect(phases(newest(session))).toEqual(DONE);
    expect((await predictions()).filter(({ set }) => set === 'synthetic-W')).toHaveLength(4);
    const [record] = (await (await database()).getAll('scorings')).filter(({ test: on }) => on === 'synthetic-W');
    expect(record?.frames).toBe(10);
    expect(record?.failed).toHaveLength(6);
  });

  test('frames that went away while they were judged make no number; tried again, it is of those that are there', async () => {
    let meanwhile: (() => void) | null = null;
    const session = await withWorld({ beforeBatch: (done) => done === 4 && meanwhile?.() });
    const row = breakFirst(session);
    meanwhile = () => {
      const { data, experiments } = session.state;
      if (phases(experiments[0]!)['OCI/vanilla/W'] !== 'going') return;
      session.update({ data: { ...data, samples: data.samples.filter(({ id }) => id !== row.id) } });
    };
    await session.experiments.start(asked(session, [OCI]));
    const job = newest(session).scorings.find(({ test: on }) => on === 'W')!;
    expect(job.phase).toBe('failed');
    expect(job.error?.cause).toBe('1 of the 10 frames that were to be judged is no longer among the data.');
    await session.experiments.retry(newest(session).id);
    await session.experiments.goOn(newest(session).id);
    expect(phases(newest(session))).toEqual(DONE);
    expect((await predictions()).filter(({ set }) => set === 'synthetic-W')).toHaveLength(9);
    expect(texts(session)).not.toContain('began anew');
  });

  test('a frame that cannot be read is said beside every number that lacks it; without any there is no number', async () => {
    const session = await withWorld();
    breakFirst(session);
    await session.experiments.start(asked(session, [OCI]));
    expect(phases(newest(session))).toEqual(DONE);
    const said = /1 of 10 frames could not be judged\. The first: synthetic-W\/broken .*does not decode.*in no number/;
    const table = await session.experiments.table(newest(session).id, 3, HEAD);
    const every = await session.experiments.table(newest(session).id, null, HEAD);
    expect(every.notes.join('\n')).toMatch(said);
    expect(table.notes.join('\n')).not.toMatch(said);
    expect((await session.experiments.table(newest(session).id, 2, HEAD)).notes.join('\n')).toMatch(said);
    expect(
      (await session.experiments.detail(newest(session).id, 'OCI', 'W', HEAD)).variants[0]?.measures.notes[0],
    ).toMatch(said);
    expect(texts(session)).toContain('Judging OCI, vanilla on W: 1 of 10 frames could not be judged.');
    const { data } = session.state;
    const samples = data.samples.map((row) =>
      row.set === 'synthetic-W' ? { ...row, file: `broken ${row.file}` } : row,
    );
    session.update({ data: { ...data, samples } });
    await session.experiments.start(asked(session, [OCI]));
    expect(phases(newest(session))).toEqual({ ...DONE, 'OCI/vanilla/W': 'failed' });
    expect(newest(session).scorings.at(-1)?.error?.cause).toContain('10 of 10 frames could not be judged. The first:');
  });

  test('a trainer that dies in a scoring is started again, and the scoring goes on', async () => {
    let crashed = false;
    const session = await withWorld({
      beforeBatch: (done) => {
        if (done !== 2 || crashed) return;
        crashed = true;
        fakes.trainerPorts.at(-1)!.crash('out of memory');
      },
    });
    await session.experiments.start(asked(session, [OCI]));
    expect(crashed).toBe(true);
    expect(phases(newest(session))).toEqual(DONE);
    expect(await predictions()).toHaveLength(26);
  });

  test('pauses in a training and in a scoring, and goes on', async () => {
    const session = await withWorld({ pace: 40 });
    const ended = session.experiments.start(asked(session, [OCI]));
    await stepping(session);
    await session.experiments.pause();
    await vi.waitUntil(() => session.state.run?.phase === 'paused');
    expect(session.state.queue.phase).toBe('paused');
    await session.experiments.resume();
    await vi.waitUntil(async () => (await predictions()).length > 1);
    await session.experiments.pause();
    const count = (await predictions()).length;
    await new Promise((resolve) => setTimeout(resolve, 80));
    expect((await predictions()).length - count).toBeLessThan(3);
    expect(Object.values(phases(newest(session)))).toContain('waiting');
    await session.experiments.resume();
    await ended;
    expect(phases(newest(session))).toEqual(DONE);
  });

  test.each<[string, (session: AppSession) => boolean]>([
    ['before its run begins', ({ state }) => state.experiments[0]?.trainings[0]?.phase === 'going'],
    ['while the run is prepared', ({ state }) => state.run?.phase === 'preparing'],
  ])('a pause or a stop that is asked %s is heard', async (_, when) => {
    for (const act of ['pause', 'stop'] as const) {
      await wipe();
      const session = await withWorld({ pace: 40 });
      once(session, when, () => void session.experiments[act]());
      const ended = session.experiments.start(asked(session, [OCI]));
      if (act === 'pause') {
        await vi.waitUntil(() => session.state.queue.phase === 'paused');
        await new Promise((resolve) => setTimeout(resolve, 200));
        expect(session.state.run?.steps.length ?? 0).toBeLessThan(4);
        await session.experiments.resume();
      } else {
        await ended;
        expect(phases(newest(session))['OCI/vanilla']).toBe('waiting');
        await session.experiments.goOn(newest(session).id);
      }
      await ended;
      expect(phases(newest(session))).toEqual(DONE);
    }
  });

  test('a run that is stopped by itself stops the queue, and waits', async () => {
    const session = await withWorld({ pace: 40 });
    const ended = session.experiments.start(asked(session, [OCI]));
    await stepping(session);
    await session.stopRun();
    await ended;
    expect(session.state.queue.note).toMatch(/The run was stopped/);
    expect(phases(newest(session))['OCI/vanilla']).toBe('waiting');
  });

  test('a run whose end could not be stored is not judged by what is left of it; with room it goes on from there', async () => {
    let full = true;
    const session = await withWorld({ full: (step) => full && step > 2 });
    await session.experiments.start(asked(session, [OCI]));
    const [job] = newest(session).trainings;
    expect(job?.phase).toBe('failed');
    expect(job?.error?.cause).toBe('The end of its run could not be stored: the last checkpoint is of step 2 of 4.');
    expect(texts(session)).toContain('The disk is full. Make room.');
    expect(await predictions()).toEqual([]);
    full = false;
    await session.experiments.retry(newest(session).id);
    await session.experiments.goOn(newest(session).id);
    expect(phases(newest(session))).toEqual(DONE);
    expect(fakes.started.map(({ resume }) => resume)).toEqual([false, true]);
    expect(session.state.runs[0]).toMatchObject({ phase: 'finished', checkpointStep: 4 });
    expect(session.state.runs[0]!.steps.map(({ step }) => step)).toEqual([1, 2, 3, 4]);
  });

  test('a second tab changes nothing while the queue is going, and hears of what the first changes', async () => {
    const session = await withWorld({ pace: 40 });
    const first = fakes;
    const ended = session.experiments.start(asked(session, [OCI]));
    await stepping(session);
    const second = await open();
    const { id } = newest(second);
    expect(second.state.queue).toMatchObject({ elsewhere: true, experimentId: id });
    await second.experiments.rename(id, 'mine');
    await second.experiments.skip(id, 'OCI/vanilla/M');
    await second.experiments.assign(id, 'M', 'tapes');
    await second.experiments.retry(id);
    await second.experiments.remove(id);
    // Another one is not even stored.
    await second.experiments.start(asked(second, [OCI]));
    await session.experiments.start(asked(session, [OCI]));
    expect(await loadExperiments()).toHaveLength(1);
    const said = second.state.notices.filter(({ text }) => text.includes('is going, here or in another tab'));
    expect(said.length).toBeGreaterThan(0);
    await ended;
    expect(first.started).toHaveLength(1);
    expect(newest(session)).toMatchObject({ name: 'Test', sets: { M: 'synthetic-M' } });
    expect(phases(newest(session))).toEqual(DONE);
    await vi.waitUntil(() => Object.values(phases(newest(second))).every((phase) => phase === 'done'));
    await vi.waitUntil(() => !second.state.queue.elsewhere);

    // What another tab works on is not told by what was measured here.
    const third = await open();
    await third.experiments.start(asked(third, [OCI], { name: 'third' }));
    expect(third.state.queue.progress).not.toBeNull();
    const fourth = session.experiments.start(asked(session, [OCI], { name: 'fourth' }));
    await vi.waitUntil(() => third.state.queue.elsewhere);
    expect(third.state.queue.progress).toBeNull();
    await fourth;
    for (const { id: made } of session.state.experiments.slice(0, 2)) await session.experiments.remove(made);

    // Each edits what is stored, not what it has heard of so far.
    await Promise.all([session.experiments.rename(id, 'ours'), second.experiments.assign(id, 'X', 'tapes')]);
    expect(await loadExperiments()).toMatchObject([{ name: 'ours', sets: { X: 'tapes' } }]);
    await vi.waitUntil(() => newest(second).name === 'ours' && newest(session).sets['X'] === 'tapes');
  });

  test('a job that is left out is ended, with what would judge it', async () => {
    const session = await withWorld({ pace: 40 });
    const second: Protocol = { ...OCI, id: 'second', variants: [{ name: 'other', config: { seed: 1 } }] };
    const ended = session.experiments.start(asked(session, [OCI, second]));
    await stepping(session);
    await session.experiments.skip(newest(session).id, 'OCI/vanilla');
    await ended;
    expect(Object.values(phases(newest(session)))).toEqual(['skipped', 'done', ...three('skipped'), ...three('done')]);
  });

  test('a tab that dies leaves its queue to the others, which look for that', async () => {
    const session = await withWorld();
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    const dying = navigator.locks.request('whylive-queue', () => held);
    const second = await open();
    expect(second.state.queue.elsewhere).toBe(true);
    release();
    await dying;
    await vi.waitUntil(() => !second.state.queue.elsewhere, { timeout: 5000 });
    expect(session.state.queue.elsewhere).toBe(false);
  });

  test('own protocols that another tab kept meanwhile are not lost, nor do removed ones come back', async () => {
    const first = await withWorld({ pace: 40 });
    const named = (id: string): Protocol => ({ ...OCI, id, origin: 'own' });
    await first.experiments.saveProtocols([named('a'), named('b')]);
    const second = await open();
    const ended = first.experiments.start(asked(first, [OCI]));
    await stepping(first);
    await second.experiments.saveProtocols([...second.state.ownProtocols.slice(1), named('by the second')]);
    await first.experiments.saveProtocols([...first.state.ownProtocols, named('by the first')]);
    const ids = ({ state }: AppSession): string[] => state.ownProtocols.map(({ id }) => id);
    expect(ids(first)).toEqual(['b', 'by the second', 'by the first']);
    await ended;
    await vi.waitUntil(() => ids(second).length === 3);
    expect(ids(await open())).toEqual(ids(first));
  });

  test('each one that is not done can be shown, also after the other tab has changed one', async () => {
    const session = await withWorld();
    const made = async (name: string): Promise<string> =>
      await session.experiments.create({ ...asked(session, [OCI]), name });
    const [older, newer] = [await made('older'), await made('newer')];
    const second = await open();
    expect(second.state.queue.experimentId).toBe(newer);
    second.experiments.show(older);
    expect(second.state.queue.experimentId).toBe(older);
    await session.experiments.rename(newer, 'renamed');
    await vi.waitUntil(() => second.state.experiments.some(({ name }) => name === 'renamed'));
    expect(second.state.queue.experimentId).toBe(older);
    await second.experiments.goOn(older);
    expect(phases(second.state.experiments.find(({ id }) => id === older)!)).toEqual(DONE);
  });

  test('while it goes nothing else begins, and no other tab takes the queue', async () => {
    const session = await withWorld({ pace: 40 });
    const ended = session.experiments.start(asked(session, [OCI]));
    await vi.waitUntil(() => session.state.run !== null);
    await session.startRun();
    await session.clearData();
    await session.setBackend('wasm');
    await session.experiments.start(asked(session, [OCI]));
    await session.experiments.stop();
    await ended;
    expect(session.state.experiments).toHaveLength(1);
    expect(await loadExperiments()).toHaveLength(1);
    const said = session.state.notices.map(({ text }) => text).join('\n');
    expect(said).toMatch(/A queue of protocols is going\. Stop it first/);
    expect(said).toMatch(/data cannot be cleared/);
    expect(said).toMatch(/backend cannot be changed/);

    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => (release = resolve));
    const other = navigator.locks.request('whylive-queue', () => held);
    await session.experiments.goOn(newest(session).id);
    await session.experiments.start(asked(session, [OCI]));
    const { runProtocols } = automateExperiments(session);
    await expect(runProtocols({ ids: ['OCI'] })).rejects.toThrow(/Another tab of this page works through a queue/);
    expect(await loadExperiments()).toHaveLength(1);
    release();
    await other;
    expect(session.state.notices.at(-1)?.text).toMatch(/Another tab of this page works through a queue/);
  });

  test('two presses at once begin one experiment', async () => {
    const session = await withWorld();
    await Promise.all([1, 2].map(() => session.experiments.start(asked(session, [OCI]))));
    expect(session.state.experiments).toHaveLength(1);
    expect(phases(newest(session))).toEqual(DONE);
    expect(await loadExperiments()).toHaveLength(1);
    // One after the other they can be told apart, though they were begun in one minute.
    await session.experiments.start(asked(session, [OCI]));
    expect(session.state.experiments.map(({ name }) => name)).toEqual(['Test (2)', 'Test']);
  });

  test('another model, no model and no data stop the queue instead of failing every job', async () => {
    const session = await withWorld({ pace: 40 });
    const ended = session.experiments.start(asked(session, [OCI]));
    await stepping(session, 1);
    await session.experiments.stop();
    await ended;
    await session.strict.loadModelFolder('mine', [{ path: 'mine/config.json', file: new File(['{}'], 'config.json') }]);
    await session.experiments.goOn(newest(session).id);
    expect(session.state.queue.note).toBe(
      'The experiment was begun on tiny; mine is loaded. Load tiny, then go on with the queue.',
    );
    await session.loadEmbeddedModel();
    await session.clearData();
    await session.experiments.goOn(newest(session).id);
    expect(session.state.queue.note).toMatch(/There are no samples\./);
    expect(phases(newest(session))['OCI/vanilla']).toBe('waiting');
  });

  test('it says beforehand what will be trained and tested on what', async () => {
    const session = await withWorld({}, 'MCIO');
    const preview = await session.experiments.preview(asked(session, PAPER_PROTOCOLS, { textFrames: 4 }));
    // No head and no likelihood: four trainings have nobody whose threshold development data could set.
    expect(preview).toMatchObject({ trainings: 14, scorings: 22, left: 10, steps: 14 * 4, seconds: null });
    // Text of four frames of each test that is loaded; MIC and the others name W too, which is not.
    expect(preview.text).toBe(4 * (4 * 2 + 4));
    const all = await session.experiments.preview(asked(session, [OCI], { readers: ['likelihood'], textFrames: 4 }));
    expect(all).toMatchObject({ scorings: 2, left: 1, frames: 8, text: 8 });
    const none = { ...OCI, developmentShare: 0 };
    expect(await session.experiments.preview(asked(session, [none]))).toMatchObject({ scorings: 1, left: 1 });
    await session.experiments.create(asked(session, [none]));
    expect(newest(session).scorings.map(({ test: name }) => name)).toEqual(['M', 'W']);
    const [oci] = preview.protocols;
    expect(oci).toMatchObject({
      train: [{ name: 'O', set: 'synthetic-O' }, { name: 'C' }, { name: 'I' }],
      trainCount: { frames: 24, live: 12, spoof: 12, videos: 12 },
      developmentCount: { frames: 6 },
      problem: null,
    });
    expect(oci?.tests.map(({ name, text, problem }) => [name, text, problem === null])).toEqual([
      ['M', 4, true],
      ['W', 0, false],
    ]);
    await session.strict.startRun();
    const timed = await session.experiments.preview(asked(session, PAPER_PROTOCOLS));
    expect(timed.seconds).toBeGreaterThan(0);
  });

  test('a script that gives a file of protocols gets the good ones, and hears of the others', async () => {
    const session = await withWorld({}, 'MC');
    const good = { id: 'good', train: ['M'], tests: ['C'], variants: [VANILLA] };
    const script = automateExperiments(session);
    const { protocols, said } = await script.previewProtocols({ own: JSON.stringify([{ ...good, tests: [] }, good]) });
    expect(protocols.map(({ id, problem }) => [id, problem])).toEqual([['good', null]]);
    expect(said).toEqual([expect.stringMatching(/^Protocol good: its list of sets to test on .* is empty/)]);
    await expect(script.previewProtocols({ own: '[]' })).rejects.toThrow(/The file holds no protocols/);
  });

  test('is renamed and removed with its predictions; the runs stay', async () => {
    const session = await withWorld();
    await session.experiments.start(asked(session, [OCI]));
    const { id } = newest(session);
    await session.experiments.rename(id, ' Mine ');
    expect((await loadExperiments())[0]?.name).toBe('Mine');
    await session.experiments.remove(id);
    expect(session.state.experiments).toEqual([]);
    expect(await predictions()).toEqual([]);
    expect(await (await database()).count('scorings')).toBe(0);
    expect(session.state.runs).toHaveLength(1);
  });
});
