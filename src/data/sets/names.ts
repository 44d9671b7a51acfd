/** Names of sets: those of their folders where these are the sets' own, unique in one survey. */
import { nameOf } from '../paths';
import type { Group } from './groups';

/** Folders in which people keep sets; no set is called so. */
const KEEPING =
  /^(?:data|datasets?|data[-_ ]?sets?|databases?|downloads?|desktop|documents|home|raw|fas|pad|mcio|sets?|input|root|tmp|new folder)$/i;

/**
 * Gives each group its name and says where two wanted the same.
 * @param taken names of other sets
 */
export function nameGroups(groups: readonly Group[], taken: ReadonlySet<string>): string[] {
  const notes: string[] = [];
  const used = new Map<string, string>([...taken].map((name) => [name.toLowerCase(), '']));
  const shared = new Map<string, number>();
  for (const { root } of groups) shared.set(root, (shared.get(root) ?? 0) + 1);
  const kinds = new Map<string, Group[]>();
  for (const group of groups) {
    const { grammar, root } = group;
    const own = nameOf(root);
    const wanted = own === '' || KEEPING.test(own) || shared.get(root)! > 1 ? grammar.title : own;
    let name = wanted;
    for (let n = 2; used.has(name.toLowerCase()); n++) name = `${wanted} (${n})`;
    used.set(name.toLowerCase(), root);
    group.name = name;
    const same = kinds.get(grammar.faceSet);
    if (same) same.push(group);
    else kinds.set(grammar.faceSet, [group]);
    if (name !== wanted) {
      notes.push(`Another set is named ${wanted} already: what lies in ${folder(root)} became the set ${name}.`);
    }
  }
  for (const same of kinds.values()) {
    if (same.length < 2) continue;
    const places = same.map(({ root, name }) => `${folder(root)} is the set ${name}`);
    notes.push(
      `${same[0]!.grammar.title} is there ${same.length === 2 ? 'twice' : `${same.length} times`}: ${places.join(', ')}. ` +
        'Their persons are the same, so a split by subject keeps them together.',
    );
  }
  return notes;
}

/** True where the root's own name became the set's: other files in it then belong to the set too. */
export function ownsFolder({ root, name }: Group): boolean {
  return root !== '' && nameOf(root) === name;
}

/** A folder in a sentence. */
export function folder(root: string): string {
  return root === '' ? 'the top folder' : root;
}
