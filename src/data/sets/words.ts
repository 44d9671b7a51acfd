/** Files that no grammar reads: generic words, inside a public set's folder or outside. */
import type { Label } from '../../protocol';
import { noFrames } from '../lettered';
import { extensionOf, folderOf } from '../paths';
import { recognise, type Recognised } from '../recognise';
import { promiseOf } from '../sniff';
import type { Group } from './groups';
import { ownsFolder } from './names';
import { counted, examples } from './sentences';
import { emptySet } from './summary';
import type { SurveyedFile, SurveyedSet } from './types';

/** True for a file somewhere under a folder. */
export const isIn = (path: string, root: string): boolean => root === '' || path.startsWith(`${root}/`);

/** What no grammar reads. In a public set's own folder it belongs to that set; elsewhere the first folder is a set. */
export function readWords(
  paths: ReadonlySet<string>,
  fallbackSet: string,
  roots: ReadonlySet<string>,
  groups: readonly Group[],
  labels: ReadonlyMap<string, Label>,
  files: Map<string, SurveyedFile>,
  sets: SurveyedSet[],
): void {
  const owners = groups.filter(ownsFolder).sort((a, b) => b.root.length - a.root.length);
  const ownerOf = new Map<string, Group | undefined>();
  const strange = new Map<Group, string[]>();
  const lone = noFrames(paths);
  for (const path of paths) {
    const around = folderOf(path);
    if (!ownerOf.has(around))
      ownerOf.set(
        around,
        owners.find((group) => isIn(path, group.root)),
      );
    const owner = ownerOf.get(around);
    const named: Recognised =
      owner === undefined
        ? recognise(path, fallbackSet, roots)
        : recognise(`${owner.name}${path.slice(owner.root.length)}`, owner.name, new Set([owner.name]));
    const file = lone.has(path) ? { ...named, video: named.file } : named;
    const label = file.label ?? labels.get(path) ?? null;
    files.set(path, label === file.label ? file : { ...file, label });
    if (promiseOf(extensionOf(path)) === null) continue;
    if (owner === undefined) {
      if (!sets.some(({ name }) => name === file.set)) sets.push(emptySet(file.set, null, '', 'words'));
      continue;
    }
    const list = strange.get(owner);
    if (list) list.push(file.file);
    else strange.set(owner, [file.file]);
  }
  for (const [owner, names] of strange) {
    sets
      .find(({ name }) => name === owner.name)
      ?.notes.push(
        `${counted(names.length, 'file has a name', 'files have names')} that ${owner.grammar.title} does not know, and ${names.length === 1 ? 'was' : 'were'} read by words alone: ${examples(names)}.`,
      );
  }
}
