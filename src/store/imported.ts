/**
 * The journal of imports: which files are finished, and what was made of them. It is written together with the rows, in
 * one transaction, so that a crash can only lose files that are then imported again, never leave one half told.
 */
import type { SampleRow } from '../protocol';
import { withDatabase, type ImportedFile } from './database';

export type { ImportedFile };

/** A file's key in the journal. */
export type FileKey = [set: string, file: string];

/** Entries read at a time where a whole set is walked. */
const PIECE = 1000;

export interface Finished {
  rows: readonly SampleRow[];
  /** Ids of samples that are no longer made of these files. */
  gone: readonly string[];
  files: readonly ImportedFile[];
}

/**
 * Saves rows whose frames are stored, and the journal of their files.
 *
 * @param merge  the row to put where one of the same id is there already
 * @returns the rows as they were put, and paths of stored frames that no row of these samples means any more
 */
export async function saveFinished(
  { rows, gone, files }: Finished,
  merge: (fresh: SampleRow, old: SampleRow) => SampleRow,
): Promise<{ rows: SampleRow[]; orphans: string[] }> {
  const orphans: string[] = [];
  if (rows.length + gone.length + files.length === 0) return { rows: [], orphans };
  return withDatabase('The imported samples could not be saved', async (db) => {
    const transaction = db.transaction(['samples', 'imported'], 'readwrite');
    const samples = transaction.objectStore('samples');
    const journal = transaction.objectStore('imported');
    const saved = Date.now();
    const put = async (row: SampleRow): Promise<SampleRow> => {
      const old = await samples.get(row.id);
      const merged = old === undefined ? row : merge(row, old);
      await samples.put(merged);
      if (old !== undefined && old.frame !== merged.frame) orphans.push(old.frame);
      return merged;
    };
    const drop = async (id: string): Promise<void> => {
      const old = await samples.get(id);
      if (old === undefined) return;
      orphans.push(old.frame);
      await samples.delete(id);
    };
    const [stored] = await Promise.all([
      Promise.all(rows.map(put)),
      ...gone.map(drop),
      ...files.map((file) => journal.put({ saved, ...file })),
      transaction.done,
    ]);
    return { rows: stored, orphans };
  });
}

/** What the journal says of each file, with the samples that are still there of those made of it. */
export async function loadFinished(
  keys: readonly FileKey[],
): Promise<({ entry: ImportedFile; rows: SampleRow[] } | null)[]> {
  return withDatabase('The journal of imports could not be read', async (db) => {
    const transaction = db.transaction(['samples', 'imported'], 'readonly');
    const journal = transaction.objectStore('imported');
    const samples = transaction.objectStore('samples');
    const read = async (key: FileKey): Promise<{ entry: ImportedFile; rows: SampleRow[] } | null> => {
      const entry = await journal.get(key);
      if (entry === undefined) return null;
      const rows = await Promise.all(entry.samples.map((id) => samples.get(id)));
      return { entry, rows: rows.filter((row) => row !== undefined) };
    };
    const [found] = await Promise.all([Promise.all(keys.map(read)), transaction.done]);
    return found;
  });
}

/** Every entry of a set, a piece at a time. */
export async function eachFinished(set: string, visit: (entry: ImportedFile) => void): Promise<void> {
  let from: IDBKeyRange = IDBKeyRange.bound([set], [set, []]);
  for (;;) {
    const piece = await withDatabase('The journal of imports could not be read', (db) =>
      db.getAll('imported', from, PIECE),
    );
    piece.forEach(visit);
    const last = piece.at(-1);
    if (last === undefined || piece.length < PIECE) return;
    from = IDBKeyRange.bound([set, last.file], [set, []], true);
  }
}

/** Files of these sets that were finished, or refused, at this time or later; milliseconds since the epoch. */
export async function countFinished(sets: readonly string[], since: number): Promise<number> {
  let count = 0;
  for (const set of sets) {
    await eachFinished(set, ({ saved }) => {
      if (saved !== undefined && saved >= since) count++;
    });
  }
  return count;
}

/** Which of a file's samples stay, as they are to be stored, and ids of those that go. */
export type Sort = (earlier: { rows: readonly SampleRow[]; recipe: string }) => { stay: SampleRow[]; gone: string[] };

/**
 * Takes out samples that no import gives any more, but for those that stay. Each file's journal entry goes with its
 * last sample, or becomes `refused` where that is given.
 *
 * @param refused  the entry of the only key, a file that an import gave up
 */
export async function leaveFinished<T extends ReturnType<Sort>>(
  keys: readonly FileKey[],
  sort: (earlier: Parameters<Sort>[0]) => T,
  refused?: ImportedFile,
): Promise<{ left: (T & { file: string })[]; orphans: string[] }> {
  const found = (await loadFinished(keys)).filter((each) => each !== null);
  const left = found.map(({ entry, rows }) => ({ ...sort({ rows, recipe: entry.recipe }), file: entry.file }));
  const files = (refused === undefined ? found.map(({ entry }) => entry) : [refused]).map((entry, at) => ({
    ...entry,
    samples: left[at]?.stay.map(({ id }) => id) ?? [],
  }));
  const rows = left.flatMap(({ stay }) => stay);
  const { orphans } = await saveFinished({ rows, gone: left.flatMap(({ gone }) => gone), files }, (fresh) => fresh);
  const over = files.filter(({ samples, rejected }) => samples.length === 0 && rejected === null);
  await removeFinished(
    [],
    over.map(({ set, file }) => [set, file]),
  );
  return { left, orphans };
}

/** Takes rows and the journal entries of their files back; frames are left alone. */
export async function removeFinished(rows: readonly SampleRow[], keys: readonly FileKey[]): Promise<void> {
  await withDatabase('The imported samples could not be removed', async (db) => {
    const transaction = db.transaction(['samples', 'imported'], 'readwrite');
    await Promise.all([
      ...rows.map(({ id }) => transaction.objectStore('samples').delete(id)),
      ...keys.map((key) => transaction.objectStore('imported').delete(key)),
      transaction.done,
    ]);
  });
}
