/**
 * The queue of the built page from data to tables. What the page stores lies in `--out` while it works, so that a killed
 * command goes on from where it was; a page's storage belongs to its address, so the port is kept too.
 */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ensureBuild, ensureChromium, ensurePackages } from '../setup.mjs';
import { launchChromium } from './chromium.mjs';
import { call, give, NetworkWatch, open } from './drive.mjs';
import { outFolder } from './folders.mjs';
import { exportFiles, importData } from './headless.mjs';
import { checkProtocols, profileOf, refuseBesideResume } from './protocols_arguments.mjs';
import { MissingSets, refuseMissing } from './protocols_sets.mjs';
import { countLine, followQueue, jobLine, previewLines } from './protocols_progress.mjs';
import { serveFolder } from './serve.mjs';
import { duration, LiveLine, say, Sentence } from './terminal.mjs';

/**
 * Works through everything and writes the files; throws a Sentence when it could not, or when a job failed.
 *
 * @param {Record<string, any>} given arguments as read by `readArguments` with the OPTIONS of protocols_arguments
 */
export async function protocols(given) {
  refuseBesideResume(given);
  const out = outFolder(given['out']);
  const profile = profileOf(out);
  const begun = path.join(profile, 'begun.json');
  const { values, port, ...kept } = given['resume'] ? earlier(out, begun) : { values: given, port: 0, plan: null };
  if (!given['resume'] && existsSync(begun))
    throw new Sentence(`--out ${out} holds work that is not finished: go on with --resume, or remove ${profile}.`);
  await ensurePackages();
  // Files may have changed since: it goes on as it was begun.
  const plan = kept.plan ?? (await checkProtocols(values));
  for (const remark of given['resume'] ? [] : plan.remarks) process.stderr.write(`${remark}\n`);

  /** @type {(() => Promise<unknown> | void)[]} */
  const undo = [];
  const cancel = new AbortController();
  const stop = (/** @type {string} */ why) => cancel.abort(new Sentence(why));
  const onSignal = () => stop(`Cancelled. Go on with: npm run protocols -- --out ${out} --resume`);
  process.once('SIGINT', onSignal);
  process.once('SIGTERM', onSignal);
  const seconds = given['timeout'];
  const timer =
    seconds && setTimeout(() => stop(`Not finished after ${seconds} s (--timeout): --resume goes on.`), seconds * 1000);
  const cancelled = new Promise((_, reject) =>
    cancel.signal.addEventListener('abort', () => reject(cancel.signal.reason)),
  );
  cancelled.catch(() => {});
  try {
    const executable = await ensureChromium();
    await ensureBuild();
    cancel.signal.throwIfAborted();
    const work = drive(values, plan, { out, profile, begun, port, executable, undo, stop });
    // What is cancelled goes on failing in pieces while the browser closes.
    work.catch(() => {});
    await Promise.race([work, cancelled]);
  } catch (error) {
    // Going on would not bring the sets: nothing is begun.
    if (error instanceof MissingSets) undo.unshift(() => forget(profile));
    throw error;
  } finally {
    clearTimeout(timer);
    process.removeListener('SIGINT', onSignal);
    process.removeListener('SIGTERM', onSignal);
    for (const step of undo.reverse()) await step();
  }
  // Only what is whole comes here: the tables are written, and what they were made of is in them.
  forget(profile);
}

function forget(/** @type {string} */ profile) {
  rmSync(profile, { recursive: true, force: true, maxRetries: 5 });
}

/** How the unfinished work was begun. */
function earlier(/** @type {string} */ out, /** @type {string} */ begun) {
  if (!existsSync(begun)) throw new Sentence(`--out ${out} holds nothing unfinished: leave --resume away to begin.`);
  return /** @type {{values: Record<string, any>, port: number, plan: import('./protocols_arguments.mjs').Plan | null}} */ (
    JSON.parse(readFileSync(begun, 'utf8'))
  );
}

/**
 * @param {Record<string, any>} values
 * @param {import('./protocols_arguments.mjs').Plan} plan
 * @param {{out: string, profile: string, begun: string, port: number, executable: string,
 *   undo: (() => Promise<unknown> | void)[], stop: (why: string) => void}} place
 */
async function drive(values, plan, { out, profile, begun, port, executable, undo, stop }) {
  const started = performance.now();
  const line = new LiveLine(10);
  undo.push(() => line.end());
  /** @type {NetworkWatch | null} */
  let watch = null;
  const server = await serveFolder({
    port,
    onRequest: ({ url }) => watch?.served(new URL(url, 'http://127.0.0.1').pathname),
  });
  undo.push(server.close);
  mkdirSync(profile, { recursive: true });
  writeFileSync(begun, JSON.stringify({ values, port: server.port, plan }));
  const { context, software, close } = await launchChromium({ executable, profile: path.join(profile, 'profile') });
  undo.push(close);
  watch = new NetworkWatch(context);
  const page = context.pages()[0] ?? (await context.newPage());
  page.on('crash', () => stop('The tab crashed, most likely for want of memory: --resume goes on.'));
  page.on('close', () => stop('The browser was closed: --resume goes on.'));
  /** @type {string[]} */
  const errors = [];
  page.on('pageerror', (error) => errors.push(error.message));

  const address = new URL(server.url);
  address.searchParams.set('backend', values['backend'] ?? 'auto');
  address.searchParams.set('preset', plan.preset);
  for (const key of ['weights', 'kernels']) if (values[key]) address.searchParams.set(key, values[key]);
  address.searchParams.set('view', 'runs');
  line.show(`Opening the page${software ? ' (no GPU: software adapter)' : ''}`);
  await open(page, address.href);
  watch.ready();
  const model = values['model'] ?? 'embedded';
  if (model !== 'embedded') {
    await give(page, 'model', path.resolve(model), { directory: true });
    await call(page, 'modelFromInput', 'model');
  }

  const known = await call(page, 'newestExperiment');
  const progress = followQueue(page, line, stop, known);
  undo.push(progress.end);
  const experiment = known === null ? await begin(page, values, plan, line) : await goOn(page, known, line);
  await progress.update();
  progress.end();
  line.end();

  const files = await exportFiles(page, 'exportExperiment', experiment.id);
  // What the picture is for: the first of the tables, once its numbers are there; where every job failed there is none.
  await page.locator('wl-runs wl-parts').getByText('Results of protocols').click();
  await page
    .locator('wl-result-table table')
    .first()
    .waitFor({ timeout: 60_000 })
    .catch(() => undefined);
  const screenshot = await page.screenshot({ fullPage: true });
  for (const { path: name, bytes } of files) writeFileSync(path.join(out, name), bytes);
  writeFileSync(path.join(out, 'page.png'), screenshot);
  const requests = watch.since().length;
  const jobs = [...experiment.trainings, ...experiment.scorings];
  const failed = jobs.filter(({ phase }) => phase === 'failed');
  say(
    `${countLine(jobs)} in ${duration((performance.now() - started) / 1000)}; ` +
      `${requests} requests since the page was ready. Written to ${path.relative(process.cwd(), path.resolve(out)) || out}.`,
  );
  if (errors.length > 0) throw new Sentence(`The page reported an error: ${errors[0]}`);
  if (requests > 0) throw new Sentence(`The page asked the network for something: ${watch.since()[0]?.url}`);
  if (failed.length > 0)
    throw new Sentence(
      `${failed.length} of ${jobs.length} jobs failed, and are tried again with --resume${values['partial'] ? ' (which brings no data set that is missing)' : ''}: ${failed.slice(0, 3).map(jobLine).join(' ')}`,
    );
}

async function begin(
  /** @type {import('playwright-core').Page} */ page,
  /** @type {Record<string, any>} */ values,
  /** @type {import('./protocols_arguments.mjs').Plan} */ plan,
  /** @type {LiveLine} */ line,
) {
  await call(page, 'configure', plan.settings);
  await importData(page, values, plan.requests, line);
  const asked = { name: 'Protocols', ...plan.asked };
  const preview = await call(page, 'previewProtocols', asked);
  const loaded = await page.evaluate(() =>
    /** @type {any} */ (window).whylive.session.state.data.sets.map((/** @type {any} */ set) => set.name),
  );
  if (!values['partial']) refuseMissing(preview.protocols, /** @type {any} */ (plan.asked['sets']), loaded);
  if (preview.trainings === 0) throw new MissingSets('None of the protocols can be trained with these data.');
  for (const text of previewLines(preview)) line.print(text);
  return call(page, 'runProtocols', asked);
}

async function goOn(
  /** @type {import('playwright-core').Page} */ page,
  /** @type {any} */ experiment,
  /** @type {LiveLine} */ line,
) {
  const jobs = [...experiment.trainings, ...experiment.scorings];
  line.print(`Going on: ${jobs.filter(({ phase }) => phase === 'done').length} of ${jobs.length} jobs are done.`);
  return call(page, 'goOnWithProtocols', experiment.id);
}
