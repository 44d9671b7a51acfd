/**
 * `npm run bench`: the engine against plain tfjs on the same adapter and against jax-js, in one run; in Chromium, and
 * with `--node` in Node (the `webgpu` package).
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import os from 'node:os';
import { benchLine, benchTable } from './lib/bench_table.mjs';
import { readArguments, usage } from './lib/args.mjs';
import { launchChromium } from './lib/chromium.mjs';
import { provideGpu } from './lib/node_gpu.mjs';
import { inRoot, ROOT } from './lib/paths.mjs';
import { duration, LiveLine, main, say, Sentence } from './lib/terminal.mjs';
import { loadTypeScript } from './lib/typescript.mjs';
import { ensureChromium, ensurePackages } from './setup.mjs';

/** @type {Record<string, import('./lib/args.mjs').Option>} */
const OPTIONS = {
  backend: { kind: 'choice', choices: ['webgpu', 'wasm'], help: 'which backend (both if not given)' },
  shape: {
    kind: 'choice',
    choices: ['tiny', 'smolvlm-256m', 'smolvlm-500m'],
    help: 'sizes of the backbone (tiny if not given)',
  },
  only: { kind: 'text', help: 'cases whose name contains this' },
  runs: { kind: 'integer', least: 1, most: 100, help: 'timed runs of each case (3 if not given)' },
  node: { kind: 'flag', help: 'in Node instead of Chromium' },
  json: { kind: 'text', help: 'also write the figures into this file' },
};

await main(async () => {
  const values = readArguments('bench', OPTIONS, process.argv.slice(2));
  if (values['help']) return say(usage('bench', OPTIONS));
  await ensurePackages();
  const reports = [];
  for (const backend of values['backend'] ? [values['backend']] : ['wasm', 'webgpu']) {
    const options = {
      backend,
      shape: values['shape'] ?? 'tiny',
      only: values['only'] ?? '',
      runs: values['runs'] ?? 3,
    };
    const report = { ...(await measured(options, values['node'] === true)), options, date: new Date().toISOString() };
    if (report.results.length === 0) throw new Sentence(`No case's name contains ${JSON.stringify(options.only)}.`);
    reports.push(report);
    say(benchTable(report));
  }
  if (values['json']) writeFileSync(values['json'], `${JSON.stringify(reports, null, 1)}\n`);
});

/**
 * @param {import('../tests/bench/result').BenchOptions} options
 * @param {boolean} inNode
 */
async function measured(options, inNode) {
  const line = new LiveLine(20);
  const start = performance.now();
  let last = 'opening';
  const show = () =>
    line.show(`${options.backend}, ${options.shape}: ${duration((performance.now() - start) / 1000)}, ${last}`);
  const timer = setInterval(show, 1000);
  const tell = (/** @type {import('../tests/bench/result').Result} */ result) => {
    last = benchLine(result);
    show();
  };
  try {
    const report = await (inNode ? inThisProcess(options, tell) : inChromium(options, tell));
    const versions = {
      ...report.versions,
      'jax-js': versionOf('@jax-js/jax'),
      ...(inNode ? { webgpu: versionOf('webgpu') } : {}),
      Node: process.versions.node,
    };
    return { ...report, processor: `${os.cpus()[0]?.model ?? 'unknown'}, ${os.cpus().length} cores`, versions };
  } finally {
    clearInterval(timer);
    line.end();
  }
}

/** Of an installed package. @param {string} name @returns {string} */
function versionOf(name) {
  return JSON.parse(readFileSync(inRoot('node_modules', name, 'package.json'), 'utf8')).version;
}

/** @param {any} options @param {(result: any) => void} tell */
async function inThisProcess(options, tell) {
  if (options.backend === 'webgpu') await provideGpu();
  // tfjs's WASM loader is CommonJS at heart: in an ES module it finds these two nowhere else.
  Object.assign(globalThis, { __dirname: ROOT, require: createRequire(import.meta.url) });
  const { runBench } = await loadTypeScript('tests/bench/run.ts');
  const wasm = 'tfjs-backend-wasm-simd.wasm';
  const bytes = (/** @type {string} */ path) => readFileSync(inRoot(path));
  const { files } = JSON.parse(bytes('public/models/tiny/manifest.json').toString('utf8'));
  const binary = bytes(`node_modules/@tensorflow/tfjs-backend-wasm/dist/${wasm}`);
  return runBench(
    options,
    {
      wasm: [{ name: wasm, bytes: binary.buffer.slice(binary.byteOffset, binary.byteOffset + binary.byteLength) }],
      model: files.map((/** @type {{path: string}} */ { path }) => ({
        path,
        blob: new Blob([bytes(`public/models/tiny/${path}`)]),
      })),
    },
    tell,
  );
}

/** @param {any} options @param {(result: any) => void} tell */
async function inChromium(options, tell) {
  const executable = await ensureChromium();
  const { createServer } = await import('vite');
  const server = await createServer({
    configFile: false,
    root: ROOT,
    logLevel: 'error',
    // A file that changes meanwhile must not reload the page.
    server: { port: 0, host: '127.0.0.1', hmr: false, watch: null },
    optimizeDeps: { entries: ['tests/bench/page.html'] },
  });
  await server.listen();
  const { context, software, close } = await launchChromium({ executable });
  try {
    const page = await context.newPage();
    /** @type {(error: Error) => void} */
    let fail = () => {};
    const failed = new Promise((_, reject) => (fail = reject));
    page.on('crash', () => fail(new Error('The page crashed.')));
    await page.exposeFunction('tellResult', tell);
    await page.goto(`${server.resolvedUrls?.local[0]}tests/bench/page.html`);
    await page.waitForFunction(() => 'runWhyLiveBench' in globalThis, undefined, { timeout: 120_000 });
    const version = context.browser()?.version() ?? '';
    const report = await Promise.race([
      page.evaluate((given) => /** @type {any} */ (globalThis).runWhyLiveBench(given), options),
      failed,
    ]);
    return { ...report, software, versions: { ...report.versions, Chromium: version } };
  } finally {
    await close();
    await server.close();
  }
}
