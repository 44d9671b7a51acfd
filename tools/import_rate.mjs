/**
 * `node tools/import_rate.mjs FOLDER [--decoders 1,2] [--page URL-or-folder of a build]`: how fast the built page imports
 * a folder, how much memory its processes hold meanwhile, and how long its own thread was ever busy.
 */
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { findChromium } from './setup.mjs';
import { launchChromium } from './lib/chromium.mjs';
import { call, give, open } from './lib/drive.mjs';
import { DIST } from './lib/paths.mjs';
import { memoryOf } from './lib/process_memory.mjs';
import { serveFolder } from './lib/serve.mjs';
import { Sentence, main, say } from './lib/terminal.mjs';

/** Between two looks at the memory, milliseconds. */
const LOOK = 2000;

await main(async () => {
  const { values, positionals } = parseArgs({
    options: { decoders: { type: 'string', default: '1,2' }, page: { type: 'string', default: DIST } },
    allowPositionals: true,
  });
  const folder = positionals[0];
  if (folder === undefined || !existsSync(folder)) throw new Sentence('Name a folder of clips.');
  const executable = findChromium();
  if (executable === null) throw new Sentence('Chromium was not found.');
  for (const decoders of values.decoders.split(',')) await measure(folder, decoders, executable, values.page);
});

/** @param {string} folder @param {string} decoders @param {string} executable @param {string} build */
async function measure(folder, decoders, executable, build) {
  const server = await serveFolder({ folder: build });
  const profile = mkdtempSync(path.join(os.tmpdir(), 'whylive-rate-'));
  const { context, close } = await launchChromium({ executable, hardware: 'never', profile });
  try {
    const page = context.pages()[0] ?? (await context.newPage());
    await open(page, `${server.url}?backend=wasm&decoders=${decoders}`);
    await page.evaluate(() => {
      const watched = /** @type {any} */ (window);
      watched.longest = [];
      new watched.PerformanceObserver((/** @type {PerformanceObserverEntryList} */ list) => {
        for (const { duration } of list.getEntries()) watched.longest.push(Math.round(duration));
      }).observe({ type: 'longtask' });
    });
    await give(page, 'given', folder, { directory: true });
    const began = Date.now();
    const survey = await call(page, 'survey', ['given']);
    say(`${decoders} decoders: survey of ${survey.files} files in ${((Date.now() - began) / 1000).toFixed(2)} s`);
    const looks = [memoryOf(profile)];
    const timer = setInterval(() => looks.push(memoryOf(profile)), LOOK);
    const start = Date.now();
    const counts = await call(page, 'importFromInput', 'given');
    const seconds = (Date.now() - start) / 1000;
    clearInterval(timer);
    const blocked = await page.evaluate(() =>
      /** @type {any} */ (window).longest.sort((/** @type {number} */ a, /** @type {number} */ b) => b - a),
    );
    const mb = (/** @type {number} */ bytes) => Math.round(bytes / 1e6);
    say(
      `  ${counts.samples} samples, ${counts.rejected.length} rejected, ${seconds.toFixed(1)} s: ${(survey.files / seconds).toFixed(1)} files a second`,
    );
    say(`  renderer, MB, every ${LOOK / 1000} s: ${looks.map(({ renderer }) => mb(renderer)).join(' ')}`);
    say(`  all processes, MB: ${looks.map(({ total }) => mb(total)).join(' ')}`);
    say(`  tasks of the page over 50 ms: ${blocked.length}, the longest ${blocked.slice(0, 5).join(', ')} ms`);
    const again = Date.now();
    const second = await call(page, 'importFromInput', 'given');
    say(
      `  the same folder again: ${((Date.now() - again) / 1000).toFixed(1)} s; ${second.notes.find((/** @type {string} */ note) => note.includes('already'))}`,
    );
  } finally {
    await close();
    await server.close();
    rmSync(profile, { recursive: true, force: true });
  }
}
