/** What imports did not take, counted apart: whole files, and rows of tables whose file was read. */
import { isTable } from '../data/paths';
import type { Rejection } from '../protocol';

/** Of a table, the rows beyond those that are named one by one. */
const MORE_ROWS = /^(\d+) more rows of /;

/** Files that were left out, a second copy of a video among them, and rows of tables that were not taken as written. */
export function countRejected(rejected: readonly Rejection[]): { files: number; rows: number } {
  const files = new Set<string>();
  let rows = 0;
  for (const { file, reason } of rejected) {
    const more = Number(MORE_ROWS.exec(reason)?.[1] ?? 0);
    // A sentence on a row begins with its table and its place there.
    if (isTable(file) && more > 0) rows += more;
    else if (isTable(file) && reason.startsWith(`${file}, `)) rows++;
    else files.add(file);
  }
  return { files: files.size, rows };
}
