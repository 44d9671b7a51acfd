/**
 * `npm run large`: a model folder of SmolVLM-256M's exact shapes with random weights is loaded from disk in the built
 * page, as a user would choose it, and trains one step of one sample; what the browser's processes held meanwhile is
 * measured. Takes minutes where there is no GPU, and is no part of `npm test`.
 */
import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { readArguments, usage } from './lib/args.mjs';
import { launchChromium } from './lib/chromium.mjs';
import { call, give, open } from './lib/drive.mjs';
import { inRoot } from './lib/paths.mjs';
import { memoryOf, watchMemory } from './lib/process_memory.mjs';
import { writeRandomModel } from './lib/random_model.mjs';
import { serveFolder } from './lib/serve.mjs';
import { LiveLine, main, say, Sentence } from './lib/terminal.mjs';
import { ensureBuild, ensureChromium, ensurePackages } from './setup.mjs';

/** @type {Record<string, import('./lib/args.mjs').Option>} */
const OPTIONS = {
  model: { kind: 'text', help: 'folder that random_model wrote; made on the spot and removed if not given' },
  backend: { kind: 'choice', choices: ['webgpu', 'wasm'], help: 'webgpu if not given' },
  vision: { kind: 'flag', help: 'adapters in the vision tower too' },
  'no-step': { kind: 'flag', help: 'load only' },
  json: { kind: 'text', help: 'file to write the figures to' },
};

/** One sample, a few tokens: what a whole step needs at least. */
const STEP = {
  steps: 1,
  batch: 1,
  accumulation: 1,
  maxCaptionTokens: 16,
  evaluateTextSamples: 1,
  probes: 1,
  testShare: 0.5,
  gradientCheckpointing: true,
};

const MB = 1e6;
const words = (/** @type {import('./lib/process_memory.mjs').Usage} */ { total, renderer, gpu }) =>
  `${(total / MB).toFixed(0)} MB (renderers ${(renderer / MB).toFixed(0)}, GPU process ${(gpu / MB).toFixed(0)})`;

await main(async () => {
  const values = readArguments('large', OPTIONS, process.argv.slice(2));
  if (values['help']) return say(usage('large', OPTIONS));
  await ensurePackages();
  const executable = await ensureChromium();
  await ensureBuild();
  const temporary = mkdtempSync(path.join(os.tmpdir(), 'whylive-large-'));
  const profile = path.join(temporary, 'profile');
  const line = new LiveLine(10);
  /** @type {(() => unknown)[]} */
  const undo = [() => rmSync(temporary, { recursive: true, force: true, maxRetries: 5 })];
  const interrupt = () => void Promise.all(undo.reverse().map((step) => step())).finally(() => process.exit(130));
  process.once('SIGINT', interrupt);
  try {
    const folder = values['model'] ?? path.join(temporary, 'SmolVLM-256M-random');
    if (values['model'] === undefined) writeRandomModel(folder);
    const size = readdirSync(folder)
      .filter((name) => name.endsWith('.safetensors'))
      .reduce((sum, name) => sum + statSync(path.join(folder, name)).size, 0);
    const server = await serveFolder();
    undo.push(server.close);
    const { context, close } = await launchChromium({ executable, profile });
    undo.push(close);
    const page = context.pages()[0] ?? (await context.newPage());
    const crashed = new Promise((_, reject) => page.on('crash', () => reject(new Sentence('The tab crashed.'))));
    crashed.catch(() => undefined);
    await open(page, `${server.url}?backend=${values['backend'] ?? 'webgpu'}&preset=demo&view=train`);
    const ready = await call(page, 'ready');
    const before = memoryOf(profile);
    say(`${ready.device.backend}, ${ready.device.adapter}. Before: ${words(before)}.`);

    const loading = watchMemory(profile);
    const started = performance.now();
    await give(page, 'model', folder, { directory: true });
    const model = await Promise.race([call(page, 'modelFromInput', 'model'), crashed]);
    const seconds = (performance.now() - started) / 1000;
    const peak = loading.stop();
    await new Promise((resolve) => setTimeout(resolve, 2000));
    const after = memoryOf(profile);
    const share = (/** @type {number} */ bytes) => (bytes / size).toFixed(2);
    say(
      `Loaded ${model.parameters} parameters, ${(size / MB).toFixed(0)} MB, in ${seconds.toFixed(1)} s. ` +
        `Peak ${words(peak)}: ${share(peak.total)} x the file, ${share(peak.total - before.total)} x more than before. ` +
        `After: ${words(after)}, ${share(after.total - before.total)} x more than before.`,
    );
    // Once is the weights themselves; the half is what one tensor on its way and the browser's own growth may take.
    if (ready.device.backend === 'webgpu' && peak.total - before.total > 1.5 * size)
      throw new Sentence('Loading took more than 1.5 times the file: something of it lies in memory twice.');
    /** @type {Record<string, unknown>} */
    const figures = { device: ready.device, file: size, seconds, before, peak, after };
    if (!values['no-step']) {
      const data = path.join(temporary, 'faces');
      fewFaces(data);
      await give(page, 'data', data, { directory: true });
      await call(page, 'importFromInput', 'data');
      await call(page, 'configure', { ...STEP, loraVision: values['vision'] === true }, 'demo');
      const training = watchMemory(profile, 250);
      const timer = setInterval(async () => {
        const at = await page.evaluate(() => /** @type {any} */ (window).whylive.progress()).catch(() => null);
        if (at)
          line.show(`${at.phase} ${at.detail ? `${at.detail.label} ${at.detail.done} of ${at.detail.total}` : ''}`);
      }, 5000);
      const began = performance.now();
      const report = await Promise.race([call(page, 'start'), crashed]).finally(() => clearInterval(timer));
      line.end();
      const top = training.stop();
      const [loss] = report.train.loss;
      const run = await page.evaluate(() => {
        const { steps } = /** @type {any} */ (window).whylive.session.state.run;
        return { elapsed: steps[0].elapsed, peak: steps[0].memory.peakBytes, norm: steps[0].gradientNorm };
      });
      say(
        `One step: loss ${JSON.stringify(loss)}, gradient norm ${run.norm.toFixed(4)}; ` +
          `${((performance.now() - began) / 1000).toFixed(0)} s with both evaluations; peak ${words(top)}; ` +
          `of the backend ${(run.peak / MB).toFixed(0)} MB.`,
      );
      Object.assign(figures, { step: { loss, ...run, memory: top, seconds: (performance.now() - began) / 1000 } });
    }
    if (values['json'] !== undefined) writeFileSync(values['json'], `${JSON.stringify(figures, null, 1)}\n`);
  } finally {
    process.off('SIGINT', interrupt);
    for (const step of undo.reverse()) await step();
  }
});

/** Four frames of the embedded set as two persons, so that either half of a split has both labels. */
function fewFaces(/** @type {string} */ folder) {
  const faces = { live: ['M01', 'M10'], print: ['M04', 'M13'] };
  /** @type {string[]} */
  const captions = [];
  for (const [label, persons] of Object.entries(faces)) {
    mkdirSync(path.join(folder, label), { recursive: true });
    for (const [i, person] of persons.entries()) {
      const file = `${label}/S0${i + 1}_still.jpg`;
      copyFileSync(inRoot('public/demo/synthetic-M', label, `${person}_still.jpg`), path.join(folder, file));
      const caption_vanilla =
        label === 'live' ? 'Skin is seen; this is a live face.' : 'Paper is seen; this is a spoof.';
      captions.push(`${JSON.stringify({ file, caption_vanilla })}\n`);
    }
  }
  writeFileSync(path.join(folder, 'captions.jsonl'), captions.join(''));
}
