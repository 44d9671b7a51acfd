/** The session: one state, the actions of the panels, and the parts that carry them out. */
import {
  WhyLiveError,
  type BackendChoice,
  type CallOptions,
  type WeightChoice,
  type GenerateRequest,
  type KernelChoices,
  type Label,
  type Prediction,
  type Report,
  type RunConfig,
  type ScoringRecord,
  type SourceFile,
} from '../protocol';
import { deleteStorage } from '../store/everything';
import type { RunRecord } from '../store/record';
import { loadPredictions } from '../store/scorings';
import type { ZipFile } from '../store/zip';
import { loadAdapter } from './adapters';
import { Backbones } from './backbones';
import { Boot } from './boot';
import { bundleFiles, bundleZip, type BundleOptions } from './bundle';
import { CaptionDesk } from './captions';
import { DataSet } from './data';
import { Experiments } from './experiments';
import { judgeBy } from './experiments/judge';
import { ExperimentQueue } from './experiments/queue';
import { exportFiles, exportZip } from './exports';
import { StateHolder } from './holder';
import { Inspector } from './inspector';
import { isQueueHeld, isRunHeld, isTrainingHeld } from './locks';
import { Models } from './models';
import { NetworkLog } from './network';
import { OtherModel } from './other';
import { buildReport } from './report';
import { Training } from './run';
import { RunList } from './run_list';
import { Scorings } from './scorings';
import { readSettings, writeSettings } from './settings';
import { Tabs, type Changed } from './tabs';
import type { Threads } from './threads';
import { Usage } from './usage';
import type { InspectState, Notice, ScoreOptions, Session, SessionState, View } from './types';

export class AppSession extends StateHolder implements Session {
  private readonly models: Models;
  readonly backbones: Backbones;
  private readonly data: DataSet;
  readonly captions: CaptionDesk;
  private readonly training: Training;
  private readonly scorings: Scorings;
  private readonly runs = new RunList(this, () => this.runsChanged());
  private readonly queue: ExperimentQueue;
  readonly experiments: Experiments;
  private readonly usage = new Usage(this);
  private readonly inspector: Inspector;
  private readonly other: OtherModel;
  private readonly boot: Boot;
  private readonly tabs: Tabs;
  /** Resolves when boot is over, either way. */
  readonly booted: Promise<void>;

  constructor(private readonly threads: Threads) {
    super();
    const { settings, problems } = readSettings(location.search);
    this.update(settings);
    for (const problem of problems) this.say('page', 'warning', problem);
    const network = new NetworkLog(this, threads);
    this.models = new Models(this, threads);
    this.backbones = new Backbones(
      this,
      threads,
      this.models,
      network,
      () => this.mayLoad(),
      this.usage,
      () => this.tabs.tell('models'),
    );
    this.data = new DataSet(
      this,
      threads,
      () => this.boot.sealed,
      () => this.dataChanged(),
    );
    this.captions = new CaptionDesk(
      this,
      threads,
      (rows) => this.data.replace(rows),
      () => this.mayLoad(),
      () => this.tabs.tell('data'),
    );
    this.training = new Training(
      this,
      threads,
      (crash) => this.boot.revive(crash),
      () => void this.usage.measure(),
      () => this.runsChanged(),
    );
    this.scorings = new Scorings(
      this,
      threads,
      (crash) => this.boot.revive(crash),
      () => void this.usage.measure(),
    );
    const experimentsChanged = (): void => this.tabs.tell('experiments');
    this.queue = new ExperimentQueue(
      this,
      this.training,
      judgeBy(this, this.scorings),
      (runId) => this.runs.remove(runId),
      experimentsChanged,
    );
    this.experiments = new Experiments(this, this.queue, (work) => this.guard('train', work), experimentsChanged);
    this.inspector = new Inspector(this, threads);
    this.other = new OtherModel(this, threads, this.models, network);
    this.boot = new Boot(
      this,
      threads,
      this.models,
      network,
      () => this.data.fetchEmbedded(),
      () => this.restore(),
    );
    this.tabs = new Tabs((what) => void this.otherTab(what));
    this.booted = this.boot.start();
  }

  show(view: View): void {
    this.update({ view });
    this.address();
  }

  setTheme(theme: SessionState['theme']): void {
    this.update({ theme });
    this.address();
  }

  async setBackend(backend: BackendChoice): Promise<void> {
    if (this.occupied !== null) {
      this.say('page', 'warning', `The backend cannot be changed while ${this.occupied}`);
      return;
    }
    this.update({ backend });
    this.address();
    await this.guard('page', async () => {
      await this.booted;
      await this.models.openDevice(backend);
      if (this.state.boot.phase === 'failed' && this.boot.sealed) {
        if (this.state.model === null) await this.models.loadEmbedded();
        this.update({ boot: { phase: 'ready', progress: null } });
      }
    });
  }

  async setWeights(weights: WeightChoice): Promise<void> {
    if (this.occupied !== null) {
      this.say('page', 'warning', `The weights cannot be changed while ${this.occupied}`);
      return;
    }
    this.update({ weights });
    this.address();
    await this.guard('page', async () => {
      await this.booted;
      await this.models.reload();
    });
  }

  setKernel(operation: string, variant: string | null): Promise<void> {
    const choices = new Map(Object.entries(this.state.kernelChoices));
    if (variant === null) choices.delete(operation);
    else choices.set(operation, variant);
    return this.changeKernels(Object.fromEntries(choices), false);
  }

  measureKernels(): Promise<void> {
    return this.changeKernels(this.state.kernelChoices, true);
  }

  importEmbedded(): Promise<void> {
    return this.guard('data', () => this.embedded());
  }

  importFiles(files: SourceFile[]): Promise<void> {
    return this.guard('data', () => this.files(files));
  }

  generate(request: GenerateRequest): Promise<void> {
    return this.guard('data', () => this.generated(request));
  }

  cancelImport(): void {
    this.data.cancelImport();
  }

  setNumericOne(label: Label): Promise<void> {
    return this.guard('data', () => this.data.setNumericOne(label));
  }

  async clearData(): Promise<void> {
    if (await isEngaged()) {
      this.say(
        'data',
        'warning',
        'The data cannot be cleared while a run is going, here or in another tab. Stop the run first.',
      );
      return;
    }
    await this.guard('data', () => this.data.clear());
  }

  async deleteEverything(): Promise<void> {
    if (await isEngaged()) {
      this.say(
        'page',
        'warning',
        'Nothing is deleted while a run is going, here or in another tab. Stop the run first.',
      );
      return;
    }
    await this.guard('page', async () => {
      await this.backbones.cancel();
      // What is loaded may lie in what is deleted.
      if (this.models.loadedKey !== null) await this.models.loadEmbedded();
      if (this.state.other.key !== null) this.other.close();
      await this.data.clear();
      await deleteStorage();
      this.update({ runs: [], run: null, runDetail: null, probes: [], experiments: [], ownProtocols: [] });
      await this.experiments.restore();
      this.updateInspect({ runId: null });
      this.updateBackbone({ listing: null, failure: null, outcome: null });
      await this.backbones.refresh();
      for (const what of ['data', 'runs', 'models'] as const) this.tabs.tell(what);
      await this.usage.measure();
    });
  }

  loadEmbeddedModel(): Promise<void> {
    return this.guard('page', () => this.model(() => this.models.loadEmbedded()));
  }

  loadAdapterFolder(name: string, files: SourceFile[], options: CallOptions = {}): Promise<void> {
    return this.guard('runs', async () => void (await this.adapter(name, files, options)));
  }

  setConfig(change: Partial<RunConfig>): void {
    const config = { ...this.state.config, ...change };
    this.update({ config });
    this.address();
    this.data.resplit();
  }

  async startDemo(): Promise<void> {
    // The second half of a double click asks for what is already on its way.
    if (this.engaged || this.state.data.importing !== null) return;
    await this.guard('data', async () => {
      await this.booted;
      if (this.state.model === null) await this.models.loadEmbedded();
      if (this.state.data.samples.length === 0) await this.embedded();
      this.show('train');
      await this.startRun();
    });
  }

  startRun(): Promise<void> {
    return this.guard('train', async () => {
      this.mayStart();
      await this.training.start();
    });
  }

  startFrom(runId: string): Promise<void> {
    return this.guard('train', async () => {
      this.show('train');
      this.mayStart();
      await this.training.start(this.runs.record(runId));
    });
  }

  pauseRun(): Promise<void> {
    return this.guard('train', () => this.training.pause());
  }

  resumeRun(): Promise<void> {
    return this.guard('train', () => this.training.resume());
  }

  stopRun(): Promise<void> {
    return this.guard('train', () => this.training.stop());
  }

  continueRun(runId: string, moreSteps: number): Promise<void> {
    return this.guard('train', async () => {
      this.show('train');
      this.mayStart();
      await this.training.continue(runId, moreSteps);
    });
  }

  selectSample(sampleId: string): void {
    this.inspector.select(sampleId);
    this.other.forget();
  }

  setInspect(change: Partial<Pick<InspectState, 'style' | 'runId' | 'sampling'>>): void {
    this.inspector.set(change);
    if (change.style !== undefined) this.other.forget();
  }

  explain(): Promise<void> {
    return this.asked(() => this.inspector.explain());
  }

  cancelExplain(): void {
    this.inspector.cancel();
  }

  openOtherFolder(name: string, files: SourceFile[]): Promise<void> {
    return this.asked(() => this.other.openFolder(name, files));
  }

  openOtherStored(key: string): Promise<void> {
    return this.asked(() => this.other.openStored(key));
  }

  openOwnAsOther(): Promise<void> {
    return this.asked(() => this.other.openOwn());
  }

  askOther(): Promise<void> {
    return this.asked(() => this.other.ask());
  }

  cancelOther(): void {
    this.other.cancel();
  }

  closeOther(): void {
    this.other.close();
  }

  frameUrl(sampleId: string): Promise<string> {
    return this.inspector.frameUrl(sampleId);
  }

  async score(runId: string, sampleIds: readonly string[], options: ScoreOptions): Promise<ScoringRecord> {
    try {
      this.clear('runs');
      const record = await this.strict.score(runId, sampleIds, options);
      const [first] = record.failed;
      if (first !== undefined) {
        const text = `${record.failed.length} of ${record.frames} frames could not be scored. The first: ${first.file}: ${first.reason}`;
        this.say('runs', 'warning', text);
      }
      return record;
    } catch (error) {
      this.fail('runs', error);
      throw error;
    }
  }

  cancelScoring(): void {
    this.scorings.cancel();
  }

  predictions(scoringId: string): Promise<Prediction[]> {
    return loadPredictions(scoringId);
  }

  renameRun(runId: string, name: string): Promise<void> {
    return this.guard('runs', () => this.runs.rename(runId, name));
  }

  async deleteRun(runId: string): Promise<void> {
    if ((this.training.busy && this.state.run?.id === runId) || (await isRunHeld(runId))) {
      this.say('runs', 'warning', 'This run is going. Stop it first, then delete it.');
      return;
    }
    await this.guard('runs', () => this.runs.remove(runId));
  }

  report(runId: string): Report {
    return buildReport(this.runs.record(runId), this.state.data.samples, this.state.requests);
  }

  async exportRun(runId: string): Promise<Blob> {
    try {
      return await exportZip(this.threads, this.runs.record(runId), this.report(runId));
    } catch (error) {
      this.fail('runs', error);
      throw error;
    }
  }

  async exportBundle(runId: string, options: BundleOptions): Promise<Blob> {
    try {
      return await bundleZip(this, this.threads, this.runs.record(runId), options);
    } catch (error) {
      this.fail('runs', error);
      throw error;
    }
  }

  /** Actions as the panels have them report failures as notices; these reject instead, for a script that waits. */
  readonly strict = {
    importEmbedded: (): Promise<void> => this.embedded(),
    importFiles: (files: SourceFile[]): Promise<void> => this.files(files),
    generate: (request: GenerateRequest): Promise<void> => this.generated(request),
    loadModelFolder: (name: string, files: SourceFile[]): Promise<void> =>
      this.model(() => this.models.loadFolder(name, files)),
    loadAdapterFolder: (name: string, files: SourceFile[]): Promise<RunRecord> => this.adapter(name, files),
    startRun: (fromRunId: string | null = null): Promise<RunRecord> =>
      this.training.start(fromRunId === null ? null : this.runs.record(fromRunId)),
    /** @throws WhyLiveError where a run or another scoring is going; what was predicted before a failure is kept */
    score: async (runId: string, sampleIds: readonly string[], options: ScoreOptions): Promise<ScoringRecord> => {
      this.mayStart();
      if (this.training.busy) {
        throw new WhyLiveError({ cause: 'A run is going.', remedy: 'Stop it first, or let it finish.' });
      }
      return this.scorings.score(this.runs.record(runId), sampleIds, options);
    },
    bundleFiles: (runId: string, options: BundleOptions): Promise<ZipFile[]> =>
      bundleFiles(this, this.threads, this.runs.record(runId), options),
    continueRun: (runId: string, moreSteps: number): Promise<RunRecord> => this.training.continue(runId, moreSteps),
    exportFiles: (runId: string): ReturnType<typeof exportFiles> =>
      exportFiles(this.threads, this.runs.record(runId), this.report(runId)),
  };

  private async embedded(): Promise<void> {
    void this.usage.askToPersist();
    await this.data.importEmbedded();
  }

  private async files(files: SourceFile[]): Promise<void> {
    void this.usage.askToPersist();
    await this.data.importFiles(files);
  }

  private async generated(request: GenerateRequest): Promise<void> {
    void this.usage.askToPersist();
    await this.data.generate(request);
  }

  private async model(load: () => Promise<void>): Promise<void> {
    this.mayLoad();
    await load();
  }

  /** True while this tab trains, or works through protocols. */
  private get engaged(): boolean {
    return this.training.busy || this.queue.busy;
  }

  /** @throws WhyLiveError while the queue is going: between two of its jobs nothing else may begin */
  private mayStart(): void {
    if (this.queue.busy) {
      throw new WhyLiveError({ cause: 'A queue of protocols is going.', remedy: 'Stop it first, or let it finish.' });
    }
  }

  /** @throws WhyLiveError while a run is going, or frames are being scored */
  private mayLoad(): void {
    if (this.engaged) {
      throw new WhyLiveError({ cause: 'A run is going on the model that is loaded.', remedy: 'Stop the run first.' });
    }
    if (this.scorings.busy) {
      const cause = 'Frames are being scored with the model that is loaded.';
      throw new WhyLiveError({ cause, remedy: 'Cancel that first, or let it finish.' });
    }
  }

  /** What the device is held by, and what to do about it; null: nothing. */
  private get occupied(): string | null {
    if (this.queue.busy) return 'a queue of protocols is going. Stop it first.';
    if (this.training.busy) return 'a run is going. Stop the run first.';
    return this.scorings.busy ? 'frames are being scored. Cancel that first.' : null;
  }

  private async adapter(name: string, files: SourceFile[], options: CallOptions = {}): Promise<RunRecord> {
    this.mayLoad();
    this.clear('runs');
    const record = await loadAdapter(this, this.threads, name, files, options);
    this.runs.add(record);
    this.updateInspect({ runId: record.id });
    for (const note of record.adapter?.notes ?? []) this.say('runs', 'note', note);
    return record;
  }

  /** Turns a rejection into a notice at `place`: no panel has to. */
  private async guard(place: Notice['place'], work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.fail(place, error);
    }
  }

  /** Something of Inspect: old failures there are taken away first. */
  private asked(work: () => Promise<void>): Promise<void> {
    return this.guard('inspect', () => {
      this.clear('inspect');
      return work();
    });
  }

  /** Brings back samples and runs. A run that was going when its tab died is marked, and says where it can go on. */
  private async restore(): Promise<void> {
    await this.data.restore();
    // Without the list of models the page is still whole.
    await this.backbones.refresh().catch((error: unknown) => this.fail('page', error));
    await this.runs.restore();
    await this.experiments.restore();
    await this.usage.measure();
  }

  /** Another tab of this page has changed what is stored. */
  private async otherTab(what: Changed): Promise<void> {
    if (this.state.boot.phase !== 'ready') return;
    if (what === 'data' && this.state.data.importing === null && !this.engaged) {
      await this.guard('page', () => this.data.restore());
    }
    if (what === 'models') await this.guard('page', () => this.backbones.refresh());
    if (what === 'experiments') await this.guard('page', () => this.experiments.restore());
    if (what === 'runs' && !this.engaged) {
      await this.guard('page', () => this.runs.reload());
    }
  }

  private async changeKernels(kernelChoices: KernelChoices, again: boolean): Promise<void> {
    if (this.occupied !== null) {
      this.say('page', 'warning', `The kernels cannot be changed while ${this.occupied}`);
      return;
    }
    this.update({ kernelChoices });
    this.address();
    await this.guard('page', () => this.models.prepareKernels(again));
  }

  private runsChanged(): void {
    this.tabs.tell('runs');
    void this.usage.measure();
  }

  private dataChanged(): void {
    this.inspector.giveBack();
    this.other.forget();
    this.captions.forget();
    const { inspect, data } = this.state;
    if (inspect.sampleId !== null && !data.samples.some(({ id }) => id === inspect.sampleId)) {
      this.updateInspect({ sampleId: null, on: { ...inspect.on, text: '' }, off: { ...inspect.off, text: '' } });
    }
    this.tabs.tell('data');
    void this.usage.measure();
  }

  private address(): void {
    const query = writeSettings(this.state, location.search);
    history.replaceState(history.state, '', `${location.pathname}${query}${location.hash}`);
  }
}

/** True while some tab of this page trains or works through protocols: what is stored is in use. */
async function isEngaged(): Promise<boolean> {
  return (await isTrainingHeld()) || (await isQueueHeld());
}
