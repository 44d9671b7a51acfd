/**
 * `npm test`: everything that is checked, on a fresh clone too. The last line is `N passed, N failed`, counted from
 * the runners' own reports; a step that checks as a whole (a type check, a linter, the build) counts as one.
 *
 * Arguments name steps to run alone: types, lint, build, unit, browser, e2e.
 */
import { checkTypes } from './check.mjs';
import { lint, testFiles, together, vitest } from './lib/steps.mjs';
import { duration, LiveLine, main, say, Sentence } from './lib/terminal.mjs';
import { ensureBuild, ensureChromium, ensurePackages } from './setup.mjs';

/** @typedef {import('./lib/steps.mjs').Result} Result */

/** Seconds for all steps together; a step never gets more than what is left. */
const LIMIT = 14 * 60;
const started = performance.now();
const left = (/** @type {number} */ most) => Math.max(20, Math.min(most, LIMIT - (performance.now() - started) / 1000));

/**
 * Browser tests by what they open, the longest first. Files of a group share a runner and a browser, which take five
 * seconds to start; a crash or a hang costs its group only.
 */
const GROUPS = [
  /\/ops-/,
  /\/model-/,
  /\/(?!app|data|session|store|device|model|ops)/,
  /\/device-/,
  /\/(?:app|data|session|store)-/,
];
/** Groups that no lane has begun. */
const waiting = [...GROUPS];

/** One file after another, each in a runner and a browser of its own: a crash or a hang costs that file only. */
async function oneByOne(
  /** @type {string} */ project,
  /** @type {string[]} */ files,
  /** @type {number} */ secondsEach,
) {
  const line = new LiveLine(15);
  /** @type {Result[]} */
  const results = [];
  let failed = 0;
  for (const [i, file] of files.entries()) {
    line.show(`${project}: file ${i + 1} of ${files.length}, ${failed} failed so far, ${file}`);
    const result = await vitest(project, [file], left(secondsEach));
    failed += result.failed;
    results.push(result);
  }
  line.end();
  return { ...together(results), seconds: results.reduce((sum, result) => sum + result.seconds, 0) };
}

/** @type {Record<string, () => Promise<Result>>} */
const STEPS = {
  types: async () => {
    const results = await checkTypes(left(240));
    return together(
      results.map(({ name, passed, output, seconds }) => ({
        passed: passed ? 1 : 0,
        failed: passed ? 0 : 1,
        skipped: 0,
        failures: passed ? [] : [`${name}\n${output}`],
        seconds,
      })),
    );
  },
  lint,
  build: async () => {
    const start = performance.now();
    const seconds = () => (performance.now() - start) / 1000;
    try {
      await ensureBuild({ force: true });
      return { passed: 1, failed: 0, skipped: 0, failures: [], seconds: seconds() };
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      return { passed: 0, failed: 1, skipped: 0, failures: [`build\n${why}`], seconds: seconds() };
    }
  },
  unit: () => vitest('unit', [], left(420)),
  browser: async () => {
    const files = testFiles('tests/browser');
    const line = new LiveLine(15);
    /** @type {Result[]} */
    const results = [];
    for (let group = waiting.shift(); group !== undefined; group = waiting.shift()) {
      const pattern = group;
      const names = files.filter((file) => pattern.test(file.slice('tests/browser'.length)));
      line.show(`browser: ${names.length} files, the first ${names[0]}; ${waiting.length} groups after them`);
      results.push(await vitest('browser', names, left(480)));
    }
    line.end();
    return { ...together(results), seconds: results.reduce((sum, result) => sum + result.seconds, 0) };
  },
  e2e: () => oneByOne('e2e', testFiles('tests/e2e'), 330),
};

/**
 * Side by side: compiling kernels for the software adapter, most of the browser step's time, uses one core only. Whoever
 * is done first takes the next group of browser tests.
 */
const LANES = [['build', 'types', 'lint', 'unit', 'e2e', 'browser'], ['browser']];

await main(async () => {
  const names = process.argv.slice(2);
  const unknown = names.find((name) => !(name in STEPS));
  if (unknown !== undefined)
    throw new Sentence(`${unknown} is not a step: choose from ${Object.keys(STEPS).join(', ')}.`);
  await ensurePackages();
  await ensureChromium();
  /** @type {Result[]} */
  const results = [];
  await Promise.all(
    LANES.map(async (lane) => {
      for (const name of lane) {
        if (names.length > 0 && !names.includes(name)) continue;
        const result = await /** @type {() => Promise<Result>} */ (STEPS[name])();
        if (result.passed + result.failed === 0) continue;
        results.push(result);
        for (const failure of result.failures) say(`\nFAILED ${failure}\n`);
        const skipped = result.skipped > 0 ? `, ${result.skipped} skipped` : '';
        say(
          `${name.padEnd(8)} ${result.passed} passed, ${result.failed} failed${skipped} (${duration(result.seconds)})`,
        );
      }
    }),
  );
  const all = together(results);
  say(`Took ${duration((performance.now() - started) / 1000)}.`);
  say(`${all.passed} passed, ${all.failed} failed`);
  return all.failed === 0 && all.passed > 0 ? 0 : 1;
});
