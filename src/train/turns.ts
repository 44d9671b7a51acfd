/**
 * Long work on frames in turns: the engine is given back after each batch, so that a caption that someone waits for
 * comes in between. A device that is lost is opened again, and the batch in which it was lost is done again.
 */
import { breathe } from '../model/breathe';
import { CancelledError, DeviceError, type CallContext, type Progress } from '../protocol';
import type { Now } from './clock';
import type { Mutex } from './mutex';
import { RECOVERIES } from './recover';

/** Batches whose pace tells the time left: it follows a device that slows down. */
const WINDOW = 10;

/** What the work needs of the thread that it is in. */
export interface TurnHost {
  readonly engine: Mutex;
  /** Opens a device that failed before, with its model; whether one had. Call with the engine. */
  mend(): Promise<boolean>;
  /** Whether the device was lost, after a command failed. */
  lost(): Promise<boolean>;
}

export interface Turns extends Pick<CallContext, 'signal' | 'progress'> {
  /** What is done, as progress calls it: `Scoring frames`. */
  label: string;
  now?: Now;
}

/**
 * `work` on each batch in order, with the engine. It tells its results itself, at its end: a batch that is cut off by a
 * cancellation or a lost device leaves none.
 *
 * @throws CancelledError when the signal has fired; DeviceError when the device was lost too often; what `work` throws
 */
export async function inTurns<T>(
  batches: readonly (readonly T[])[],
  host: TurnHost,
  { signal, progress, label, now = () => performance.now() }: Turns,
  work: (batch: readonly T[]) => Promise<void>,
): Promise<{ seconds: number; recoveries: number }> {
  const began = now();
  const total = batches.reduce((sum, batch) => sum + batch.length, 0);
  const pace = new Pace(total, now);
  let recoveries = 0;
  /** Whether the loss that the next turn finds mended is counted already. */
  let counted = false;
  const count = (): void => {
    if (recoveries === RECOVERIES) throw lostTooOften(recoveries + 1, pace.done, total);
    recoveries++;
  };
  /** False where the device was lost: it is opened again at the next turn, whoever takes that. */
  const turn = async (batch: readonly T[]): Promise<boolean> => {
    if ((await host.mend()) && !counted) count();
    counted = false;
    try {
      await work(batch);
      return true;
    } catch (error) {
      if (signal.aborted || !(await host.lost())) throw error;
      count();
      counted = true;
      return false;
    }
  };
  progress({ label, unit: 'frames', ...pace.state });
  for (const batch of batches) {
    do {
      if (signal.aborted) throw new CancelledError();
    } while (!(await host.engine.run(() => turn(batch))));
    pace.add(batch.length);
    progress({ label, unit: 'frames', ...pace.state });
    await breathe();
  }
  return { seconds: (now() - began) / 1000, recoveries };
}

/** Counts frames, with the rate of the last batches and the time left. */
class Pace {
  done = 0;
  /** When, and after how many frames, each of the last batches ended; first of all the beginning. */
  private readonly ends: { at: number; done: number }[];

  constructor(
    private readonly total: number,
    private readonly now: Now,
  ) {
    this.ends = [{ at: now(), done: 0 }];
  }

  add(frames: number): void {
    this.done += frames;
    this.ends.push({ at: this.now(), done: this.done });
    if (this.ends.length > WINDOW + 1) this.ends.shift();
  }

  get state(): Pick<Progress, 'done' | 'total' | 'rate' | 'secondsLeft'> {
    const { done, total } = this;
    const [first, last] = [this.ends[0]!, this.ends.at(-1)!];
    const seconds = (last.at - first.at) / 1000;
    const rate = seconds > 0 ? (last.done - first.done) / seconds : null;
    return { done, total, rate, secondsLeft: rate === null ? null : (total - done) / rate };
  }
}

function lostTooOften(times: number, done: number, total: number): DeviceError {
  return new DeviceError({
    file: 'WebGPU',
    cause: `The GPU was lost ${times} times in this work, so it was stopped after ${done} of ${total} frames.`,
    remedy:
      'What was done is kept: close other programs that use the GPU or choose the WASM backend, then go on with the rest.',
  });
}
