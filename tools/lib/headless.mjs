/** A scripted run of the built page: data in, training, files out. Shared by `npm run headless` and `npm run demo`. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { ensureBuild, ensureChromium, ensurePackages } from '../setup.mjs';
import { launchChromium } from './chromium.mjs';
import { call, give, NetworkWatch, open } from './drive.mjs';
import { follow } from './follow.mjs';
import { passingFolder } from './folders.mjs';
import { requestsOf } from './generate.mjs';
import { checkArguments, checkRun } from './headless_arguments.mjs';
import { captionLines, evaluationLine, progressLine } from './progress.mjs';
import { serveFolder } from './serve.mjs';
import { duration, LiveLine, say, Sentence } from './terminal.mjs';

/**
 * Runs everything and writes the files; throws a Sentence when the run did not finish or the report is not whole.
 *
 * @param {Record<string, any>} values arguments as read by `readArguments` with the OPTIONS of headless_arguments
 */
export async function headless(values) {
  const settings = checkArguments(values);
  const requests = requestsOf(values);
  /** @type {(() => Promise<unknown> | void)[]} */
  const undo = [passingFolder(values['out'])];
  const cancel = new AbortController();
  const stop = (/** @type {string} */ why) => cancel.abort(new Sentence(why));
  const onSignal = () => stop('Cancelled: nothing was written.');
  process.once('SIGINT', onSignal);
  process.once('SIGTERM', onSignal);
  const timer =
    values['timeout'] &&
    setTimeout(
      () => stop(`The run was not finished after ${values['timeout']} s (--timeout): nothing was written.`),
      values['timeout'] * 1000,
    );
  /** Rejects as soon as the user cancels. */
  const cancelled = new Promise((_, reject) =>
    cancel.signal.addEventListener('abort', () => reject(cancel.signal.reason)),
  );
  cancelled.catch(() => {});
  try {
    await ensurePackages();
    await checkRun(values, settings, requests);
    const executable = await ensureChromium();
    await ensureBuild();
    cancel.signal.throwIfAborted();
    await Promise.race([drive(values, settings, requests, executable, undo, stop), cancelled]);
  } finally {
    clearTimeout(timer);
    process.removeListener('SIGINT', onSignal);
    process.removeListener('SIGTERM', onSignal);
    for (const step of undo.reverse()) await step();
  }
}

/**
 * @param {Record<string, any>} values
 * @param {Record<string, unknown>} settings
 * @param {{domain: string}[]} requests
 * @param {string} executable
 * @param {(() => Promise<unknown> | void)[]} undo
 * @param {(why: string) => void} stop
 */
async function drive(values, settings, requests, executable, undo, stop) {
  const line = new LiveLine(5);
  undo.push(() => line.end());
  /** @type {NetworkWatch | null} */
  let watch = null;
  const server = await serveFolder({
    onRequest: ({ url }) => watch?.served(new URL(url, 'http://127.0.0.1').pathname),
  });
  undo.push(server.close);
  // A profile on disk, not a private one: a private one keeps every frame in memory.
  const profile = mkdtempSync(path.join(os.tmpdir(), 'whylive-'));
  undo.push(() => rmSync(profile, { recursive: true, force: true, maxRetries: 5 }));
  const { context, software, close } = await launchChromium({ executable, profile });
  undo.push(close);
  watch = new NetworkWatch(context);
  const page = context.pages()[0] ?? (await context.newPage());
  page.on('crash', () =>
    stop('The tab crashed, most likely for want of memory: use a smaller batch or a shorter caption.'),
  );
  page.on('close', () => stop('The browser was closed before the run was finished.'));
  /** @type {string[]} */
  const errors = [];
  page.on('pageerror', (error) => errors.push(error.message));

  const address = new URL(server.url);
  address.searchParams.set('backend', values['backend'] ?? 'auto');
  address.searchParams.set('preset', values['preset'] ?? 'demo');
  for (const key of ['weights', 'kernels']) if (values[key]) address.searchParams.set(key, values[key]);
  address.searchParams.set('view', 'train');
  line.show(`Opening the page${software ? ' (no GPU: software adapter)' : ''}`);
  await open(page, address.href);
  watch.ready();

  const progress = followProgress(page, line, stop);
  undo.push(progress.end);
  await call(page, 'configure', settings);
  const model = values['model'] ?? 'embedded';
  if (model !== 'embedded') {
    await give(page, 'model', path.resolve(model), { directory: true });
    await call(page, 'modelFromInput', 'model');
  }
  await importData(page, values, requests, line);
  const begin = values['adapter'] && (await loadAdapter(page, values['adapter'], line));
  const report = await call(page, 'start', ...(begin ? [begin] : []));
  await progress.update();
  progress.end();
  line.end();

  const files = await exportFiles(page, 'exportFiles');
  if (values['bundle']) {
    const bundle = await exportFiles(page, 'exportBundle', { frames: values['bundle'] === 'frames' });
    files.push(...bundle.map(({ path: name, bytes }) => ({ path: `bundle/${name}`, bytes })));
  }
  const screenshot = await page.screenshot({ fullPage: true });
  report.network = mergeNetwork(report.network, watch.since(), server.url);
  const { faultsOfReport } = await import('./report.mjs');
  const faults = faultsOfReport(report);
  const out = writeOutput(values['out'], files, report, screenshot);
  for (const text of captionLines(report)) say(text);
  for (const source of ['head', 'text'])
    for (const evaluation of report.evaluations.filter((/** @type {any} */ item) => item.source === source))
      say(evaluationLine(evaluation));
  say(
    `${report.train.steps} steps in ${duration(report.train.seconds)} on ${report.backend.name} (${report.backend.adapter}); ` +
      `${report.network.length} requests since the page was ready. Written to ${out}.`,
  );
  if (errors.length > 0) faults.push(`The page reported an error: ${errors[0]}`);
  if (faults.length > 0) throw new Sentence(`The report is not whole: ${faults.slice(0, 5).join(' ')}`);
}

/** Imports the --data folders and the captions file as one import, makes the --generate sets, or takes the embedded set. */
export async function importData(
  /** @type {import('playwright-core').Page} */ page,
  /** @type {Record<string, any>} */ values,
  /** @type {{domain: string}[]} */ requests,
  /** @type {LiveLine} */ line,
) {
  /** @type {any} */
  let counts;
  if (values['data'].length === 0 && requests.length === 0) counts = await call(page, 'importEmbedded');
  if (values['data'].length > 0) {
    /** @type {string[]} */
    const ids = [];
    for (const folder of values['data']) {
      ids.push(`data-${ids.length}`);
      await give(page, `data-${ids.length - 1}`, path.resolve(folder), { directory: true });
    }
    if (values['captions']) {
      ids.push('captions');
      await give(page, 'captions', path.resolve(values['captions']));
    }
    counts = await call(page, 'importFromInputs', ids);
  }
  for (const request of requests) counts = await call(page, 'generate', request);
  for (const note of [...counts.notes, ...counts.problems]) line.print(note);
  for (const { file, reason } of counts.rejected) line.print(`Not used: ${file}: ${reason}`);
  line.print(`${counts.samples} samples: ${counts.train} to train on, ${counts.test} held out.`);
}

/** Loads a PEFT folder and says what there is to know of it. @returns {Promise<string>} id of the run that it became */
async function loadAdapter(
  /** @type {import('playwright-core').Page} */ page,
  /** @type {string} */ folder,
  /** @type {LiveLine} */ line,
) {
  await give(page, 'adapter', path.resolve(folder), { directory: true });
  const id = await call(page, 'adapterFromInput', 'adapter');
  line.print(`Begins with the adapter of ${folder}.`);
  for (const { place, text } of await call(page, 'notices')) if (place === 'runs') line.print(text);
  return id;
}

/** Files that the page makes, as buffers; large ones cross in pieces, since one message has a limit. */
export async function exportFiles(
  /** @type {import('playwright-core').Page} */ page,
  /** @type {string} */ method,
  /** @type {unknown[]} */ ...options
) {
  const PIECE = 24 * 1024 * 1024; // base64 characters, a multiple of 4
  const handle = await page.evaluateHandle(
    ({ method, options }) => /** @type {any} */ (window).whylive[method](...options),
    { method, options },
  );
  const list = await handle.evaluate((/** @type {any[]} */ files) =>
    files.map(({ path, base64 }) => ({ path, length: base64.length })),
  );
  const files = [];
  for (const [index, { path: name, length }] of list.entries()) {
    const pieces = [];
    for (let from = 0; from < length; from += PIECE) {
      const piece = await handle.evaluate(
        (files, [which = 0, start, end]) => files[which].base64.slice(start, end),
        [index, from, from + PIECE],
      );
      pieces.push(Buffer.from(piece, 'base64'));
    }
    files.push({ path: name, bytes: Buffer.concat(pieces) });
  }
  await handle.dispose();
  return files;
}

/** Polls the page and shows where it stands; a page that stays silent for too long stops the run. */
function followProgress(
  /** @type {import('playwright-core').Page} */ page,
  /** @type {LiveLine} */ line,
  /** @type {(why: string) => void} */ stop,
) {
  let shown = 0;
  return follow(
    () =>
      page.evaluate(() => {
        const api = /** @type {any} */ (window).whylive;
        const { data, run } = api.session.state;
        return { ...api.progress(), importing: data.importing, evaluations: run?.evaluations ?? [] };
      }),
    (state) => {
      for (const evaluation of state.evaluations.slice(shown)) line.print(evaluationLine(evaluation));
      shown = state.evaluations.length;
      line.show(progressLine(state));
    },
    (words) => stop(`${words}: the run was given up.`),
  );
}

/** What the page saw and what was seen from outside; a request that both saw appears once. */
export function mergeNetwork(
  /** @type {{url: string, thread: string, seconds: number}[]} */ inside,
  /** @type {{url: string, thread: string, seconds: number}[]} */ outside,
  /** @type {string} */ base,
) {
  const merged = inside.map((entry) => ({ ...entry }));
  const known = new Set(merged.map(({ url }) => new URL(url, base).href));
  for (const entry of outside) {
    const url = new URL(entry.url, base).href;
    if (known.has(url)) continue;
    known.add(url);
    merged.push({ ...entry, url });
  }
  return merged;
}

/** Writes the export, the report and the screenshot; returns the folder. */
function writeOutput(
  /** @type {string} */ folder,
  /** @type {{path: string, bytes: Buffer}[]} */ files,
  /** @type {unknown} */ report,
  /** @type {Buffer} */ screenshot,
) {
  const out = path.resolve(folder);
  const write = (/** @type {string} */ name, /** @type {string | Buffer} */ content) => {
    const file = path.join(out, name);
    if (!file.startsWith(out + path.sep)) throw new Sentence(`The export names a file outside its folder: ${name}.`);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, content);
  };
  try {
    for (const file of files) write(file.path, file.bytes);
    write('report.json', `${JSON.stringify(report, null, 1)}\n`);
    write('page.png', screenshot);
  } catch (error) {
    if (error instanceof Sentence) throw error;
    throw new Sentence(
      `--out ${folder} cannot be written (${error instanceof Error ? error.message : error}): name another folder.`,
    );
  }
  return path.relative(process.cwd(), out) || out;
}
