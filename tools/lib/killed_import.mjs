/** An import whose browser is killed half way, and the same folder given again in a new one with the same storage. */
import { launchChromium } from './chromium.mjs';
import { call, give, open } from './drive.mjs';
import { browserProcesses } from './process_memory.mjs';
import { Sentence } from './terminal.mjs';

/** Share of the clips after which the browser is killed. */
const SHARE = 0.5;

/**
 * @param {object} what
 * @param {import('playwright-core').Page} what.page a page that is ready, of the browser that is killed
 * @param {import('playwright-core').BrowserContext} what.context
 * @param {string} what.executable
 * @param {string} what.profile
 * @param {string} what.given folder to import, as one set
 * @param {string} what.address of the page, the same for both browsers: storage belongs to it
 * @param {number} what.clips how many lie in the folder
 * @returns {Promise<{page: import('playwright-core').Page, close: () => Promise<unknown>, doneBefore: number, kept: number, decoded: number, faults: string[]}>}
 */
export async function killAndGoOn({ page, context, executable, profile, given, address, clips }) {
  await give(page, 'killed', given, { directory: true });
  // Its end is the browser's: what becomes of the call does not matter.
  call(page, 'importFromInput', 'killed').catch(() => undefined);
  const wanted = Math.floor(SHARE * clips);
  const progress = () =>
    page.evaluate(() => {
      const { importing } = /** @type {any} */ (window).whylive.session.state.data;
      return { done: importing?.done ?? null, total: importing?.total ?? null };
    });
  let doneBefore = 0;
  for (let going = false; doneBefore < wanted;) {
    const { done, total } = await progress();
    if (done === null && going) throw new Sentence('The import ended before its browser could be killed.');
    going ||= done !== null;
    if (total === clips) doneBefore = done ?? 0;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  const closed = new Promise((resolve) => context.once('close', resolve));
  for (const { id } of browserProcesses(profile)) process.kill(Number(id), 'SIGKILL');
  await closed;

  const browser = await launchChromium({ executable, profile });
  const next = browser.context.pages()[0] ?? (await browser.context.newPage());
  await open(next, address);
  const before = await samplesOf(next, given);
  await give(next, 'again', given, { directory: true });
  const { rejected, notes } = await call(next, 'importFromInput', 'again');
  const said = notes.map((/** @type {string} */ note) => /^(\d+) files? (?:was|were) there already/.exec(note)?.[1]);
  const kept = Number(said.findLast((/** @type {string | undefined} */ found) => found !== undefined) ?? 0);
  const faults = rejected.map((/** @type {{file: string, reason: string}} */ { file, reason }) => `${file}: ${reason}`);
  // Two frames a clip: what was saved before the kill is what is not decoded again.
  if (before !== 2 * kept) faults.push(`${before} frames had been saved before the kill, and ${kept} clips were kept.`);
  if (kept === 0) faults.push('Nothing was kept of the import that was killed.');
  return { page: next, close: browser.close, doneBefore, kept, decoded: clips - kept, faults };
}

/** Samples of the folder's set that the page has brought back from storage. */
function samplesOf(/** @type {import('playwright-core').Page} */ page, /** @type {string} */ folder) {
  const set = folder.slice(folder.lastIndexOf('/') + 1);
  return page.evaluate(
    (name) =>
      /** @type {any} */ (window).whylive.session.state.data.samples.filter(
        (/** @type {any} */ row) => row.set === name,
      ).length,
    set,
  );
}
