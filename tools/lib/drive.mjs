/** Drives the page in Chromium: one typed-by-comment call at a time to `window.whylive` (src/session/automation.ts). */
import { Sentence } from './terminal.mjs';

/** @typedef {import('playwright-core').Page} Page */

/**
 * Calls a method of `window.whylive` and waits for its result. What it throws becomes a Sentence: the page's errors
 * already name file, cause and remedy.
 *
 * @param {Page} page
 * @param {string} method
 * @param {...unknown} args plain data
 * @returns {Promise<any>}
 */
export async function call(page, method, ...args) {
  const answer = await page.evaluate(
    async ({ method, args }) => {
      try {
        const api = /** @type {any} */ (window).whylive;
        return { value: (await api[method](...args)) ?? null };
      } catch (error) {
        return { error: error instanceof Error ? error.message : String(error) };
      }
    },
    { method, args },
  );
  if ('error' in answer) throw new Sentence(answer.error ?? 'The page failed without saying why.');
  return answer.value;
}

/**
 * Opens the page and waits until it says that it is ready.
 *
 * @param {Page} page
 * @param {string} url
 * @param {number} seconds
 */
export async function open(page, url, seconds = 120) {
  await page.goto(url);
  await page
    .waitForFunction(() => 'whylive' in window, undefined, { timeout: seconds * 1000 })
    .catch(() => {
      throw new Sentence(`The page did not start within ${seconds} s: open it with npm start and look at its console.`);
    });
  await call(page, 'ready');
}

/** Gives files or a folder to the page as a user would, through a file input made for it. */
export async function give(
  /** @type {Page} */ page,
  /** @type {string} */ id,
  /** @type {string | string[]} */ paths,
  { directory = false } = {},
) {
  await call(page, 'createInput', id, directory);
  await page.locator(`#${id}`).setInputFiles(paths);
}

/**
 * Watches what the page asks the network for, from outside the page: every request that Chromium reports for the page
 * and its threads, and every request that reaches our own server. Requests refused by policy never leave the browser
 * and are not reported by Chromium as sent.
 */
export class NetworkWatch {
  /** @type {{url: string, thread: string, time: number}[]} */
  #seen = [];
  #ready = Infinity;

  /** @param {import('playwright-core').BrowserContext} context */
  constructor(context) {
    const note = (/** @type {string} */ url, /** @type {string} */ thread) => {
      if (/^(https?|wss?):/.test(url)) this.#seen.push({ url, thread, time: Date.now() });
    };
    context.on('request', (request) => note(request.url(), 'seen by Chromium'));
    context.on('page', (page) => page.on('websocket', (socket) => note(socket.url(), 'seen by Chromium')));
  }

  /** For the server's `onRequest`. */
  served(/** @type {string} */ url) {
    this.#seen.push({ url, thread: 'seen by the server', time: Date.now() });
  }

  /** From now on every request breaks the promise. */
  ready() {
    this.#ready = Date.now();
  }

  /** Requests since the page was ready, in the report's form. */
  since() {
    return this.#seen
      .filter(({ time }) => time >= this.#ready)
      .map(({ url, thread, time }) => ({ url, thread, seconds: (time - this.#ready) / 1000 }));
  }
}
