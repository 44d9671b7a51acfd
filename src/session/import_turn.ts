/** One import at a time, or one generation: begun only behind the seal, paused, ended, and what then becomes of it. */
import { ImportError, type Progress } from '../protocol';
import type { StateHolder } from './holder';

/** Whatever the page says of an import that is being prepared or ended. */
export const doing = (label: string, unit: 'files' | 'frames' = 'files', total = 0): Progress => ({
  label,
  done: 0,
  total,
  unit,
  rate: null,
  secondsLeft: null,
});

export class ImportTurn {
  private controller: AbortController | null = null;
  /** Resolves when nothing is going any more. */
  private going: Promise<void> = Promise.resolve();
  /** What becomes of an import that is ended. */
  private ending: 'keep' | 'remove' = 'keep';
  /** Opens when the import is not paused. */
  private gate: { open: Promise<void>; resume(): void } | null = null;

  constructor(
    private readonly holder: StateHolder,
    private readonly sealed: () => boolean,
  ) {}

  get busy(): boolean {
    return this.controller !== null;
  }

  /** True once the import that is going has been told to end. */
  get ended(): boolean {
    return this.controller?.signal.aborted ?? false;
  }

  /** True where what an ended import has done is not wanted. */
  get unwanted(): boolean {
    return this.ended && this.ending === 'remove';
  }

  /** @throws ImportError when a thread is not sealed, or another import is going */
  requireFree(): void {
    if (!this.sealed()) {
      throw new ImportError({
        cause: 'The threads that see frames have not proven that they cannot reach the network.',
        remedy: 'No data is accepted. The seal in the header shows what was tried; docs/privacy.md says what to do.',
      });
    }
    if (this.busy) {
      throw new ImportError({
        cause: 'Another import is going.',
        remedy: 'Let it finish, or cancel it, then try again.',
      });
    }
  }

  /** Runs `work` as the only import, with a signal that `end` fires. */
  async take<T>(importing: Progress, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const controller = new AbortController();
    this.controller = controller;
    this.ending = 'keep';
    this.holder.clear('data');
    this.holder.updateData({ importing });
    let over = (): void => undefined;
    this.going = new Promise((resolve) => (over = resolve));
    try {
      return await work(controller.signal);
    } finally {
      over();
      this.controller = null;
      this.gate = null;
      this.holder.updateData({ importing: null, paused: false });
    }
  }

  /** Resolves when nothing is going any more. */
  over(): Promise<void> {
    return this.going;
  }

  /** Ends what is going; what an import has done is kept, unless `remove`. */
  end(what: 'keep' | 'remove'): void {
    this.ending = what;
    this.controller?.abort();
    this.resume();
  }

  /** True where it was not paused already. */
  pause(): boolean {
    if (this.controller === null || this.gate !== null) return false;
    let resume = (): void => undefined;
    const open = new Promise<void>((resolve) => (resume = resolve));
    this.gate = { open, resume };
    this.holder.updateData({ paused: true });
    return true;
  }

  resume(): void {
    const { gate } = this;
    this.gate = null;
    this.holder.updateData({ paused: false });
    gate?.resume();
  }

  /** Resolves when it is not paused. */
  async open(): Promise<void> {
    await this.gate?.open;
  }
}
