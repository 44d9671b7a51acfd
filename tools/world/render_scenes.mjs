/**
 * Renders pretraining scenes: `node tools/world/render_scenes.mjs --out DIR --count N --seed S [--first I] ...`.
 *
 * DIR gets images.bin (uint8 [n, size, size, 3], sRGB), codes.bin (int8 [n, attributes]), attributes.json, parts.bin
 * (uint8 [n, 2, size/2, size/2]: what lies at every second pixel, and its colour's number plus one), parts.json,
 * scenes.jsonl ({facts, captions: [{question, text}]}) and texts.jsonl ({question, text}: games without a picture).
 * Scene i depends on (seed, i) alone: shards made by several processes with `--first` join into the same bytes.
 */
import { createWriteStream } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { once } from 'node:events';
import { join } from 'node:path';
import { readArguments, usage } from '../lib/args.mjs';
import { outFolder } from '../lib/folders.mjs';
import { LiveLine, duration, main, say } from '../lib/terminal.mjs';
import { loadTypeScript } from '../lib/typescript.mjs';

/** @type {Record<string, import('../lib/args.mjs').Option>} */
const OPTIONS = {
  out: { kind: 'text', help: 'folder to write to' },
  count: { kind: 'integer', least: 1, most: 10_000_000, help: 'scenes (24000)' },
  seed: { kind: 'integer', least: 0, most: 2147483647, help: 'seed (1)' },
  first: { kind: 'integer', least: 0, help: 'number of the first scene (0)' },
  size: { kind: 'integer', least: 16, most: 1024, help: 'edge of a picture, pixels (128)' },
  captions: { kind: 'integer', least: 0, most: 20, help: 'captions of a scene (2)' },
  texts: { kind: 'integer', least: 0, help: 'text games (as many as scenes)' },
};

/** Every second pixel of every second row. */
function halved(/** @type {Uint8Array} */ map, /** @type {number} */ size) {
  const half = size >> 1;
  return Uint8Array.from({ length: half * half }, (_, i) => map[2 * Math.floor(i / half) * size + 2 * (i % half)] ?? 0);
}

/** A file that is written as fast as the disk takes it. */
function writer(/** @type {string} */ path) {
  const stream = createWriteStream(path);
  /** @type {Error | null} */
  let broken = null;
  stream.on('error', (error) => (broken = error));
  return {
    async write(/** @type {string | Uint8Array} */ part) {
      if (broken) throw broken;
      if (!stream.write(part)) await once(stream, 'drain');
    },
    async close() {
      stream.end();
      await once(stream, 'close');
      if (broken) throw broken;
    },
  };
}

await main(async () => {
  const command = 'world/render_scenes';
  const values = readArguments(command, OPTIONS, process.argv.slice(2));
  if (values['help']) return say(usage(command, OPTIONS));
  const { out, count = 24000, seed = 1, first = 0, size = 128, captions = 2, texts = count } = values;
  outFolder(out);
  const [
    { drawScene, renderScene, codesOf, PartMap, SCENE_ATTRIBUTES, SCENE_PARTS },
    { describeScene, textGames },
    { Random },
    { toBytes },
  ] = await Promise.all(
    ['scenes/index.ts', 'words/index.ts', 'random.ts', 'raster.ts'].map((path) =>
      loadTypeScript(`src/data/synthetic/${path}`),
    ),
  );
  await writeFile(join(out, 'attributes.json'), `${JSON.stringify(SCENE_ATTRIBUTES, null, 1)}\n`);
  const images = writer(join(out, 'images.bin'));
  await writeFile(join(out, 'parts.json'), `${JSON.stringify(SCENE_PARTS)}\n`);
  const maps = writer(join(out, 'parts.bin'));
  const codes = writer(join(out, 'codes.bin'));
  const scenes = writer(join(out, 'scenes.jsonl'));
  const line = new LiveLine(10);
  const start = performance.now();
  for (let i = 0; i < count; i++) {
    const index = first + i;
    const map = new PartMap(size);
    const { picture, facts } = renderScene(drawScene(new Random(seed, 'scene', index)), size, map);
    const rgba = toBytes(picture);
    const rgb = new Uint8Array(size * size * 3);
    for (let p = 0, q = 0; q < rgb.length; p += 4, q += 3) {
      rgb[q] = rgba[p];
      rgb[q + 1] = rgba[p + 1];
      rgb[q + 2] = rgba[p + 2];
    }
    const words = new Random(seed, 'scene words', index);
    const told = Array.from({ length: captions }, () => describeScene(facts, words));
    await images.write(rgb);
    await maps.write(halved(map.parts, size));
    await maps.write(halved(map.colours, size));
    await codes.write(new Uint8Array(codesOf(facts).buffer));
    await scenes.write(`${JSON.stringify({ facts, captions: told })}\n`);
    const seconds = (performance.now() - start) / 1000;
    line.show(`${i + 1} of ${count} scenes, ${((i + 1) / seconds).toFixed(1)} a second`);
  }
  line.end();
  await Promise.all([images.close(), maps.close(), codes.close(), scenes.close()]);
  const seconds = (performance.now() - start) / 1000;
  const games = writer(join(out, 'texts.jsonl'));
  for (let i = 0; i < texts; i++)
    await games.write(`${JSON.stringify(textGames(new Random(seed, 'text game', first + i)))}\n`);
  await games.close();
  say(`${count} scenes in ${duration(seconds)} (${(count / seconds).toFixed(1)} a second) and ${texts} texts: ${out}`);
});
