/** Watches a page at work: what it says twice a second, and whether it says anything at all. */
import { duration } from './terminal.mjs';

/** Seconds without any sign of life from the page before it counts as hung. */
const SILENCE = 900;

/**
 * @template State
 * @param {() => Promise<State>} look asks the page where it stands; a page that cannot answer is asked again
 * @param {(state: State) => void} show
 * @param {(words: string) => void} silent called when nothing has changed for too long
 * @returns {{update: () => Promise<void>, end: () => void}} `update` looks now, `end` stops looking
 */
export function follow(look, show, silent) {
  let last = '';
  let changed = performance.now();
  let ended = false;
  let busy = false;
  const update = async () => {
    const state = await look().catch(() => null);
    if (state === null || ended) return;
    show(state);
    const now = JSON.stringify(state);
    if (now !== last) changed = performance.now();
    last = now;
  };
  const timer = setInterval(() => {
    // Here, and not in an update: a page that hangs never ends one.
    if (performance.now() - changed > SILENCE * 1000) silent(`The page gave no sign of life for ${duration(SILENCE)}`);
    if (busy) return;
    busy = true;
    void update().finally(() => (busy = false));
  }, 500);
  return {
    update,
    end: () => {
      ended = true;
      clearInterval(timer);
    },
  };
}
