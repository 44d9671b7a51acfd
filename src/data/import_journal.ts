/** What the journal of imports says of a file, and what is written there. */
import type { PlannedFile, SampleRow } from '../protocol';
import type { ImportedFile } from '../store/database';
import { refusedBy } from './recipe';

/** True when the journal says that nothing is left to do for the file. */
export function isFinished(
  { entry: { size, modified, recipe, samples, rejected }, rows }: { entry: ImportedFile; rows: SampleRow[] },
  file: PlannedFile,
  wanted: string,
  again: boolean,
): boolean {
  if (size !== file.size || modified !== file.modified) return false;
  if (rejected !== null) return recipe === refusedBy(wanted) && !again;
  return recipe === wanted && rows.length === samples.length;
}

/** The journal's entry of a file that gave no samples. */
export function refusal(file: PlannedFile, recipe: string, reason: string): ImportedFile {
  return { ...entry(file, refusedBy(recipe)), rejected: reason };
}

/** The journal's entry of a file that gave samples. */
export function finishedEntry(file: PlannedFile, recipe: string, samples: string[]): ImportedFile {
  return { ...entry(file, recipe), samples };
}

function entry({ size, modified, known }: PlannedFile, recipe: string): ImportedFile {
  return { set: known.set, file: known.file, size, modified, recipe, samples: [], rejected: null };
}

/** Eight hex digits that change with the file or the recipe. */
export async function versionOf({ size, modified }: PlannedFile, recipe: string): Promise<string> {
  const digest = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(`${recipe} ${size} ${modified}`));
  return [...new Uint8Array(digest, 0, 4)].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
