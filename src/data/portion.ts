/** Pure parts of the import of a portion: what one without files gives, and rows that are there already. */
import type { PortionResult, SampleRow } from '../protocol';
import { keepCaptions, type KeptCaptions } from './keep_captions';

/** Of a portion in which nothing was begun. */
export function emptyPortion(): PortionResult {
  return { rows: [], gone: [], orphans: [], outcomes: [], captions: { kept: [], replaced: [] }, bytes: 0, full: null };
}

/**
 * The row to put where one of the same id is stored: captions that a person wrote stay.
 *
 * @param captions  takes the names of files whose captions were kept or replaced against a table's word
 * @param tables    paths of the tables that this import read
 */
export function keeping(
  captions: KeptCaptions,
  tables: ReadonlySet<string>,
): (fresh: SampleRow, old: SampleRow) => SampleRow {
  return (fresh, old) => {
    const { rows, kept, replaced } = keepCaptions([old], [fresh], tables);
    captions.kept.push(...kept);
    captions.replaced.push(...replaced);
    return rows[0] ?? fresh;
  };
}
