/** The study's plan and its arithmetic, on judgments made by hand. */
import { describe, expect, test } from 'vitest';
import { ARMS, configOf, FOLDS, FULL, trialsOf, UNSEEN } from '../../src/study/plan';
import { groundingOf, hterOf, spreadOf } from '../../src/study/summary';
import { cell, markdown, studyTables } from '../../src/study/table';
import type { Judged, TrialResult } from '../../src/study/trial';

const judged = (
  truth: 'live' | 'spoof',
  head: Judged['head'],
  text: Judged['text'],
  more: Partial<Judged> = {},
): Judged => ({
  part: 'target',
  truth,
  attack: truth === 'spoof' ? 'print' : null,
  score: head === null ? null : head === 'spoof' ? 0.9 : 0.1,
  head,
  text,
  cues: null,
  ...more,
});

const result = (seed: number, frames: Judged[], arm = ARMS[0]!.name): TrialResult => ({
  id: `${FOLDS[0]}, ${arm}, seed ${seed}`,
  arm,
  target: FOLDS[0]!,
  seed,
  steps: 1,
  seconds: 10,
  lossCls: 0,
  lossCap: 0,
  judged: frames,
  captions: [],
});

describe('plan', () => {
  test('every arm is trained on every fold with every seed, once', () => {
    const trials = trialsOf(FULL);
    expect(trials).toHaveLength(FOLDS.length * ARMS.length * FULL.seeds.length);
    expect(new Set(trials.map(({ id }) => id)).size).toBe(trials.length);
    expect(FOLDS).toHaveLength(4);
    expect(FOLDS).not.toContain(UNSEEN);
  });

  test('arms of one fold and seed differ in the captions and the classification loss alone', () => {
    const [first, ...others] = trialsOf(FULL)
      .filter(({ target, seed }) => target === FOLDS[1] && seed === 2)
      .map((trial) => ({ ...configOf(trial, FULL), reasoningShare: null, alpha: null }));
    for (const other of others) expect(other).toEqual(first);
    const without = trialsOf(FULL).find(({ arm }) => !arm.classification)!;
    expect(configOf(without, FULL).alpha).toBe(0);
  });
});

describe('summary', () => {
  test('HTER counts undecided text as an error and takes the head where there is one', () => {
    const frames = [
      judged('live', 'live', 'undecided'),
      judged('live', 'spoof', 'live'),
      judged('spoof', 'spoof', 'spoof'),
      judged('spoof', 'spoof', 'live'),
    ];
    expect(hterOf(result(0, frames), 'target', 'head')).toBe(0.25);
    expect(hterOf(result(0, frames), 'target', 'text')).toBe(0.5);
    expect(hterOf(result(0, [judged('live', null, 'live')]), 'target', 'head')).toBeNull();
  });

  test('an attack is judged against all live frames of its part', () => {
    const frames = [
      judged('live', 'spoof', 'live'),
      judged('live', 'live', 'live'),
      judged('spoof', 'spoof', 'spoof', { attack: 'replay' }),
      judged('spoof', 'live', 'live', { attack: 'print' }),
    ];
    expect(hterOf(result(0, frames), 'target', 'head', 'replay')).toBe(0.25);
    expect(hterOf(result(0, frames), 'target', 'head', 'print')).toBe(0.75);
    expect(hterOf(result(0, frames), 'unseen', 'head')).toBeNull();
  });

  test('at equal errors a head that only sits too low errs no more', () => {
    const frames = [
      judged('live', 'live', null, { score: 0.01 }),
      judged('live', 'live', null, { score: 0.02 }),
      judged('spoof', 'live', null, { score: 0.2 }),
      judged('spoof', 'spoof', null, { score: 0.8 }),
    ];
    expect(hterOf(result(0, frames), 'target', 'head')).toBe(0.25);
    expect(hterOf(result(0, frames), 'target', 'head at equal errors')).toBe(0);
    expect(hterOf(result(0, [judged('live', null, 'live')]), 'target', 'head at equal errors')).toBeNull();
  });

  test('the spread is that of a sample, and of nothing there is none', () => {
    expect(spreadOf([0.1, 0.3, null])).toEqual({ mean: 0.2, deviation: expect.closeTo(0.1414, 4) as number, n: 2 });
    expect(spreadOf([0.4])).toEqual({ mean: 0.4, deviation: null, n: 1 });
    expect(spreadOf([null])).toBeNull();
  });

  test('grounding: a spoof caption needs a cue that is there, a live one must name none', () => {
    const frames = [
      judged('spoof', null, 'spoof', { cues: { named: 2, present: 1 } }),
      judged('spoof', null, 'spoof', { cues: { named: 1, present: 0 } }),
      judged('live', null, 'live', { cues: { named: 0, present: 0 } }),
      judged('live', null, 'live', { cues: { named: 1, present: 0 } }),
      judged('live', null, null),
    ];
    expect(groundingOf(frames)).toEqual({ spoof: 0.5, live: 0.5 });
    expect(groundingOf([])).toEqual({ spoof: null, live: null });
  });
});

describe('table', () => {
  test('cells are percent with one decimal', () => {
    expect(cell({ mean: 0.1234, deviation: 0.05, n: 3 })).toBe('12.3 ± 5.0');
    expect(cell({ mean: 0.5, deviation: null, n: 1 })).toBe('50.0');
    expect(cell(null)).toBe('–');
  });

  test('a table has one width', () => {
    expect(
      markdown([
        ['a', 'b'],
        ['1', '2'],
      ]),
    ).toBe('| a | b |\n| --- | ---: |\n| 1 | 2 |');
  });

  test('numbers of the seeds arrive in the row of their arm and the column of their fold', () => {
    const right = [judged('live', 'live', 'live'), judged('spoof', 'spoof', 'spoof')];
    const wrong = [judged('live', 'live', 'live'), judged('spoof', 'live', 'live')];
    const text = studyTables([result(0, right), result(1, wrong)]);
    const row = text.split('\n').find((line) => line.startsWith(`| ${ARMS[0]!.name} | head |`))!;
    expect(row.split('|').map((part) => part.trim())).toEqual([
      '',
      ARMS[0]!.name,
      'head',
      '25.0 ± 35.4',
      '–',
      '–',
      '–',
      '25.0 ± 35.4',
      '',
    ]);
    expect(text).not.toContain('NaN');
    // Without the classification loss there is no head to speak of.
    expect(text).not.toContain(`| ${ARMS[2]!.name} | head |`);
  });
});
