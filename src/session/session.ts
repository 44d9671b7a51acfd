/** The session: one state, and the actions of the panels, which show what fails as a notice. */
import type {
  BackendChoice,
  CallOptions,
  GenerateRequest,
  KernelChoices,
  Label,
  Prediction,
  Report,
  RunConfig,
  ScoringRecord,
  SourceFile,
  WeightChoice,
} from '../protocol';
import { loadPredictions } from '../store/scorings';
import type { BackboneActions, CaptionActions, ImportHow, ScoreOptions, Session } from './actions';
import type { BundleOptions } from './bundle';
import type { Experiments } from './experiments';
import { setFaces } from './faces';
import { canPickFolders, pickFolder } from './folder_picker';
import { StateHolder } from './holder';
import type { RunOptions } from './import_plan';
import { isRunHeld } from './locks';
import { isEngaged } from './occupied';
import { SessionParts } from './session_parts';
import { readSettings, writeSettings } from './settings';
import { StrictActions } from './strict';
import type { Threads } from './threads';
import type { InspectState, SessionState, View } from './types';

export class AppSession extends StateHolder implements Session {
  private readonly parts: SessionParts;
  readonly backbones: BackboneActions;
  readonly captions: CaptionActions;
  readonly experiments: Experiments;
  /** The same actions for a script that waits: they reject where these show a notice. */
  readonly strict: StrictActions;
  /** Resolves when boot is over, either way. */
  readonly booted: Promise<void>;

  constructor(threads: Threads) {
    super();
    const { settings, problems } = readSettings(location.search);
    this.update(settings);
    for (const problem of problems) this.say('page', 'warning', problem);
    this.parts = new SessionParts(this, threads);
    ({ backbones: this.backbones, captions: this.captions, experiments: this.experiments } = this.parts);
    this.strict = new StrictActions(this, this.parts, threads);
    this.booted = this.parts.boot.start();
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
    if (this.parts.occupied.by !== null) {
      this.say('page', 'warning', `The backend cannot be changed while ${this.parts.occupied.by}`);
      return;
    }
    this.update({ backend });
    this.address();
    await this.guard('page', async () => {
      await this.booted;
      await this.parts.models.openDevice(backend);
      if (this.state.boot.phase === 'failed' && this.parts.boot.sealed) {
        if (this.state.model === null) await this.parts.models.loadEmbedded();
        this.update({ boot: { phase: 'ready', progress: null } });
      }
    });
  }

  async setWeights(weights: WeightChoice): Promise<void> {
    if (this.parts.occupied.by !== null) {
      this.say('page', 'warning', `The weights cannot be changed while ${this.parts.occupied.by}`);
      return;
    }
    this.update({ weights });
    this.address();
    await this.guard('page', async () => {
      await this.booted;
      await this.parts.models.reload();
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
    return this.guard('data', () => this.strict.importEmbedded());
  }

  importFiles(files: SourceFile[], how: ImportHow = {}): Promise<void> {
    return this.guard('data', () => this.strict.importFiles(files, { ask: true, ...how }));
  }

  get remembersFolders(): boolean {
    return canPickFolders();
  }

  chooseDataFolder(): Promise<void> {
    return this.guard('data', async () => {
      const handle = await pickFolder('data');
      if (handle !== null) await this.strict.importFiles(await this.parts.data.filesOf(handle), { ask: true, handle });
    });
  }

  setPending(change: Partial<RunOptions>): void {
    this.parts.data.setPending(change);
  }

  startImport(): Promise<void> {
    return this.guard('data', async () => {
      void this.parts.usage.askToPersist();
      await this.parts.data.startImport();
    });
  }

  dropImport(): void {
    this.parts.data.dropImport();
  }

  pauseImport(): void {
    this.parts.data.pauseImport();
  }

  resumeImport(): void {
    this.parts.data.resumeImport();
  }

  goOnImporting(files: SourceFile[] | null = null): Promise<void> {
    return this.guard('data', async () => {
      void this.parts.usage.askToPersist();
      await this.parts.data.goOn(files);
    });
  }

  forgetUnfinished(): Promise<void> {
    return this.guard('data', () => this.parts.data.forgetUnfinished());
  }

  async setFaces(faces: 'shown' | 'hidden'): Promise<void> {
    await this.guard('page', () => setFaces(this, faces));
    this.address();
  }

  generate(request: GenerateRequest): Promise<void> {
    return this.guard('data', () => this.strict.generate(request));
  }

  cancelImport(what: 'keep' | 'remove' = 'keep'): void {
    this.parts.data.cancelImport(what);
  }

  setNumericOne(label: Label): Promise<void> {
    return this.guard('data', () => this.parts.data.setNumericOne(label));
  }

  async clearData(): Promise<void> {
    if (await isEngaged()) {
      this.say(
        'data',
        'warning',
        'The data cannot be cleared while a run or a queue is going, here or in another tab. Stop it first.',
      );
      return;
    }
    await this.guard('data', () => this.parts.data.clear());
  }

  async deleteEverything(): Promise<void> {
    if (await isEngaged()) {
      this.say(
        'page',
        'warning',
        'Nothing is deleted while a run or a queue is going, here or in another tab. Stop it first.',
      );
      return;
    }
    await this.guard('page', () => this.parts.deleteEverything());
  }

  loadEmbeddedModel(): Promise<void> {
    return this.guard('page', () => this.strict.loadEmbeddedModel());
  }

  loadAdapterFolder(name: string, files: SourceFile[], options: CallOptions = {}): Promise<void> {
    return this.guard('runs', async () => void (await this.strict.loadAdapterFolder(name, files, options)));
  }

  setConfig(change: Partial<RunConfig>): void {
    const config = { ...this.state.config, ...change };
    this.update({ config });
    this.address();
    this.parts.data.resplit();
  }

  async startDemo(): Promise<void> {
    // The second half of a double click asks for what is already on its way.
    if (this.parts.occupied.engaged || this.state.data.importing !== null) return;
    await this.guard('data', async () => {
      await this.booted;
      if (this.state.model === null) await this.parts.models.loadEmbedded();
      if (this.state.data.samples.length === 0) await this.strict.importEmbedded();
      this.show('train');
      await this.startRun();
    });
  }

  startRun(): Promise<void> {
    return this.guard('train', async () => {
      this.parts.occupied.mayStart();
      await this.parts.training.start();
    });
  }

  startFrom(runId: string): Promise<void> {
    return this.guard('train', async () => {
      this.show('train');
      this.parts.occupied.mayStart();
      await this.parts.training.start(this.parts.runs.record(runId));
    });
  }

  pauseRun(): Promise<void> {
    return this.guard('train', () => this.parts.training.pause());
  }

  resumeRun(): Promise<void> {
    return this.guard('train', () => this.parts.training.resume());
  }

  stopRun(): Promise<void> {
    return this.guard('train', () => this.parts.training.stop());
  }

  continueRun(runId: string, moreSteps: number): Promise<void> {
    return this.guard('train', async () => {
      this.show('train');
      this.parts.occupied.mayStart();
      await this.parts.training.continue(runId, moreSteps);
    });
  }

  selectSample(sampleId: string): void {
    this.parts.inspector.select(sampleId);
    this.parts.other.forget();
  }

  setInspect(change: Partial<Pick<InspectState, 'style' | 'runId' | 'sampling'>>): void {
    this.parts.inspector.set(change);
    if (change.style !== undefined) this.parts.other.forget();
  }

  explain(): Promise<void> {
    return this.asked(() => this.parts.inspector.explain());
  }

  cancelExplain(): void {
    this.parts.inspector.cancel();
  }

  openOtherFolder(name: string, files: SourceFile[]): Promise<void> {
    return this.asked(() => this.parts.other.openFolder(name, files));
  }

  openOtherStored(key: string): Promise<void> {
    return this.asked(() => this.parts.other.openStored(key));
  }

  openOwnAsOther(): Promise<void> {
    return this.asked(() => this.parts.other.openOwn());
  }

  askOther(): Promise<void> {
    return this.asked(() => this.parts.other.ask());
  }

  cancelOther(): void {
    this.parts.other.cancel();
  }

  closeOther(): void {
    this.parts.other.close();
  }

  frameUrl(sampleId: string): Promise<string> {
    return this.parts.inspector.frameUrl(sampleId);
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
    this.parts.scorings.cancel();
  }

  predictions(scoringId: string): Promise<Prediction[]> {
    return loadPredictions(scoringId);
  }

  renameRun(runId: string, name: string): Promise<void> {
    return this.guard('runs', () => this.parts.runs.rename(runId, name));
  }

  async deleteRun(runId: string): Promise<void> {
    if ((this.parts.training.busy && this.state.run?.id === runId) || (await isRunHeld(runId))) {
      this.say('runs', 'warning', 'This run is going. Stop it first, then delete it.');
      return;
    }
    await this.guard('runs', () => this.parts.runs.remove(runId));
  }

  report(runId: string): Report {
    return this.strict.report(runId);
  }

  async exportRun(runId: string): Promise<Blob> {
    try {
      return await this.strict.exportRun(runId);
    } catch (error) {
      this.fail('runs', error);
      throw error;
    }
  }

  async exportBundle(runId: string, options: BundleOptions): Promise<Blob> {
    try {
      return await this.strict.exportBundle(runId, options);
    } catch (error) {
      this.fail('runs', error);
      throw error;
    }
  }

  /** Something of Inspect: old failures there are taken away first. */
  private asked(work: () => Promise<void>): Promise<void> {
    return this.guard('inspect', () => {
      this.clear('inspect');
      return work();
    });
  }

  private async changeKernels(kernelChoices: KernelChoices, again: boolean): Promise<void> {
    if (this.parts.occupied.by !== null) {
      this.say('page', 'warning', `The kernels cannot be changed while ${this.parts.occupied.by}`);
      return;
    }
    this.update({ kernelChoices });
    this.address();
    await this.guard('page', () => this.parts.models.prepareKernels(again));
  }

  private address(): void {
    const query = writeSettings(this.state, location.search);
    history.replaceState(history.state, '', `${location.pathname}${query}${location.hash}`);
  }
}
