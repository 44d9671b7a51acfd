/**
 * Writes the tree of a public set, or of one of its repacks, with the set's names and noise for pictures:
 * `node tools/make_trees.mjs --set msu --set casia --out FOLDER`. For trying the page by hand and for tests of it.
 *
 * A file that is named like a video holds a PNG, which the page knows by its first bytes; `--video` puts a clip there. No
 * two are the same, as the page imports what is there twice once.
 */
import { readdirSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { readArguments, refuseTwice, usage } from './lib/args.mjs';
import { copyOf } from './lib/clip_copies.mjs';
import { outFolder } from './lib/folders.mjs';
import { encodePng } from './lib/pictures.mjs';
import { LiveLine, main, say, Sentence } from './lib/terminal.mjs';
import { loadTypeScript } from './lib/typescript.mjs';

/** @type {Record<string, import('./lib/args.mjs').Option>} */
const OPTIONS = {
  set: { kind: 'texts', help: 'which tree, may be repeated; --list names them' },
  out: { kind: 'text', help: 'empty or new folder to write to' },
  every: { kind: 'integer', least: 1, most: 100_000, help: 'write every Nth picture only (1)' },
  video: { kind: 'text', help: 'a clip to put under the names of videos' },
  seed: { kind: 'integer', least: 0, most: 2147483647, help: 'of the noise (0)' },
  list: { kind: 'flag', help: 'list the trees and how many files each has' },
};
const EDGE = 32;

/** @throws Sentence where it cannot be read */
async function readClip(/** @type {string} */ path) {
  try {
    return await readFile(path);
  } catch (error) {
    const { code } = /** @type {NodeJS.ErrnoException} */ (error);
    throw new Sentence(`--video ${path}: the clip cannot be read (${code}). Name a video file that is there.`);
  }
}

/** A picture of noise; another one for each number. */
function noise(/** @type {number} */ seed) {
  const rgb = new Uint8Array(EDGE * EDGE * 3);
  let state = (seed * 2654435761 + 1) >>> 0 || 1;
  for (let i = 0; i < rgb.length; i++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    rgb[i] = state & 255;
  }
  return encodePng(rgb, EDGE, EDGE);
}

await main(async () => {
  const values = readArguments('make_trees', OPTIONS, process.argv.slice(2));
  if (values['help']) return say(usage('make_trees', OPTIONS));
  const { TREES, listsOf } = await loadTypeScript('tests/support/set_trees.ts');
  if (values['list']) {
    for (const name of Object.keys(TREES)) say(`${name.padEnd(14)} ${TREES[name]('').size} files`);
    return;
  }
  const { set: names, out, every = 1, video, seed = 0 } = values;
  if (names.length === 0 || out === undefined)
    throw new Sentence('--set names a tree and --out the folder to write it to.');
  refuseTwice('set', names, 'the second would lie in the place of the first');
  const strange = names.find((/** @type {string} */ name) => !(name in TREES));
  if (strange !== undefined) throw new Sentence(`--set ${strange}: there are ${Object.keys(TREES).join(', ')}.`);
  const clip = video === undefined ? null : await readClip(video);
  if (readdirSync(outFolder(out)).length > 0)
    throw new Sentence(`--out ${out}: the folder is not empty. Name another.`);

  const line = new LiveLine(5);
  let written = 0;
  for (const name of names) {
    const texts = listsOf(name, '');
    const paths = /** @type {string[]} */ ([...TREES[name]('').keys()]).filter((path) => !texts.has(path));
    for (const [index, path] of paths.entries()) {
      if (index % every !== 0) continue;
      const number = seed + written;
      const target = join(out, path);
      await mkdir(dirname(target), { recursive: true });
      const picture = /\.(?:png|jpe?g)$/i.test(path);
      const moving = /\.(?:avi|mp4|mov)$/i.test(path);
      await writeFile(target, moving && clip !== null ? copyOf(clip, number) : picture || moving ? noise(number) : '');
      if (++written % 100 === 0) line.show(`${written} files`);
    }
    for (const [path, text] of texts) {
      await mkdir(dirname(join(out, path)), { recursive: true });
      await writeFile(join(out, path), text);
      written++;
    }
  }
  line.end();
  say(`${written} files in ${out}.`);
});
