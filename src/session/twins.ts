/**
 * Videos that lie twice in what was given, byte for byte: under one name, label, person and part of one set they are
 * imported once; where these differ, both are kept and said, because one of the two is then filed wrongly, or meant, and
 * what is learnt from one is known of the other.
 */
import { folderOf, nameOf } from '../data/paths';
import { partOf } from '../data/sets/places';
import type { OfficialPart, PlannedFile, Rejection } from '../protocol';

/** Most sentences of each kind; the rest are counted. */
const MOST = 20;
/** Files in one question, but for more of one size, which have to be in one. */
const PIECE = 64;

export interface Twins {
  /** Places of files that are not imported. */
  dropped: Set<number>;
  rejected: Rejection[];
  notes: string[];
}

/** How two files of the same content are filed differently, the worst first. */
const KINDS = ['labels', 'parts', 'subjects', 'names'] as const;
type Kind = (typeof KINDS)[number];

/**
 * @param sameSize  places of videos of the same size
 * @param printsOf  a word for each file, the same for the same content among those asked of; null for one that cannot be
 *   read
 */
export async function sortOutTwins(
  sameSize: readonly (readonly number[])[],
  entries: readonly PlannedFile[],
  printsOf: (places: readonly number[]) => Promise<(string | null)[]>,
): Promise<Twins> {
  const byPlace = new Map(entries.map((entry) => [entry.index, entry]));
  const groups = new Map<string, PlannedFile[]>();
  for (const piece of piecesOf(sameSize.map((places) => places.filter((place) => byPlace.has(place))))) {
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
  const both = new Map<Kind, string[]>(KINDS.map((kind) => [kind, []]));
  for (const group of groups.values()) {
    const kept: PlannedFile[] = [];
    for (const entry of group) {
      const same = kept.find((one) => agree(one, entry));
      if (same !== undefined) {
        twins.dropped.add(entry.index);
        if (twins.rejected.length < MOST) twins.rejected.push({ file: entry.path, reason: once(same, entry) });
        continue;
      }
      const [first] = kept;
      if (first !== undefined) {
        const kind = kindOf(first, entry);
        both.get(kind)?.push(twice(first, entry, kind));
      }
      kept.push(entry);
    }
  }
  for (const [kind, notes] of both) {
    twins.notes.push(...notes.slice(0, MOST));
    if (notes.length > MOST) twins.notes.push(`${notes.length - MOST} more videos are there twice ${MORE[kind]}.`);
  }
  if (twins.dropped.size > MOST) {
    twins.notes.push(`${twins.dropped.size - MOST} more videos are there twice and were imported once.`);
  }
  return twins;
}

/** Files of one size stay together: what is the same is told among those of one question. */
function piecesOf(groups: readonly (readonly number[])[]): number[][] {
  const pieces: number[][] = [];
  for (const group of groups) {
    if (group.length < 2) continue;
    const last = pieces.at(-1);
    if (last !== undefined && last.length + group.length <= PIECE) last.push(...group);
    else pieces.push([...group]);
  }
  return pieces;
}

function agree({ path, known: a }: PlannedFile, { path: other, known: b }: PlannedFile): boolean {
  return (
    a.set === b.set &&
    a.label === b.label &&
    a.subject === b.subject &&
    a.part === b.part &&
    nameOf(path) === nameOf(other)
  );
}

/** The part that the set's makers, or else the folders' names, put a file into. */
function placeOf({ path, known }: PlannedFile): OfficialPart | undefined {
  if (known.part !== undefined) return known.part;
  const folders = folderOf(path).split('/').reverse();
  return folders.map(partOf).find((part) => part !== undefined);
}

/** `train and test` where both are known and differ. */
function partsOf(a: PlannedFile, b: PlannedFile): string | null {
  const [one, other] = [placeOf(a), placeOf(b)];
  return one === undefined || other === undefined || one === other ? null : `${one} and ${other}`;
}

function kindOf(a: PlannedFile, b: PlannedFile): Kind {
  if (a.known.label !== b.known.label) return 'labels';
  if (partsOf(a, b) !== null) return 'parts';
  return a.known.subject === b.known.subject ? 'names' : 'subjects';
}

/** Of a file that is left out. */
function once(kept: PlannedFile, entry: PlannedFile): string {
  const parts = partsOf(kept, entry);
  const leak = parts === null ? '' : ` The two lie in ${parts}, which are then not apart (a leak).`;
  return `The same video as ${kept.path}, byte for byte, in the same set under the same name and label: ${kept.path} is imported, this one is not.${leak}`;
}

const ADVICE: Record<Kind, string> = {
  labels: 'One of the two labels is wrong: leave that file out.',
  parts: 'What is trained on the one has seen the other (a leak): leave one out.',
  subjects: 'A split by subject may put them on both sides (a leak): leave one out.',
  names: 'A split may put them on both sides (a leak): leave one out.',
};

const MORE: Record<Kind, string> = {
  labels: 'under both labels',
  parts: 'in different parts (a leak)',
  subjects: 'under different persons',
  names: 'under other names or in other sets',
};

function twice(a: PlannedFile, b: PlannedFile, kind: Kind): string {
  const parts = partsOf(a, b);
  const [one, other] = [a.known, b.known];
  const differs = [
    ...(one.set === other.set ? [] : ['in different sets']),
    ...(one.label === other.label ? [] : [`labelled ${one.label ?? 'not'} and ${other.label ?? 'not'}`]),
    ...(parts === null ? [] : [`in ${parts}`]),
    ...(one.subject === other.subject
      ? []
      : [`of ${one.subject ?? 'no one named'} and ${other.subject ?? 'no one named'}`]),
    ...(nameOf(a.path) === nameOf(b.path) ? [] : ['under different names']),
  ];
  return `${a.path} and ${b.path} are the same video, byte for byte, ${differs.join(', ')}: both are kept. ${ADVICE[kind]}`;
}
