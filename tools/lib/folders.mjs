/** Folders that a tool writes to, made before any work. */
import { accessSync, constants, existsSync, mkdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { Sentence } from './terminal.mjs';

/**
 * Makes the folder named by `--out`, one part after another: below /proc Node's recursive mkdir never returns.
 * @throws Sentence where it is missing, is or lies below a file, or cannot be written
 */
export function outFolder(/** @type {string | undefined} */ out) {
  if (!out) throw new Sentence('--out names the folder to write to.');
  /** @type {string[]} */
  const missing = [];
  let there = path.resolve(out);
  for (; !existsSync(there); there = path.dirname(there)) missing.unshift(there);
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
