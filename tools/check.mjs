/** `npm run check`: the type checks, one for each kind of thread, so that code for the wrong thread does not compile. */
import { pathToFileURL } from 'node:url';
import { inRoot } from './lib/paths.mjs';
import { run } from './lib/run.mjs';
import { main, say } from './lib/terminal.mjs';
import { ensurePackages } from './setup.mjs';

const PROJECTS = ['page', 'worker', 'tests'];

/**
 * @param {number} [seconds] time limit for each project
 * @returns {Promise<{name: string, passed: boolean, output: string, seconds: number}[]>}
 */
export function checkTypes(seconds = 300) {
  return Promise.all(
    PROJECTS.map(async (name) => {
      const tsc = inRoot('node_modules', 'typescript', 'bin', 'tsc');
      const outcome = await run(process.execPath, [tsc, '-p', inRoot(`tsconfig.${name}.json`), '--pretty', 'false'], {
        seconds,
      });
      const output = outcome.timedOut ? `The type check was stopped after ${seconds} s.` : outcome.output.trim();
      return { name: `types: ${name}`, passed: outcome.status === 0, output, seconds: outcome.seconds };
    }),
  );
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  await main(async () => {
    await ensurePackages();
    const results = await checkTypes();
    for (const { name, passed, output } of results)
      say(`${passed ? 'passed' : 'FAILED'}  ${name}${output ? `\n${output}` : ''}`);
    return results.every((result) => result.passed) ? 0 : 1;
  });
}
