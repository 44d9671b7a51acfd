/** The folder of a generated set: written aside, and put in the place of an earlier one when it is whole. */
import { existsSync, readdirSync } from 'node:fs';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { Sentence } from './terminal.mjs';

const ASIDE = '.making';

export class SetFolder {
  #aside;

  /**
   * Looks at what lies in the folder: an earlier set is replaced, anything else would be mixed with the new one.
   * @param {string} out a folder that is there
   * @param {{ sets: readonly string[], tables: readonly string[], mark: string }} names what the tool writes into it;
   *   `mark` is the table that nobody else writes
   * @throws Sentence where something else lies in it
   */
  constructor(out, { sets, tables, mark }) {
    const own = [...sets, ...tables];
    const there = readdirSync(out);
    const strange = there.find((name) => ![...own, ASIDE].includes(name) && !name.endsWith('.md'));
    if (strange)
      throw new Sentence(
        `--out ${out}: ${strange} in it is not of a set that this tool wrote. Name an empty or a new folder.`,
      );
    const found = there.find((name) => own.includes(name));
    if (found && !there.includes(mark))
      throw new Sentence(
        `--out ${out}: ${found} in it was not made by this tool (there is no ${mark}) and would be replaced. Name another folder.`,
      );
    this.out = out;
    this.sets = sets;
    this.#aside = path.join(out, ASIDE);
  }

  /** Removes what a call that was ended has left. */
  begin() {
    return rm(this.#aside, { recursive: true, force: true });
  }

  /** Where to write a file of a set, `synthetic-M/live/M01_1.mp4`. */
  async place(/** @type {string} */ file) {
    const target = path.join(this.#aside, file);
    await mkdir(path.dirname(target), { recursive: true });
    return target;
  }

  /** Replaces the earlier sets, all of them, by those written, and their tables. */
  async finish(/** @type {Record<string, string>} */ tables) {
    for (const set of this.sets) {
      await rm(path.join(this.out, set), { recursive: true, force: true });
      const fresh = path.join(this.#aside, set);
      if (existsSync(fresh)) await rename(fresh, path.join(this.out, set));
    }
    await rm(this.#aside, { recursive: true, force: true });
    for (const [name, text] of Object.entries(tables)) await writeFile(path.join(this.out, name), text);
  }
}
