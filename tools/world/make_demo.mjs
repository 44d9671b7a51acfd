/**
 * Makes the embedded face set: `node tools/world/make_demo.mjs --out public/demo --seed 7`.
 *
 * Real files, as users have them: H.264 in MP4, VP9 in WebM, JPEG and PNG stills of two generated domains. Everybody
 * has two live clips, one print and one replay; of every third person there is a still. Takes some minutes. Needs ffmpeg.
 */
import { createHash } from 'node:crypto';
import { readFile, readdir, writeFile } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { readArguments, usage } from '../lib/args.mjs';
import { outFolder } from '../lib/folders.mjs';
import { SETS, STYLES, demoFiles } from '../lib/demo_set.mjs';
import { encodePng, requireFfmpeg, withoutAlpha, writeJpeg, writeVideo } from '../lib/pictures.mjs';
import { SetFolder } from '../lib/set_folder.mjs';
import { LiveLine, main, say } from '../lib/terminal.mjs';
import { loadTypeScript } from '../lib/typescript.mjs';

/** @type {Record<string, import('../lib/args.mjs').Option>} */
const OPTIONS = {
  out: { kind: 'text', help: 'folder to write to; what is in its sets is replaced' },
  seed: { kind: 'integer', least: 0, most: 2147483647, help: 'seed (7)' },
};
/** Constant rate factors: fine enough that dots survive, coarse enough for a page to load. */
const QUALITY = { mp4: 23, webm: 33 };
const MANIFEST = 'manifest.json';

/** Lists the folder's files with sizes and SHA-256: the page refuses what differs. Returns their bytes together. */
async function writeManifest(/** @type {string} */ folder) {
  const names = (await readdir(folder, { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile() && entry.name !== MANIFEST && !entry.name.endsWith('.md'))
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .sort();
  const files = [];
  for (const path of names) {
    const data = await readFile(join(folder, path));
    files.push({ path, bytes: data.length, sha256: createHash('sha256').update(data).digest('hex') });
  }
  await writeFile(join(folder, MANIFEST), `${JSON.stringify({ files }, null, 1)}\n`);
  return files.reduce((sum, { bytes }) => sum + bytes, 0);
}

await main(async () => {
  const command = 'world/make_demo';
  const values = readArguments(command, OPTIONS, process.argv.slice(2));
  if (values['help']) return say(usage(command, OPTIONS));
  const { out, seed = 7 } = values;
  outFolder(out);
  requireFfmpeg();
  const sets = SETS.map(({ domain }) => domain);
  const folder = new SetFolder(out, { sets, tables: ['captions.jsonl', MANIFEST], mark: MANIFEST });
  const { FRAMES_A_SECOND, captionsOf, keptFrames, renderClip, renderFrame } =
    await loadTypeScript('src/data/synthetic/index.ts');
  /** @type {string[]} */
  const rows = [];
  const line = new LiveLine(5);

  await folder.begin();
  const list = (/** @type {string} */ file, /** @type {any} */ clip, /** @type {any} */ facts) => {
    const { vanilla, reasoning } = captionsOf(clip, 'clip', facts, STYLES);
    const { label, attack } = facts;
    const row = { file, label, attack, subject: clip.subject, caption_vanilla: vanilla, caption_reasoning: reasoning };
    rows.push(`${JSON.stringify(row)}\n`);
    line.show(file);
  };

  for (const { file, clip, facts, still } of await demoFiles(seed)) {
    const kind = /** @type {'mp4' | 'webm' | 'jpg' | 'png'} */ (file.slice(file.lastIndexOf('.') + 1));
    if (still) {
      const { pixels, edge } = renderFrame(clip, keptFrames(clip).early);
      if (kind === 'jpg') await writeJpeg(await folder.place(file), withoutAlpha(pixels), edge, edge, 3);
      else await writeFile(await folder.place(file), encodePng(withoutAlpha(pixels), edge, edge));
    } else {
      const { frames, edge } = renderClip(clip);
      const quality = QUALITY[/** @type {'mp4' | 'webm'} */ (kind)];
      const film = { width: edge, height: edge, rate: FRAMES_A_SECOND, quality };
      await writeVideo(await folder.place(file), frames.map(withoutAlpha), film);
    }
    list(file, clip, facts);
  }
  line.end();
  await folder.finish({ 'captions.jsonl': rows.join('') });
  say(`${rows.length} files, ${await writeManifest(out)} bytes: ${out}`);
});
