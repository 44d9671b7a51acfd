/** The small random backbones of the goldens as folders on a disk, which the page and transformers both read. */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { inRoot } from './paths.mjs';
import { loadTypeScript } from './typescript.mjs';

/** Names of the variants, tied and untied, of every architecture. @returns {string[]} */
export const smallBackbones = () =>
  JSON.parse(readFileSync(inRoot('tests/golden/backbones/goldens.json'), 'utf8')).variants.map(
    (/** @type {{ name: string }} */ { name }) => name,
  );

/**
 * Writes one of them; an untied one, which is two shards, with the index that transformers asks for.
 *
 * @param {string} name one of `smallBackbones()`
 * @param {string} folder made where it is not there
 */
export async function writeSmallBackbone(name, folder) {
  const { table, variantFolder } = await loadTypeScript('tests/support/backbone_folders.ts');
  const variant = table.variants.find((/** @type {{ name: string }} */ one) => one.name === name);
  if (variant === undefined) throw new RangeError(`There is no small backbone ${name}`);
  const read = (/** @type {string} */ file) => new Blob([readFileSync(inRoot('tests/golden', file))]);
  /** @type {{ path: string, blob: Blob }[]} */
  const files = await variantFolder(async (/** @type {string} */ file) => read(file), variant);
  mkdirSync(folder, { recursive: true });
  /** @type {Record<string, string>} */
  const map = {};
  for (const file of files) {
    const bytes = Buffer.from(await file.blob.arrayBuffer());
    writeFileSync(path.join(folder, file.path), bytes);
    if (variant.tied || !file.path.endsWith('.safetensors')) continue;
    const header = JSON.parse(bytes.subarray(8, 8 + Number(bytes.readBigUInt64LE(0))).toString());
    for (const tensor of Object.keys(header)) if (tensor !== '__metadata__') map[tensor] = file.path;
  }
  if (!variant.tied)
    writeFileSync(path.join(folder, 'model.safetensors.index.json'), JSON.stringify({ metadata: {}, weight_map: map }));
}
