/**
 * Scorings in IndexedDB: one record each, and one small row for each predicted frame, so that a scoring that was cut off
 * goes on behind the frames that are there. A row names its frame as the user knows it: numbers outlive the samples.
 */
import type { Prediction, ScoringRecord } from '../protocol';
import { withDatabase, type StoredPrediction } from './database';

const BOTH = ['scorings', 'predictions'] as const;

/** Puts the record only; one with the same id is replaced. */
export async function saveScoring(record: ScoringRecord): Promise<void> {
  await withDatabase('The scoring could not be saved', (db) => db.put('scorings', record));
}

/** Stores predictions in one transaction: all or none. One of the same frame is replaced. */
export async function appendPredictions(scoringId: string, predictions: readonly Prediction[]): Promise<void> {
  if (predictions.length === 0) return;
  await withDatabase('The predictions could not be saved', async (db) => {
    const transaction = db.transaction('predictions', 'readwrite');
    const puts: Promise<unknown>[] = [];
    try {
      for (const prediction of predictions) puts.push(transaction.store.put({ ...prediction, scoringId }));
    } catch (error) {
      // A row that is refused before it is tried ends no transaction by itself.
      transaction.abort();
      await Promise.allSettled([...puts, transaction.done]);
      throw error;
    }
    await Promise.all([...puts, transaction.done]);
  });
}

/** One record, or null. */
export async function loadScoring(scoringId: string): Promise<ScoringRecord | null> {
  return withDatabase('The scoring could not be read', async (db) => (await db.get('scorings', scoringId)) ?? null);
}

/** Every record, newest first. */
export async function loadScorings(): Promise<ScoringRecord[]> {
  const records = await withDatabase('The scorings could not be read', (db) => db.getAll('scorings'));
  return records.sort((a, b) => b.created - a.created);
}

/** The predictions of a scoring, by the samples' ids; of part of its frames while it is going, or was cut off. */
export async function loadPredictions(scoringId: string): Promise<Prediction[]> {
  const rows = await withDatabase('The predictions could not be read', (db) =>
    db.getAll('predictions', rangeOf(scoringId)),
  );
  return rows.map(plain);
}

/** Ids of the samples that a scoring has predictions of. */
export async function predictedIds(scoringId: string): Promise<Set<string>> {
  const keys = await withDatabase('The predictions could not be read', (db) =>
    db.getAllKeys('predictions', rangeOf(scoringId)),
  );
  return new Set(keys.map(([, sampleId]) => sampleId));
}

/** Removes scorings with their predictions: all or none. */
export async function removeScorings(scoringIds: readonly string[]): Promise<void> {
  if (scoringIds.length === 0) return;
  await withDatabase('The scorings could not be removed', async (db) => {
    const transaction = db.transaction(BOTH, 'readwrite');
    const deletes = scoringIds.flatMap((id) => [
      transaction.objectStore('scorings').delete(id),
      transaction.objectStore('predictions').delete(rangeOf(id)),
    ]);
    await Promise.all([...deletes, transaction.done]);
  });
}

/** Removes every scoring of an experiment. */
export async function removeScoringsOfExperiment(experimentId: string): Promise<void> {
  await removeWhere((record) => record.experimentId === experimentId);
}

/** Removes the scorings of a run that belong to no experiment; those of an experiment stay with it. */
export async function removeScoringsOfRun(runId: string): Promise<void> {
  await removeWhere((record) => record.runId === runId && record.experimentId === null);
}

async function removeWhere(gone: (record: ScoringRecord) => boolean): Promise<void> {
  await removeScorings((await loadScorings()).filter(gone).map(({ id }) => id));
}

/** All keys whose first part is `scoringId`: an array is greater than any string. */
const rangeOf = (scoringId: string): IDBKeyRange => IDBKeyRange.bound([scoringId], [scoringId, []]);

function plain(row: StoredPrediction): Prediction {
  const prediction: Prediction & Partial<StoredPrediction> = { ...row };
  delete prediction.scoringId;
  return prediction;
}
