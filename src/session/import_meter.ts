/** Progress of an import that may be paused: files done, their rate of late, the time left. */
import type { Progress } from '../protocol';

/** The rate is that of the last so many seconds at work: finished files of an earlier import would make it too high. */
const WINDOW = 20;

export class ImportMeter {
  private done = 0;
  /** When and how much, oldest first; times without pauses, seconds. */
  private marks: { at: number; done: number }[] = [];
  private idle = 0;
  private pausedAt: number | null = null;

  constructor(
    private readonly total: number,
    private readonly now: () => number = () => performance.now() / 1000,
  ) {
    this.mark();
  }

  add(files: number): void {
    this.done += files;
    this.mark();
  }

  pause(): void {
    this.pausedAt ??= this.now();
  }

  resume(): void {
    if (this.pausedAt !== null) this.idle += this.now() - this.pausedAt;
    this.pausedAt = null;
  }

  progress(label: string): Progress {
    const [first] = this.marks;
    const seconds = this.active - (first?.at ?? 0);
    const rate =
      first !== undefined && seconds > 0.5 && this.done > first.done ? (this.done - first.done) / seconds : null;
    const left = this.total - this.done;
    const secondsLeft = left === 0 ? 0 : rate === null ? null : left / rate;
    return { label, done: this.done, total: this.total, unit: 'files', rate, secondsLeft };
  }

  private get active(): number {
    return (this.pausedAt ?? this.now()) - this.idle;
  }

  private mark(): void {
    const at = this.active;
    const last = this.marks.at(-1);
    if (last === undefined || at - last.at >= 0.5) this.marks.push({ at, done: this.done });
    while (this.marks.length > 2 && at - (this.marks[0]?.at ?? at) > WINDOW) this.marks.shift();
  }
}
