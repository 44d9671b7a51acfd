/** Where things lie, independent of the folder the user stands in; programs too. */
import { accessSync, constants, readdirSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import path from 'node:path';

/** The project's root folder. */
export const ROOT = fileURLToPath(new URL('../../', import.meta.url));

export const inRoot = (/** @type {string[]} */ ...parts) => path.join(ROOT, ...parts);

export const DIST = inRoot('dist');

/** Names of a model folder's files, in order. */
export const modelFiles = (/** @type {string} */ folder) =>
  readdirSync(folder)
    .filter((name) => /\.(json|safetensors)$/.test(name))
    .sort();

/** True for a file that may be run. */
export const isExecutable = (/** @type {string} */ file) => {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
};

/** The first of `names` on PATH, or null. */
export function onPath(/** @type {string[]} */ names) {
  const endings = process.platform === 'win32' ? ['.exe', '.cmd', ''] : [''];
  for (const name of names)
    for (const folder of (process.env['PATH'] ?? '').split(path.delimiter))
      for (const ending of endings) {
        const file = path.join(folder, name + ending);
        if (folder && isExecutable(file)) return file;
      }
  return null;
}
