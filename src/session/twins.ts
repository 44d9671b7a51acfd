/**
 * Videos that lie twice in what was given, byte for byte: under one name, label, person and part of one set one of them
 * is read, with the other's captions; where these differ, both are read and said, because one of the two is then filed
 * wrongly, or meant, and what is learnt from one is known of the other. Whether they can be used is not known yet.
 */
import { folderOf, nameOf } from '../data/paths';
import { partOf } from '../data/sets/places';
import type { Known, OfficialPart, PlannedFile, Rejection } from '../protocol';

/** Most sentences of each kind; the rest are counted. */
const MOST = 20;
/** Files in one question, but for more of one size, which have to be in one. */
const PIECE = 64;

export interface Twins {
  /** Files that are not read: another is, that is the same. */
  dropped: PlannedFile[];
  /** The others, with the captions that tables give those that are not read. */
  entries: PlannedFile[];
  rejected: Rejection[];
  notes: string[];
}

/** How two files of the same content are filed differently, the worst first. */
const KINDS = ['labels', 'parts', 'subjects', 'names'] as const;
type Kind = (typeof KINDS)[number];

/**
 * @param sameSize  places of videos of the same size
 * @param imported  places of files of which an earlier import left samples: they go before their twins
 * @param printsOf  a word for each file, the same for the same content among those asked of; null for one that cannot be
 *   read
 */
export async function sortOutTwins(
  sameSize: readonly (readonly number[])[],
  entries: readonly PlannedFile[],
  imported: ReadonlySet<number>,
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

  const twins: Twins = { dropped: [], entries: [], rejected: [], notes: [] };
  const told = new Map<number, PlannedFile>();
  const both = new Map<Kind, string[]>(KINDS.map((kind) => [kind, []]));
  for (const group of groups.values()) {
    const kept: PlannedFile[] = [];
    const order = [true, false].flatMap((first) => group.filter(({ index }) => imported.has(index) === first));
    for (const entry of order) {
      const same = kept.find((one) => agree(one, entry));
      if (same !== undefined) {
        twins.dropped.push(entry);
        const given = withCaptionsOf(told.get(same.index) ?? same, entry);
        told.set(same.index, given.entry);
        const reason = once(same, entry, given);
        if (twins.rejected.length < MOST || given.lost > 0) twins.rejected.push({ file: entry.path, reason });
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
    if (notes.length > MOST) {
      const more = notes.length - MOST;
      twins.notes.push(`${more} more ${more === 1 ? 'video is' : 'videos are'} there twice ${MORE[kind]}.`);
    }
  }
  const unnamed = twins.dropped.length - twins.rejected.length;
  if (unnamed > 0) {
    twins.notes.push(
      `${unnamed} more ${unnamed === 1 ? 'video is' : 'videos are'} there twice: one of the two is read, with the captions of both.`,
    );
  }
  const dropped = new Set(twins.dropped);
  twins.entries = entries.filter((entry) => !dropped.has(entry)).map((entry) => told.get(entry.index) ?? entry);
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

const STYLES = ['vanilla', 'reasoning'] as const;
const ROLES = ['all', 'early', 'middle', 'image'] as const;

/** What of a file's captions its twin takes over: `given` styles, and `lost` ones, of which it has others. */
interface Given {
  entry: PlannedFile;
  given: number;
  lost: number;
}

/** `kept` with those of the twin's captions of whose style it has none. */
function withCaptionsOf(kept: PlannedFile, twin: PlannedFile): Given {
  const { known } = kept;
  const captions: Known['captions'] = { ...known.captions };
  const sources: NonNullable<Known['sources']> = { ...known.sources };
  let [given, lost] = [0, 0];
  for (const style of STYLES) {
    const has = Object.values(known.captions).some((one) => one[style] !== undefined);
    for (const role of ROLES) {
      const text = twin.known.captions[role]?.[style];
      if (text === undefined || text === known.captions[role]?.[style]) continue;
      if (has) {
        lost++;
        continue;
      }
      given++;
      const source = twin.known.sources?.[role]?.[style];
      captions[role] = { ...captions[role], [style]: text };
      if (source !== undefined) sources[role] = { ...sources[role], [style]: source };
    }
  }
  return { entry: given === 0 ? kept : { ...kept, known: { ...known, captions, sources } }, given, lost };
}

/** Of a file that is left out. */
function once(kept: PlannedFile, entry: PlannedFile, { given, lost }: Given): string {
  const parts = partsOf(kept, entry);
  const some = (n: number): string => (n === 1 ? 'caption' : 'captions');
  const captions = [
    ...(given > 0 ? [`, and has its ${some(given)} from the table`] : []),
    ...(lost > 0
      ? [`; ${lost} ${some(lost)} of this one ${lost === 1 ? 'is' : 'are'} not used, as that one has its own`]
      : []),
  ].join('');
  const leak = parts === null ? '' : ` The two lie in ${parts}, which are then not apart (a leak).`;
  return `The same video as ${kept.path}, byte for byte, in the same set under the same name and label: ${kept.path} is read instead of this one${captions}.${leak}`;
}

const ADVICE: Record<Kind, string> = {
  labels: 'One of the two labels is wrong: leave that file out.',
  parts: 'What is trained on the one has seen the other (a leak): leave one out.',
  subjects: 'A split by subject may put them on both sides (a leak): leave one out.',
  names: 'A split may put them on both sides (a leak): leave one out.',
};

/** A split by person keeps two files of one known person together: then what it does to weights and protocols counts. */
function adviceOf(kind: Kind, { known: a }: PlannedFile, { known: b }: PlannedFile): string {
  if (kind !== 'names' || a.subject === null || a.subject === undefined) return ADVICE[kind];
  if (a.set === b.set) return 'It counts twice, in training and in every number: leave one out.';
  return 'It counts twice, and a protocol that trains on the one set has seen it where it tests on the other (a leak): leave one out.';
}

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
  return `${a.path} and ${b.path} are the same video, byte for byte, ${differs.join(', ')}: both are read. ${adviceOf(kind, a, b)}`;
}
