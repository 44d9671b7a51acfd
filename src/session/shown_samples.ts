/** The samples while an import goes on: rows come by the second, and the page is told at a rate that it can bear. */
import type { SampleRow } from '../protocol';

/** Shortest time between two tellings, milliseconds, and what each row adds: every one is drawn from all of them. */
const SHORTEST = 250;
const A_ROW = 0.05;

export class ShownSamples {
  private readonly rows: Map<string, SampleRow>;
  private last = -Infinity;
  private timer: ReturnType<typeof setTimeout> | null = null;

  constructor(
    before: readonly SampleRow[],
    private readonly show: (samples: SampleRow[]) => void,
  ) {
    this.rows = new Map(before.map((row) => [row.id, row]));
  }

  put(rows: readonly SampleRow[], gone: readonly string[] = []): void {
    if (rows.length + gone.length === 0) return;
    for (const id of gone) this.rows.delete(id);
    for (const row of rows) this.rows.set(row.id, row);
    if (this.timer !== null) return;
    const due = this.last + SHORTEST + A_ROW * this.rows.size;
    this.timer = setTimeout(() => this.tell(), Math.max(0, due - performance.now()));
  }

  all(): SampleRow[] {
    return [...this.rows.values()];
  }

  /** Tells nothing more. */
  end(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
  }

  private tell(): void {
    this.timer = null;
    this.last = performance.now();
    this.show(this.all());
  }
}
