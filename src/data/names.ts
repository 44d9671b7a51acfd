/** What the names of a whole tree say: which sets lie in it, and what each file is. */
import type { FaceSet } from '../protocol';
import { recognise, setFolders } from './recognise';
import type { Named } from './rows';

export interface NamedTree {
  of(path: string): Named;
  /** What a set was recognised as, and how, as a sentence. */
  about(set: string): { faceSet: FaceSet | null; how: string };
  /** Why a file is not for import, as the end of `12 files: ...`; null: it is. */
  passOver(path: string): string | null;
  /** Sentences about the tree as a whole. */
  notes: string[];
}

/**
 * @param paths        normalised paths of all candidates
 * @param fallbackSet  name for the set when the paths have no common folder
 */
export function nameTree(paths: Iterable<string>, fallbackSet: string): NamedTree {
  const roots = setFolders(paths);
  return {
    of: (path) => recognise(path, fallbackSet, roots),
    about: () => ({ faceSet: null, how: 'Read from the words in its names: live, spoof, print, replay and the like.' }),
    passOver: () => null,
    notes: [],
  };
}
