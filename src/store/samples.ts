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

/** Rows read at a time: tens of thousands at once would keep the page's thread busy for longer than a blink. */
const PIECE = 500;

/** Rows by id; what is not stored is absent. */
export async function loadSome(ids: readonly string[]): Promise<Map<string, SampleRow>> {
  const rows = await withDatabase('The samples could not be read', async (db) => {
    const store = db.transaction('samples').store;
    return Promise.all(ids.map((id) => store.get(id)));
  });
  return new Map(rows.flatMap((row) => (row === undefined ? [] : [[row.id, row]])));
}

/** Every row, in the order of `bySource`. */
export async function loadSamples(): Promise<SampleRow[]> {
  const rows: SampleRow[] = [];
  for (let last: string | null = null; ;) {
    const from: IDBKeyRange | null = last === null ? null : IDBKeyRange.lowerBound(last, true);
    const piece: SampleRow[] = await withDatabase('The samples could not be read', (db) =>
      db.getAll('samples', from, PIECE),
    );
    for (const row of piece) rows.push(row);
    last = piece.at(-1)?.id ?? null;
    if (piece.length < PIECE) return rows.sort(bySource);
  }
}

/**
 * The one order of samples: set, file, time, id. A run's batches follow from it, so it must not depend on the order in
 * which files came in or lie in a database: the same data and seed are then the same run after a reload too.
 */
export function bySource(a: SampleRow, b: SampleRow): number {
  return compare(a.set, b.set) || compare(a.file, b.file) || a.seconds - b.seconds || compare(a.id, b.id);
}

/** Removes every row and the journal of imports, then the frames of `rows`: a crash in between leaves files without rows, never the reverse. */
export async function clearSamples(rows: readonly SampleRow[]): Promise<void> {
  await withDatabase('The samples could not be removed', async (db) => {
    const transaction = db.transaction(['samples', 'imported'], 'readwrite');
    // Without its samples a file is not imported any more.
    await Promise.all([
      transaction.objectStore('samples').clear(),
      transaction.objectStore('imported').clear(),
      transaction.done,
    ]);
  });
  await deleteFrames(rows);
}

/** Frames removed at once: each waits for the disk, and a set has tens of thousands. */
const AT_ONCE = 8;

/** Removes the stored frames of `rows`. */
export async function deleteFrames(rows: readonly Pick<SampleRow, 'frame'>[]): Promise<void> {
  const queue = rows.values();
  const work = async (): Promise<void> => {
    for (const row of queue) await deleteFrame(row.frame);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
