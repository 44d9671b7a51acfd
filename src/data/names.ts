/** What the names of a whole tree say: which sets lie in it, and what each file is. */
import type { FaceSet } from '../protocol';
import type { Named } from './rows';
import { survey, type SurveyedSet } from './sets';

export interface NamedTree {
  /** undefined: the file is not for import. */
  of(path: string): Named | undefined;
  /** What a set was recognised as, and how, as a sentence. */
  about(set: string): { faceSet: FaceSet | null; how: string };
  /** Why a file is not for import, as a clause; null: it is. */
  passOver(path: string): string | null;
  /** Sentences about the tree as a whole. */
  notes: readonly string[];
}

const HOW: Record<SurveyedSet['by'], string> = {
  folders: 'Recognised by its folders and the names in them.',
  names: 'Recognised by the names of its files.',
  words: 'Read from the words in its names: live, spoof, print, replay and the like.',
};

/**
 * @param paths        normalised paths of all files but tables
 * @param lists        texts of lists that public sets come with, by path
 * @param fallbackSet  name for the set when the paths have no common folder
 */
export function nameTree(paths: Iterable<string>, lists: ReadonlyMap<string, string>, fallbackSet: string): NamedTree {
  const surveyed = survey(paths, { fallbackSet, lists });
  const sets = new Map(surveyed.sets.map((set) => [set.name, set]));
  return {
    of: (path) => surveyed.files.get(path),
    about: (name) => {
      const set = sets.get(name);
      return { faceSet: set?.faceSet ?? null, how: HOW[set?.by ?? 'words'] };
    },
    passOver: (path) => surveyed.passedOver.get(path) ?? null,
    notes: surveyed.notes,
  };
}
