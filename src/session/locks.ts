/**
 * One trainer per origin. Web Locks are released by the browser when a tab dies, so they also tell a run that is
 * going in another tab from one whose tab was killed.
 */
import { TrainingError } from '../protocol';

const TRAIN = 'whylive-train';
const IMPORT = 'whylive-import';
const runLock = (runId: string): string => `whylive-run-${runId}`;

/**
 * Runs `work` as the only training run of this origin.
 *
 * @throws TrainingError at once when another tab is training.
 */
export async function withTrainingLock<T>(runId: string, work: () => Promise<T>): Promise<T> {
  return navigator.locks.request(TRAIN, { ifAvailable: true }, async (lock) => {
    if (lock === null) {
      throw new TrainingError({
        cause: 'Another tab of this page is training.',
        remedy: 'Two runs would share one graphics card and one disk: stop that one, or wait for it to finish.',
      });
    }
    return navigator.locks.request(runLock(runId), work);
  });
}

/** True when some tab, this one included, is working on the run. */
export async function isRunHeld(runId: string): Promise<boolean> {
  return isHeld(runLock(runId));
}

/** True when some tab, this one included, is training. */
export async function isTrainingHeld(): Promise<boolean> {
  return isHeld(TRAIN);
}

/** Marks this tab as importing while `work` goes on; another tab may be too. */
export async function withImportLock<T>(work: () => Promise<T>): Promise<T> {
  return navigator.locks.request(IMPORT, { mode: 'shared' }, work);
}

/** True when some tab, this one included, is importing. */
export async function isImportHeld(): Promise<boolean> {
  return isHeld(IMPORT);
}

async function isHeld(lock: string): Promise<boolean> {
  const { held } = await navigator.locks.query();
  return (held ?? []).some(({ name }) => name === lock);
}
