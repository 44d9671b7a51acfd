/**
 * `node tools/continue_check.mjs --python PYTHON`: a run of the headless page is stopped half way and exported as a
 * bundle with its frames; the page goes on with it to its end, and so does `tools/continue/run.py`, in one process and
 * in two under `accelerate launch`. Prints how far the losses are apart. Python needs tools/continue/requirements.txt.
 */
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { readArguments, usage } from './lib/args.mjs';
import { launchChromium } from './lib/chromium.mjs';
import { call, give, open } from './lib/drive.mjs';
import { inRoot } from './lib/paths.mjs';
import { serveFolder } from './lib/serve.mjs';
import { smallBackbones, writeSmallBackbone } from './lib/small_backbones.mjs';
import { LiveLine, main, say, Sentence } from './lib/terminal.mjs';
import { ensureBuild, ensureChromium, ensurePackages } from './setup.mjs';

/** @type {Record<string, import('./lib/args.mjs').Option>} */
const OPTIONS = {
  python: { kind: 'text', help: 'the Python to run, python3 if not given' },
  steps: { kind: 'integer', least: 2, help: 'optimiser steps in all, 16 if not given; the bundle is made half way' },
  'lm-head': { kind: 'choice', choices: ['full', 'adapter', 'frozen'], help: 'full if not given' },
  model: {
    kind: 'text',
    help: `a model folder, or one of the small random backbones (${smallBackbones().join(', ')}); the embedded one if not given`,
  },
  'no-vision': { kind: 'flag', help: 'no adapters in the vision tower' },
  keep: { kind: 'text', help: 'folder to leave bundle and results in' },
};

await main(async () => {
  const values = readArguments('continue_check', OPTIONS, process.argv.slice(2));
  if (values['help']) return say(usage('continue_check', OPTIONS));
  const steps = values['steps'] ?? 16;
  const half = Math.floor(steps / 2);
  const settings = {
    steps,
    learningRate: 2e-3,
    decayShare: 0.5,
    accumulation: 4,
    evaluateEvery: 1000,
    evaluateTextSamples: 1,
    probes: 0,
    checkpointEvery: 1000,
    // The small ones have 160 positions.
    ...(values['model'] && { maxCaptionTokens: 32 }),
    lmHead: values['lm-head'] ?? 'full',
    loraVision: values['no-vision'] !== true,
  };
  await ensurePackages();
  const executable = await ensureChromium();
  await ensureBuild();
  const work = values['keep'] ? path.resolve(values['keep']) : mkdtempSync(path.join(os.tmpdir(), 'whylive-continue-'));
  mkdirSync(work, { recursive: true });
  /** @type {(() => unknown)[]} */
  const undo = values['keep'] ? [] : [() => rmSync(work, { recursive: true, force: true, maxRetries: 5 })];
  const line = new LiveLine(10);
  try {
    const server = await serveFolder();
    undo.push(server.close);
    const { context, close } = await launchChromium({ executable, hardware: 'never' });
    undo.push(close);
    const page = await context.newPage();
    await open(page, `${server.url}?backend=wasm&preset=demo&view=train`);
    const backbone = await backboneFolder(values['model'], work);
    if (values['model']) {
      await give(page, 'model', backbone, { directory: true });
      await call(page, 'modelFromInput', 'model');
    }
    await call(page, 'importEmbedded');
    await call(page, 'configure', settings, 'demo');
    line.show(`The page trains to step ${half}`);
    const first = call(page, 'start').catch(() => null); // ends as stopped, which `start` rejects for
    await page.waitForFunction((at) => /** @type {any} */ (window).whylive.progress().step >= at, half, {
      timeout: 600_000,
      polling: 50,
    });
    await page.evaluate(() => /** @type {any} */ (window).whylive.session.stopRun());
    await first;
    const bundle = path.join(work, 'bundle');
    for (const { path: name, base64 } of await call(page, 'exportBundle', { frames: true })) {
      mkdirSync(path.dirname(path.join(bundle, name)), { recursive: true });
      writeFileSync(path.join(bundle, name), Buffer.from(base64, 'base64'));
    }
    const { step: from } = JSON.parse(readFileSync(path.join(bundle, 'run.json'), 'utf8'));
    line.show(`The page goes on from step ${from} to step ${steps}`);
    const expected = (await call(page, 'resume')).train.loss;
    line.end();

    const python = values['python'] ?? 'python3';
    const program = inRoot('tools/continue/run.py');
    // accelerate's launcher of several processes on one machine is called multi_gpu; --cpu makes them use none.
    const launch = '-m accelerate.commands.launch --multi_gpu --num_processes 2 --num_machines 1 --mixed_precision no';
    for (const [name, command] of /** @type {[string, string[]][]} */ ([
      ['one process', [program]],
      ['two processes', [...launch.split(' '), '--dynamo_backend', 'no', program]],
    ])) {
      const out = path.join(work, name.replace(' ', '-'));
      const said = await run(python, [...command, bundle, '--cpu', '--backbone', backbone, '--out', out]);
      const count = name === 'one process' ? 1 : 2;
      if (!said.includes(`${count} process(es)`))
        throw new Sentence(`It did not run in ${name}:\n${said.slice(0, 500)}`);
      const { history } = JSON.parse(readFileSync(path.join(out, 'run.json'), 'utf8'));
      say(`${name}: ${compare(expected, history, from)}`);
      await give(page, 'adapter', path.join(out, 'adapter'), { directory: true });
      await call(page, 'adapterFromInput', 'adapter');
    }
    say('The page loads both adapters.');
  } finally {
    for (const step of undo.reverse()) await step();
  }
});

/** A folder as it is, or a small backbone written into `work`. */
async function backboneFolder(/** @type {string | undefined} */ model, /** @type {string} */ work) {
  if (model === undefined) return inRoot('public/models/tiny');
  if (!smallBackbones().includes(model)) return path.resolve(model);
  await writeSmallBackbone(model, path.join(work, model));
  return path.join(work, model);
}

/** How far the losses after `from` are apart, at most and at the end. */
function compare(/** @type {any[]} */ page, /** @type {any[]} */ python, /** @type {number} */ from) {
  if (page.length !== python.length || page.length <= from)
    throw new Sentence(`The page has ${page.length} losses, Python ${python.length}.`);
  const words = ['total', 'cls', 'cap'].map((key) => {
    const apart = page.map((loss, i) => Math.abs(loss[key] - python[i][key]));
    if (apart.slice(0, from).some((difference) => difference > 0)) throw new Sentence('The past was changed.');
    const most = Math.max(...apart.slice(from));
    // Two engines in float32: a mistake shows as a hundred times this.
    if (!(most <= 1e-4)) throw new Sentence(`${key} is ${most.toExponential(1)} apart: these are not the same steps.`);
    return `${key} at most ${most.toExponential(1)} apart, first ${apart[from]?.toExponential(1)}`;
  });
  const [start, end] = [page[from], page.at(-1)];
  return `steps ${from + 1} to ${page.length}, loss ${start.total.toFixed(4)} to ${end.total.toFixed(4)}: ${words.join('; ')}`;
}

/**
 * Runs a program to its end; a failure shows the end of its output.
 * @returns {Promise<string>} its output
 */
function run(/** @type {string} */ command, /** @type {string[]} */ parameters) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, parameters, {
      env: { ...process.env, OMP_NUM_THREADS: '1', TRANSFORMERS_OFFLINE: '1', HF_HUB_OFFLINE: '1' },
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (/** @type {Buffer} */ data) => (output += data));
    child.on('error', (error) =>
      reject(new Sentence(`${command} does not run (${error.message}): name a Python with --python.`)),
    );
    child.on('close', (code) =>
      code === 0 ? resolve(output) : reject(new Sentence(`${command} failed:\n${output.slice(-3000)}`)),
    );
  });
}
