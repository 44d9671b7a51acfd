/**
 * Runs in IndexedDB: one head a run, and one small row for each step, evaluation and caption, so that a step costs
 * one put however long the run is. Rows are keyed by run and step: writing the same step again replaces it, which is
 * what a resumed run does.
 */
import { completed, type CaptionResult, type Evaluation, type StepEvent } from '../protocol';
import { withDatabase, type Database } from './database';
import { headOf, type RunHead, type RunRecord } from './record';

const ROWS = ['steps', 'evaluations', 'captions'] as const;

/** Puts the head only. */
export async function saveHead(head: RunHead): Promise<void> {
  await withDatabase('The run could not be saved', (db) => db.put('runs', head));
}

/** Puts the head and every row of `record` (all or none). Rows that the record does not have are removed. */
export async function saveRun(record: RunRecord): Promise<void> {
  await withDatabase('The run could not be saved', async (db) => {
    const transaction = db.transaction(['runs', ...ROWS], 'readwrite');
    const puts: Promise<unknown>[] = [transaction.objectStore('runs').put(headOf(record))];
    for (const name of ROWS) puts.push(transaction.objectStore(name).delete(runRange(record.id)));
    for (const step of record.steps) puts.push(transaction.objectStore('steps').put(step));
    for (const evaluation of record.evaluations) puts.push(transaction.objectStore('evaluations').put(evaluation));
    for (const caption of record.captions) puts.push(transaction.objectStore('captions').put(caption));
    await Promise.all([...puts, transaction.done]);
  });
}

export async function appendStep(step: StepEvent): Promise<void> {
  await withDatabase('The step could not be saved', (db) => db.put('steps', step));
}

export async function appendEvaluation(evaluation: Evaluation): Promise<void> {
  await withDatabase('The evaluation could not be saved', (db) => db.put('evaluations', evaluation));
}

/** Stores a caption of a run; one that belongs to no run (Inspect without an adapter) is not kept. */
export async function appendCaption(caption: CaptionResult): Promise<void> {
  if (caption.runId === null) return;
  await withDatabase('The caption could not be saved', (db) => db.put('captions', caption));
}

/** Removes steps, evaluations and captions after `step`: what a resume from a checkpoint of `step` does again. */
export async function dropAfter(runId: string, step: number): Promise<void> {
  await withDatabase('The run could not be rolled back to its checkpoint', async (db) => {
    const transaction = db.transaction(ROWS, 'readwrite');
    // [runId, step, []] sorts after every row of that step: an array is greater than any string.
    const later = IDBKeyRange.bound([runId, step, []], [runId, []]);
    const deletes = [
      transaction.objectStore('steps').delete(IDBKeyRange.bound([runId, step], [runId, []], true)),
      transaction.objectStore('evaluations').delete(later),
      transaction.objectStore('captions').delete(later),
    ];
    await Promise.all([...deletes, transaction.done]);
  });
}

/** One whole record, or null. */
export async function loadRun(runId: string): Promise<RunRecord | null> {
  return withDatabase('The run could not be read', async (db) => {
    const head = await db.get('runs', runId);
    return head === undefined ? null : whole(db, head);
  });
}

/** Every run, newest first. */
export async function loadRuns(): Promise<RunRecord[]> {
  return withDatabase('The runs could not be read', async (db) => {
    const heads = await db.getAll('runs');
    heads.sort((a, b) => b.created - a.created);
    return Promise.all(heads.map((head) => whole(db, head)));
  });
}

/** Removes the run's head and rows (not its checkpoints: see `deleteCheckpoints`). */
export async function removeRun(runId: string): Promise<void> {
  await withDatabase('The run could not be removed', async (db) => {
    const transaction = db.transaction(['runs', ...ROWS], 'readwrite');
    const deletes = [
      transaction.objectStore('runs').delete(runId),
      ...ROWS.map((name) => transaction.objectStore(name).delete(runRange(runId))),
    ];
    await Promise.all([...deletes, transaction.done]);
  });
}

/** All keys whose first part is `runId`. */
const runRange = (runId: string): IDBKeyRange => IDBKeyRange.bound([runId], [runId, []]);

async function whole(db: Database, head: RunHead): Promise<RunRecord> {
  const range = runRange(head.id);
  const [steps, evaluations, captions] = await Promise.all([
    db.getAll('steps', range),
    db.getAll('evaluations', range),
    db.getAll('captions', range),
  ]);
  return { ...head, config: completed(head.config), steps, evaluations, captions };
}
