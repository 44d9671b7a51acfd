/** Counts of one set, and how much of it is there. */
import type { FaceSet, Label } from '../../protocol';
import { extensionOf } from '../paths';
import { promiseOf } from '../sniff';
import type { Group } from './groups';
import { folder } from './names';
import { counted } from './sentences';
import type { SurveyedFile, SurveyedSet } from './types';

export function emptySet(name: string, faceSet: FaceSet | null, root: string, by: SurveyedSet['by']): SurveyedSet {
  const row = (): SurveyedSet['parts']['none'] => ({ live: 0, spoof: 0, none: 0 });
  return {
    name,
    faceSet,
    root,
    by,
    files: 0,
    videos: 0,
    parts: { train: row(), development: row(), test: row(), none: row() },
    attacks: {},
    notes: [],
  };
}

/** Fills in the counts of all sets at once. */
export function countAll(sets: readonly SurveyedSet[], files: ReadonlyMap<string, SurveyedFile>): void {
  const byName = new Map(sets.map((set) => [set.name, set]));
  const seen = new Map(sets.map(({ name }) => [name, new Set<string>()]));
  for (const [path, file] of files) {
    const set = byName.get(file.set);
    if (set === undefined || promiseOf(extensionOf(path)) === null) continue;
    set.files++;
    const videos = seen.get(file.set)!;
    if (videos.has(file.video)) continue;
    videos.add(file.video);
    set.videos++;
    set.parts[file.part ?? 'none'][file.label ?? 'none']++;
    if (file.attack !== null) set.attacks[file.attack] = (set.attacks[file.attack] ?? 0) + 1;
  }
}

/** How much of the set is there. A set may be incomplete: that is a remark. */
export function completeness(set: SurveyedSet, { grammar, root }: Group): string[] {
  const parts: string[] = [];
  let whole = 0;
  let here = 0;
  let complete = true;
  for (const [part, labels] of Object.entries(grammar.full) as [keyof SurveyedSet['parts'], Record<Label, number>][]) {
    const full = labels.live + labels.spoof;
    // A set without parts has them where a list was read.
    const rows = part === 'none' ? Object.values(set.parts) : [set.parts[part]];
    const live = rows.reduce((sum, row) => sum + row.live, 0);
    const spoof = rows.reduce((sum, row) => sum + row.spoof, 0);
    whole += full;
    here += live + spoof;
    complete &&= live === labels.live && spoof === labels.spoof;
    parts.push(
      part === 'none'
        ? `live ${live} of ${labels.live}, spoof ${spoof} of ${labels.spoof}`
        : `${part} ${live + spoof} of ${full}`,
    );
  }
  // Where folders say the part, and none does, the videos are there all the same.
  const { live, spoof } = set.parts.none;
  if (grammar.full.none === undefined && live + spoof > 0) {
    here += live + spoof;
    complete = false;
    parts.push(`part not known ${live + spoof}`);
  }
  const by = set.by === 'folders' ? 'its folders and names' : 'its names alone';
  const what = `${grammar.title} in ${folder(root)}, recognised by ${by}`;
  if (complete) return [`${what}: complete, ${counted(here, 'video')} (${parts.join(', ')}).`];
  const more =
    here > whole ? 'more than the set has' : here < whole ? 'not all of the set' : 'though in other parts or labels';
  return [`${what}: ${counted(here, 'video')} of ${whole}, ${more} (${parts.join(', ')}). What is there is imported.`];
}
