/**
 * What a file's path says about it: set, label, attack, subject, and the video it belongs to.
 *
 * Words count only as whole words of a path part (`deliver/` is not `live`), and the nearest folder with a word wins;
 * the file's own name is asked when no folder says anything. Words that name an attack or a thing alike (`photo`,
 * `video`, `mask`) refine a spoof, but never make one: a folder of videos is not a folder of replays.
 */
import type { Label } from '../protocol';
import { extensionOf, folderOf, nameOf, normalise, stemOf, wordsOf } from './paths';

export interface Recognised {
  set: string;
  /** Path inside the set. */
  file: string;
  label: Label | null;
  attack: string | null;
  subject: string | null;
  /** Frames cut from one video share it; unique inside the set. */
  video: string;
}

const LIVE = new Set(['live', 'real', 'bonafide', 'genuine']);
const SPOOF = new Set(['spoof', 'spoofs', 'spoofed', 'spoofing', 'fake', 'fakes', 'attack', 'attacks', 'attk']);
const NEGATION = new Set(['non', 'not', 'no']);
const FILLERS = new Set(['bona', 'fide', 'face', 'faces', 'access', 'paper', 'screen']);
/** Words that make a spoof and name its kind. */
const ATTACKS = new Map([
  ['print', 'print'],
  ['prints', 'print'],
  ['printed', 'print'],
  ['printout', 'print'],
  ['replay', 'replay'],
  ['replays', 'replay'],
  ['replayed', 'replay'],
]);
/** Words that name the kind of a spoof that is known to be one. */
const KINDS = new Map([
  ['mask', 'mask'],
  ['masks', 'mask'],
  ['photo', 'print'],
  ['photos', 'print'],
  ['video', 'replay'],
  ['videos', 'replay'],
]);

/** What the words of one path part say. `null` where they say nothing, or both. */
export function labelOfWords(words: readonly string[]): { label: Label; attack: string | null } | null {
  let live = false;
  let spoof = false;
  let attack: string | null = null;
  words.forEach((word, index) => {
    const negated = NEGATION.has(words[index - 1] ?? '');
    if (LIVE.has(word) || (word === 'fide' && words[index - 1] === 'bona')) {
      if (negated) spoof = true;
      else live = true;
    }
    if (SPOOF.has(word) || ATTACKS.has(word)) {
      if (negated) live = true;
      else {
        spoof = true;
        attack ??= ATTACKS.get(word) ?? null;
      }
    }
    // `attack_mobile`, `attack_highdef`: displays held to the camera (Chingovska et al. 2012, Replay-Attack).
    if (word === 'attack' && /^(?:mobile|highdef)$/.test(words[index + 1] ?? '')) attack = 'replay';
  });
  if (live === spoof) return null;
  return live ? { label: 'live', attack: null } : { label: 'spoof', attack };
}

/**
 * Reads a label as people write it in a table: a word of either class, or an attack's name. `null`: not a label, as
 * is anything with a word that this page does not know (`maybe live`).
 */
export function labelOfValue(value: string): { label: Label; attack: string | null } | null {
  const words = wordsOf(value);
  const kind = firstOf(words, KINDS);
  const known = (word: string): boolean =>
    LIVE.has(word) ||
    SPOOF.has(word) ||
    NEGATION.has(word) ||
    ATTACKS.has(word) ||
    KINDS.has(word) ||
    FILLERS.has(word);
  if (!words.every(known)) return null;
  const found = labelOfWords(words);
  // In a column of labels a bare `mask` can only be the attack.
  if (found === null)
    return kind !== null && !words.some((word) => LIVE.has(word) || NEGATION.has(word))
      ? { label: 'spoof', attack: kind }
      : null;
  return found.label === 'spoof' ? { label: 'spoof', attack: found.attack ?? kind } : found;
}

/** Reads an attack's name as people write it: `printed_photo` is `print`, an unknown kind stays as it is. */
export function attackOfValue(value: string): string | null {
  const words = wordsOf(value);
  if (words.length === 0 || /^(?:none|null|nan|na|no|0|live|real|genuine|bonafide|bona_?fide|-)$/i.test(value.trim())) {
    return null;
  }
  return firstOf(words, ATTACKS) ?? firstOf(words, KINDS) ?? value.trim().toLowerCase();
}

/**
 * First folders named like a class that are sets all the same, because folders of both classes lie in them:
 * `real/live` and `real/spoof` make `real` a set; `attack/print` and `attack/replay` leave `attack` a class.
 */
export function setFolders(paths: Iterable<string>): Set<string> {
  const seen = new Map<string, Set<Label>>();
  for (const path of paths) {
    const [root, ...rest] = normalise(path).split('/').slice(0, -1);
    if (root === undefined) continue;
    for (const folder of rest) {
      const label = labelOfWords(wordsOf(folder))?.label;
      if (label !== undefined) seen.set(root, (seen.get(root) ?? new Set<Label>()).add(label));
    }
  }
  return new Set([...seen].filter(([, labels]) => labels.size === 2).map(([root]) => root));
}

/**
 * @param fallbackSet  name of the set for a path without a folder, or whose first folder is a class
 * @param sets         first folders that are sets whatever their name, see `setFolders`
 */
export function recognise(path: string, fallbackSet: string, sets: ReadonlySet<string> = new Set()): Recognised {
  const parts = normalise(path).split('/');
  const root = parts.length > 1 ? (parts[0] ?? '') : '';
  // A dropped `live/` or `spoof/` is a class, not a set.
  const words = wordsOf(root);
  const isClass = labelOfWords(words) !== null && (words.length === 1 || words.join(' ') === 'bona fide');
  const named = root !== '' && (!isClass || sets.has(root));
  const file = named ? parts.slice(1).join('/') : parts.join('/');
  const folders = file.split('/').slice(0, -1).reverse();
  const places = [...folders, stemOf(file)].map(wordsOf);

  const said = places.map(labelOfWords);
  const label = said.find((entry) => entry !== null)?.label ?? null;
  return {
    set: named ? root : fallbackSet,
    file,
    label,
    attack: label === 'spoof' ? attackOf(places, said) : null,
    subject: subjectOf(file),
    video: videoOf(file),
  };
}

function attackOf(places: readonly string[][], said: readonly ReturnType<typeof labelOfWords>[]): string | null {
  for (const entry of said) if (entry?.label === 'spoof' && entry.attack !== null) return entry.attack;
  for (const [at, words] of places.entries()) {
    // A folder of videos is no folder of replays.
    const own = at === places.length - 1 ? words : words.filter((word) => word !== 'videos');
    const kind = firstOf(own, KINDS);
    if (kind !== null) return kind;
  }
  return null;
}

function firstOf(words: readonly string[], kinds: ReadonlyMap<string, string>): string | null {
  for (const word of words) {
    const kind = kinds.get(word);
    if (kind !== undefined) return kind;
  }
  return null;
}

const SUBJECT =
  /(?<![a-z0-9])(?:(subject|subj|client|person|participant|user)[ _-]?(\d{1,6})|(s)(\d{1,4}))(?![a-z0-9])/i;

const PART = /^(?:train(?:ing)?|dev(?:el(?:opment)?)?|val(?:id(?:ation)?)?|test(?:ing)?)$/i;
/** A name of SiW: person, sensor, type, medium, session (Liu et al. 2018). */
const FIVE_NUMBERS = /^(\d{3})(?:-\d{1,2}){4}$/;

/**
 * `client002`, `subject_3`, `s01` anywhere in the path, the file's name first: `client002`, `subject3`, `s01`. Else the
 * first of SiW's five numbers (`001-1-1-1-1.mov`), or the number of a folder between part and class, as in CelebA-Spoof
 * (`train/1006/live/000001.jpg`).
 */
export function subjectOf(file: string): string | null {
  for (const part of normalise(file).split('/').reverse()) {
    const match = SUBJECT.exec(part);
    if (match) return `${match[1] ?? match[3] ?? ''}${match[2] ?? match[4] ?? ''}`.toLowerCase();
  }
  const numbers = FIVE_NUMBERS.exec(stemOf(file));
  if (numbers !== null) return numbers[1]!;
  const folders = normalise(file).split('/').slice(0, -1);
  return (
    folders.find(
      (folder, at) =>
        /^\d{1,6}$/.test(folder) &&
        PART.test(folders[at - 1] ?? '') &&
        labelOfWords(wordsOf(folders[at + 1] ?? '')) !== null,
    ) ?? null
  );
}

/**
 * The video a file stands for. Stills named as frames of one clip (`clip_frame012.png`, `clip_f12.png`, `clip/crop_005.jpg`) share
 * the clip, so that a split never puts neighbouring frames on both sides. Whether `f12` is a frame its neighbours tell
 * (`noFrames`).
 */
export function videoOf(file: string): string {
  if (!/^(?:jpe?g|png|webp)$/.test(extensionOf(file))) return file;
  const stem = stemOf(file);
  const clip = stem.replace(/(?:(?:^|[ _-])(?:frame|frm|crop)[ _-]?|(?<=.)[ _-]f)\d+$/i, '');
  if (clip === stem) return file;
  const folder = folderOf(file);
  return clip === '' ? folder || nameOf(file) : `${folder === '' ? '' : `${folder}/`}${clip}`;
}
