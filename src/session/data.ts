/** The data set: imports and generated sets through the frames threads, rows kept in IndexedDB, the split a run would use. */
import { isTable, normalise } from '../data/paths';
import {
  ImportError,
  type GenerateRequest,
  type Label,
  type SampleRow,
  type SourceFile,
  type Survey,
} from '../protocol';
import { deleteFeatures } from '../store/features';
import { clearSamples } from '../store/samples';
import type { FramesPool } from './frames_pool';
import { Generating } from './generating';
import type { StateHolder } from './holder';
import { FEW, ImportRun, matched } from './import_run';
import { ImportTurn, doing } from './import_turn';
import { USUAL_OPTIONS, type ImportPlan, type RunOptions } from './import_plan';
import { Importer } from './importer';
import { siteUrl } from './models';
import { PendingImport } from './pending_import';
import { ShownData, merged } from './shown_data';
import type { Threads } from './threads';
import { Unfinished, filesOfDataFolder } from './unfinished';
import type { ImportHow } from './types';

export class DataSet {
  private lastFiles: readonly SourceFile[] = [];
  private embedded: Promise<SourceFile[]> | null = null;
  private readonly shown: ShownData;
  private readonly turn: ImportTurn;
  private readonly importer: Importer;
  private readonly unfinished: Unfinished;
  private readonly imports: ImportRun;
  private readonly pending: PendingImport;
  private readonly generating: Generating;

  constructor(
    private readonly holder: StateHolder,
    private readonly threads: Threads,
    pool: FramesPool,
    sealed: () => boolean,
    /** Called after rows were saved or removed. */
    private readonly changed: () => void,
  ) {
    this.shown = new ShownData(holder);
    this.turn = new ImportTurn(holder, sealed);
    this.importer = new Importer(pool);
    this.unfinished = new Unfinished(holder);
    this.imports = new ImportRun(holder, this.importer, this.turn, this.shown, this.unfinished, changed);
    this.pending = new PendingImport(holder, this.importer, () => this.imports.rates);
    this.generating = new Generating(holder, threads, this.turn, this.shown, changed);
  }

  /** Brings back the rows that this browser kept, and an import that was cut off. */
  async restore(): Promise<void> {
    await Promise.all([this.shown.restore(), this.imports.restore()]);
    await this.unfinished.restore();
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
    await this.importFiles(await this.fetchEmbedded(), { ask: false });
  }

  /**
   * Imports files beside what is there; a sample that is imported again replaces itself, and a file that an earlier
   * import has finished is not decoded again. With `ask` more than a few files only wait in `pending`.
   *
   * @throws ImportError when a thread is not sealed, another import is going, or there is nothing to import.
   * @throws CancelledError when it was ended; what it had done is then kept or removed, as was said.
   */
  async importFiles(
    files: readonly SourceFile[],
    { ask = false, options = USUAL_OPTIONS, handle = null }: ImportHow = {},
    numericOne: Label | null = null,
  ): Promise<void> {
    if (files.length > 0 && this.shown.samples.length > 0 && files.every(({ path }) => isTable(path))) {
      return this.captions(files);
    }
    const plan = await this.plan(files, numericOne);
    const { survey } = plan;
    if (ask && (survey.files > FEW || survey.sets.some(({ faceSet }) => faceSet !== null))) {
      this.pending.wait({ plan, options, handle });
    } else {
      this.lastFiles = files;
      await this.imports.run({ plan, options, handle });
    }
  }

  /** What an import of these files would do. */
  async survey(files: readonly SourceFile[]): Promise<Survey> {
    return (await this.plan(files, null)).survey;
  }

  setPending(change: Partial<RunOptions>): void {
    this.pending.set(change);
  }

  /** @throws what `importFiles` throws */
  async startImport(): Promise<void> {
    const waiting = this.pending.take();
    if (waiting === null) return;
    this.lastFiles = waiting.plan.files;
    await this.imports.run(waiting);
  }

  dropImport(): void {
    this.pending.drop();
  }

  pauseImport(): void {
    if (this.turn.pause()) this.importer.pause();
  }

  resumeImport(): void {
    this.importer.resume();
    this.turn.resume();
  }

  /** @throws what `importFiles` throws, and StorageError when the folder cannot be opened */
  async goOn(files: readonly SourceFile[] | null): Promise<void> {
    const { record } = this.unfinished;
    if (record === null) return;
    const given = files ?? (await this.unfinished.files());
    const options = { ...USUAL_OPTIONS, ...record.options };
    // Files that the user chose anew may be others: then the survey is shown first.
    await this.importFiles(given, { ask: files !== null, options, handle: record.handle }, record.numericOne);
  }

  /** The files of a folder that the browser can open again, with its name before their paths. */
  filesOf(handle: FileSystemDirectoryHandle): Promise<SourceFile[]> {
    return filesOfDataFolder(handle);
  }

  forgetUnfinished(): Promise<void> {
    return this.unfinished.end();
  }

  /** @throws what `Generating.generate` throws */
  generate(request: GenerateRequest): Promise<void> {
    return this.generating.generate(request);
  }

  /** Ends what is going; what an import has done is kept, unless `remove`. */
  cancelImport(what: 'keep' | 'remove' = 'keep'): void {
    this.turn.end(what);
    this.importer.resume();
  }

  /** Imports the last files again with `label` for `1` in numeric label columns. */
  async setNumericOne(label: Label): Promise<void> {
    if (this.lastFiles.length === 0) {
      throw new ImportError({
        cause: 'The files of the last import are no longer at hand.',
        remedy: 'Choose the folder again, then say what 1 means.',
      });
    }
    await this.importFiles(this.lastFiles, {}, label);
  }

  /** Removes every sample, its frame and what the imports remarked. */
  async clear(): Promise<void> {
    this.cancelImport('remove');
    this.dropImport();
    await this.turn.over();
    await clearSamples(this.shown.samples);
    await this.unfinished.end();
    // What the vision tower said of the frames is theirs too.
    await deleteFeatures();
    this.lastFiles = [];
    await this.shown.clear();
    this.changed();
  }

  /** Computes the split again after a change of data or configuration. */
  resplit(): void {
    this.shown.resplit();
  }

  /** Puts changed rows, with the same ids, sets and labels, in place of those that are there, and saves them. */
  async replace(rows: readonly SampleRow[]): Promise<void> {
    if (this.turn.busy) {
      throw new ImportError({
        cause: 'An import is going, and would not see the change.',
        remedy: 'Let it finish, or cancel it, then try again.',
      });
    }
    await this.shown.replace(rows);
  }

  private async plan(files: readonly SourceFile[], numericOne: Label | null): Promise<ImportPlan> {
    this.turn.requireFree();
    if (files.length === 0) {
      throw new ImportError({
        cause: 'There was no file in it.',
        remedy: 'Choose a folder with images or videos; live and spoof belong into folders of these names.',
      });
    }
    this.dropImport();
    return this.turn.take(doing('Reading the names'), (signal) => this.importer.plan(files, numericOne, signal));
  }

  /** Gives captions of tables that came alone to samples that are there. */
  private async captions(files: readonly SourceFile[]): Promise<void> {
    this.turn.requireFree();
    await this.turn.take(doing('Reading captions', 'files', files.length), async (signal) => {
      const request = { files: [...files] };
      const tables = await this.threads.frames.call('captions.read', request, {
        signal,
        onProgress: (importing) => this.holder.updateData({ importing }),
      });
      const { changed, notes } = await matched(tables.rows);
      const paths = files.map(({ path }) => normalise(path));
      // Of several tables nobody knows which one a note is of; those of one alone stay beside those of the next.
      const [alone] = paths.length === 1 ? paths : [];
      const named = notes.map((note) => (alone === undefined ? note : `${alone}: ${note}`));
      const said = { rejected: tables.rejected, notes: [...tables.notes, ...named] };
      await this.shown.accept(merged(this.shown.samples, changed), said, paths, new Set(paths));
      this.changed();
    });
  }
}
