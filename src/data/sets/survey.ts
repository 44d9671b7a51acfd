/** Everything that the names of a whole tree say: which sets it holds, and of every file what it shows. */
import type { OfficialPart } from '../../protocol';
import { extensionOf, isClutter, normalise } from '../paths';
import { recognise, setFolders } from '../recognise';
import { promiseOf } from '../sniff';
import { compare, type Held } from './compare';
import { GRAMMARS } from './grammars';
import { Group, joinParts, partAgainst, type Member } from './groups';
import { isList, readList, type NamedList } from './lists';
import { nameGroups } from './names';
import { pick } from './pick';
import { Reader, type Candidate } from './reading';
import { remarksOn, type Seen } from './remarks';
import { counted, examples } from './sentences';
import { completeness, countAll, emptySet } from './summary';
import { twinsOf } from './twins';
import type { SurveyedFile, SurveyedSet } from './types';
import { isIn, readWords } from './words';

export interface SurveyOptions {
  /** Name of the set of files without a folder, see `recognise`. */
  fallbackSet: string;
  /** Texts of the files for which `isList` holds, by normalised path; a list that is not here is not compared with. */
  lists?: ReadonlyMap<string, string>;
}

export interface Survey {
  /** By normalised path: every file that may be imported. What is neither picture nor video by its name is among them. */
  files: ReadonlyMap<string, SurveyedFile>;
  /** By normalised path: files that are left out, and why, as a clause without a full stop. */
  passedOver: ReadonlyMap<string, string>;
  /** Public sets first, by name. */
  sets: readonly SurveyedSet[];
  /** Sentences for the user, those about one set with its name before them. */
  notes: readonly string[];
}

/** Beside videos: never a picture, and not worth a guess. */
const COMPANIONS = new Set(['face', 'txt', 'npy', 'npz', 'mat', 'pts', 'lm', 'eye', 'pos', 'facepos']);

/**
 * @param paths of all files that were given, in any order and with either slash
 */
export function survey(paths: Iterable<string>, options: SurveyOptions): Survey {
  const sorted = [...new Set([...paths].map(normalise))].filter((path) => !isClutter(path)).sort();
  const reader = new Reader();
  const { groups, passedOver, rest } = sortOut(sorted, reader, options.lists ?? new Map());
  const believed = joinParts(groups.filter((group) => group.believed()));

  // Each file goes to the first believed set that reads it; what nobody reads is left to generic words.
  const owners = new Map<string, { group: Group; member: Member }>();
  for (const group of believed) {
    for (const member of group.members) if (!owners.has(member.path)) owners.set(member.path, { group, member });
    for (const { path, extension } of group.companions) {
      const what = group.grammar.companions[extension];
      passedOver.set(path, what ?? `it belongs to a video of ${group.grammar.title} and is neither picture nor video`);
      rest.delete(path);
    }
  }
  const generic = new Set([...rest].filter((path) => !owners.has(path)));
  const roots = setFolders(generic);
  const taken = new Set<string>();
  for (const path of generic) {
    if (promiseOf(extensionOf(path)) !== null && !believed.some((group) => isIn(path, group.root))) {
      taken.add(recognise(path, options.fallbackSet, roots).set);
    }
  }
  const notes = nameGroups(believed, taken);

  const files = new Map<string, SurveyedFile>();
  const sets: SurveyedSet[] = [];
  const held = new Map<Held, { set: SurveyedSet; files: Map<string, SurveyedFile[]> }>();
  for (const group of believed) {
    const mine = group.members.filter(({ path }) => owners.get(path)?.group === group);
    if (mine.length === 0) continue;
    const set = emptySet(group.name, group.grammar.faceSet, group.root, group.by);
    sets.push(set);
    const byVideo = place(group, mine, files, passedOver, set);
    const videos = new Map([...byVideo].map(([video, same]) => [video, same[0]!.label!]));
    held.set({ group, videos, clients: clientsOf(group, byVideo) }, { set, files: byVideo });
  }

  const lists = readLists(options.lists, notes);
  const compared = compare(lists, [...held.keys()], reader, generic);
  for (const [key, { set, files: byVideo }] of held) {
    applyParts(compared.parts.get(key), byVideo, set);
    set.notes.push(...(compared.notes.get(key) ?? []));
  }
  notes.push(...compared.loose);

  readWords(generic, options.fallbackSet, roots, believed, compared.labels, files, sets);
  countAll(sets, files);
  for (const [{ group }, { set }] of held) set.notes.unshift(...completeness(set, group));
  sets.sort((a, b) => Number(a.faceSet === null) - Number(b.faceSet === null) || (a.name < b.name ? -1 : 1));
  for (const set of sets) notes.push(...set.notes.map((note) => `${set.name}: ${note}`));
  return { files, passedOver, sets, notes };
}

/** All candidates by grammar and root; a file with none, or with doubtful ones only, is in `rest` too. */
function sortOut(
  paths: readonly string[],
  reader: Reader,
  texts: ReadonlyMap<string, string>,
): { groups: Group[]; passedOver: Map<string, string>; rest: Set<string> } {
  const groups = new Map<string, Group>();
  const passedOver = new Map<string, string>();
  const rest = new Set<string>();
  const groupOf = ({ grammar, place: { root } }: Candidate): Group => {
    const key = `${grammar.faceSet}\0${root}`;
    let group = groups.get(key);
    if (group === undefined) groups.set(key, (group = new Group(grammar, root)));
    return group;
  };
  for (const path of paths) {
    const extension = extensionOf(path);
    if (texts.has(path) || (extension !== 'json' && isList(path))) {
      passedOver.set(path, 'a list of files, no picture');
      continue;
    }
    const promised = promiseOf(extension);
    if (promised === null && !COMPANIONS.has(extension)) {
      rest.add(path);
      continue;
    }
    const still = promised === 'image' || (promised === null && extension === 'npy');
    const candidates = reader.candidates(path, still);
    if (candidates[0]?.reading.sure !== true) rest.add(path);
    for (const candidate of candidates) {
      const group = groupOf(candidate);
      if (promised === null) group.companions.push({ path, extension });
      else group.add({ path, still, candidate });
    }
    if (candidates.length > 0 && promised === null) rest.add(path);
  }
  return { groups: order([...groups.values()]), passedOver, rest };
}

/** Grammars in their own order, roots by path: names are given in this order. */
function order(groups: Group[]): Group[] {
  const rank = ({ grammar }: Group): number => GRAMMARS.indexOf(grammar);
  return groups.sort((a, b) => rank(a) - rank(b) || (a.root < b.root ? -1 : 1));
}

/** Files of one set, by video; fills in `files` and `passedOver`. */
function place(
  group: Group,
  members: readonly Member[],
  files: Map<string, SurveyedFile>,
  passedOver: Map<string, string>,
  set: SurveyedSet,
): Map<string, SurveyedFile[]> {
  const settled = members.map((member) => ({ member, settled: group.settle(member.candidate) }));
  const kept = settled.filter(({ member: { path, candidate } }) => {
    const why = candidate.reading.passedOver;
    if (why !== undefined) passedOver.set(path, why);
    return why === undefined;
  });
  const twins = twinsOf(
    kept.map(({ member: { path, still, candidate }, settled: { video } }) => ({
      path,
      still,
      video,
      frame: candidate.frame,
      kind: candidate.kind,
    })),
  );
  const byVideo = new Map<string, SurveyedFile[]>();
  const seen: Seen[] = [];
  for (const { member, settled: facts } of kept) {
    const why = twins.dropped.get(member.path);
    if (why !== undefined) {
      passedOver.set(member.path, why);
      continue;
    }
    const file = fileOf(group, member, facts);
    files.set(member.path, file);
    const same = byVideo.get(facts.video);
    if (same) same.push(file);
    else byVideo.set(facts.video, [file]);
    seen.push({ member, file, partAgainst: partAgainst(member.candidate) });
  }
  set.notes.push(...remarksOn(group, seen, members, twins), ...besides(group));
  return byVideo;
}

/** Files beside the videos. */
function besides({ companions, grammar }: Group): string[] {
  const counts = new Map<string, number>();
  for (const { extension } of companions) counts.set(extension, (counts.get(extension) ?? 0) + 1);
  return [...counts].map(
    ([extension, n]) =>
      `${counted(n, 'file', 'files')} beside the videos ${n === 1 ? 'was' : 'were'} left out: ${grammar.companions[extension] ?? `.${extension}`}.`,
  );
}

function fileOf(group: Group, { path, still, candidate }: Member, facts: ReturnType<Group['settle']>): SurveyedFile {
  const { reading, frame } = candidate;
  return {
    set: group.name,
    file: group.root === '' ? path : path.slice(group.root.length + 1),
    label: reading.label,
    attack: reading.attack,
    subject: facts.subject,
    video: facts.video,
    faceSet: group.grammar.faceSet,
    ...pick('part', facts.part),
    conditions: reading.conditions,
    ...pick('originalDir', facts.originalDir),
    ...pick('turn', reading.upsideDown === true && !still ? (180 as const) : undefined),
    ...pick('frame', still && frame !== null ? frame : undefined),
  };
}

function clientsOf({ grammar }: Group, byVideo: ReadonlyMap<string, SurveyedFile[]>): Map<string, string[]> {
  const clients = new Map<string, string[]>();
  if (grammar.faceSet !== 'msu-mfsd') return clients;
  for (const [video, [file]] of byVideo) {
    const client = file!.subject!.slice(-3);
    const videos = clients.get(client);
    if (videos) videos.push(video);
    else clients.set(client, [video]);
  }
  return clients;
}

function readLists(texts: ReadonlyMap<string, string> | undefined, notes: string[]): NamedList[] {
  const lists: NamedList[] = [];
  const unread: string[] = [];
  for (const [path, text] of [...(texts ?? [])].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const list = readList(normalise(path), text);
    if (list === null) unread.push(path);
    else lists.push(list);
  }
  if (unread.length > 0) {
    notes.push(
      `${counted(unread.length, 'file is named like a list', 'files are named like lists')}, but no line names a file: ${examples(unread)}.`,
    );
  }
  return lists;
}

/** The set's own lists go before what is known of it. */
function applyParts(
  parts: ReadonlyMap<string, OfficialPart> | undefined,
  byVideo: ReadonlyMap<string, SurveyedFile[]>,
  set: SurveyedSet,
): void {
  if (parts === undefined) return;
  const changed: string[] = [];
  for (const [video, part] of parts) {
    for (const file of byVideo.get(video) ?? []) {
      if (file.part !== undefined && file.part !== part) changed.push(video);
      file.part = part;
    }
  }
  if (changed.length > 0) {
    const videos = [...new Set(changed)];
    set.notes.push(
      `The lists put ${counted(videos.length, 'video')} into another part than the set's makers did, and were followed: ${examples(videos)}.`,
    );
  } else if (set.faceSet === 'siw-mv2') {
    set.notes.push('Train and test are those of the lists trainlist and testlist.');
  }
}
