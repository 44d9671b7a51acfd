/** The data set: imports and generated sets through the frames threads, rows kept in IndexedDB, the split a run would use. */
import { keepCaptions, keptNotes } from '../data/keep_captions';
import { matchingCaptions } from '../data/match_captions';
import { isTable, normalise } from '../data/paths';
import { recipeOf, refusedBy } from '../data/recipe';
import { split } from '../data/split';
import { summarise } from '../data/summary';
import {
  CancelledError,
  ImportError,
  type CallOptions,
  type CaptionRow,
  type CaptionTables,
  type GenerateRequest,
  type ImportReport,
  type Label,
  type SampleRow,
  type SourceFile,
  type Survey,
} from '../protocol';
import { bySource, clearSamples, deleteFrames, loadSamples, saveSamples } from '../store/samples';
import { deleteFeatures } from '../store/features';
import { removeFinished, type FileKey } from '../store/imported';
import { deleteSetting, loadSetting, saveSetting } from '../store/settings';
import { keptBack } from './faces';
import type { FramesPool } from './frames_pool';
import { checkGenerate, framesOf } from './generated';
import type { StateHolder } from './holder';
import { estimate, untried, withMeasured, withTried, type Rates } from './import_rates';
import { Importer, USUAL_OPTIONS, type ImportPlan, type RunOptions } from './importer';
import { isTrainingHeld, withImportLock } from './locks';
import { siteUrl } from './models';
import { turn } from './listing';
import { ShownSamples } from './shown_samples';
import { inSlices } from './slices';
import type { Threads } from './threads';
import { Unfinished, filesOfDataFolder } from './unfinished';
import type { DataState, ImportHow } from './types';

/** So many files are imported without a word. */
const FEW = 12;
/** Longest time that trying a few files takes, seconds. */
const TRIAL = 6;

/** Whatever the page says of an import that is being prepared or ended. */
const doing = (label: string, unit: 'files' | 'frames' = 'files', total = 0) => ({
  label,
  done: 0,
  total,
  unit,
  rate: null,
  secondsLeft: null,
});

interface Waiting {
  plan: ImportPlan;
  handle: FileSystemDirectoryHandle | null;
  trial: AbortController;
}

export class DataSet {
  private controller: AbortController | null = null;
  /** Resolves when nothing is going any more. */
  private going: Promise<void> = Promise.resolve();
  /** What becomes of an import that is ended. */
  private keeping: 'keep' | 'remove' = 'keep';
  /** Opens when the import is not paused. */
  private gate: { open: Promise<void>; resume(): void } | null = null;
  private waiting: Waiting | null = null;
  /** Rows of a set that is being generated, each of a frame that was stored. */
  private arrived: SampleRow[] = [];
  private lastFiles: readonly SourceFile[] = [];
  private lastNotes: readonly string[] = [];
  private embedded: Promise<SourceFile[]> | null = null;
  private readonly importer: Importer;
  private readonly unfinished: Unfinished;
  private rates: Rates = {};

  constructor(
    private readonly holder: StateHolder,
    private readonly threads: Threads,
    pool: FramesPool,
    private readonly sealed: () => boolean,
    /** Called after rows were saved or removed. */
    private readonly changed: () => void,
  ) {
    this.importer = new Importer(pool);
    this.unfinished = new Unfinished(holder);
    threads.frames.on('import.samples', (rows) => {
      if (this.controller === null) return;
      this.arrived.push(...rows);
      if (this.controller.signal.aborted) return;
      this.holder.updateData({ samples: merge(this.holder.state.data.samples, rows) });
    });
  }

  /** Brings back the rows that this browser kept, and an import that was cut off. */
  async restore(): Promise<void> {
    const [samples, remarks, rates] = await Promise.all([
      loadSamples(),
      loadSetting('data.remarks'),
      loadSetting('import.rates'),
    ]);
    this.rates = rates ?? {};
    this.show(samples, remarks?.rejected ?? [], remarks?.notes ?? [], remarks?.noFace ?? []);
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
    if (files.length > 0 && this.holder.state.data.samples.length > 0 && files.every(({ path }) => isTable(path))) {
      return this.captions(files);
    }
    const plan = await this.plan(files, numericOne);
    const { survey } = plan;
    if (ask && (survey.files > FEW || survey.sets.some(({ faceSet }) => faceSet !== null))) {
      this.wait(plan, options, handle);
    } else await this.run(plan, options, handle);
  }

  /** What an import of these files would do. */
  async survey(files: readonly SourceFile[]): Promise<Survey> {
    return (await this.plan(files, null)).survey;
  }

  setPending(change: Partial<RunOptions>): void {
    const { pending } = this.holder.state.data;
    if (pending === null || this.waiting === null) return;
    const options = { ...pending.options, ...change };
    // The authors cut the faces tightly; their rule counts these crops.
    if (change.rule === 'authors' && change.crop === undefined) options.crop = 'tight';
    this.wait(this.waiting.plan, options, this.waiting.handle);
  }

  /** @throws what `importFiles` throws */
  async startImport(): Promise<void> {
    const { pending } = this.holder.state.data;
    const { waiting } = this;
    if (pending === null || waiting === null) return;
    this.dropImport();
    await this.run(waiting.plan, pending.options, waiting.handle);
  }

  dropImport(): void {
    this.waiting?.trial.abort();
    this.waiting = null;
    this.holder.updateData({ pending: null });
  }

  pauseImport(): void {
    if (this.controller === null || this.gate !== null) return;
    let resume = (): void => undefined;
    const open = new Promise<void>((resolve) => (resume = resolve));
    this.gate = { open, resume };
    this.importer.pause();
    this.holder.updateData({ paused: true });
  }

  resumeImport(): void {
    const { gate } = this;
    this.gate = null;
    this.importer.resume();
    this.holder.updateData({ paused: false });
    gate?.resume();
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
    await this.generating(
      before,
      framesOf(request).all,
      (options) => this.threads.frames.call('generate.run', request, options),
      async (report) => {
        const kept = new Set(report.samples.map(({ frame }) => frame));
        const { rows, ...told } = keepCaptions(old, report.samples, new Set());
        await saveSamples(rows, old);
        const notes = [...new Set([...before.notes, ...keptNotes(told)])];
        this.show([...others, ...rows], before.rejected, notes, before.noFace);
        // The new rows are saved: a frame of the old ones that cannot be removed costs only space.
        await deleteFrames(old.filter(({ frame }) => !kept.has(frame))).catch(() => undefined);
        this.changed();
      },
    );
  }

  /** Ends what is going; what an import has done is kept, unless `remove`. */
  cancelImport(what: 'keep' | 'remove' = 'keep'): void {
    this.keeping = what;
    this.controller?.abort();
    this.resumeImport();
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
    await this.going;
    await clearSamples(this.holder.state.data.samples);
    await deleteSetting('data.remarks');
    await this.unfinished.end();
    // What the vision tower said of the frames is theirs too.
    await deleteFeatures();
    this.lastFiles = [];
    this.show([], [], [], []);
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

  private async plan(files: readonly SourceFile[], numericOne: Label | null): Promise<ImportPlan> {
    this.requireReady();
    if (files.length === 0) {
      throw new ImportError({
        cause: 'There was no file in it.',
        remedy: 'Choose a folder with images or videos; live and spoof belong into folders of these names.',
      });
    }
    this.dropImport();
    return this.exclusive(doing('Reading the names'), (signal) => this.importer.plan(files, numericOne, signal));
  }

  /** Shows what an import would do, and tries a few files of types that were never measured. */
  private wait(plan: ImportPlan, options: RunOptions, handle: FileSystemDirectoryHandle | null): void {
    this.dropImport();
    const waiting = { plan, handle, trial: new AbortController() };
    this.waiting = waiting;
    const { survey } = plan;
    const done = finishedOf(survey, options);
    const guess = (rates: Rates) => estimate(survey, options, rates, this.importer.threads, done.files);
    const places = untried(survey, options, this.rates);
    this.holder.updateData({
      pending: {
        ...{ name: nameOfAll(plan.files), survey, options, finished: done },
        ...{ tried: [], trying: places.length > 0, estimate: guess(this.rates) },
      },
    });
    if (places.length === 0) return;
    const { signal } = waiting.trial;
    const tell = (tried: Awaited<ReturnType<Importer['try']>>): void => {
      const { pending } = this.holder.state.data;
      if (signal.aborted || pending === null) return;
      const known = guess(withTried(this.rates, options, tried));
      this.holder.updateData({ pending: { ...pending, tried, trying: false, estimate: known } });
    };
    // A trial that fails leaves the import as it is, only without an estimate.
    void this.importer.try(plan, places, options, TRIAL, signal).then(tell, () => tell([]));
  }

  private async run(plan: ImportPlan, options: RunOptions, handle: FileSystemDirectoryHandle | null): Promise<void> {
    const before = { ...this.holder.state.data };
    const { files, numericOne, survey } = plan;
    if (files === this.lastFiles) {
      // The same files again, read differently: what was said about them then holds no longer.
      const stale = new Set(this.lastNotes);
      before.notes = before.notes.filter((note) => !stale.has(note));
    }
    this.lastFiles = files;
    const shown = new ShownSamples(before.samples, (samples) => this.holder.updateData({ samples }));
    const fresh = new Map<string, SampleRow>();
    const orphans: string[] = [];
    const known = new Set(before.samples.map(({ id }) => id));
    const names = new Set(survey.sets.map(({ name }) => name));
    const { rule, crop } = options;
    const total = survey.files;
    await this.exclusive(doing('Starting', 'files', total), (signal) =>
      withImportLock(async () => {
        if (total > FEW) {
          await this.unfinished.begin({
            ...{ name: nameOfAll(files), total, done: finishedOf(survey, options).files },
            since: { sets: [...names], began: Date.now() },
            ...{ options: { rule, crop }, numericOne, handle },
          });
        }
        let report: ImportReport;
        let full: boolean;
        try {
          ({ report, full } = await this.importer.run(plan, options, {
            signal,
            gate: async () => this.gate?.open,
            progress: (importing) => {
              if (!signal.aborted) this.holder.updateData({ importing });
            },
            rows: (rows, gone) => {
              for (const row of rows) if (!known.has(row.id)) fresh.set(row.id, row);
              shown.put(rows, gone);
            },
            orphans: (paths) => orphans.push(...paths),
            outcomes: (outcomes, bytes) => (this.rates = withMeasured(this.rates, options, outcomes, bytes)),
            match: async (captions) => {
              const { changed, notes } = await this.match(captions, shown.all());
              shown.put(changed, []);
              return notes;
            },
            all: () => shown.all().filter(({ set }) => names.has(set)),
          }));
        } catch (error) {
          // What is saved stays: only the rest is missing.
          this.show(shown.all(), before.rejected, before.notes, before.noFace);
          this.changed();
          await this.unfinished.leave();
          throw error;
        } finally {
          shown.end();
        }
        if (signal.aborted && this.keeping === 'remove') {
          this.holder.updateData({ importing: doing('Removing what was stored') });
          await this.withdraw([...fresh.values()]);
          // Samples that were there before may have been made anew: what is stored is what there is.
          this.show(await loadSamples(), before.rejected, before.notes, before.noFace);
          await this.unfinished.end();
          this.changed();
          throw new CancelledError();
        }
        await this.accept(report, shown.all(), before, files);
        // A run may be reading them; frames that stay behind cost only space.
        if (orphans.length > 0 && !(await isTrainingHeld())) {
          await deleteFrames(orphans.map((frame) => ({ frame }))).catch(() => undefined);
        }
        if (signal.aborted || full) await this.unfinished.leave();
        else if (total > FEW) await this.unfinished.end();
        if (signal.aborted) throw new CancelledError();
      }),
    );
  }

  /** Gives captions of tables that came alone to samples that are there. */
  private async captions(files: readonly SourceFile[]): Promise<void> {
    this.requireReady();
    const before = { ...this.holder.state.data };
    await this.exclusive(doing('Reading captions', 'files', files.length), async (signal) => {
      const onProgress: CallOptions['onProgress'] = (importing) => this.holder.updateData({ importing });
      const tables: CaptionTables = await this.threads.frames.call(
        'captions.read',
        { files: [...files] },
        { signal, onProgress },
      );
      const { changed, notes: matched } = await this.match(tables.rows, before.samples);
      const again = new Set(files.map(({ path }) => normalise(path)));
      const rejected = [...before.rejected.filter(({ file }) => !again.has(file)), ...tables.rejected];
      const notes = [...new Set([...before.notes, ...tables.notes, ...matched])];
      this.show(merge(before.samples, changed), rejected, notes, before.noFace);
      await saveSetting('data.remarks', { rejected, notes, noFace: before.noFace });
      this.changed();
    });
  }

  /** Captions that name videos or files, given to samples and saved; in steps between which the page may draw. */
  private async match(
    captions: readonly CaptionRow[],
    samples: readonly SampleRow[],
  ): Promise<{ changed: SampleRow[]; notes: string[] }> {
    const found = await inSlices(matchingCaptions(captions, samples));
    await saveSamples(found.changed);
    return found;
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

  /** Runs `work` as the only import, with a signal that `cancelImport` fires. */
  private async exclusive<T>(importing: DataState['importing'], work: (signal: AbortSignal) => Promise<T>): Promise<T> {
    const controller = new AbortController();
    this.controller = controller;
    this.keeping = 'keep';
    this.holder.clear('data');
    this.holder.updateData({ importing });
    let ended = (): void => undefined;
    this.going = new Promise((resolve) => (ended = resolve));
    try {
      return await work(controller.signal);
    } finally {
      ended();
      this.controller = null;
      this.arrived = [];
      this.gate = null;
      this.holder.updateData({ importing: null, paused: false });
    }
  }

  /** Runs the generator, with progress and cancellation; what fails leaves the data as `before`. */
  private generating(
    before: Readonly<DataState>,
    total: number,
    call: (options: CallOptions) => Promise<ImportReport>,
    accept: (report: ImportReport) => Promise<void>,
  ): Promise<void> {
    const { holder } = this;
    return this.exclusive(doing('Starting', 'frames', total), async (signal) => {
      try {
        const onProgress: CallOptions['onProgress'] = (importing) => {
          if (!signal.aborted) holder.updateData({ importing });
        };
        await accept(await call({ signal, onProgress }));
      } catch (error) {
        holder.updateData({ importing: doing('Removing what was stored', 'frames') });
        const paths = new Set(before.samples.map(({ frame }) => frame));
        // The call's own error is what the user needs to see; a frame left behind costs only space.
        await deleteFrames(this.arrived.filter(({ frame }) => !paths.has(frame))).catch(() => undefined);
        this.show(before.samples, before.rejected, before.notes, before.noFace);
        throw error;
      }
    });
  }

  private async accept(
    report: ImportReport,
    samples: readonly SampleRow[],
    before: Pick<DataState, 'rejected' | 'notes' | 'noFace'>,
    files: readonly SourceFile[],
  ): Promise<void> {
    this.lastNotes = report.notes;
    const again = new Set(files.map(({ path }) => path));
    const rejected = [...before.rejected.filter(({ file }) => !again.has(file)), ...report.rejected];
    // Notes are about an import; the same sentence is kept once.
    const notes = [...new Set([...before.notes, ...report.notes])];
    const noFace = [...new Set([...before.noFace, ...report.noFace])];
    this.show(samples, rejected, notes, noFace, false);
    // Sorting and splitting tens of thousands takes a blink each: not both in one.
    await turn();
    this.resplit();
    await saveSetting('data.remarks', { rejected, notes, noFace });
    await saveSetting('import.rates', this.rates);
    this.changed();
  }

  /** Takes back what an import has added. */
  private async withdraw(rows: readonly SampleRow[]): Promise<void> {
    const keys = new Map(rows.map(({ set, file }) => [`${set}\0${file}`, [set, file] satisfies FileKey]));
    await removeFinished(rows, [...keys.values()]);
    // Its row is gone: a frame that cannot be removed costs only space.
    await deleteFrames(rows).catch(() => undefined);
  }

  private show(
    rows: readonly SampleRow[],
    rejected: ImportReport['rejected'],
    notes: string[],
    noFace: string[],
    divide = true,
  ): void {
    const samples = [...rows].sort(bySource);
    const sets = summarise(samples);
    this.holder.updateData({ samples, rejected, notes, noFace, sets, keptBack: keptBack(samples) });
    if (divide) this.resplit();
  }
}

/** Files of the survey that an earlier import has finished, and those of them that it could not use. */
function finishedOf({ finished }: Survey, options: RunOptions): { files: number; refused: number } {
  const recipe = recipeOf(options);
  const refused = finished[refusedBy(recipe)] ?? 0;
  return { files: (finished[recipe] ?? 0) + (options.again ? 0 : refused), refused };
}

const NO_SPLIT = { train: [], test: [], problems: [] };

/** `before` with `rows` put in place of those with the same id, or behind. */
function merge(before: readonly SampleRow[], rows: readonly SampleRow[]): SampleRow[] {
  const all = new Map(before.map((row) => [row.id, row]));
  for (const row of rows) all.set(row.id, row);
  return [...all.values()];
}

/** What the files' paths begin with: `MSU-MFSD`, or `MSU-MFSD and 2 more`. */
function nameOfAll(files: readonly SourceFile[]): string {
  const roots = new Set(files.map(({ path }) => (path.includes('/') ? (path.split('/')[0] ?? '') : 'files')));
  const [first = 'files'] = roots;
  return roots.size > 1 ? `${first} and ${roots.size - 1} more` : first;
}
