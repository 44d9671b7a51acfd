/** Which samples of a file that was replaced show another picture: a copy of the same file may only have a new date. */
import type { PlannedFile, SampleRow } from '../protocol';
import type { ImportedFile } from '../store/database';

/**
 * @param was     what the journal says of the file, and the samples that are stored of it
 * @param recipe  the way in which `rows` were made
 * @param rows    what is made of the file now
 * @returns ids of rows that stand for another picture than before: any of a file of another size; of one that has only
 *   another date those whose thumbnail is not the same to the last byte. Made in another way they cannot be compared,
 *   and a copy is supposed.
 */
export async function otherPictures(
  was: { entry: ImportedFile; rows: readonly SampleRow[] },
  file: PlannedFile,
  recipe: string,
  rows: readonly SampleRow[],
): Promise<string[]> {
  const old = new Map(was.rows.map((row) => [row.id, row]));
  const resized = was.entry.size !== file.size;
  if (!resized && was.entry.recipe !== recipe) return [];
  const others: string[] = [];
  for (const { id, thumbnail } of rows) {
    const earlier = old.get(id);
    if (earlier === undefined) continue;
    if (resized || !(await sameBytes(earlier.thumbnail, thumbnail))) others.push(id);
  }
  return others;
}

async function sameBytes(one: Blob, other: Blob): Promise<boolean> {
  if (one.size !== other.size) return false;
  const [a, b] = [new Uint8Array(await one.arrayBuffer()), new Uint8Array(await other.arrayBuffer())];
  return a.every((byte, at) => byte === b[at]);
}
