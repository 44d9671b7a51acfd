/** The finished trials of a study on disk: a line of JSON each, with what they were asked with. */
import { appendFileSync, existsSync, readFileSync } from 'node:fs';

/** Results of earlier calls with the same scale, weights and code; lines of other calls are passed over. */
export function readResults(/** @type {string} */ file, /** @type {string} */ asked) {
  if (!existsSync(file)) return [];
  const lines = readFileSync(file, 'utf8').split('\n').filter(Boolean);
  /** @type {any[]} */
  const results = [];
  for (const line of lines) {
    try {
      const entry = JSON.parse(line);
      if (entry.asked === asked) results.push(entry.result);
    } catch {
      // The last line of a killed call may be cut: its trial runs again.
    }
  }
  return results;
}

/** Adds a finished trial to the file that `readResults` reads. */
export function appendResult(
  /** @type {string} */ file,
  /** @type {string} */ asked,
  /** @type {{ id: string }} */ result,
) {
  // Joined to a cut line, the result would be lost with it.
  const cut = existsSync(file) && !['', '\n'].includes(readFileSync(file, 'utf8').slice(-1));
  appendFileSync(file, `${cut ? '\n' : ''}${JSON.stringify({ asked, result })}\n`);
}
