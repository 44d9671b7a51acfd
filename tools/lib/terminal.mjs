/** Terminal output: sentences for failures, one live line on a terminal, a line every few seconds elsewhere. */

/** A failure the user can act on: printed as one sentence, without a stack. */
export class Sentence extends Error {}

/** Runs a tool's main function; a Sentence becomes one line on stderr, anything else keeps its stack. Status 1. */
export async function main(/** @type {() => Promise<number | void>} */ body) {
  // Whoever reads no further (`| head`) ends the reading, not the work.
  process.stdout.on('error', (/** @type {NodeJS.ErrnoException} */ error) => {
    if (error.code !== 'EPIPE') throw error;
  });
  try {
    process.exitCode = (await body()) ?? 0;
  } catch (error) {
    process.stderr.write(
      `${error instanceof Sentence ? error.message : error instanceof Error ? error.stack : error}\n`,
    );
    process.exitCode = 1;
  }
}

export const say = (/** @type {string} */ text) => void process.stdout.write(`${text}\n`);

/** `75 s`, `4 min 10 s`, `2 h 5 min`. */
export function duration(/** @type {number} */ seconds) {
  const s = Math.max(0, Math.round(seconds));
  if (s < 90) return `${s} s`;
  if (s < 5400) return `${Math.floor(s / 60)} min ${s % 60} s`;
  return `${Math.floor(s / 3600)} h ${Math.floor((s % 3600) / 60)} min`;
}

/** One line that is rewritten on a terminal, and printed again at most every `every` seconds elsewhere. */
export class LiveLine {
  #last = -Infinity;
  #shown = '';
  #live = process.stdout.isTTY === true;

  constructor(/** @type {number} */ every = 5) {
    this.every = every;
  }

  /** Shows `text` as the current state. */
  show(/** @type {string} */ text) {
    if (this.#live) {
      const width = (process.stdout.columns ?? 100) - 1;
      process.stdout.write(`\r\x1b[2K${text.slice(0, width)}`);
    } else if (text !== this.#shown && performance.now() - this.#last >= this.every * 1000) {
      say(text);
      this.#last = performance.now();
    } else return;
    this.#shown = text;
  }

  /** Prints a line that stays, above the live one. */
  print(/** @type {string} */ text) {
    if (this.#live && this.#shown) process.stdout.write('\r\x1b[2K');
    say(text);
    if (this.#live && this.#shown) process.stdout.write(this.#shown.slice(0, (process.stdout.columns ?? 100) - 1));
  }

  /** Ends the live line; the last state stays visible. */
  end() {
    if (this.#live && this.#shown) process.stdout.write('\n');
    this.#shown = '';
    this.#last = -Infinity;
  }
}
