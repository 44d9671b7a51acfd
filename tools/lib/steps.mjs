/** The steps of `npm test`, each giving counts taken from the runner's own JSON report. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { inRoot } from './paths.mjs';
import { run } from './run.mjs';

/**
 * @typedef {object} Result
 * @property {number} passed
 * @property {number} failed
 * @property {number} skipped
 * @property {string[]} failures what failed and why, ready to print
 * @property {number} seconds
 */

/** A step that passes or fails as a whole. @returns {Promise<Result>} */
async function whole(/** @type {string} */ name, /** @type {string[]} */ args, /** @type {number} */ seconds) {
  const outcome = await run(process.execPath, args, { seconds });
  const passed = outcome.status === 0;
  const why = outcome.timedOut ? `It was stopped after ${seconds} s.` : outcome.output.trim();
  return {
    passed: passed ? 1 : 0,
    failed: passed ? 0 : 1,
    skipped: 0,
    failures: passed ? [] : [`${name}\n${why}`],
    seconds: outcome.seconds,
  };
}

/** Adds results; `seconds` is that of the longest, for steps that ran side by side. */
export function together(/** @type {Result[]} */ results) {
  return {
    passed: results.reduce((sum, result) => sum + result.passed, 0),
    failed: results.reduce((sum, result) => sum + result.failed, 0),
    skipped: results.reduce((sum, result) => sum + result.skipped, 0),
    failures: results.flatMap((result) => result.failures),
    seconds: Math.max(0, ...results.map((result) => result.seconds)),
  };
}

/** ESLint with no warning allowed, and Prettier's check. */
export async function lint() {
  const bin = (/** @type {string[]} */ ...parts) => inRoot('node_modules', ...parts);
  return together(
    await Promise.all([
      whole('lint: eslint', [bin('eslint', 'bin', 'eslint.js'), '.', '--max-warnings', '0'], 300),
      whole('lint: prettier', [bin('prettier', 'bin', 'prettier.cjs'), '--check', '.', '--log-level', 'warn'], 120),
    ]),
  );
}

/**
 * Reads a report of Vitest's JSON reporter. A file that could not be loaded has no test of its own: it counts as one
 * failure.
 *
 * @param {any} report
 * @returns {Result}
 */
export function readVitestReport(report) {
  const result = { passed: 0, failed: 0, skipped: 0, failures: /** @type {string[]} */ ([]), seconds: 0 };
  for (const file of report.testResults) {
    const name = path.relative(inRoot(), file.name);
    let failedHere = 0;
    for (const test of file.assertionResults) {
      if (test.status === 'passed') result.passed++;
      else if (test.status === 'failed') {
        failedHere++;
        result.failures.push(`${name}: ${test.fullName}\n${(test.failureMessages ?? []).join('\n').trim()}`);
      } else result.skipped++;
    }
    if (file.status === 'failed' && failedHere === 0) {
      failedHere = 1;
      result.failures.push(`${name}: the file did not run\n${file.message ?? ''}`.trim());
    }
    result.failed += failedHere;
  }
  // An error outside any test (an unhandled rejection) fails the run without failing a test.
  if (report.success === false && result.failed === 0) {
    result.failed = 1;
    result.failures.push('An error outside any test failed the run: see the output above.');
  }
  return result;
}

/** Runners may work side by side, each with a report of its own. */
let reports = 0;

/**
 * Runs Vitest on one project, or on some of its files.
 *
 * @param {string} project
 * @param {string[]} files
 * @param {number} seconds time limit: a runner that hangs is ended and counts as one failure
 * @returns {Promise<Result>}
 */
export async function vitest(project, files, seconds) {
  mkdirSync(inRoot('.cache'), { recursive: true });
  const report = inRoot('.cache', `vitest-${project}-${process.pid}-${++reports}.json`);
  rmSync(report, { force: true });
  const outcome = await run(
    process.execPath,
    [
      inRoot('node_modules', 'vitest', 'vitest.mjs'),
      'run',
      '--project',
      project,
      '--reporter=json',
      '--reporter=dot',
      `--outputFile.json=${report}`,
      ...files,
    ],
    { seconds },
  );
  const what = `${project} tests${files.length ? ` (${files.join(', ')})` : ''}`;
  const fail = (/** @type {string} */ why) => ({
    passed: 0,
    failed: 1,
    skipped: 0,
    failures: [`${what}: ${why}\n${outcome.output.trim().slice(-4000)}`],
    seconds: outcome.seconds,
  });
  if (outcome.timedOut) return fail(`the runner hung and was ended after ${seconds} s.`);
  if (!existsSync(report)) return fail(`the runner left no report (exit status ${outcome.status}).`);
  const result = readVitestReport(JSON.parse(readFileSync(report, 'utf8')));
  rmSync(report, { force: true });
  if (outcome.status !== 0 && result.failed === 0) return fail(`the runner ended with exit status ${outcome.status}.`);
  if (outcome.status !== 0 && result.failures.some((failure) => failure.includes('outside any test')))
    result.failures.push(outcome.output.trim().slice(-4000));
  return { ...result, seconds: outcome.seconds };
}

/** The test files of a project's folder, relative to the root, sorted. */
export function testFiles(/** @type {string} */ folder) {
  /** @type {string[]} */
  const found = [];
  const visit = (/** @type {string} */ relative) => {
    if (!existsSync(inRoot(relative))) return;
    for (const entry of readdirSync(inRoot(relative), { withFileTypes: true })) {
      const child = `${relative}/${entry.name}`;
      if (entry.isDirectory()) visit(child);
      else if (entry.name.endsWith('.test.ts')) found.push(child);
    }
  };
  visit(folder);
  return found.sort();
}
