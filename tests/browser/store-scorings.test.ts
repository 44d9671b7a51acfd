import { deleteDB } from 'idb';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Prediction, ScoringRecord } from '../../src/protocol';
import { closeDatabase, database, DATABASE } from '../../src/store/database';
import {
  appendPredictions,
  loadPredictions,
  loadScoring,
  loadScorings,
  predictedIds,
  removeScorings,
  removeScoringsOfExperiment,
  removeScoringsOfRun,
  saveScoring,
} from '../../src/store/scorings';
import { fakePrediction, rowOf } from '../support/fake_threads';

beforeEach(async () => {
  await closeDatabase();
  await deleteDB(DATABASE);
});
afterEach(closeDatabase);

const record = (id: string, change: Partial<ScoringRecord> = {}): ScoringRecord => ({
  id,
  experimentId: null,
  runId: 'r',
  runName: 'a run',
  test: 'W',
  created: 1,
  frames: 4,
  whole: false,
  seconds: 0,
  failed: [],
  ...change,
});

const said = (name: string): Prediction =>
  fakePrediction(rowOf(`W/print/${name}.png`), { head: true, text: true, likelihood: true });

const names = (predictions: readonly Prediction[]): string[] => predictions.map(({ file }) => file);

describe('scorings', () => {
  test('come back newest first, a record is replaced by its id', async () => {
    await saveScoring(record('a', { created: 1 }));
    await saveScoring(record('b', { created: 3 }));
    await saveScoring(record('c', { created: 2 }));
    const failed = [{ sampleId: 'x', file: 'W/x.png', reason: 'It does not decode.' }];
    await saveScoring(record('a', { created: 1, whole: true, seconds: 5, failed }));
    expect((await loadScorings()).map(({ id }) => id)).toEqual(['b', 'c', 'a']);
    expect(await loadScoring('a')).toEqual(record('a', { whole: true, seconds: 5, failed }));
    expect(await loadScoring('none')).toBeNull();
  });

  test('keep their predictions apart; the same frame again replaces itself', async () => {
    await appendPredictions('a', [said('2'), said('1')]);
    await appendPredictions('b', [said('1')]);
    // A prefix of another's id, and one that sorts behind it.
    await appendPredictions('a2', [said('9')]);
    await appendPredictions('a', []);
    await appendPredictions('a', [{ ...said('1'), head: 0.5 }]);
    expect(await loadPredictions('a')).toEqual([{ ...said('1'), head: 0.5 }, said('2')]);
    expect(await predictedIds('a')).toEqual(new Set([said('1').sampleId, said('2').sampleId]));
    expect(names(await loadPredictions('b'))).toEqual(['print/1.png']);
    expect(await loadPredictions('none')).toEqual([]);
  });

  test('a batch is stored whole or not at all', async () => {
    const broken = { ...said('2'), sampleId: undefined } as unknown as Prediction;
    await expect(appendPredictions('a', [said('1'), broken])).rejects.toThrow(/predictions could not be saved/);
    expect(await loadPredictions('a')).toEqual([]);
  });

  test('go with their predictions: by id, with an experiment, or with a run where no experiment has them', async () => {
    await saveScoring(record('free'));
    await saveScoring(record('other run', { runId: 's' }));
    await saveScoring(record('of one', { experimentId: 'one' }));
    await saveScoring(record('of two', { experimentId: 'two' }));
    for (const { id } of await loadScorings()) await appendPredictions(id, [said('1')]);
    const left = async (): Promise<string[]> => (await loadScorings()).map(({ id }) => id).sort();
    await removeScoringsOfRun('r');
    expect(await left()).toEqual(['of one', 'of two', 'other run']);
    await removeScoringsOfExperiment('one');
    expect(await left()).toEqual(['of two', 'other run']);
    await removeScorings(['of two', 'none']);
    expect(await left()).toEqual(['other run']);
    expect(await (await database()).count('predictions')).toBe(1);
  });
});
