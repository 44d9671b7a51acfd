/**
 * Videos that are there as stills: of each, the same two are taken that the rule would take of the clip.
 *
 * The rules are asked by number alone, as nothing is decoded yet: `paper` takes the stills at 10 % and 50 % of their
 * order, `authors` those of every fifth still's crops (or of the stills themselves, where their numbers are five apart
 * already: then they are such crops), as if each showed a face. Stills that a table gives captions of their own go
 * before the rest: a caption describes the picture that it names.
 */
import { FRAME_RULES, type FrameRule, type PlannedFile } from '../protocol';
import { folderOf, nameOf, stemOf } from './paths';
import { labelOfValue } from './recognise';
import { EVERY, MOMENTS, keptCrops } from './rules/moments';
import { commonLayout } from './sets/places';

/** A still as names and tables describe it. */
export interface Still {
  path: string;
  /** The same for all stills of one video, and for these alone. */
  video: string;
  /** Its number among them, where its set says so. */
  frame?: number | undefined;
  /** A table has a caption for this very still. */
  captioned: boolean;
}

/** Which of its video's frames a still is, by the rules that take it. */
export type StillRoles = NonNullable<PlannedFile['still']>;

const numeric = new Intl.Collator('en', { numeric: true });

/** Paths or names in the order of the numbers in them: `f2` before `f10`. */
export function byNumber(a: string, b: string): number {
  return numeric.compare(a, b) || (a < b ? -1 : a > b ? 1 : 0);
}

/**
 * @returns by path, for every still that has others of its video beside it; an empty entry: no rule takes it. Of two
 *   stills both are taken.
 */
export function chooseStills(stills: Iterable<Still>): Map<string, StillRoles> {
  const videos = new Map<string, Still[]>();
  for (const still of stills) {
    const group = videos.get(still.video);
    if (group === undefined) videos.set(still.video, [still]);
    else group.push(still);
  }
  const chosen = new Map<string, StillRoles>();
  for (const group of videos.values()) {
    if (group.length === 1) continue;
    group.sort((a, b) => (a.frame ?? 0) - (b.frame ?? 0) || byNumber(a.path, b.path));
    for (const { path } of group) chosen.set(path, {});
    for (const rule of FRAME_RULES) {
      const [early, middle] = taken(group, rule);
      if (early !== undefined) chosen.get(early.path)![rule] = 'early';
      if (middle !== undefined) chosen.get(middle.path)![rule] = 'middle';
    }
  }
  return chosen;
}

/** One or two of a video's stills, in their order. */
function taken(stills: readonly Still[], rule: FrameRule): Still[] {
  const captioned = stills.filter((still) => still.captioned);
  const of = captioned.length > 1 ? captioned : stills;
  const places = of.length === 2 ? [0, 1] : rule === 'paper' ? paperPlaces(of.length) : authorsPlaces(of);
  const ruled = places.flatMap((place) => of[place] ?? []);
  const [told] = captioned;
  if (captioned.length !== 1 || told === undefined || ruled.includes(told)) return ruled;
  // The one that has a caption stands for the nearer of the two.
  const [early, middle] = ruled.map((still) => Math.abs(stills.indexOf(still) - stills.indexOf(told)));
  const other = (early ?? 0) < (middle ?? Infinity) ? ruled[1] : ruled[0];
  return stills.filter((still) => still === told || still === other);
}

function paperPlaces(count: number): number[] {
  return [Math.floor(MOMENTS.early * count), Math.floor(MOMENTS.middle * count)];
}

function authorsPlaces(stills: readonly Still[]): number[] {
  const numbers = stills.map(({ path, frame }) => frame ?? Number(/(\d{1,9})$/.exec(stemOf(path))?.[1] ?? 0));
  const apart = Math.min(...numbers.slice(1).map((number, at) => number - numbers[at]!));
  const step = apart >= EVERY || stills.length <= EVERY ? 1 : EVERY;
  return keptCrops(Math.ceil(stills.length / step)).map((place) => place * step);
}

/** The entries that `rule` takes; captions of a video's early or middle frame reach the still that stands for it. */
export function takenBy(entries: readonly PlannedFile[], rule: FrameRule): PlannedFile[] {
  return entries.flatMap((entry) => {
    const role = entry.still?.[rule];
    if (entry.still === undefined) return [entry];
    if (role === undefined) return [];
    const { captions, sources } = entry.known;
    if (captions[role] === undefined) return [entry];
    const known = {
      ...entry.known,
      captions: { ...captions, image: { ...captions[role], ...captions.image } },
      sources: { ...sources, image: { ...sources?.[role], ...sources?.image } },
    };
    return [{ ...entry, known }];
  });
}

/**
 * False for what can be no single video's name: `live/frame_1.jpg`, `live/frame_2.jpg`, ... lie in a class, and nothing
 * says where one video ends.
 */
export function namesVideo(video: string): boolean {
  const name = nameOf(video);
  return labelOfValue(name) === null && !commonLayout(name.toLowerCase());
}

/**
 * Videos that are there as several stills, by the path that a table may name them with: that of their folder, or what
 * their names have in common.
 *
 * @param named  the set's own path and the video in it, of each still by its path
 */
export function videosOfStills(named: ReadonlyMap<string, { file: string; video: string }>): Map<string, string[]> {
  const videos = new Map<string, string[]>();
  for (const [path, { file, video }] of named) {
    const root = path.endsWith(file) ? path.slice(0, -file.length) : `${folderOf(path)}/`;
    const key = `${root}${video}`;
    const group = videos.get(key);
    if (group === undefined) videos.set(key, [path]);
    else group.push(path);
  }
  for (const [key, paths] of videos) if (paths.length === 1) videos.delete(key);
  return videos;
}
