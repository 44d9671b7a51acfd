/** Sizes and dates of many files without holding up the page: a browser may ask the disk for each. */
import { packListing, type ListedFile } from '../data/listing';
import { isTable } from '../data/paths';
import { isList } from '../data/sets/lists';
import { CancelledError, type FileListing, type SourceFile } from '../protocol';
import { turn } from './slices';

/** Longest time without a turn for the page, milliseconds. */
const SLICE = 12;

/** @throws CancelledError when the signal fires */
export async function listFiles(
  files: readonly SourceFile[],
  signal: AbortSignal,
): Promise<{ listing: FileListing; tables: { index: number; file: File }[] }> {
  const listed: ListedFile[] = [];
  const tables: { index: number; file: File }[] = [];
  let began = performance.now();
  for (const [index, { path, file }] of files.entries()) {
    listed.push({ path, size: file.size, modified: file.lastModified });
    if (isTable(path) || isList(path)) tables.push({ index, file });
    if (performance.now() - began < SLICE) continue;
    await turn();
    if (signal.aborted) throw new CancelledError();
    began = performance.now();
  }
  return { listing: packListing(listed), tables };
}
