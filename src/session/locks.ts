/**
 * One trainer per origin. Web Locks are released by the browser when a tab dies, so they also tell a run that is
 * going in another tab from one whose tab was killed.
 */
import { TrainingError } from '../protocol';

const TRAIN = 'whylive-train';
const QUEUE = 'whylive-queue';
const CAPTIONS = 'whylive-captions';
const DRAFTS = 'whylive-drafts';
const EDIT = 'whylive-experiments';
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
        cause: 'Another tab of this page is training or scoring frames.',
        remedy: 'The two would share one graphics card and one disk: stop that one, or wait for it to finish.',
      });
    }
    return navigator.locks.request(runLock(runId), work);
  });
}

/**
 * Runs `work` as the only queue of experiments of this origin.
 *
 * @throws TrainingError at once when another tab works through one.
 */
export async function withQueueLock<T>(work: () => Promise<T>): Promise<T> {
  return navigator.locks.request(QUEUE, { ifAvailable: true }, async (lock) => {
    if (lock === null) {
      throw new TrainingError({
        cause: 'Another tab of this page works through a queue of protocols.',
        remedy: 'Let it finish there, or stop it there and go on here.',
      });
    }
    return work();
  });
}

/** Runs `work` as the only change of stored experiments of this origin, after those that are going: they take moments. */
export async function withEditLock<T>(work: () => Promise<T>): Promise<T> {
  return navigator.locks.request(EDIT, work);
}

/** Runs `work` as the only change of captions of this origin, after those that are going: each reads what is stored. */
export async function withCaptionLock<T>(work: () => Promise<T>): Promise<T> {
  return navigator.locks.request(CAPTIONS, work);
}

/** The same for drafts that wait. */
export async function withDraftLock<T>(work: () => Promise<T>): Promise<T> {
  return navigator.locks.request(DRAFTS, work);
}

/** True when some tab, this one included, works through a queue. */
export async function isQueueHeld(): Promise<boolean> {
  return isHeld(QUEUE);
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
