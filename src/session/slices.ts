/** Work in steps on the page's own thread: it gives way before a frame would be missed. */

/** Longest time at a stretch, milliseconds. */
const SLICE = 8;

/** Drives `steps` to its end, with turns of the event loop in between. */
export async function inSlices<T>(steps: Generator<unknown, T, void>): Promise<T> {
  for (;;) {
    for (const end = performance.now() + SLICE; performance.now() < end;) {
      const step = steps.next();
      if (step.done) return step.value;
    }
    await turn();
  }
}

/** Lets the page draw and answer. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve));
}
