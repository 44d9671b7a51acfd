/** The data as the page shows them: rows in their one order, counts, the split, and what there is to say of them. */
import { split } from '../data/split';
import { summarise } from '../data/summary';
import type { ImportReport, SampleRow } from '../protocol';
import { bySource, loadSamples, saveSamples } from '../store/samples';
import { deleteSetting, loadSetting, saveSetting, type ImportNotes } from '../store/settings';
import { keptBack } from './faces';
import type { StateHolder } from './holder';
import { grouped, withNotes } from './notes';
import { remarks } from './remarks';
import { turn } from './slices';

const NO_SPLIT = { train: [], test: [], problems: [] };

/** What an import has to say, apart from its samples. */
export type Said = Pick<ImportReport, 'rejected' | 'notes'> & Partial<Pick<ImportReport, 'noFace' | 'passing'>>;

export class ShownData {
  /** What imports said, the oldest first. Remarks on the samples are made anew whenever these change. */
  private notes: readonly ImportNotes[] = [];

  constructor(private readonly holder: StateHolder) {}

  get samples(): readonly SampleRow[] {
    return this.holder.state.data.samples;
  }

  /** Brings back what this browser kept. */
  async restore(): Promise<void> {
    const [samples, told, notes] = await Promise.all([
      loadSamples(),
      loadSetting('data.remarks'),
      loadSetting('data.notes'),
    ]);
    this.notes = notes ?? [];
    this.holder.updateData({ rejected: told?.rejected ?? [], noFace: told?.noFace ?? [] });
    this.show(samples);
  }

  /** Shows these rows and no others. */
  show(rows: readonly SampleRow[]): void {
    this.sort(rows);
    this.resplit();
  }

  /**
   * Shows these rows and what an import said, which is kept.
   *
   * @param about  names of its sets, or paths of tables that came alone: what was said of them before is replaced
   * @param again  paths of the files that were given: what an earlier import said of each is forgotten
   * @param parts  sets of `about` of which this brought another part only: what was said of the earlier ones stands
   */
  async accept(
    rows: readonly SampleRow[],
    said: Said,
    about: readonly string[],
    again: ReadonlySet<string>,
    parts: ReadonlySet<string> = new Set(),
  ): Promise<void> {
    const before = this.holder.state.data;
    const rejected = [...before.rejected.filter(({ file }) => !again.has(file)), ...said.rejected];
    const fileOf = (line: string): string => line.slice(0, line.lastIndexOf(': '));
    const noFace = [...before.noFace.filter((line) => !again.has(fileOf(line))), ...(said.noFace ?? [])];
    this.notes = withNotes(this.notes, { about: [...about], notes: said.notes, passing: said.passing ?? [] }, parts);
    this.holder.updateData({ rejected, noFace });
    this.sort(rows);
    // Sorting and splitting tens of thousands takes a blink each: not both in one.
    await turn();
    this.resplit();
    await saveSetting('data.remarks', { rejected, noFace });
    await saveSetting('data.notes', [...this.notes]);
  }

  /** Puts changed rows, with the same ids, sets and labels, in place of those that are there, and saves them. */
  async replace(rows: readonly SampleRow[]): Promise<void> {
    await saveSamples(rows);
    const samples = merged(this.samples, rows);
    this.holder.updateData({ samples, notes: this.notesOn(samples) });
  }

  /** Nothing is there any more, and nothing to say. */
  async clear(): Promise<void> {
    await deleteSetting('data.remarks');
    await deleteSetting('data.notes');
    this.notes = [];
    this.holder.updateData({ rejected: [], noFace: [] });
    this.show([]);
  }

  /** Computes the split again after a change of data or configuration. */
  resplit(): void {
    const { data, config } = this.holder.state;
    this.holder.updateData({ split: data.samples.length === 0 ? NO_SPLIT : split(data.samples, config) });
  }

  private sort(rows: readonly SampleRow[]): void {
    const samples = [...rows].sort(bySource);
    const sets = summarise(samples);
    this.holder.updateData({ samples, sets, keptBack: keptBack(samples), notes: this.notesOn(samples) });
  }

  private notesOn(samples: readonly SampleRow[]): string[] {
    return [...remarks(samples), ...grouped(this.notes)];
  }
}

/** `before` with `rows` put in place of those with the same id, or behind. */
export function merged(before: readonly SampleRow[], rows: readonly SampleRow[]): SampleRow[] {
  const all = new Map(before.map((row) => [row.id, row]));
  for (const row of rows) all.set(row.id, row);
  return [...all.values()];
}
