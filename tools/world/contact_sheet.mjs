/**
 * Contact sheets of the generated domains: `node tools/world/contact_sheet.mjs --out docs/world`.
 *
 * `M.jpg`, `C.jpg`, ...: rows live, print, replay; a column a person. `attacks.jpg`: a row an attack. `scenes.jpg`: broad
 * scenes that a backbone is pretrained on. Needs ffmpeg for JPEG.
 */
import { join } from 'node:path';
import { readArguments, usage } from '../lib/args.mjs';
import { outFolder } from '../lib/folders.mjs';
import { requireFfmpeg, withoutAlpha, writeJpeg } from '../lib/pictures.mjs';
import { main, say } from '../lib/terminal.mjs';
import { loadTypeScript } from '../lib/typescript.mjs';

/** @type {Record<string, import('../lib/args.mjs').Option>} */
const OPTIONS = {
  out: { kind: 'text', help: 'folder to write to' },
  seed: { kind: 'integer', least: 0, most: 2147483647, help: 'seed (3)' },
  persons: { kind: 'integer', least: 1, most: 100, help: 'columns (6)' },
  scale: { kind: 'number', least: 0.25, most: 8, help: 'pixels of the sheet for one of the frame (1)' },
  quality: { kind: 'integer', least: 2, most: 31, help: 'JPEG quality of ffmpeg, 2 the best (4)' },
};
const GAP = 4;

/** Frames [row][column] on one light sheet; a cell is as large as the largest frame. */
function sheet(/** @type {any[][]} */ rows, /** @type {number} */ scale) {
  const cell = Math.round(Math.max(...rows.flat().map(({ width }) => width)) * scale);
  const columns = Math.max(...rows.map((row) => row.length));
  const even = (/** @type {number} */ n) => n + (n % 2);
  const width = even(columns * (cell + GAP) + GAP);
  const height = even(rows.length * (cell + GAP) + GAP);
  const out = new Uint8Array(width * height * 3).fill(245);
  rows.forEach((row, j) =>
    row.forEach((frame, i) => {
      const rgb = withoutAlpha(frame.pixels);
      for (let y = 0; y < cell; y++) {
        const from = Math.floor((y * frame.height) / cell) * frame.width;
        for (let x = 0; x < cell; x++) {
          const source = (from + Math.floor((x * frame.width) / cell)) * 3;
          const target = ((GAP + j * (cell + GAP) + y) * width + GAP + i * (cell + GAP) + x) * 3;
          for (let c = 0; c < 3; c++) out[target + c] = rgb[source + c] ?? 0;
        }
      }
    }),
  );
  return { rgb: out, width, height };
}

await main(async () => {
  const command = 'world/contact_sheet';
  const values = readArguments(command, OPTIONS, process.argv.slice(2));
  if (values['help']) return say(usage(command, OPTIONS));
  const { out, seed = 3, persons = 6, scale = 1, quality = 4 } = values;
  outFolder(out);
  requireFfmpeg();
  const { ATTACKS, DOMAINS, domainOf, makeSet } = await loadTypeScript('src/data/synthetic/index.ts');
  const [{ drawScene, renderScene }, { Random }, { toBytes }] = await Promise.all(
    ['scenes/index.ts', 'random.ts', 'raster.ts'].map((path) => loadTypeScript(`src/data/synthetic/${path}`)),
  );

  /** The early frame of everybody's first clip of a kind. */
  const row = (/** @type {string} */ domain, /** @type {string | null} */ attack, /** @type {number} */ subjects) =>
    [
      ...makeSet({
        domain,
        subjects,
        liveClips: attack === null ? 1 : 0,
        attackClips: attack === null ? 0 : 1,
        attacks: attack === null ? [] : [attack],
        styles: [],
        seed,
      }),
    ].filter(({ role }) => role === 'early');
  const write = async (/** @type {string} */ name, /** @type {any[][]} */ rows) => {
    const { rgb, width, height } = sheet(rows, scale);
    await writeJpeg(join(out, `${name}.jpg`), rgb, width, height, quality);
    say(`${join(out, `${name}.jpg`)} (${width} x ${height})`);
  };

  for (const domain of DOMAINS) {
    const kinds = [null, 'print', 'replay'];
    await write(
      domainOf(domain).prefix,
      kinds.map((attack) => row(domain, attack, persons)),
    );
  }
  await write(
    'attacks',
    ATTACKS.map((/** @type {string} */ attack) => row('synthetic-W', attack, persons)),
  );
  const scene = (/** @type {number} */ i) => {
    const { picture } = renderScene(drawScene(new Random(seed, 'scene', i)), 128);
    return { pixels: toBytes(picture), width: picture.width, height: picture.height };
  };
  const scenes = Array.from({ length: 4 * persons }, (_, i) => scene(i));
  await write(
    'scenes',
    [0, 1, 2, 3].map((r) => scenes.slice(r * persons, (r + 1) * persons)),
  );
});
