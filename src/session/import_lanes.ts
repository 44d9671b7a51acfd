/**
 * Which thread decodes which files, and when. Files are handed out in small portions, so that what is in flight is
 * bounded and no thread idles at the end; a thread that crashes or falls silent is replaced, and the files that it had
 * in work are tried once more, each alone.
 */
import { WorkerError, type PlannedFile, type PortionResult } from '../protocol';

/** Most files in one portion. */
const MOST = 16;
/** A file whose thread ended so often after decoding it is tried alone. */
const MOST_ENDS = 3;
/** A portion is at most this share of what each thread has left. */
const SHARE = 3;
/** Once an import is ended, a thread gets this long to say what it has done, milliseconds. */
const FAREWELL = 5000;

/** A thread that decodes. */
export interface Lane {
  /**
   * Decodes a portion.
   *
   * @param told  hears of each file that is over, and every few seconds that the thread is alive
   * @throws LaneGone when the thread has crashed
   */
  decode(
    files: readonly PlannedFile[],
    signal: AbortSignal,
    told: { done(path: string): void; alive(): void },
  ): Promise<PortionResult>;
  /** Ends the thread, whatever it is doing, and starts it anew. */
  renew(): Promise<void>;
}

/** The thread ended, or does not answer: what it had in work is unknown. */
export class LaneGone extends Error {
  override readonly name = 'LaneGone';
}

export interface LanesHooks {
  signal: AbortSignal;
  /** Resolves at once unless the import is paused. */
  gate(): Promise<void>;
  /** A file is over. A crash may take that back (`undone`), since what is not saved is lost. */
  done(path: string): void;
  undone(paths: readonly string[]): void;
  /** A portion is over; its rows are saved. */
  portion(result: PortionResult): void;
  /** A file was given up: the thread ended with it, alone. */
  gaveUp(file: PlannedFile, why: string): Promise<void>;
  /** Longest time without a word from a thread at work, milliseconds: it says every few seconds that it is alive. */
  silence: number;
  /** Longest time without a file that is over, milliseconds: what hangs in the browser leaves the thread alive. */
  patience: number;
}

/** @returns how many files are left because the disk is full, and why; 0 and null when all are over or the signal fired. */
export async function decodeAll(
  lanes: readonly Lane[],
  files: readonly PlannedFile[],
  hooks: LanesHooks,
): Promise<{ left: number; full: PortionResult['full'] }> {
  const work = new Work(lanes.length, files, hooks);
  const ends = await Promise.allSettled(lanes.map((lane) => work.run(lane)));
  // What was left when the last thread could not be replaced is an error; one lost thread of several is not.
  const lost = ends.find((end) => end.status === 'rejected');
  if (lost !== undefined && (work.left > 0 || ends.length === 1) && !hooks.signal.aborted && work.full === null) {
    throw lost.reason;
  }
  return { left: hooks.signal.aborted ? 0 : work.left, full: work.full };
}

class Work {
  full: PortionResult['full'] = null;
  private next = 0;
  /** Decoded by a thread that ended before they were saved. */
  /** How often a thread ended with a file that it had decoded. */
  private readonly ends = new Map<string, number>();
  private readonly again: PlannedFile[] = [];
  private undealt = 0;

  constructor(
    private readonly lanes: number,
    private readonly files: readonly PlannedFile[],
    private readonly hooks: LanesHooks,
  ) {}

  /** Files that nobody has dealt with. */
  get left(): number {
    return this.files.length - this.next + this.again.length + this.undealt;
  }

  async run(lane: Lane): Promise<void> {
    for (;;) {
      await this.hooks.gate();
      if (this.over) return;
      const portion = this.take();
      if (portion.length === 0) return;
      const suspects = await this.attempt(lane, portion);
      for (let at = 0; at < suspects.length; at++) {
        await this.hooks.gate();
        if (this.over) {
          this.undealt += suspects.length - at;
          return;
        }
        await this.alone(lane, suspects.slice(at));
      }
    }
  }

  private get over(): boolean {
    return this.hooks.signal.aborted || this.full !== null;
  }

  private take(): PlannedFile[] {
    const size = Math.max(1, Math.min(MOST, Math.ceil(this.left / (this.lanes * SHARE))));
    const portion = this.again.splice(0, size);
    while (portion.length < size && this.next < this.files.length) {
      const file = this.files[this.next++];
      if (file !== undefined) portion.push(file);
    }
    return portion;
  }

  /** @returns files that the thread may have ended with, to be tried alone; the thread is a new one then */
  private async attempt(lane: Lane, portion: PlannedFile[]): Promise<PlannedFile[]> {
    const over = new Set<string>();
    try {
      this.accept(await this.watched(lane, portion, over));
      return [];
    } catch (error) {
      if (!(error instanceof LaneGone)) throw error;
      this.hooks.undone([...over]);
      const suspects = portion.filter(({ path }) => !over.has(path));
      for (const file of portion) {
        if (!over.has(file.path)) continue;
        // Decoded, but not saved: it may be the saving that ends threads.
        const ends = (this.ends.get(file.path) ?? 0) + 1;
        this.ends.set(file.path, ends);
        if (ends < MOST_ENDS) this.again.push(file);
        else suspects.push(file);
      }
      await this.renew(lane, suspects);
      return suspects;
    }
  }

  /** Tries the first of `suspects` by itself. */
  private async alone(lane: Lane, suspects: readonly PlannedFile[]): Promise<void> {
    const [file, ...others] = suspects;
    if (file === undefined) return;
    const over = new Set<string>();
    try {
      this.accept(await this.watched(lane, [file], over));
    } catch (error) {
      if (!(error instanceof LaneGone)) throw error;
      // Ended by the user in the middle of it: that is not the file's fault.
      if (!this.hooks.signal.aborted) await this.hooks.gaveUp(file, error.message);
      if (!over.has(file.path)) this.hooks.done(file.path);
      await this.renew(lane, others);
    }
  }

  /** A thread that cannot be replaced leaves its files to the others. */
  private async renew(lane: Lane, files: readonly PlannedFile[]): Promise<void> {
    try {
      await lane.renew();
    } catch (error) {
      this.again.push(...files);
      throw error;
    }
  }

  private accept(result: PortionResult): void {
    this.full ??= result.full;
    if (result.full !== null) this.undealt += result.outcomes.filter(({ what }) => what === 'left').length;
    this.hooks.portion(result);
  }

  /** Decodes a portion; rejects with LaneGone when the thread says nothing, or comes to no end, for too long. */
  private watched(lane: Lane, portion: readonly PlannedFile[], over: Set<string>): Promise<PortionResult> {
    const { signal, silence, patience, done } = this.hooks;
    return new Promise((resolve, reject) => {
      const timers: { silent?: ReturnType<typeof setTimeout>; idle?: ReturnType<typeof setTimeout> } = {};
      const wait = (which: 'silent' | 'idle', milliseconds: number, what: string): void => {
        clearTimeout(timers[which]);
        const seconds = Math.round(milliseconds / 1000);
        timers[which] = setTimeout(() => reject(new LaneGone(`${what} for ${seconds} seconds`)), milliseconds);
      };
      const heard = (milliseconds = silence): void => wait('silent', milliseconds, 'nothing was heard of it');
      const moved = (): void => wait('idle', patience, 'it came to no end');
      const farewell = (): void => heard(Math.min(FAREWELL, silence));
      signal.addEventListener('abort', farewell, { once: true });
      heard();
      moved();
      const told = {
        done: (path: string): void => {
          over.add(path);
          done(path);
          moved();
          told.alive();
        },
        // Once the import is ended, being alive is no excuse.
        alive: (): void => {
          if (!signal.aborted) heard();
        },
      };
      lane
        .decode(portion, signal, told)
        .then(resolve, reject)
        .finally(() => {
          clearTimeout(timers.silent);
          clearTimeout(timers.idle);
          signal.removeEventListener('abort', farewell);
        });
    });
  }
}

/** What a lane says when its thread is gone, as the end of a sentence. */
export function goneBecause(error: unknown): string {
  return error instanceof WorkerError ? error.why.replace(/\.$/, '') : String(error);
}
