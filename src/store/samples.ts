/** Sample rows in IndexedDB. Their frames lie in OPFS at `row.frame`. */
import type { SampleRow } from '../protocol';
import { withDatabase } from './database';
import { deleteFrame } from './frames';

/** Removes rows and puts others, in one transaction; a row with a known id is replaced. Frames are left alone. */
export async function saveSamples(rows: readonly SampleRow[], gone: readonly SampleRow[] = []): Promise<void> {
  await withDatabase('The samples could not be saved', async (db) => {
    const transaction = db.transaction('samples', 'readwrite');
    const { store } = transaction;
    await Promise.all([
      ...gone.map(({ id }) => store.delete(id)),
      ...rows.map((row) => store.put(row)),
      transaction.done,
    ]);
  });
}

/** Every row, in the order of `bySource`. */
export async function loadSamples(): Promise<SampleRow[]> {
  const rows = await withDatabase('The samples could not be read', (db) => db.getAll('samples'));
  return rows.sort(bySource);
}

/**
 * The one order of samples: set, file, time, id. A run's batches follow from it, so it must not depend on the order in
 * which files came in or lie in a database: the same data and seed are then the same run after a reload too.
 */
export function bySource(a: SampleRow, b: SampleRow): number {
  return compare(a.set, b.set) || compare(a.file, b.file) || a.seconds - b.seconds || compare(a.id, b.id);
}

/** Removes every row, then the frames of `rows`: a crash in between leaves files without rows, never the reverse. */
export async function clearSamples(rows: readonly SampleRow[]): Promise<void> {
  await withDatabase('The samples could not be removed', (db) => db.clear('samples'));
  await deleteFrames(rows);
}

/** Removes the stored frames of `rows`. */
export async function deleteFrames(rows: readonly SampleRow[]): Promise<void> {
  for (const row of rows) await deleteFrame(row.frame);
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
