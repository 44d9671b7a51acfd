/** Progress that does not flood the page, and rows in batches. */
import type { CallContext, SampleRow } from '../protocol';

/** Shortest time between two messages, milliseconds. */
const INTERVAL = 100;

/** Counts files or frames, with their rate and the time left. */
export class Meter {
  private readonly began = performance.now();
  private last = -INTERVAL;

  /**
   * @param total  units in all
   * @param done   units already dealt with
   * @param unit   what is counted, for the page
   */
  constructor(
    private readonly report: CallContext['progress'],
    private readonly total: number,
    private done = 0,
    private readonly unit: 'files' | 'frames' = 'files',
  ) {}

  begin(label: string): void {
    this.tell(label, false);
  }

  end(label: string): void {
    this.done++;
    this.tell(label, this.done >= this.total);
  }

  private tell(label: string, force: boolean): void {
    const now = performance.now();
    if (!force && now - this.last < INTERVAL) return;
    this.last = now;
    const elapsed = (now - this.began) / 1000;
    const rate = this.done > 0 && elapsed > 0 ? this.done / elapsed : null;
    this.report({
      label,
      done: this.done,
      total: this.total,
      unit: this.unit,
      rate,
      secondsLeft: rate === null ? null : (this.total - this.done) / rate,
    });
  }
}

/** Gathers rows and hands them on at most every quarter second or every 64 rows. */
export class Batches {
  private rows: SampleRow[] = [];
  private last = performance.now();

  constructor(private readonly send: (rows: SampleRow[]) => void) {}

  add(rows: readonly SampleRow[]): void {
    this.rows.push(...rows);
    if (this.rows.length >= 64 || performance.now() - this.last > 250) this.flush();
  }

  flush(): void {
    this.last = performance.now();
    if (this.rows.length === 0) return;
    this.send(this.rows);
    this.rows = [];
  }
}
