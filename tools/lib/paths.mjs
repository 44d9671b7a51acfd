/** Where things lie, independent of the folder the user stands in. */
import { readdirSync } from 'node:fs';
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
