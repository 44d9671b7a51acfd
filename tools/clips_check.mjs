/**
 * `node tools/clips_check.mjs`: 300 clips in the six formats of the public sets, made by ffmpeg with a frame counter
 * painted into the picture, are imported in the built page; the stored frames are read back and their counters prove
 * that they are the right ones. Says clips a second of each format, and what the browser's processes held over time.
 * Then all clips are imported once more, the browser is killed half way, and the same folder is given again.
 * Takes minutes and needs ffmpeg (libx264) and Linux: no part of `npm test`.
 */
import { copyFileSync, existsSync, linkSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { readArguments, usage } from './lib/args.mjs';
import { launchChromium } from './lib/chromium.mjs';
import { BITS, FORMATS, countedClips, expectedFrames, writeClip } from './lib/clip_files.mjs';
import { call, give, open } from './lib/drive.mjs';
import { onPath } from './lib/paths.mjs';
import { killAndGoOn } from './lib/killed_import.mjs';
import { memoryOf } from './lib/process_memory.mjs';
import { serveFolder } from './lib/serve.mjs';
import { duration, LiveLine, main, say, Sentence } from './lib/terminal.mjs';
import { ensureBuild, ensureChromium, ensurePackages } from './setup.mjs';

/** @type {Record<string, import('./lib/args.mjs').Option>} */
const OPTIONS = {
  clips: { kind: 'integer', least: 6, most: 3000, help: 'how many, 300 if not given' },
  folder: { kind: 'text', help: 'where the clips lie or are made; made on the spot and removed if not given' },
  json: { kind: 'text', help: 'file to write the figures to' },
};

const MB = 1e6;

/** @typedef {{file: string, role: string, number: number | null}} ReadFrame file: below the set's folder */

await main(async () => {
  const values = readArguments('clips_check', OPTIONS, process.argv.slice(2));
  if (values['help']) return say(usage('clips_check', OPTIONS));
  if (!onPath(['ffmpeg'])) throw new Sentence('ffmpeg is not installed: it makes the clips.');
  await ensurePackages();
  const executable = await ensureChromium();
  await ensureBuild();
  const temporary = mkdtempSync(path.join(os.tmpdir(), 'whylive-clips-'));
  const line = new LiveLine(10);
  /** @type {(() => unknown)[]} */
  const undo = [() => rmSync(temporary, { recursive: true, force: true, maxRetries: 5 })];
  const interrupt = () => void Promise.all(undo.reverse().map((step) => step())).finally(() => process.exit(130));
  process.once('SIGINT', interrupt);
  try {
    const clips = countedClips(values['clips'] ?? 300);
    const folder = path.resolve(values['folder'] ?? path.join(temporary, 'clips'));
    await makeAll(folder, clips, line);

    const server = await serveFolder();
    undo.push(server.close);
    const profile = path.join(temporary, 'profile');
    const { context, close } = await launchChromium({ executable, profile });
    undo.push(close);
    const page = context.pages()[0] ?? (await context.newPage());
    const crashed = new Promise((_, reject) => page.on('crash', () => reject(new Sentence('The tab crashed.'))));
    crashed.catch(() => undefined);
    // Not the data view: it would draw every thumbnail, and that is the page's memory, not the import's.
    await open(page, `${server.url}?backend=wasm&preset=demo&view=train`);

    const memory = [{ seconds: 0, ...memoryOf(profile) }];
    const began = performance.now();
    const timer = setInterval(
      () => memory.push({ seconds: (performance.now() - began) / 1000, ...memoryOf(profile) }),
      500,
    );
    undo.push(() => clearInterval(timer));
    const rounds = [...Object.keys(FORMATS), 'all'].map((format) => ({
      format,
      mine: clips.filter((clip) => format === 'all' || clip.format === format),
    }));
    /** @type {{format: string, clips: number, frames: number, seconds: number, clipsPerSecond: number}[]} */
    const figures = [];
    /** @type {string[]} */
    const faults = [];
    for (const { format, mine } of rounds) {
      // Another name is another set, so that nothing is known yet when all come once more, mixed.
      const given = path.join(temporary, 'given', `set-${format}`);
      for (const { file } of mine) place(path.join(folder, file), path.join(given, below(file, format === 'all')));
      await give(page, 'data', given, { directory: true });
      const from = performance.now();
      const counts = await Promise.race([call(page, 'importFromInput', 'data'), crashed]);
      const seconds = (performance.now() - from) / 1000;
      for (const { file, reason } of counts.rejected) faults.push(`${file}: ${reason}`);
      const frames = mine.reduce((sum, clip) => sum + clip.frames, 0);
      figures.push({ format, clips: mine.length, frames, seconds, clipsPerSecond: mine.length / seconds });
      say(
        `${format.padEnd(10)} ${mine.length} clips of ${(frames / mine.length).toFixed(0)} frames in ${duration(seconds)}: ` +
          `${(mine.length / seconds).toFixed(1)} clips a second.`,
      );
    }
    clearInterval(timer);
    const last = memoryOf(profile);
    const devtools = await context.newCDPSession(page);
    await devtools.send('Memory.simulatePressureNotification', { level: 'critical' });
    await new Promise((resolve) => setTimeout(resolve, 3000));
    const held = memoryOf(profile);
    say(
      `Before: ${((memory[0]?.total ?? 0) / MB).toFixed(0)} MB in the browser's processes; after: ${(last.total / MB).toFixed(0)}; ` +
        `once the collector was asked: ${(held.total / MB).toFixed(0)}.`,
    );
    say(`Memory of the browser's processes meanwhile: ${memoryWords(memory)}.`);
    let right = 0;
    for (const { format, mine } of rounds) {
      const wrong = compare(mine, await readFrames(page, `set-${format}`), format === 'all');
      faults.push(...wrong);
      right += 2 * mine.length - wrong.length;
    }
    say(`${right} of ${4 * clips.length} stored frames are the right ones, by the number in their pixels.`);

    const given = path.join(temporary, 'given', 'set-killed');
    for (const { file } of clips) place(path.join(folder, file), path.join(given, file));
    const address = `${server.url}?backend=wasm&preset=demo&view=train`;
    const again = await killAndGoOn({ page, context, executable, profile, given, address, clips: clips.length });
    undo.push(again.close);
    const lost = compare(clips, await readFrames(again.page, 'set-killed'), true);
    faults.push(...again.faults, ...lost);
    say(
      `Killed after ${again.doneBefore} of ${clips.length} clips; given again: ${again.kept} were there, ${again.decoded} were decoded, ` +
        `${2 * clips.length - lost.length} of ${2 * clips.length} stored frames are the right ones.`,
    );
    if (values['json'] !== undefined)
      writeFileSync(values['json'], `${JSON.stringify({ figures, memory, held }, null, 1)}\n`);
    if (faults.length > 0) throw new Sentence(`${faults.length} faults:\n${faults.slice(0, 20).join('\n')}`);
  } finally {
    line.end();
    process.off('SIGINT', interrupt);
    for (const step of undo.reverse()) await step();
  }
});

/** A clip's path in its set's folder, which holds one format or (`mixed`) all. */
function below(/** @type {string} */ file, /** @type {boolean} */ mixed) {
  return mixed ? file : file.slice(file.indexOf('/') + 1);
}

/** The same file at another place, without its bytes twice where the disk can do that. */
function place(/** @type {string} */ from, /** @type {string} */ to) {
  mkdirSync(path.dirname(to), { recursive: true });
  try {
    linkSync(from, to);
  } catch {
    copyFileSync(from, to);
  }
}

/** Makes the clips that are not there yet. */
async function makeAll(
  /** @type {string} */ folder,
  /** @type {import('./lib/clip_files.mjs').CountedClip[]} */ clips,
  /** @type {LiveLine} */ line,
) {
  const formats = Object.keys(FORMATS).length;
  for (const [index, clip] of clips.entries()) {
    line.show(`Making clips: ${index} of ${clips.length}`);
    if (!existsSync(path.join(folder, clip.file))) await writeClip(folder, clip, Math.floor(index / formats));
  }
  line.end();
  const bytes = clips.reduce((sum, { file }) => sum + statSync(path.join(folder, file)).size, 0);
  const frames = clips.reduce((sum, clip) => sum + clip.frames, 0);
  say(`${clips.length} clips, ${frames} frames, ${(bytes / MB).toFixed(0)} MB.`);
}

/**
 * The stored frames of a set, with the numbers that their pixels say (null: not to be read).
 *
 * @returns {Promise<ReadFrame[]>}
 */
async function readFrames(/** @type {import('playwright-core').Page} */ page, /** @type {string} */ set) {
  return page.evaluate(
    async ({ set, bits }) => {
      const { samples } = /** @type {any} */ (window).whylive.session.state.data;
      const root = await navigator.storage.getDirectory();
      const read = [];
      for (const sample of samples.filter((/** @type {any} */ row) => row.set === set)) {
        const parts = sample.frame.split('/');
        let place = root;
        for (const part of parts.slice(0, -1)) place = await place.getDirectoryHandle(part);
        const bitmap = await createImageBitmap(await (await place.getFileHandle(parts.at(-1))).getFile());
        const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
        const context = /** @type {OffscreenCanvasRenderingContext2D} */ (canvas.getContext('2d'));
        context.drawImage(bitmap, 0, 0);
        const row = context.getImageData(0, Math.floor(bitmap.height / 6), bitmap.width, 1).data;
        /** @type {number | null} */
        let number = 0;
        for (let bit = 0; bit < bits; bit++) {
          const level = row[4 * Math.floor(((bit + 0.5) / bits) * bitmap.width) + 1] ?? 128;
          number = number === null || (level > 80 && level < 175) ? null : number * 2 + (level > 127 ? 1 : 0);
        }
        bitmap.close();
        read.push({ file: sample.file, role: sample.role, number });
      }
      return read;
    },
    { set, bits: BITS },
  );
}

/**
 * @param {import('./lib/clip_files.mjs').CountedClip[]} clips
 * @param {ReadFrame[]} frames
 * @param {boolean} mixed the set's folder holds all formats
 * @returns {string[]} a sentence for each frame that is missing or another one
 */
function compare(clips, frames, mixed) {
  /** @type {string[]} */
  const wrong = [];
  for (const clip of clips) {
    const name = below(clip.file, mixed);
    for (const [role, number] of Object.entries(expectedFrames(clip))) {
      const found = frames.find((frame) => frame.file === name && frame.role === role);
      if (found === undefined) wrong.push(`${clip.file}: no ${role} frame was stored.`);
      else if (found.number !== number)
        wrong.push(`${clip.file} (${clip.frames} frames): the ${role} frame is ${found.number}, not ${number}.`);
    }
  }
  return wrong;
}

/** Mean and largest of each quarter of the time: where memory is flat the last is as the second. */
function memoryWords(/** @type {({seconds: number} & import('./lib/process_memory.mjs').Usage)[]} */ memory) {
  const end = memory.at(-1)?.seconds ?? 0;
  return [0, 1, 2, 3]
    .map((quarter) => {
      const part = memory.filter(
        ({ seconds }) => seconds >= (quarter * end) / 4 && seconds <= ((quarter + 1) * end) / 4,
      );
      const mean = (/** @type {'total' | 'renderer'} */ what) =>
        (part.reduce((sum, usage) => sum + usage[what], 0) / Math.max(1, part.length) / MB).toFixed(0);
      const most = (Math.max(0, ...part.map(({ total }) => total)) / MB).toFixed(0);
      return `quarter ${quarter + 1}: ${mean('total')} MB on average (renderers ${mean('renderer')}), ${most} at most`;
    })
    .join('; ');
}
