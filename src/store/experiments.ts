/** Experiments in IndexedDB: one small record each, rewritten as a whole after every change of a job. */
import { completed, type Experiment } from '../protocol';
import { withDatabase } from './database';

export async function saveExperiment(experiment: Experiment): Promise<void> {
  await withDatabase('The experiment could not be saved', (db) => db.put('experiments', experiment));
}

/** null: it is not stored. */
export async function loadExperiment(id: string): Promise<Experiment | null> {
  const stored = await withDatabase('The experiment could not be read', (db) => db.get('experiments', id));
  return stored === undefined ? null : { ...stored, config: completed(stored.config) };
}

/** Every experiment, newest first. */
export async function loadExperiments(): Promise<Experiment[]> {
  const all = await withDatabase('The experiments could not be read', (db) => db.getAll('experiments'));
  return all
    .map((experiment) => ({ ...experiment, config: completed(experiment.config) }))
    .sort((a, b) => b.created - a.created);
}

/** Removes the experiment with what its scorings predicted, all or none; the runs stay. */
export async function removeExperiment(id: string): Promise<void> {
  await withDatabase('The experiment could not be removed', async (db) => {
    const transaction = db.transaction(['experiments', 'scorings', 'predictions'], 'readwrite');
    const scorings = await transaction.objectStore('scorings').getAll();
    await Promise.all([
      transaction.objectStore('experiments').delete(id),
      ...scorings
        .filter(({ experimentId }) => experimentId === id)
        .flatMap((scoring) => [
          transaction.objectStore('scorings').delete(scoring.id),
          transaction.objectStore('predictions').delete(IDBKeyRange.bound([scoring.id], [scoring.id, []])),
        ]),
      transaction.done,
    ]);
  });
}
