/** `npm run bench`: the engine against plain tfjs, both in the same browser and run, on WASM and (software) WebGPU. */
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import { inRoot } from './lib/paths.mjs';
import { run } from './lib/run.mjs';
import { duration, LiveLine, main, say, Sentence } from './lib/terminal.mjs';
import { ensureChromium, ensurePackages } from './setup.mjs';

const SECONDS = 1200;

const milliseconds = (/** @type {number} */ value) => `${value.toFixed(value < 10 ? 2 : value < 100 ? 1 : 0)} ms`;

await main(async () => {
  const [backend = '', ...more] = process.argv.slice(2);
  if (!['', 'wasm', 'webgpu'].includes(backend) || more.length > 0)
    throw new Sentence('npm run bench takes one argument at most: wasm or webgpu.');
  await ensurePackages();
  await ensureChromium();
  mkdirSync(inRoot('.cache'), { recursive: true });
  const file = inRoot('.cache', `bench-${process.pid}.json`);
  const line = new LiveLine(20);
  let last = '(a few minutes)';
  const onOutput = (/** @type {string} */ text) => {
    last = text.trim().split('\n').at(-1)?.trim().slice(0, 90) || last;
  };
  const start = performance.now();
  const timer = setInterval(
    () => line.show(`Measuring in Chromium, ${duration((performance.now() - start) / 1000)} ${last}`),
    1000,
  );
  const outcome = await run(
    process.execPath,
    [
      inRoot('node_modules', 'vitest', 'vitest.mjs'),
      'bench',
      '--run',
      '--project',
      'bench',
      '--reporter=verbose',
      `--outputJson=${file}`,
    ],
    { seconds: SECONDS, env: { VITE_BENCH_BACKENDS: backend, NO_COLOR: '1' }, onOutput },
  );
  clearInterval(timer);
  line.end();
  if (outcome.timedOut) throw new Sentence(`The measurement was stopped after ${duration(SECONDS)}.`);
  if (outcome.status !== 0 || !existsSync(file))
    throw new Sentence(`${outcome.output.trim().slice(-4000)}\nThe measurement failed: see the lines above.`);
  const { files } = JSON.parse(readFileSync(file, 'utf8'));
  rmSync(file, { force: true });

  say(
    `Medians on ${os.cpus()[0]?.model ?? 'an unknown processor'}, ${os.cpus().length} cores; Node ${process.versions.node}.`,
  );
  say('A ratio above 1 means that WhyLive is faster than the same mathematics in plain tfjs, forward and backward.\n');
  for (const { groups } of files)
    for (const { fullName, benchmarks } of groups) {
      const name = fullName.split(' > ').slice(1).join(', ');
      const of = (/** @type {string} */ wanted) => benchmarks.find((/** @type {any} */ item) => item.name === wanted);
      const own = of('whylive');
      const plain = of('plain tfjs');
      if (own && plain)
        say(
          `${name.padEnd(66)} ${milliseconds(own.median).padStart(9)}  plain ${milliseconds(plain.median).padStart(9)}  ratio ${(plain.median / own.median).toFixed(2)}`,
        );
      else
        for (const { name: what, median } of benchmarks)
          say(`${`${name}, ${what}`.padEnd(66)} ${milliseconds(median).padStart(9)}`);
    }
});
