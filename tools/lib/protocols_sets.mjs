/** Data sets that protocols name and that are not there: known before anything is trained, and `--resume` brings none. */
import { Sentence } from './terminal.mjs';

/** What is to be trained cannot be, with these data. */
export class MissingSets extends Sentence {}

/**
 * @param {{id: string, train: {name: string, set: string | null}[], tests: {name: string, set: string | null}[]}[]} protocols
 *   with the set of each name; null: there is none
 * @param {Record<string, string>} assigned sets by name, as `--set` gave them
 * @param {Iterable<string>} loaded names of the sets that there are
 * @throws MissingSets naming each, who needs it and what to give
 */
export function refuseMissing(protocols, assigned, loaded) {
  /** @type {Map<string, Set<string>>} */
  const missing = new Map();
  for (const { id, train, tests } of protocols)
    for (const { name, set } of [...train, ...tests])
      if (set === null) missing.set(name, (missing.get(name) ?? new Set()).add(id));
  if (missing.size === 0) return;
  const sentences = [...missing].map(([name, ids]) => {
    const given = assigned[name];
    const which =
      given === undefined ? `There is no data set for ${name}` : `--set ${name}=${given}: there is no such data set`;
    return `${which}, which ${[...ids].join(', ')} need${ids.size === 1 ? 's' : ''}: ${remedy(name)}.`;
  });
  const there = [...loaded].sort();
  const names = there.length === 0 ? '' : ` There are: ${there.join(', ')}.`;
  throw new MissingSets(`${sentences.join(' ')}${names} With --partial what needs it fails, and the rest is done.`);
}

/**
 * A set for a name that nothing uses is a slip of the pen.
 *
 * @param {Record<string, string>} assigned
 * @param {{train: string[], tests: string[]}[]} protocols
 * @throws Sentence
 */
export function refuseUnused(assigned, protocols) {
  const used = new Set(protocols.flatMap(({ train, tests }) => [...train, ...tests]));
  for (const [name, set] of Object.entries(assigned)) {
    if (used.has(name)) continue;
    throw new Sentence(
      `--set ${name}=${set}: no protocol that was asked for uses ${name}; their sets are ${[...used].join(', ')}.`,
    );
  }
}

function remedy(/** @type {string} */ name) {
  const generated = /^[MCIOW]$/.test(name) ? `add --generate synthetic-${name}, ` : '';
  return `${generated}give its folder with --data, or name another with --set '${name}=NAME'`;
}
