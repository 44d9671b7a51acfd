/** Progress of a download: bytes there, bytes a second over the last seconds, seconds left. */
import type { Progress } from '../protocol';

/** Shortest time between two progress messages, milliseconds. */
const INTERVAL = 100;
/** The rate is that of the last so many milliseconds. */
const WINDOW = 5000;

export class Meter {
  private label = '';
  private last = -INTERVAL;
  private readonly marks: { at: number; fetched: number }[] = [];
  /** Bytes that came over the network. */
  fetched = 0;

  /**
   * @param total bytes of the whole
   * @param done bytes that are there already
   */
  constructor(
    private readonly total: number,
    private done: number,
    private readonly tell: (progress: Progress) => void,
    private readonly now: () => number = () => performance.now(),
  ) {}

  arrived(bytes: number): void {
    this.done += bytes;
    this.fetched += bytes;
    this.show(false);
  }

  /** Bytes that were there are given up. */
  lost(bytes: number): void {
    this.done -= bytes;
    this.show(true);
  }

  say(label: string): void {
    this.label = label;
    this.show(true);
  }

  private show(force: boolean): void {
    const now = this.now();
    if (!force && now - this.last < INTERVAL) return;
    this.last = now;
    this.marks.push({ at: now, fetched: this.fetched });
    while (this.marks.length > 2 && now - (this.marks[1]?.at ?? now) > WINDOW) this.marks.shift();
    const [first] = this.marks;
    const seconds = first === undefined ? 0 : (now - first.at) / 1000;
    const rate = first === undefined || seconds < 0.2 ? null : (this.fetched - first.fetched) / seconds;
    const secondsLeft = rate === null || rate === 0 ? null : (this.total - this.done) / rate;
    this.tell({ label: this.label, done: this.done, total: this.total, unit: 'bytes', rate, secondsLeft });
  }
}
