/** Child processes: quiet by default, killed with their children when they take too long. */
import { spawn } from 'node:child_process';
import { ROOT } from './paths.mjs';

const running = new Set();

/** Ends a child and whatever it started (its process group, where the system has such a thing). */
function end(/** @type {import('node:child_process').ChildProcess} */ child, /** @type {NodeJS.Signals} */ signal) {
  try {
    if (process.platform === 'win32' || child.pid === undefined) child.kill(signal);
    else process.kill(-child.pid, signal);
  } catch {
    child.kill(signal);
  }
}

for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) {
  process.once(signal, () => {
    for (const child of running) end(child, 'SIGTERM');
    // Tools that clean up on Ctrl-C install their own listener; without one the default is restored here.
    if (process.listenerCount(signal) === 0) process.exit(130);
  });
}

/**
 * @typedef {object} Outcome
 * @property {number} status exit status; 124 when the time limit ended it
 * @property {string} output stdout and stderr together (the last 200,000 characters)
 * @property {boolean} timedOut
 * @property {number} seconds
 */

/**
 * Runs a command in the project's root and resolves when it ends; never rejects for its exit status.
 *
 * @param {string} command
 * @param {string[]} args
 * @param {{seconds?: number, env?: NodeJS.ProcessEnv, onOutput?: (text: string) => void, shell?: boolean}} [options]
 * @returns {Promise<Outcome>}
 */
export function run(command, args, options = {}) {
  const start = performance.now();
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      cwd: ROOT,
      env: { ...process.env, ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
      shell: options.shell ?? false,
      detached: process.platform !== 'win32',
    });
    running.add(child);
    let output = '';
    let timedOut = false;
    const take = (/** @type {Buffer} */ chunk) => {
      const text = chunk.toString();
      output = (output + text).slice(-200_000);
      options.onOutput?.(text);
    };
    child.stdout.on('data', take);
    child.stderr.on('data', take);
    const timer =
      options.seconds === undefined
        ? undefined
        : setTimeout(() => {
            timedOut = true;
            end(child, 'SIGTERM');
            setTimeout(() => end(child, 'SIGKILL'), 5000).unref();
          }, options.seconds * 1000);
    let settled = false;
    const settle = (/** @type {number} */ status) => {
      if (settled) return;
      settled = true;
      clearTimeout(timer);
      running.delete(child);
      resolve({ status: timedOut ? 124 : status, output, timedOut, seconds: (performance.now() - start) / 1000 });
    };
    child.on('error', (error) => {
      output += `${error.message}\n`;
      settle(127);
    });
    child.on('close', (code) => settle(code ?? 1));
    // A grandchild that keeps the pipe open must not hold us for ever.
    child.on('exit', (code) => setTimeout(() => settle(code ?? 1), 3000));
  });
}
