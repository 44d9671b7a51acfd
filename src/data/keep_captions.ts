/** Samples that are imported again keep the captions that a person wrote, and those that came from elsewhere. */
import type { CaptionStyle, SampleRow } from '../protocol';

const STYLES: readonly CaptionStyle[] = ['vanilla', 'reasoning'];

/**
 * Names of files with captions that were kept against a table's word, of those whose drafts it replaced, and of those
 * whose edited captions went with their picture; a name stands once a caption.
 */
export interface KeptCaptions {
  kept: string[];
  replaced: string[];
  lost: string[];
}

export const nothingKept = (): KeptCaptions => ({ kept: [], replaced: [], lost: [] });

/**
 * @param before  the samples as they were
 * @param rows    the same and others as the import made them
 * @param tables  paths of the tables that this import read: what they no longer say holds no longer
 * @param others  ids of samples that show another picture now: what was said of the old one does not hold of it
 * @returns `rows` with captions kept, and what was kept or replaced against the new table's word
 */
export function keepCaptions(
  before: readonly SampleRow[],
  rows: readonly SampleRow[],
  tables: ReadonlySet<string>,
  others: ReadonlySet<string> = new Set(),
): { rows: SampleRow[] } & KeptCaptions {
  const old = new Map(before.map((row) => [row.id, row]));
  const { kept, replaced, lost } = nothingKept();
  const merged = rows.map((row) => {
    const earlier = old.get(row.id);
    if (earlier === undefined) return row;
    if (others.has(row.id)) {
      const written = STYLES.filter((style) => (earlier.captions[style]?.trim() ?? '') !== '');
      lost.push(...written.filter((style) => earlier.captionSources?.[style]?.kind === 'edited').map(() => row.file));
      return row;
    }
    let out = row;
    for (const style of STYLES) {
      const text = earlier.captions[style]?.trim() ?? '';
      const source = earlier.captionSources?.[style];
      // An empty one that has a source was cleared by the user.
      if (source === undefined || (text === '' && source.kind !== 'edited')) continue;
      const now = row.captions[style]?.trim() ?? '';
      if (now === text && source.kind !== 'edited') continue;
      const told = now !== '' && now !== text;
      if (told && source.kind === 'edited') kept.push(row.file);
      else if (told) {
        if (source.kind === 'draft') replaced.push(row.file);
        continue;
      }
      if (now === '' && source.kind === 'table' && tables.has(source.from)) continue;
      const captions = { ...out.captions, [style]: text };
      if (text === '') delete captions[style];
      out = { ...out, captions, captionSources: { ...out.captionSources, [style]: source } };
    }
    return out;
  });
  return { rows: merged, kept, replaced, lost };
}

/** The same in sentences. */
export function keptNotes({ kept, replaced, lost }: KeptCaptions): string[] {
  const notes: string[] = [];
  const such = (files: readonly string[]): string => [...new Set(files)].slice(0, 3).join(', ');
  if (kept.length > 0) {
    notes.push(
      `${kept.length} ${kept.length === 1 ? 'caption that you edited was' : 'captions that you edited were'} kept, though a table says otherwise: ${such(kept)}.`,
    );
  }
  if (replaced.length > 0) {
    notes.push(
      `${replaced.length} ${replaced.length === 1 ? 'drafted caption was replaced by that' : 'drafted captions were replaced by those'} of a table: ${such(replaced)}.`,
    );
  }
  if (lost.length > 0) {
    notes.push(
      `${lost.length} ${lost.length === 1 ? 'caption that you edited is gone, as another picture has taken the place of its own' : 'captions that you edited are gone, as other pictures have taken the places of their own'}: ${such(lost)}.`,
    );
  }
  return notes;
}
