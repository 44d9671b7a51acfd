/** What the journal of imports says of a file, and what is written there. */
import type { FileOutcome, PlannedFile, SampleRow } from '../protocol';
import type { ImportedFile } from '../store/database';
import { refusedBy } from './recipe';

/** True when the journal says that nothing is left to do for the file. */
export function isFinished(
  { entry, rows }: { entry: ImportedFile; rows: SampleRow[] },
  file: PlannedFile,
  wanted: string,
  again: boolean,
): boolean {
  const { recipe, samples, rejected } = entry;
  if (!isSameContent(entry, file)) return false;
  if (rejected !== null) return recipe === refusedBy(wanted) && !again;
  return recipe === wanted && rows.length === samples.length;
}

/** As far as size and date tell. */
export function isSameContent(entry: ImportedFile, { size, modified }: PlannedFile): boolean {
  return entry.size === size && entry.modified === modified;
}

/** The journal's entry of a file that gave no samples; `stay`: ids of those of an earlier import that stay. */
export function refusal(file: PlannedFile, recipe: string, reason: string, stay: string[] = []): ImportedFile {
  return { ...entryOf(file, refusedBy(recipe)), samples: stay, rejected: reason };
}

/** The journal's entry of a file that gave samples and what there is to say of them. */
export function finishedEntry(
  file: PlannedFile,
  recipe: string,
  samples: string[],
  { note, noFace }: Pick<FileOutcome, 'note' | 'noFace'> = { note: null, noFace: [] },
): ImportedFile {
  return {
    ...{ ...entryOf(file, recipe), samples },
    ...(note === null ? {} : { note }),
    ...(noFace.length === 0 ? {} : { noFace }),
  };
}

function entryOf({ size, modified, known }: PlannedFile, recipe: string): ImportedFile {
  return { set: known.set, file: known.file, size, modified, recipe, samples: [], rejected: null };
}

/** Eight hex digits that change with the file or the recipe. */
export async function versionOf({ size, modified }: PlannedFile, recipe: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(`${recipe} ${size} ${modified}`));
  return [...new Uint8Array(digest, 0, 4)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
