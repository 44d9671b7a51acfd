/** JSONL files that a tool reads: every line is looked at before any work. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { Sentence } from './terminal.mjs';

/**
 * Reads the file that an argument names. Blank lines are passed over.
 *
 * @template T
 * @param {string} name the argument's
 * @param {string | undefined} file
 * @param {object} kind
 * @param {string} kind.origin where such a file comes from: `the captions.jsonl of a run`
 * @param {string} kind.what a line is: `caption of a run`
 * @param {string} kind.needs what it must have: `step and text`
 * @param {(value: any) => T | null} kind.take what is kept of a line, null where it is none of this kind; may throw
 * @returns {T[]} at least one
 */
export function readJsonLines(name, file, { origin, what, needs, take }) {
  if (!file) throw new Sentence(`--${name} names ${origin}.`);
  if (!existsSync(file) || !statSync(file).isFile())
    throw new Sentence(`--${name} ${file}: there is no such file. Name ${origin}.`);
  /** @type {T[]} */
  const taken = [];
  for (const [i, line] of readFileSync(file, 'utf8').split('\n').entries()) {
    if (line.trim() === '') continue;
    /** @type {T | null} */
    let kept = null;
    try {
      kept = take(JSON.parse(line));
    } catch {
      // Not JSON, or no object: the sentence below.
    }
    if (kept === null) throw new Sentence(`${file}, line ${i + 1}, is no ${what}: it needs ${needs}.`);
    taken.push(kept);
  }
  if (taken.length === 0) throw new Sentence(`${file} has no ${what}. Name ${origin}.`);
  return taken;
}
