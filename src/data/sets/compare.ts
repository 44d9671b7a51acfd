/** Sets against the lists that lie beside them: listed but absent, there but unlisted, labels that disagree. */
import type { FaceSet, Label, OfficialPart } from '../../protocol';
import { Lookup } from '../lookup';
import { extensionOf, normalise } from '../paths';
import { promiseOf } from '../sniff';
import type { Group } from './groups';
import { shortName, type Entry, type NamedList } from './lists';
import { firstOf, type Reader } from './reading';
import { counted, examples } from './sentences';

/** A set as the comparison needs it. */
export interface Held {
  group: Group;
  /** Label by video. */
  videos: ReadonlyMap<string, Label>;
  /** Clients of MSU-MFSD by three digits: their videos. */
  clients: ReadonlyMap<string, readonly string[]>;
}

export interface Compared {
  /** Sentences by set. */
  notes: Map<Held, string[]>;
  /** Sentences about lists that belong to none. */
  loose: string[];
  /** Parts that lists give to videos of a set. */
  parts: Map<Held, Map<string, OfficialPart>>;
  /** Labels that lists give to files whose names say none, by path. */
  labels: Map<string, Label>;
}

/** What all lists say of one set. */
interface Told {
  lists: Set<string>;
  listed: Set<string>;
  absent: Map<string, string>;
  polarity: Map<string, string[]>;
  contradictions: string[];
}

/**
 * @param rest paths of files that no grammar read
 */
export function compare(
  lists: readonly NamedList[],
  sets: readonly Held[],
  reader: Reader,
  rest: ReadonlySet<string>,
): Compared {
  const out: Compared = { notes: new Map(), loose: [], parts: new Map(), labels: new Map() };
  const told = new Map<Held, Told>();
  const kinds = new Set(sets.map(({ group }) => group.grammar.faceSet));
  let lookup: Lookup | null = null;
  for (const list of lists) {
    if (list.what === 'clients') {
      clients(list, sets, told, out);
      continue;
    }
    const votes = new Map<Held, Vote>();
    const unread: Entry[] = [];
    for (const entry of list.entries) {
      const read = readEntry(entry, list, sets, kinds, reader);
      if (read === null) {
        unread.push(entry);
        continue;
      }
      const { held, video } = read;
      const tale = tell(told, held);
      tale.lists.add(list.path);
      tale.listed.add(video);
      const label = held.videos.get(video);
      if (label === undefined) tale.absent.set(video, entry.name);
      else count(votes, held, entry, list, label);
      givePart(out, held, video, list);
    }
    const reversed = settlePolarity(list, votes, told);
    if (unread.length === 0 || rest.size === 0) continue;
    lookup ??= new Lookup(rest);
    labelRest(unread, list, reversed, lookup, out);
  }
  for (const [held, tale] of told) out.notes.set(held, sentences(held, tale));
  return out;
}

function tell(told: Map<Held, Told>, held: Held): Told {
  let tale = told.get(held);
  if (tale === undefined) {
    tale = { lists: new Set(), listed: new Set(), absent: new Map(), polarity: new Map(), contradictions: [] };
    told.set(held, tale);
  }
  return tale;
}

/** Which video of which set a line means; null where no grammar of a set that is there reads it. */
function readEntry(
  entry: Entry,
  list: NamedList,
  sets: readonly Held[],
  kinds: ReadonlySet<FaceSet>,
  reader: Reader,
): { held: Held; video: string } | null {
  const path = normalise(entry.name);
  // OULU-NPU's and SiW-Mv2's lists name videos, others stills; a name without an extension is a video's.
  const candidate = firstOf(reader.candidates(path, promiseOf(extensionOf(path)) === 'image'), kinds);
  if (candidate === undefined) return null;
  const held = nearest(
    sets.filter(({ group }) => group.grammar === candidate.grammar),
    list.path,
  );
  return { held, video: held.group.settle(candidate).video };
}

/** The set whose folder shares most of its path with the list's. */
function nearest(sets: readonly Held[], path: string): Held {
  const shared = ({ group }: Held): number => {
    const [a, b] = [group.root.split('/'), path.split('/')];
    let n = 0;
    while (n < a.length && a[n] === b[n]) n++;
    return n;
  };
  return sets.reduce((best, set) => (shared(set) > shared(best) ? set : best));
}

/** MSU-MFSD's two lists hold clients, not videos. */
function clients(list: NamedList, sets: readonly Held[], told: Map<Held, Told>, out: Compared): void {
  const candidates = sets.filter(({ group }) => group.grammar.faceSet === 'msu-mfsd');
  if (candidates.length === 0) {
    out.loose.push(`${list.path} lists ${counted(list.entries.length, 'client')}, and no MSU-MFSD is among the files.`);
    return;
  }
  const held = nearest(candidates, list.path);
  const tale = tell(told, held);
  tale.lists.add(list.path);
  for (const { name } of list.entries) {
    const client = name.padStart(3, '0');
    const videos = held.clients.get(client);
    if (videos === undefined) tale.absent.set(`client ${client}`, `client ${client}`);
    for (const video of videos ?? []) {
      tale.listed.add(video);
      givePart(out, held, video, list);
    }
  }
}

/** The lists that divide a set as its makers do. Protocols that divide it in other ways leave its parts alone. */
function givePart(out: Compared, held: Held, video: string, list: NamedList): void {
  const { faceSet } = held.group.grammar;
  const divides =
    (faceSet === 'msu-mfsd' && list.what === 'clients') ||
    (faceSet === 'siw-mv2' && /(?:train|test)list_(?:all|live)\.txt$/i.test(list.path));
  if (!divides || list.part === undefined) return;
  const parts = out.parts.get(held);
  if (parts) parts.set(video, list.part);
  else out.parts.set(held, new Map([[video, list.part]]));
}

/** How a list's labels agree with the names, read by the format's habit and the other way round. */
interface Vote {
  habit: number;
  reversed: number;
  /** Lines against the names by habit, and by the reverse. */
  againstHabit: string[];
  againstReversed: string[];
}

function count(votes: Map<Held, Vote>, held: Held, entry: Entry, list: NamedList, label: Label): void {
  const said = labelOf(entry, list);
  if (said === null) return;
  const vote = votes.get(held) ?? { habit: 0, reversed: 0, againstHabit: [], againstReversed: [] };
  votes.set(held, vote);
  if (said === label) {
    vote.habit++;
    vote.againstReversed.push(entry.name);
  } else {
    vote.reversed++;
    vote.againstHabit.push(entry.name);
  }
}

function labelOf({ value }: Entry, list: NamedList): Label | null {
  if (value === null || list.live === null) return list.label;
  return list.live.has(value) ? 'live' : 'spoof';
}

/** Decides by the names which way a list's values go, and says so. True: the other way than is usual. */
function settlePolarity(list: NamedList, votes: ReadonlyMap<Held, Vote>, told: Map<Held, Told>): boolean {
  let habit = 0;
  let reversed = 0;
  for (const vote of votes.values()) {
    habit += vote.habit;
    reversed += vote.reversed;
  }
  const turned = list.live !== null && reversed > habit;
  for (const [held, vote] of votes) {
    const tale = tell(told, held);
    if (list.live !== null) {
      const live = [...list.live][0]!;
      const signed = live === '+1';
      const other = live === '0' ? '1' : '0';
      const meaning = turned
        ? `${signed ? '-1 was read as live and +1' : `${other} was read as live and ${live}`} as spoof, the reverse of what is usual there, as the names say so`
        : `${live} was read as live and ${signed ? '-1 and -2' : other} as spoof`;
      const group = tale.polarity.get(meaning);
      if (group) group.push(shortName(list.path));
      else tale.polarity.set(meaning, [shortName(list.path)]);
    }
    tale.contradictions.push(
      ...(turned ? vote.againstReversed : vote.againstHabit).map((name) => `${name} in ${shortName(list.path)}`),
    );
  }
  return turned;
}

/** Files whose names say nothing may have a label from a list. */
function labelRest(unread: readonly Entry[], list: NamedList, turned: boolean, lookup: Lookup, out: Compared): void {
  let given = 0;
  for (const entry of unread) {
    const said = labelOf(entry, list);
    if (said === null) continue;
    const found = lookup.find(entry.name, list.path);
    if (!('path' in found)) continue;
    out.labels.set(found.path, turned ? (said === 'live' ? 'spoof' : 'live') : said);
    given++;
  }
  if (given === 0) return;
  const live = list.live === null ? null : [...list.live][0]!;
  const how = live === null ? `as its name says ${list.label}` : `${live} was read as ${turned ? 'spoof' : 'live'}`;
  out.loose.push(
    `${list.path} gives labels to ${counted(given, 'file')} of no known set (${how}); they hold where the names of files and folders say nothing.`,
  );
}

function sentences({ group, videos }: Held, tale: Told): string[] {
  const notes: string[] = [];
  const { title } = group.grammar;
  const names = [...tale.lists].map(shortName).sort();
  const lists = names.length === 1 ? `The list ${names[0]}` : `${names.length} lists (${examples(names)})`;
  const say = names.length === 1 ? 'names' : 'name';
  if (tale.absent.size > 0) {
    const absent = [...tale.absent.values()];
    const which = absent.every((name) => name.startsWith('client '))
      ? counted(absent.length, 'client')
      : `${counted(absent.length, 'video')} of ${title}`;
    notes.push(
      `${lists} ${say} ${which} that ${absent.length === 1 ? 'is' : 'are'} not among the files: ${examples(absent)}. The rest goes on.`,
    );
  }
  const unlisted = [...videos.keys()].filter((video) => !tale.listed.has(video));
  if (unlisted.length > 0) {
    notes.push(
      `${unlisted.length} of ${counted(videos.size, 'video')} ${unlisted.length === 1 ? 'is' : 'are'} in none of the lists beside them: ${examples(unlisted)}. They are imported all the same.`,
    );
  }
  for (const [meaning, paths] of tale.polarity) notes.push(`Labels in ${examples(paths.sort())}: ${meaning}.`);
  if (tale.contradictions.length > 0) {
    notes.push(
      `${counted(tale.contradictions.length, 'line')} of the lists ${tale.contradictions.length === 1 ? 'contradicts' : 'contradict'} the names of the files, which were believed: ${examples(tale.contradictions)}.`,
    );
  }
  return notes;
}
