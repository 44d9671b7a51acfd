/**
 * Videos that lie twice in what was given: the same content under one name, label and set is imported once; where these
 * differ, both are kept and said, because one of the two is then filed wrongly, or meant.
 */
import { nameOf } from '../data/paths';
import type { PlannedFile, Rejection } from '../protocol';

/** Most sentences of each kind; the rest are counted. */
const MOST = 20;
/** Files in one question. */
const PIECE = 64;

export interface Twins {
  /** Places of files that are not imported. */
  dropped: Set<number>;
  rejected: Rejection[];
  notes: string[];
}

/**
 * @param sameSize  places of videos of the same size
 * @param printsOf  a word for each file, the same for the same content; null for one that cannot be read
 */
export async function sortOutTwins(
  sameSize: readonly (readonly number[])[],
  entries: readonly PlannedFile[],
  printsOf: (places: readonly number[]) => Promise<(string | null)[]>,
): Promise<Twins> {
  const wanted = new Set(sameSize.flat());
  const byPlace = new Map(entries.filter(({ index }) => wanted.has(index)).map((entry) => [entry.index, entry]));
  const places = [...byPlace.keys()];
  const groups = new Map<string, PlannedFile[]>();
  for (let from = 0; from < places.length; from += PIECE) {
    const piece = places.slice(from, from + PIECE);
    const prints = await printsOf(piece);
    piece.forEach((place, at) => {
      const print = prints[at] ?? null;
      const entry = byPlace.get(place);
      if (print === null || entry === undefined) return;
      const group = groups.get(print);
      if (group === undefined) groups.set(print, [entry]);
      else group.push(entry);
    });
  }

  const twins: Twins = { dropped: new Set(), rejected: [], notes: [] };
  let others = 0;
  for (const group of groups.values()) {
    const kept: PlannedFile[] = [];
    for (const entry of group) {
      const same = kept.find((one) => agree(one, entry));
      if (same === undefined) {
        const [first] = kept;
        if (first !== undefined && ++others <= MOST) twins.notes.push(both(first, entry));
        kept.push(entry);
        continue;
      }
      twins.dropped.add(entry.index);
      if (twins.rejected.length < MOST) {
        twins.rejected.push({
          file: entry.path,
          reason: `The same video as ${same.path}, in the same set under the same name and label: one of them is imported.`,
        });
      }
    }
  }
  if (others > MOST) twins.notes.push(`${others - MOST} more videos are there twice under other names or labels.`);
  if (twins.dropped.size > MOST) {
    twins.notes.push(`${twins.dropped.size - MOST} more videos are there twice and were imported once.`);
  }
  return twins;
}

function agree(a: PlannedFile, b: PlannedFile): boolean {
  return a.known.set === b.known.set && a.known.label === b.known.label && nameOf(a.path) === nameOf(b.path);
}

function both(a: PlannedFile, b: PlannedFile): string {
  const differs = [
    ...(a.known.set === b.known.set ? [] : ['in different sets']),
    ...(a.known.label === b.known.label ? [] : [`labelled ${a.known.label ?? 'not'} and ${b.known.label ?? 'not'}`]),
    ...(nameOf(a.path) === nameOf(b.path) ? [] : ['under different names']),
  ];
  return `${a.path} and ${b.path} are the same video, ${differs.join(', ')}: both are kept. Leave one out if it is filed wrongly.`;
}
