/** Counts of one set. */
import type { FaceSet } from '../../protocol';
import { extensionOf } from '../paths';
import { promiseOf } from '../sniff';
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
