/** A run that is going: its clock, its stop, and the gate at which it waits while paused. */
import { RunClock } from './clock';

export class Running {
  clock = new RunClock();
  private readonly stopping = new AbortController();
  /** Set while paused: resolves when the run may go on. */
  private gate: { opened: Promise<void>; open: () => void } | null = null;

  constructor(readonly runId: string) {}

  /** Aborted when the run is to stop. */
  get signal(): AbortSignal {
    return this.stopping.signal;
  }

  get paused(): boolean {
    return this.gate !== null;
  }

  pause(): void {
    if (this.gate !== null) return;
    let open = (): void => undefined;
    const opened = new Promise<void>((resolve) => (open = resolve));
    this.gate = { opened, open };
  }

  resume(): void {
    this.gate?.open();
    this.gate = null;
  }

  stop(): void {
    this.stopping.abort();
    this.resume();
  }

  /** Resolves when the run may go on; the clock stands meanwhile. */
  async wait(): Promise<void> {
    this.clock.pause();
    await this.gate?.opened;
    this.clock.resume();
  }
}
