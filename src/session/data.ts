/** The data set: imports through the frames thread, rows kept in IndexedDB, the split a run would use. */
import { split } from '../data/split';
import { ImportError, type ImportReport, type Label, type SampleRow, type SourceFile } from '../protocol';
import { bySource, clearSamples, deleteFrames, loadSamples, saveSamples } from '../store/samples';
import { deleteSetting, loadSetting, saveSetting } from '../store/settings';
import type { StateHolder } from './holder';
import { siteUrl } from './models';
import { summarise } from './report';
import type { Threads } from './threads';

/** Name of a set whose files lie in no folder. */
const FALLBACK_SET = 'My files';

export class DataSet {
  private controller: AbortController | null = null;
  private lastFiles: readonly SourceFile[] = [];
  private lastNotes: readonly string[] = [];
  private embedded: Promise<SourceFile[]> | null = null;

  constructor(
    private readonly holder: StateHolder,
    private readonly threads: Threads,
    private readonly sealed: () => boolean,
    /** Called after rows were saved or removed. */
    private readonly changed: () => void,
  ) {
    threads.frames.on('import.samples', (rows) => {
      if (this.controller === null || this.controller.signal.aborted) return;
      this.holder.updateData({ samples: merge(this.holder.state.data.samples, rows) });
    });
  }

  /** Brings back the rows that this browser kept. */
  async restore(): Promise<void> {
    const [samples, remarks] = await Promise.all([loadSamples(), loadSetting('data.remarks')]);
    this.show(samples, remarks?.rejected ?? [], remarks?.notes ?? []);
  }

  /** Fetches the embedded face set's files, once. */
  fetchEmbedded(): Promise<SourceFile[]> {
    this.embedded ??= this.threads.hub
      .call('folder.fetch', { base: siteUrl('demo/') })
      .then(({ files }) =>
        files.map(({ path, blob }) => ({
          path,
          file: new File([blob], path.split('/').at(-1) ?? path, { type: blob.type }),
        })),
      )
      .catch((error: unknown) => {
        this.embedded = null;
        throw error;
      });
    return this.embedded;
  }

  async importEmbedded(): Promise<void> {
    await this.importFiles(await this.fetchEmbedded());
  }

  /**
   * Imports files beside what is there; a sample that is imported again replaces itself.
   *
   * @throws ImportError when a thread is not sealed, another import is going, or there is nothing to import.
   */
  async importFiles(files: readonly SourceFile[], numericOne: Label | null = null): Promise<void> {
    if (!this.sealed()) {
      throw new ImportError({
        cause: 'The threads that see frames have not proven that they cannot reach the network.',
        remedy: 'No data is accepted. The seal in the header shows what was tried; docs/privacy.md says what to do.',
      });
    }
    if (this.controller !== null) {
      throw new ImportError({
        cause: 'Another import is going.',
        remedy: 'Let it finish, or cancel it, then try again.',
      });
    }
    if (files.length === 0) {
      throw new ImportError({
        cause: 'There was no file in it.',
        remedy: 'Choose a folder with images or videos; live and spoof belong into folders of these names.',
      });
    }
    const controller = new AbortController();
    this.controller = controller;
    const before = { ...this.holder.state.data };
    if (files === this.lastFiles) {
      // The same files again, read differently: what was said about them then holds no longer.
      const stale = new Set(this.lastNotes);
      before.notes = before.notes.filter((note) => !stale.has(note));
    }
    this.lastFiles = files;
    this.holder.clear('data');
    this.holder.updateData({
      importing: { label: 'Starting', done: 0, total: files.length, unit: 'files', rate: null, secondsLeft: null },
    });
    try {
      const report = await this.threads.frames.call(
        'import.run',
        { files: [...files], fallbackSet: FALLBACK_SET, numericOne },
        {
          signal: controller.signal,
          onProgress: (importing) => {
            if (!controller.signal.aborted) this.holder.updateData({ importing });
          },
        },
      );
      await this.accept(report, before, files);
    } catch (error) {
      await this.withdraw(before.samples);
      this.show(before.samples, before.rejected, before.notes);
      throw error;
    } finally {
      this.controller = null;
      this.holder.updateData({ importing: null });
    }
  }

  cancelImport(): void {
    this.controller?.abort();
  }

  /** Imports the last files again with `label` for `1` in numeric label columns. */
  async setNumericOne(label: Label): Promise<void> {
    if (this.lastFiles.length === 0) {
      throw new ImportError({
        cause: 'The files of the last import are no longer at hand.',
        remedy: 'Choose the folder again, then say what 1 means.',
      });
    }
    await this.importFiles(this.lastFiles, label);
  }

  /** Removes every sample, its frame and what the imports remarked. */
  async clear(): Promise<void> {
    this.cancelImport();
    await clearSamples(this.holder.state.data.samples);
    await deleteSetting('data.remarks');
    this.lastFiles = [];
    this.show([], [], []);
    this.changed();
  }

  /** Computes the split again after a change of data or configuration. */
  resplit(): void {
    const { data, config } = this.holder.state;
    this.holder.updateData({ split: data.samples.length === 0 ? NO_SPLIT : split(data.samples, config) });
  }

  private async accept(
    report: ImportReport,
    before: { samples: SampleRow[]; rejected: ImportReport['rejected']; notes: string[] },
    files: readonly SourceFile[],
  ): Promise<void> {
    await saveSamples(report.samples);
    this.lastNotes = report.notes;
    const again = new Set(files.map(({ path }) => path));
    const rejected = [...before.rejected.filter(({ file }) => !again.has(file)), ...report.rejected];
    // Notes are about an import; the same sentence is kept once.
    const notes = [...new Set([...before.notes, ...report.notes])];
    this.show(merge(before.samples, report.samples), rejected, notes);
    await saveSetting('data.remarks', { rejected, notes });
    this.changed();
  }

  /** Removes frames that a cancelled or failed import has already stored. */
  private async withdraw(kept: readonly SampleRow[]): Promise<void> {
    const paths = new Set(kept.map(({ frame }) => frame));
    const orphans = this.holder.state.data.samples.filter(({ frame }) => !paths.has(frame));
    // The import's own error is what the user needs to see; a frame left behind costs only space.
    await deleteFrames(orphans).catch(() => undefined);
  }

  private show(rows: readonly SampleRow[], rejected: ImportReport['rejected'], notes: string[]): void {
    const samples = [...rows].sort(bySource);
    this.holder.updateData({ samples, rejected, notes, sets: summarise(samples) });
    this.resplit();
  }
}

const NO_SPLIT = { train: [], test: [], problems: [] };

/** `before` with `rows` put in place of those with the same id, or behind. */
function merge(before: readonly SampleRow[], rows: readonly SampleRow[]): SampleRow[] {
  const all = new Map(before.map((row) => [row.id, row]));
  for (const row of rows) all.set(row.id, row);
  return [...all.values()];
}
