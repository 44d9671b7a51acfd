/** Samples that are imported again keep the captions that a person wrote, and those that came from elsewhere. */
import type { CaptionStyle, SampleRow } from '../protocol';

const STYLES: readonly CaptionStyle[] = ['vanilla', 'reasoning'];

/**
 * @param before  the samples as they were
 * @param rows    the same and others as the import made them
 * @param tables  paths of the tables that this import read: what they no longer say holds no longer
 * @returns `rows` with captions kept, and sentences about what was kept or replaced against the new table's word
 */
export function keepCaptions(
  before: readonly SampleRow[],
  rows: readonly SampleRow[],
  tables: ReadonlySet<string>,
): { rows: SampleRow[]; notes: string[] } {
  const old = new Map(before.map((row) => [row.id, row]));
  const pairs = pairTexts(rows);
  const oldPairs = pairTexts(before);
  const kept: string[] = [];
  const replaced: string[] = [];
  const merged = rows.map((row) => {
    const earlier = old.get(row.id);
    if (earlier === undefined) return row;
    let out = row;
    for (const style of STYLES) {
      const text = earlier.captions[style]?.trim() ?? '';
      const source = earlier.captionSources?.[style];
      if (text === '' || source === undefined) continue;
      const now = row.captions[style]?.trim() ?? '';
      if (now === text && source.kind !== 'edited') continue;
      const told = now !== '' && now !== text;
      const key = pairKey(row, style);
      const swapped = source.kind === 'public set' && pairs.get(key) === oldPairs.get(key);
      if (told && source.kind === 'edited') kept.push(row.file);
      else if (told && !swapped) {
        if (source.kind === 'draft') replaced.push(row.file);
        continue;
      }
      if (now === '' && source.kind === 'table' && tables.has(source.from)) continue;
      out = {
        ...out,
        captions: { ...out.captions, [style]: text },
        captionSources: { ...out.captionSources, [style]: source },
      };
    }
    return out;
  });
  const notes: string[] = [];
  const such = (files: readonly string[]): string => [...new Set(files)].slice(0, 3).join(', ');
  if (kept.length > 0) {
    notes.push(
      `${kept.length} ${kept.length === 1 ? 'caption that you edited was' : 'captions that you edited were'} kept, though a table says otherwise: ${such(kept)}.`,
    );
  }
  if (replaced.length > 0) {
    notes.push(`${replaced.length} drafted captions were replaced by those of a table: ${such(replaced)}.`);
  }
  return { rows: merged, notes };
}

/** The texts of the public set by video and style, as one word: a pair that was swapped has the same. */
function pairTexts(rows: readonly SampleRow[]): Map<string, string> {
  const texts = new Map<string, string[]>();
  for (const row of rows) {
    for (const style of STYLES) {
      if (row.captionSources?.[style]?.kind !== 'public set') continue;
      const key = pairKey(row, style);
      texts.set(key, [...(texts.get(key) ?? []), row.captions[style]?.trim() ?? '']);
    }
  }
  return new Map([...texts].map(([key, pair]) => [key, JSON.stringify(pair.sort())]));
}

function pairKey({ set, video }: SampleRow, style: CaptionStyle): string {
  return `${style} ${set} ${video}`;
}
