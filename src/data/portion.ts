/** Pure parts of the import of a portion: what one without files gives, and rows that are there already. */
import type { PortionResult, SampleRow } from '../protocol';
import { keepCaptions, nothingKept, type KeptCaptions } from './keep_captions';

/** Of a portion in which nothing was begun. */
export function emptyPortion(): PortionResult {
  return { rows: [], gone: [], orphans: [], outcomes: [], captions: nothingKept(), bytes: 0, full: null };
}

/**
 * The row to put where one of the same id is stored: captions that a person wrote stay, unless the picture is another.
 *
 * @param captions  takes the names of files whose captions were kept or replaced against a table's word
 * @param tables    paths of the tables that this import read
 * @param others    ids of samples that show another picture now
 */
export function keeping(
  captions: KeptCaptions,
  tables: ReadonlySet<string>,
  others: ReadonlySet<string> = new Set(),
): (fresh: SampleRow, old: SampleRow) => SampleRow {
  return (fresh, old) => {
    const { rows, kept, replaced, lost } = keepCaptions([old], [fresh], tables, others);
    captions.kept.push(...kept);
    captions.replaced.push(...replaced);
    captions.lost.push(...lost);
    return rows[0] ?? fresh;
  };
}
