/** Folders and files that a tool writes to, made or tried before any work. */
import { accessSync, constants, existsSync, mkdirSync, rmdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { Sentence } from './terminal.mjs';

/**
 * Makes the folder named by `--out`, one part after another: below /proc Node's recursive mkdir never returns.
 * @throws Sentence where it is missing, is or lies below a file, or cannot be written
 */
export function outFolder(/** @type {string | undefined} */ out) {
  if (!out) throw new Sentence('--out names the folder to write to.');
  const { there, missing } = wayTo(out);
  if (!statSync(there).isDirectory()) throw new Sentence(`--out ${out}: ${there} is a file. Name a folder.`);
  try {
    for (const folder of missing) mkdirSync(folder);
    accessSync(path.resolve(out), constants.W_OK);
  } catch (error) {
    const { code } = /** @type {NodeJS.ErrnoException} */ (error);
    throw new Sentence(`--out ${out}: the folder cannot be written (${code}). Name another one.`);
  }
  return out;
}

/** The part of a path that exists, and the folders below it that do not, the outermost first. */
function wayTo(/** @type {string} */ folder) {
  /** @type {string[]} */
  const missing = [];
  let there = path.resolve(folder);
  for (; !existsSync(there); there = path.dirname(there)) missing.unshift(there);
  return { there, missing };
}

/**
 * `outFolder` for work that may come to nothing.
 * @param {string | undefined} out
 * @returns what removes again the folders that were made, as far as nothing lies in them
 */
export function passingFolder(out) {
  const made = out ? wayTo(out).missing.reverse() : [];
  outFolder(out);
  return () => {
    try {
      for (const folder of made) rmdirSync(folder);
    } catch {
      // Something lies in it: it stays, and so do those around it.
    }
  };
}

/**
 * Tries a file that an option names and that is written at the end of the work.
 * @param {string} option as it is called, for the sentence: `--write`
 * @param {string} file
 * @throws Sentence where it is a folder, its folder is missing, or it cannot be written
 */
export function outFile(option, file) {
  const refuse = (/** @type {string} */ why) => {
    throw new Sentence(`${option} ${file}: ${why}`);
  };
  const target = path.resolve(file);
  const folder = path.dirname(target);
  const there = existsSync(target);
  if (there && !statSync(target).isFile()) refuse('it is no file. Name a file to write.');
  if (!existsSync(folder) || !statSync(folder).isDirectory())
    refuse(`there is no folder ${folder}. Make it first, or name a file in another one.`);
  try {
    accessSync(there ? target : folder, constants.W_OK);
  } catch (error) {
    const { code } = /** @type {NodeJS.ErrnoException} */ (error);
    refuse(`it cannot be written (${code}). Name another file.`);
  }
  return file;
}
