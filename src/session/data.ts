/** The data set: imports and generated sets through the frames thread, rows kept in IndexedDB, the split a run would use. */
import { keepCaptions } from '../data/keep_captions';
import { matchingCaptions } from '../data/match_captions';
import { isTable, normalise } from '../data/paths';
import { split } from '../data/split';
import { summarise } from '../data/summary';
import {
  ImportError,
  type CallOptions,
  type CaptionTables,
  type GenerateRequest,
  type ImportReport,
  type Label,
  type SampleRow,
  type SourceFile,
} from '../protocol';
import { bySource, clearSamples, deleteFrames, loadSamples, saveSamples } from '../store/samples';
import { deleteFeatures } from '../store/features';
import { deleteSetting, loadSetting, saveSetting } from '../store/settings';
import { checkGenerate, framesOf } from './generated';
import type { StateHolder } from './holder';
import { isTrainingHeld } from './locks';
import { siteUrl } from './models';
import { inSlices } from './slices';
import type { Threads } from './threads';
import type { DataState } from './types';

/** Name of a set whose files lie in no folder. */
const FALLBACK_SET = 'My files';

export class DataSet {
  private controller: AbortController | null = null;
  /** Rows of the call that is going, each of a frame that it stored. */
  private arrived: SampleRow[] = [];
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
      if (this.controller === null) return;
      this.arrived.push(...rows);
      if (this.controller.signal.aborted) return;
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
    this.requireReady();
    if (files.length === 0) {
      throw new ImportError({
        cause: 'There was no file in it.',
        remedy: 'Choose a folder with images or videos; live and spoof belong into folders of these names.',
      });
    }
    const before = { ...this.holder.state.data };
    if (before.samples.length > 0 && files.every(({ path }) => isTable(path))) {
      await this.work(
        before,
        { total: files.length, unit: 'files' },
        (options) => this.threads.frames.call('captions.read', { files: [...files] }, options),
        (tables) => this.attach(tables, before, files),
      );
      return;
    }
    if (files === this.lastFiles) {
      // The same files again, read differently: what was said about them then holds no longer.
      const stale = new Set(this.lastNotes);
      before.notes = before.notes.filter((note) => !stale.has(note));
    }
    this.lastFiles = files;
    const request = { files: [...files], fallbackSet: FALLBACK_SET, numericOne };
    await this.work(
      before,
      { total: files.length, unit: 'files' },
      (options) => this.threads.frames.call('import.run', request, options),
      (report) => this.accept(report, before, files),
    );
  }

  /**
   * Makes a set with the generator, beside what is there; a set of the same name is replaced as a whole, once the new
   * one is complete.
   *
   * @throws ImportError as `importFiles` does, when the request cannot be met, or when a run may be using the frames
   *   that would be replaced.
   */
  async generate(request: GenerateRequest): Promise<void> {
    this.requireReady();
    checkGenerate(request);
    const isOld = ({ set }: SampleRow): boolean => set === request.domain;
    if (this.holder.state.data.samples.some(isOld) && (await isTrainingHeld())) {
      throw new ImportError({
        cause: 'A run is going, here or in another tab, and may be reading the frames that would be replaced.',
        remedy: 'Stop the run first, or generate another set.',
        file: request.domain,
      });
    }
    // Asking for the lock took a moment, in which another import may have begun.
    this.requireReady();
    const before = { ...this.holder.state.data };
    const old = before.samples.filter(isOld);
    const others = before.samples.filter((row) => !isOld(row));
    this.holder.updateData({ samples: others });
    await this.work(
      before,
      { total: framesOf(request).all, unit: 'frames' },
      (options) => this.threads.frames.call('generate.run', request, options),
      async (report) => {
        const kept = new Set(report.samples.map(({ frame }) => frame));
        const { rows, notes } = keepCaptions(old, report.samples, new Set());
        await saveSamples(rows, old);
        this.show([...others, ...rows], before.rejected, [...new Set([...before.notes, ...notes])]);
        // The new rows are saved: a frame of the old ones that cannot be removed costs only space.
        await deleteFrames(old.filter(({ frame }) => !kept.has(frame))).catch(() => undefined);
        this.changed();
      },
    );
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
    // What the vision tower said of the frames is theirs too.
    await deleteFeatures();
    this.lastFiles = [];
    this.show([], [], []);
    this.changed();
  }

  /** Computes the split again after a change of data or configuration. */
  resplit(): void {
    const { data, config } = this.holder.state;
    this.holder.updateData({ split: data.samples.length === 0 ? NO_SPLIT : split(data.samples, config) });
  }

  private requireReady(): void {
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
  }

  /** Runs a call that brings samples in, with progress and cancellation; what fails leaves the data as `before`. */
  private async work<T>(
    before: Readonly<DataState>,
    { total, unit }: { total: number; unit: 'files' | 'frames' },
    call: (options: CallOptions) => Promise<T>,
    accept: (result: T) => Promise<void>,
  ): Promise<void> {
    const { holder } = this;
    const controller = new AbortController();
    this.controller = controller;
    this.arrived = [];
    holder.clear('data');
    holder.updateData({ importing: { label: 'Starting', done: 0, total, unit, rate: null, secondsLeft: null } });
    try {
      const onProgress: CallOptions['onProgress'] = (importing) => {
        if (!controller.signal.aborted) holder.updateData({ importing });
      };
      await accept(await call({ signal: controller.signal, onProgress }));
    } catch (error) {
      const removing = { label: 'Removing what was stored', done: 0, total: 0, unit, rate: null, secondsLeft: null };
      holder.updateData({ importing: removing });
      await this.withdraw(before.samples);
      this.show(before.samples, before.rejected, before.notes);
      throw error;
    } finally {
      this.controller = null;
      this.arrived = [];
      holder.updateData({ importing: null });
    }
  }

  private async accept(
    report: ImportReport,
    before: { samples: SampleRow[]; rejected: ImportReport['rejected']; notes: string[] },
    files: readonly SourceFile[],
  ): Promise<void> {
    const tables = new Set(files.map(({ path }) => normalise(path)));
    const { rows, notes: kept } = keepCaptions(before.samples, report.samples, tables);
    report.notes.push(...kept);
    await saveSamples(rows);
    this.lastNotes = report.notes;
    const again = new Set(files.map(({ path }) => path));
    const rejected = [...before.rejected.filter(({ file }) => !again.has(file)), ...report.rejected];
    // Notes are about an import; the same sentence is kept once.
    const notes = [...new Set([...before.notes, ...report.notes])];
    this.show(merge(before.samples, rows), rejected, notes);
    await saveSetting('data.remarks', { rejected, notes });
    this.changed();
  }

  /** Gives captions of tables that came alone to samples that are there. */
  private async attach(
    { rows, rejected: refused, notes: said }: CaptionTables,
    before: Readonly<DataState>,
    files: readonly SourceFile[],
  ): Promise<void> {
    const { changed, notes: matched } = await inSlices(matchingCaptions(rows, before.samples));
    await saveSamples(changed);
    const again = new Set(files.map(({ path }) => normalise(path)));
    const rejected = [...before.rejected.filter(({ file }) => !again.has(file)), ...refused];
    const notes = [...new Set([...before.notes, ...said, ...matched])];
    this.show(merge(before.samples, changed), rejected, notes);
    await saveSetting('data.remarks', { rejected, notes });
    this.changed();
  }

  /** Puts changed rows, with the same ids, sets and labels, in place of those that are there, and saves them. */
  async replace(rows: readonly SampleRow[]): Promise<void> {
    if (this.controller !== null) {
      throw new ImportError({
        cause: 'An import is going, and would not see the change.',
        remedy: 'Let it finish, or cancel it, then try again.',
      });
    }
    await saveSamples(rows);
    this.holder.updateData({ samples: merge(this.holder.state.data.samples, rows) });
  }

  /** Removes frames that a cancelled or failed call has already stored, except those of rows that were there before. */
  private async withdraw(kept: readonly SampleRow[]): Promise<void> {
    const paths = new Set(kept.map(({ frame }) => frame));
    const orphans = this.arrived.filter(({ frame }) => !paths.has(frame));
    // The call's own error is what the user needs to see; a frame left behind costs only space.
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
