/** Protocols in Train and results in Runs: what is said before the start, what is sent, what is shown of numbers. */
import { page } from 'vitest/browser';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  measure,
  operatingPoints,
  curveOfTrials,
  trialsOf,
  compareReaders,
  mcnemar,
  judge,
} from '../../src/evaluate/numbers';
import { measuresTable, paperTable, type Result } from '../../src/evaluate/report';
import { DEMO, TrainingError, type Experiment, type Prediction, type Reader } from '../../src/protocol';
import { StateHolder } from '../../src/session/holder';
import { expand } from '../../src/session/protocols/expand';
import { skipped, withScoring, withTraining } from '../../src/session/protocols/jobs';
import { PAPER_PROTOCOLS } from '../../src/session/protocols/paper';
import type { ExperimentRequest, Preview, ResultDetail, Way } from '../../src/session/types';
import { scene } from '../support/fake_scenes';
import { runRecord, stepsTo, type FakeSession } from '../support/fake_session';
import { all, mount, one, settle, unmount, violations, words as rendered } from '../support/mount';

beforeEach(() => page.viewport(1280, 800));
afterEach(unmount);

/** As it is read: no blank before a mark. */
const words = (node: Node): string => rendered(node).replace(/ +([:,;.)])/g, '$1');

const side = { frames: 40, live: 20, spoof: 20, videos: 20 };
const PREVIEW: Preview = {
  protocols: PAPER_PROTOCOLS.map(({ id, train, tests }) => ({
    id,
    train: train.map((name) => ({ name, set: `synthetic-${name}` })),
    trainCount: side,
    developmentCount: { ...side, frames: 8 },
    tests: tests.map((name) => ({
      ...{ name, set: name === 'W' ? null : `synthetic-${name}`, count: side, text: 16 },
      textless: name === 'M' ? ['replay'] : [],
      problem: name === 'W' ? 'No data set is loaded for W (SiW-Mv2). Import or generate it under Data.' : null,
    })),
    problem: id === 'MICO' ? 'Only one class is there. Choose another set.' : null,
    notes: [
      ...(id === 'OCI' ? ['synthetic-C has no caption: its samples train the live/spoof head only.'] : []),
      ...(id.length === 3 ? ['Said of several.'] : []),
    ],
  })),
  ...{ trainings: 14, scorings: 36, steps: 280, frames: 2000, text: 900, left: 6, seconds: 400 },
};

function experiment(): Experiment {
  const setting = {
    protocols: PAPER_PROTOCOLS.slice(0, 1),
    config: DEMO,
    sets: { M: 'synthetic-M', W: 'synthetic-W' },
    readers: ['head', 'text'] satisfies Reader[],
  };
  const error = {
    name: 'TrainingError',
    cause: 'The disk is full.',
    remedy: 'Make room.',
    file: null,
    recoverable: true,
  };
  const made: Experiment = {
    ...{ id: 'e1', name: 'First', created: 0, updated: 0, ...setting, textFrames: 64 },
    ...expand(setting.protocols, setting, () => true),
  };
  const trained = withTraining(made, 'OCI/vanilla', { phase: 'done', runId: 'run-1' });
  const judged = withScoring(trained, 'OCI/vanilla/M', { phase: 'done', scoringId: 's1' });
  return withTraining(judged, 'OCI/vanilla+reasoning', { phase: 'failed', error });
}

/** Of 24 videos: the head is wrong on some, the text on others. */
const predictions = (shift: number): Prediction[] =>
  Array.from({ length: 48 }, (_, index): Prediction => {
    const spoof = index % 4 > 1;
    const wrong = index % 11 === shift;
    const head = (spoof ? 0.8 : 0.2) + (index % 7) / 50 + (wrong ? (spoof ? -0.5 : 0.5) : 0);
    return {
      ...{
        sampleId: `sample-${index}`,
        set: 'synthetic-M',
        file: `clip-${Math.floor(index / 2)}.mp4`,
        video: `${Math.floor(index / 2)}`,
      },
      ...{
        role: index % 2 === 0 ? 'early' : 'middle',
        label: spoof ? 'spoof' : 'live',
        attack: spoof ? (index % 8 > 3 ? 'print' : 'replay') : null,
      },
      ...{ subject: 's1', head, text: '', truncated: false, likelihood: null },
      verdict: index % 13 === shift ? 'undecided' : spoof ? 'spoof' : 'live',
    };
  });

const WAY: Way = { reader: 'head', policy: { kind: 'fixed', threshold: 0.5 }, unit: 'frame' };

function detail(): ResultDetail {
  const own = [predictions(3), predictions(6)];
  const options = { reader: 'head', unit: 'frame' } as const;
  const [a, b] = own.map((rows) => judge(rows, WAY.policy, options).judged);
  return {
    ...{ protocol: 'OCI', test: 'M', way: WAY },
    variants: own.map((rows, index) => ({
      variant: ['vanilla', 'vanilla+reasoning'][index]!,
      runId: 'run-1',
      measures: measure(rows, WAY.policy, { ...options, bootstrap: { resamples: 50, seed: 1 } }),
      points: operatingPoints(curveOfTrials(trialsOf(rows, 'head', 'frame'))),
      agreements: [compareReaders(rows, WAY, { reader: 'text', policy: { kind: 'text' } }, { unit: 'frame' })],
    })),
    tests: [{ first: 'vanilla', second: 'vanilla+reasoning', ...mcnemar(a!, b!) }],
  };
}

function results(): Result[] {
  return ['vanilla', 'vanilla+reasoning'].map((variant, index): Result => {
    const measures = measure(predictions(3 + index), { kind: 'text' }, { reader: 'text', unit: 'frame' });
    const set = { name: 'synthetic-M', generated: true, official: false } as const;
    const sets = [{ ...set, role: 'M', side: 'test' as const }];
    const shared = { parts: 'official', developmentShare: 0.2, known: true } as const;
    const setting = { model: 'tiny', config: DEMO, trainFrames: 40, sets, textFrames: 64, ...shared };
    return { protocol: 'OCI', variant, train: ['O', 'C', 'I'], test: 'M', scoringId: variant, measures, setting };
  });
}

async function openPart(session: FakeSession, view: 'train' | 'runs', index: number): Promise<HTMLElement> {
  session.update({ view });
  const mounted = await mount(session);
  all<HTMLButtonElement>(one(one(mounted, `wl-${view}`), 'wl-parts'), 'button')[index]!.click();
  await settle();
  return mounted;
}

describe('protocols', () => {
  it('say what they would train and test on, what is missing, and how long it takes', async () => {
    const session = scene('data');
    session.previewed = PREVIEW;
    const mounted = await openPart(session, 'train', 1);
    const panel = one(mounted, 'wl-protocols');
    const said = words(panel);
    expect(said).toMatch(/14 trainings of 280 steps.*36 judgments of 2,000 frames.*About 6 min 40 s/);
    expect(said).toMatch(/Without 6 jobs that cannot run with these data: the rows say why/);
    expect(said).toMatch(/Trains on synthetic-O, synthetic-C, synthetic-I: 40 frames, 20 live, 20 spoof; 8 held back/);
    expect(said).toMatch(/Tests on synthetic-M: 40 frames of 20 videos.*text of 16 \(of no replay\)\./);
    expect(said).toMatch(/Tests on W: not loaded\./);
    expect(
      said.match(/Not loaded: W \(SiW-Mv2\)\. Import or generate it under Data, or name another set for it\./g),
    ).toHaveLength(1);
    expect(said).toMatch(/MICO.*Only one class/);
    expect(said).toMatch(/synthetic-C has no caption/);
    expect(said.match(/Said of several\./g)).toHaveLength(1);
    expect(await violations()).toEqual([]);

    for (const box of all<HTMLInputElement>(panel, 'tbody input[type=checkbox]').slice(1)) box.click();
    one<HTMLInputElement>(panel, '#text-frames').value = '12';
    one(panel, '#text-frames').dispatchEvent(new Event('input'));
    await settle(2);
    one<HTMLButtonElement>(panel, '#start-protocols').click();
    const sent = session.calls.find(([name]) => name === 'experiments.start')?.[1] as ExperimentRequest;
    expect(sent.protocols.map(({ id }) => id)).toEqual(['OCI']);
    expect(sent).toMatchObject({
      textFrames: 12,
      readers: ['head', 'text'],
      sets: { C: 'synthetic-C', M: 'synthetic-M' },
    });
  });

  it('the time is foreseen again once a run has shown how fast it goes here', async () => {
    const session = scene('data');
    session.update({ runs: [] });
    session.previewed = { ...PREVIEW, seconds: null };
    const panel = one(await openPart(session, 'train', 1), 'wl-protocols');
    expect(words(panel)).toContain('known after a run with this model on this device');
    session.previewed = PREVIEW;
    session.update({ runs: [runRecord({ steps: stepsTo(1, 10) })] });
    await expect.poll(() => words(panel)).toContain('About 6 min 40 s');
  });

  it('no other limit of texts than a whole number from 1 is taken', async () => {
    const session = scene('data');
    session.previewed = { ...PREVIEW, protocols: PREVIEW.protocols.filter(({ problem }) => problem === null) };
    const panel = one(await openPart(session, 'train', 1), 'wl-protocols');
    const field = one<HTMLInputElement>(panel, '#text-frames');
    const type = async (text: string): Promise<void> => {
      field.value = text;
      field.dispatchEvent(new Event('input'));
      await settle(2);
    };
    for (const wrong of ['0', '-5', '2.5', 'ten']) {
      await type(wrong);
      expect(one<HTMLButtonElement>(panel, '#start-protocols').disabled).toBe(true);
      expect(field.getAttribute('aria-invalid')).toBe('true');
      expect(words(one(panel, '#why-protocols'))).toContain(`${wrong} is no whole number from 1.`);
    }
    expect(await violations()).toEqual([]);
    for (const [right, limit] of [
      ['12', 12],
      ['', null],
    ] as const) {
      await type(right);
      one<HTMLButtonElement>(panel, '#start-protocols').click();
      expect(session.calls.findLast(([name]) => name === 'experiments.start')?.[1]).toMatchObject({
        textFrames: limit,
      });
    }
  });

  it('of one’s own are chosen as they come, and say what they train and test on', async () => {
    const session = scene('data');
    session.previewed = PREVIEW;
    const panel = one(await openPart(session, 'train', 1), 'wl-protocols');
    const own = { ...PAPER_PROTOCOLS[0]!, id: 'Mine', about: '', train: ['M', 'tapes'], tests: ['C'] };
    session.update({ ownProtocols: [own] });
    await settle(2);
    const row = all(panel, 'tbody tr').at(-1)!;
    expect(words(row)).toMatch(/Mine.*Trains on M, tapes; tests on C\./);
    expect(one<HTMLInputElement>(row, 'input').checked).toBe(true);
    one<HTMLButtonElement>(panel, '#start-protocols').click();
    const sent = session.calls.findLast(([name]) => name === 'experiments.start')?.[1] as ExperimentRequest;
    expect(sent.protocols.at(-1)).toEqual(own);
  });

  it('without data there is no start, and why', async () => {
    const mounted = await openPart(scene('first'), 'train', 1);
    expect(one<HTMLButtonElement>(mounted, '#start-protocols').disabled).toBe(true);
    expect(words(one(mounted, '#why-protocols'))).toMatch(/There are no samples/);
  });

  it('of one’s own are checked in the form, kept and removed', async () => {
    const session = scene('data');
    session.previewed = PREVIEW;
    const mounted = await openPart(session, 'train', 1);
    const own = one(mounted, 'wl-own-protocols');
    one<HTMLButtonElement>(own, '#new-protocol').click();
    await settle();
    const type = async (id: string, text: string): Promise<void> => {
      const input = one<HTMLInputElement>(own, `#own-${id}`);
      input.value = text;
      input.dispatchEvent(new Event('input', { bubbles: true }));
      await settle(1);
    };
    const submit = async (): Promise<void> => {
      one<HTMLButtonElement>(own, 'button[type=submit]').click();
      await settle(2);
    };
    await type('id', 'OCI');
    await type('train', 'M, synthetic-C');
    await submit();
    expect(words(one(own, '[role=alert]'))).toMatch(/sets to test on \("tests"\) is empty/);
    await type('tests', 'W');
    await submit();
    expect(words(one(own, '[role=alert]'))).toMatch(/there is one of that name/);
    await type('variants', '[{');
    await submit();
    expect(words(one(own, '[role=alert]'))).toMatch(/variants are not JSON/);
    expect(await violations()).toEqual([]);
    await type('variants', '[{"name": "long", "config": {"steps": 9}}]');
    await type('id', 'Mine');
    await submit();
    const [, kept] = session.calls.find(([name]) => name === 'saveProtocols') ?? [];
    expect(kept).toMatchObject([
      { id: 'Mine', train: ['M', 'synthetic-C'], tests: ['W'], variants: [{ name: 'long' }] },
    ]);
    session.update({ ownProtocols: (kept as Experiment['protocols']).map((one) => ({ ...one, about: 'By phone.' })) });
    await settle(2);
    all<HTMLButtonElement>(own, 'li button')[0]!.click();
    await settle(2);
    await type('tests', 'C');
    await submit();
    expect(session.calls.at(-1)).toMatchObject(['saveProtocols', [{ id: 'Mine', tests: ['C'], about: 'By phone.' }]]);
    expect(words(one(one(mounted, 'wl-protocols'), 'tbody'))).toContain('Mine');
    all<HTMLButtonElement>(own, 'li button')[1]!.click();
    await settle(2);
    expect(session.calls.at(-1)).not.toEqual(['saveProtocols', []]);
    all<HTMLButtonElement>(own, 'button')
      .find((button) => words(button).trim() === 'Remove the protocol')!
      .click();
    expect(session.calls.at(-1)).toEqual(['saveProtocols', []]);
    await settle(2);
    // What was typed is there again after Escape, and not after Cancel.
    const begin = async (): Promise<string> => {
      one<HTMLButtonElement>(own, '#new-protocol').click();
      await settle(2);
      return one<HTMLInputElement>(own, '#own-id').value;
    };
    const leave = async (): Promise<void> => {
      all(own, 'wl-dialog').at(-1)!.dispatchEvent(new CustomEvent('close'));
      await settle(2);
    };
    await begin();
    await type('id', 'Half');
    await leave();
    expect(await begin()).toBe('Half');
    all<HTMLButtonElement>(own, 'form button').at(-1)!.click();
    await settle(2);
    await leave();
    expect(await begin()).toBe('');
  });

  it('the queue shows the whole, can be paused, stopped, gone on with, and each job left out', async () => {
    const session = scene('data');
    session.previewed = PREVIEW;
    const progress = {
      ...{ label: 'Training OCI, vanilla', jobs: { done: 2, failed: 1, skipped: 3, all: 8 } },
      ...{ steps: { done: 4, all: 40 }, frames: { done: 10, all: 200 } },
      ...{ stepsPerSecond: 2, framesPerSecond: 3.5, secondsLeft: 300 },
    };
    session.update({
      experiments: [experiment()],
      queue: { experimentId: 'e1', phase: 'going', elsewhere: false, progress, note: null },
    });
    const mounted = await openPart(session, 'train', 1);
    const queue = one(mounted, 'wl-queue');
    expect(words(one(queue, 'wl-progress'))).toContain('5 min 00 s left');
    expect(words(queue)).toMatch(/4 of 40 steps · 10 of 200 frames judged · 2 steps\/s · 3.5 frames\/s with text/);
    const press = (text: RegExp): void =>
      all<HTMLButtonElement>(queue, 'button')
        .find((button) => text.test(words(button)))!
        .click();
    session.update({
      queue: {
        experimentId: 'e1',
        phase: 'paused',
        elsewhere: false,
        progress: { ...progress, label: '' },
        note: null,
      },
    });
    await settle(2);
    expect(words(one(queue, 'wl-progress'))).toContain('Paused');
    session.update({
      queue: { experimentId: 'e1', phase: 'going', elsewhere: false, progress, note: null },
    });
    await settle(2);
    press(/Pause/);
    press(/Stop/);
    session.update({
      queue: { experimentId: 'e1', phase: 'idle', elsewhere: false, progress, note: 'It was interrupted.' },
    });
    await settle(2);
    expect(words(queue)).toContain('It was interrupted.');
    press(/Let 1 failed job wait/);
    press(/Go on/);
    one<HTMLDetailsElement>(queue, 'details').open = true;
    await settle(2);
    expect(words(queue)).toMatch(/Train OCI, vanilla\+reasoning Failed The disk is full\. Make room\./);
    press(/Leave out/);
    expect(session.calls.filter(([name]) => name.startsWith('experiments.'))).toEqual([
      ['experiments.pause'],
      ['experiments.stop'],
      ['experiments.retry', 'e1'],
      ['experiments.goOn', 'e1'],
      ['experiments.skip', 'e1', 'OCI/vanilla/development'],
    ]);
    expect(await violations()).toEqual([]);
  });

  it('what was chosen stays chosen when another view was looked at', async () => {
    const session = scene('data');
    session.previewed = PREVIEW;
    const first = one(await openPart(session, 'train', 1), 'wl-protocols');
    const boxes = (panel: Element): HTMLInputElement[] => all<HTMLInputElement>(panel, 'input[type=checkbox]');
    const before = boxes(first).map(({ checked }) => checked);
    boxes(first)[1]!.click();
    boxes(first).at(-1)!.click();
    const most = one<HTMLInputElement>(first, '#text-frames');
    most.value = '16';
    most.dispatchEvent(new Event('input'));
    await settle(2);
    const chosen = boxes(first).map(({ checked }) => checked);
    expect(chosen).not.toEqual(before);
    session.show('data');
    await settle(2);
    unmount();
    const again = one(await openPart(session, 'train', 1), 'wl-protocols');
    expect(boxes(again).map(({ checked }) => checked)).toEqual(chosen);
    expect(one<HTMLInputElement>(again, '#text-frames').value).toBe('16');
    unmount();
    const other = scene('data');
    other.previewed = PREVIEW;
    expect(boxes(one(await openPart(other, 'train', 1), 'wl-protocols')).map(({ checked }) => checked)).toEqual(before);
  });

  it('a job that was left out can be put back, unless its training is left out or failed', async () => {
    const session = scene('data');
    session.previewed = PREVIEW;
    const out = skipped(skipped(experiment(), 'OCI/vanilla/W'), 'OCI/vanilla+reasoning');
    const queue = { experimentId: 'e1', phase: 'idle', elsewhere: false, progress: null, note: null } as const;
    session.update({ experiments: [out], queue });
    const mounted = await openPart(session, 'train', 1);
    const shown = one(mounted, 'wl-queue');
    one<HTMLDetailsElement>(shown, 'details').open = true;
    await settle(2);
    const back = all<HTMLButtonElement>(shown, 'button').filter((button) => words(button).trim() === 'Put back');
    expect(back.map((button) => button.ariaLabel)).toEqual([
      'Put back: Judge OCI, vanilla on W',
      'Put back: Train OCI, vanilla+reasoning',
    ]);
    back[1]!.click();
    expect(session.calls.at(-1)).toEqual(['experiments.putBack', 'e1', 'OCI/vanilla+reasoning']);
  });

  it('a set can be changed where nothing rests on it yet, also in an experiment that was begun', async () => {
    const session = scene('data');
    session.previewed = PREVIEW;
    const queue = { experimentId: 'e1', phase: 'idle', elsewhere: false, progress: null, note: null } as const;
    session.update({ experiments: [experiment()], queue });
    const mounted = await openPart(session, 'train', 1);
    const sets = one(mounted, 'wl-queue-sets');
    one<HTMLDetailsElement>(sets, 'details').open = true;
    await settle(2);
    const select = (name: string): HTMLSelectElement => one<HTMLSelectElement>(sets, `#set-of-${name}`);
    expect(words(sets)).toMatch(/M, MSU-MFSD .* used by OCI\/vanilla\/M/);
    expect([select('M').disabled, select('W').disabled]).toEqual([true, false]);
    expect(select('W').selectedOptions[0]!.text).toBe('synthetic-W, which is not loaded');
    const [other] = session.state.data.sets;
    select('W').value = other!.name;
    select('W').dispatchEvent(new Event('change'));
    expect(session.calls.at(-1)).toEqual(['experiments.assign', 'e1', 'W', other!.name]);
    expect(await violations()).toEqual([]);
  });
});

describe('several experiments', () => {
  it('that are not done can each be shown and gone on with', async () => {
    const session = scene('data');
    session.previewed = PREVIEW;
    const first = experiment();
    const done = { ...first, id: 'e3', name: 'Third', trainings: [], scorings: [] };
    session.update({
      experiments: [{ ...first, id: 'e2', name: 'Second' }, first, done],
      queue: { experimentId: 'e2', phase: 'idle', elsewhere: false, progress: null, note: null },
    });
    const queue = one(await openPart(session, 'train', 1), 'wl-queue');
    const select = one<HTMLSelectElement>(queue, '#queue-experiment');
    expect([...select.options].map(({ value }) => value)).toEqual(['e2', 'e1']);
    expect(words(select)).toMatch(/First: \d+ of \d+ jobs/);
    select.value = 'e1';
    select.dispatchEvent(new Event('change'));
    expect(session.calls.at(-1)).toEqual(['experiments.show', 'e1']);
    await page.viewport(390, 844);
    const named = session.state.experiments.map((one) => ({
      ...one,
      name: 'A name that is longer than a phone is wide',
    }));
    session.update({ experiments: named });
    await settle(2);
    expect(select.getBoundingClientRect().right).toBeLessThanOrEqual(390);
    await page.viewport(1280, 800);
    expect(await violations()).toEqual([]);
  });

  it('of another tab cannot be started or gone on with here, and the page says so', async () => {
    const session = scene('data');
    session.previewed = { ...PREVIEW, protocols: PREVIEW.protocols.filter(({ problem }) => problem === null) };
    const queue = { experimentId: 'e1', phase: 'idle', elsewhere: true, progress: null, note: null } as const;
    session.update({ experiments: [withTraining(experiment(), 'OCI/vanilla', { phase: 'going' })], queue });
    const panel = one(await openPart(session, 'train', 1), 'wl-protocols');
    const start = one<HTMLButtonElement>(panel, '#start-protocols');
    const buttons = (): boolean[] =>
      all<HTMLButtonElement>(one(panel, 'wl-queue'), 'button').map((one) => one.disabled);
    expect(start.disabled).toBe(true);
    expect(words(one(panel, '#why-protocols'))).toContain('in another tab of this page');
    expect(words(one(panel, 'wl-queue'))).toContain('Going in another tab of this page: pause or stop it there');
    expect(new Set(buttons())).toEqual(new Set([true]));
    session.update({ queue: { ...queue, elsewhere: false } });
    await settle(2);
    expect(start.disabled).toBe(false);
    expect(buttons()).not.toContain(true);
  });

  it('say once why the queue was refused', async () => {
    const session = scene('data');
    session.previewed = PREVIEW;
    const [cause, remedy] = ['The data have changed.', 'Start a new experiment.'];
    // As the session words it.
    const holder = new StateHolder();
    holder.fail('train', new TrainingError({ cause, remedy }));
    const note = `${cause} ${remedy}`;
    const queue = { experimentId: 'e1', phase: 'idle', elsewhere: false, progress: null, note } as const;
    session.update({ experiments: [experiment()], queue, notices: holder.state.notices });
    const mounted = await openPart(session, 'train', 1);
    const times = (text: string): number => words(one(mounted, 'wl-train')).split(text).length - 1;
    expect([times(cause), times(remedy)]).toEqual([1, 1]);
    session.update({ notices: [] });
    await settle(2);
    expect(words(one(mounted, 'wl-queue'))).toContain(note);
  });
});

describe('results', () => {
  const open = async (): Promise<{ session: FakeSession; mounted: HTMLElement }> => {
    const session = scene('data');
    session.update({ experiments: [experiment()] });
    session.tables = paperTable(1, results());
    session.detailed = detail();
    return { session, mounted: await openPart(session, 'runs', 1) };
  };

  it('have n, threshold and the paper’s number beside each, and never pass for a benchmark', async () => {
    const { session, mounted } = await open();
    const said = words(one(mounted, 'wl-result-table'));
    expect(said).toMatch(/no benchmark results/);
    expect(said).toMatch(/vanilla, HTER\s+ours: text, verdict, by frame.*n = 48/);
    expect(said).toMatch(/published 87 %/);
    const asked = (): unknown => session.calls.filter(([name]) => name === 'experiments.table').at(-1);
    expect(asked()).toEqual([
      'experiments.table',
      'e1',
      1,
      { reader: 'text', policy: { kind: 'text' }, unit: 'frame' },
    ]);
    const choose = async (id: string, value: string): Promise<void> => {
      const select = one<HTMLSelectElement>(mounted, `#result-${id}`);
      select.value = value;
      select.dispatchEvent(new Event('change'));
      await settle(3);
    };
    await choose('reader', 'head');
    await choose('policy', '1');
    await choose('unit', 'video');
    await choose('table', '2');
    expect(asked()).toEqual([
      'experiments.table',
      'e1',
      2,
      { reader: 'head', policy: { kind: 'development-eer' }, unit: 'video' },
    ]);
    expect(
      session.calls
        .filter(([name]) => name === 'experiments.detail')
        .at(-1)
        ?.slice(2, 4),
    ).toEqual(['OCI', 'W']);
    expect(await violations()).toEqual([]);
  });

  it('show curves with their points, confusion, McNemar, kappa and where readers contradict each other', async () => {
    const { session, mounted } = await open();
    const behind = one(mounted, 'wl-result-detail');
    const said = words(behind);
    expect(said).toMatch(/McNemar by video, on the same 48 videos: vanilla alone is right on \d+.*p = \d\.\d{3}/);
    const attack = one(behind, 'section[aria-label=vanilla] table tbody');
    expect(words(attack)).toMatch(/print \d+ % 95 %: \d+ to \d+ \d+ % 95 %: \d+ to \d+ 12/);
    expect(said).toMatch(/Cohen’s kappa 0\.\d\d/);
    expect(all(behind, 'svg[role=img]')).toHaveLength(2);
    expect(all(behind, 'polyline')).toHaveLength(4);
    expect(all(behind, 'tbody tr').length).toBeGreaterThan(8);
    all<HTMLDetailsElement>(behind, 'details').forEach((details) => (details.open = true));
    await settle(2);
    all<HTMLButtonElement>(behind, 'li button')[0]!.click();
    expect(session.calls.map(([name]) => name)).toContain('selectSample');
    expect(session.state.view).toBe('inspect');
  });

  it('say where nothing can be compared, instead of zeros', async () => {
    const { session, mounted } = await open();
    const behind = one<HTMLElement & { detail: ResultDetail }>(mounted, 'wl-result-detail');
    const shown = detail();
    behind.detail = {
      ...shown,
      tests: shown.tests.map((test) => ({ ...test, n: 0, onlyFirst: 0, onlySecond: 0, p: 1 })),
      variants: shown.variants.map((one) => ({
        ...one,
        measures: { ...one.measures, reader: 'head', threshold: null },
      })),
    };
    await settle(2);
    expect(words(behind)).toContain('McNemar: no video has a verdict of both vanilla and vanilla+reasoning');
    expect(words(behind)).not.toContain('p = 1');
    expect(words(behind)).toContain('Without a threshold nothing is called live or spoof');
    expect(all(behind, 'wl-confusion')).toEqual([]);
    expect(session.state.experiments).toHaveLength(1);
  });

  it('of an experiment can be given a name, never none', async () => {
    const { session, mounted } = await open();
    const field = one<HTMLInputElement>(mounted, '#experiment-name');
    const type = (name: string): void => {
      field.value = name;
      field.dispatchEvent(new Event('change'));
    };
    type(' Phones ');
    expect(session.calls.at(-1)).toEqual(['experiments.rename', 'e1', 'Phones']);
    type('  ');
    expect(field.value).toBe('First');
  });

  it('are clean to axe in the dark and on a phone', async () => {
    const { session } = await open();
    session.setTheme('dark');
    await settle();
    expect(await violations(['color-contrast'])).toEqual([]);
    await page.viewport(390, 844);
    await settle();
    expect(await violations()).toEqual([]);
    expect(document.documentElement.scrollWidth).toBeLessThanOrEqual(390);
    // The table scrolls inside its region, by keys too, and its rows keep their names.
    const region = one(one(document.body, 'wl-result-table'), '.scroll');
    expect(region.tabIndex).toBe(0);
    region.scrollLeft = region.scrollWidth;
    await settle();
    expect(region.scrollLeft).toBeGreaterThan(0);
    const name = one(region, 'tbody th');
    expect(Math.abs(name.getBoundingClientRect().left - region.getBoundingClientRect().left)).toBeLessThan(2);
  });

  it('open on what has numbers: every number for protocols of one’s own', async () => {
    const session = scene('data');
    const other: Experiment = { ...experiment(), id: 'e2', name: 'Second' };
    const [paper] = PAPER_PROTOCOLS;
    const own = { ...experiment(), protocols: [{ ...paper!, id: 'Mine', origin: 'own' as const }] };
    session.update({ experiments: [own, other] });
    session.detailed = detail();
    const mine = results().map((result) => ({ ...result, protocol: 'Mine', train: ['M'] }));
    session.experiments.table = (id, number, way) => {
      session.calls.push(['experiments.table', id, number, way]);
      const of = id === 'e1' ? mine : results();
      return Promise.resolve(number === null ? measuresTable(of) : paperTable(number, of));
    };
    const mounted = await openPart(session, 'runs', 1);
    const panel = one(mounted, 'wl-results');
    const select = one<HTMLSelectElement>(panel, '#result-table');
    await expect.poll(() => select.selectedOptions[0]?.text).toBe('Every number');
    await expect.poll(() => words(one(panel, 'wl-result-table'))).toMatch(/Mine -> M, vanilla/);
    expect(all(panel, '.empty')).toHaveLength(0);

    // An empty table says what would fill it, and stays where it was chosen.
    select.value = '6';
    select.dispatchEvent(new Event('change'));
    await expect
      .poll(() => words(one(panel, '.empty')))
      .toMatch(/filled by the protocol MICO.*Train, Protocols.*Every number/);
    expect(select.value).toBe('6');

    const which = one<HTMLSelectElement>(panel, '#result-experiment');
    which.value = 'e2';
    which.dispatchEvent(new Event('change'));
    await expect.poll(() => select.selectedOptions[0]?.text).toBe('Table 1');
  });

  it('that are not there yet say what is waited for', async () => {
    const session = scene('data');
    const waiting = withScoring(experiment(), 'OCI/vanilla/M', { phase: 'waiting', scoringId: null });
    session.update({ experiments: [waiting] });
    session.tables = paperTable(1, []);
    session.detailed = { ...detail(), variants: [], tests: [] };
    session.experiments.readers = () => Promise.resolve([]);
    const mounted = await openPart(session, 'runs', 1);
    await expect
      .poll(() => words(one(mounted, 'wl-results')))
      .toMatch(/\d jobs of this experiment are still to be done, under Train/);
  });

  it('without an experiment say where one is made', async () => {
    const mounted = await openPart(scene('runs'), 'runs', 1);
    expect(words(one(mounted, 'wl-results'))).toMatch(/Under Train, Protocols/);
  });
});
