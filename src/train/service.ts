/**
 * The trainer thread's answers to the page. Holds the open model, the trainable tensors of the current run, and the
 * turn-taking between a run's steps and what else wants the engine (explanations, exports).
 */
import { proveSealed } from '../data/network_proof';
import { checkHealth, deviceFailed, memoryInfo, resetPeak } from '../device';
import { emptyPool } from '../device/webgpu';
import type { FrameSource } from '../evaluate/judge';
import { explain, type Explainer } from '../inspect/explain';
import { backboneMemory, type VisionLanguageModel } from '../model';
import {
  ModelError,
  TrainingError,
  CancelledError,
  type BundleRequest,
  type CallContext,
  type CaptionResult,
  type DeviceInfo,
  type DraftRequest,
  type DraftSummary,
  type ExplainRequest,
  type Handlers,
  type LoadedAdapter,
  type RunRecovery,
  type RunSummary,
  type ScoringRequest,
  type ScoringSummary,
  type StartRun,
  type TrainerCommands,
  errorToData,
} from '../protocol';
import { readCheckpoint, writeCheckpoint } from '../store/checkpoints';
import { readFrame } from '../store/frames';
import { makeBundle } from './bundle';
import { packCheckpoint } from './checkpoint';
import { draft } from './drafts';
import { HeldAdapters, freshState, noCheckpoint, restoredState } from './held';
import { prepareKernels } from './kernels';
import { describe } from './model_learner';
import { Mutex } from './mutex';
import { exportAdapter } from './peft';
import { importAdapter } from './peft_import';
import { FramePixels } from './pixels';
import { RecoveringRun, type Emit, type RunHost } from './recover';
import { Opened } from './reopen';
import { Running } from './running';
import { score } from './scoring';

// Handlers are arrow functions because the server calls them without `this`.
export class TrainerService implements Handlers<TrainerCommands> {
  private readonly engine = new Mutex();
  private readonly opening = new Opened((error) => this.emit('trainer.problem', { error: errorToData(error) }));
  private device: DeviceInfo | null = null;
  private model: VisionLanguageModel | null = null;
  private frames: FrameSource | null = null;
  private readonly held = new HeldAdapters();
  private running: Running | null = null;
  /** Work on frames that is going, as a clause; it and a run exclude each other. */
  private working: string | null = null;
  /** True from the loss of a device until it and its model are there again. */
  private halfOpen = false;

  private readonly host: RunHost;

  constructor(private readonly emit: Emit) {
    const { engine, held } = this;
    this.host = {
      engine,
      held,
      emit,
      opened: (fingerprint) => this.opened(fingerprint),
      mend: () => this.mendDevice(),
      reopen: (run) => this.reopen(run),
    };
  }

  'network.prove' = ({ urls }: { urls: string[] }) => proveSealed('trainer', urls);

  'device.open' = async ({ backend, wasm }: TrainerCommands['device.open']['params']) => {
    this.refuseWhileRunning('The backend cannot be changed');
    return this.engine.run(async () => {
      this.forgetModel();
      this.device = null;
      this.device = await this.opening.open({ backend, wasm });
      this.halfOpen = false;
      return this.device;
    });
  };

  'kernels.prepare' = async (wanted: TrainerCommands['kernels.prepare']['params']) => {
    this.refuseWhileRunning('The kernels cannot be changed');
    return this.engine.run(async () => {
      await this.mendDevice();
      return this.device === null ? [] : prepareKernels(wanted, this.device);
    });
  };

  'model.load' = async (wanted: TrainerCommands['model.load']['params'], context: CallContext) => {
    this.refuseWhileRunning('The model cannot be changed');
    return this.engine.run(async () => {
      await this.mendDevice();
      const model = await this.opening.load(wanted, context);
      this.forgetModel();
      this.opening.model = wanted;
      this.use(model);
      await emptyPool();
      return model.info;
    });
  };

  'run.start' = async (start: StartRun, { signal }: CallContext): Promise<RunSummary> => {
    this.refuseWhileRunning('Another run cannot start');
    if (!this.halfOpen) this.opened();
    const running = new Running(start.runId);
    const cancel = (): void => running.stop();
    signal.addEventListener('abort', cancel, { once: true });
    this.running = running;
    try {
      resetPeak();
      return await new RecoveringRun(start, running, this.host).toEnd();
    } catch (error) {
      // Its tensors may be the very reason of the failure: what is shown and exported is the last checkpoint.
      this.held.forgetCurrent();
      throw error;
    } finally {
      // What the run leaves in the pool nothing else would use; where even that fails, its outcome stands.
      await this.engine.run(() => emptyPool()).catch(() => undefined);
      this.running = null;
      signal.removeEventListener('abort', cancel);
    }
  };

  'run.pause' = ({ runId }: { runId: string }): null => {
    if (this.running?.runId === runId) this.running.pause();
    return null;
  };

  'run.resume' = ({ runId }: { runId: string }): null => {
    if (this.running?.runId === runId) this.running.resume();
    return null;
  };

  'run.stop' = ({ runId }: { runId: string }): null => {
    if (this.running?.runId === runId) this.running.stop();
    return null;
  };

  'caption.explain' = (request: ExplainRequest, { signal }: CallContext): Promise<CaptionResult> =>
    this.engine.run(async () => {
      // Under a run this is for the run to do, from its checkpoint.
      if (this.running === null) await this.mendDevice();
      const { model, frames } = this.opened();
      const adapter = request.adapter === 'on' ? await this.held.of(request.runId, model) : null;
      const explainer: Explainer = {
        step: adapter?.step ?? 0,
        explain: async (pixels, options) => {
          const [caption] = await describe(model, adapter?.state ?? null, [pixels], options);
          if (caption === undefined) throw new TypeError('One picture gives one caption');
          const trained = adapter !== null && adapter.config.alpha > 0;
          return { ...caption, headSpoofProbability: trained ? caption.headSpoofProbability : null };
        },
      };
      const result = await explain(request, explainer, frames, signal, (piece) => this.emit('caption.piece', piece));
      checkHealth();
      return result;
    });

  'adapter.export' = ({ runId }: TrainerCommands['adapter.export']['params'], { transfer }: CallContext) =>
    this.engine.run(async () => {
      if (this.running === null) await this.mendDevice();
      const { model } = this.opened();
      const { state, config, step } = await this.held.of(runId, model);
      const files = await exportAdapter({ state, config, step, runId, backbone: model.info });
      checkHealth();
      transfer(...files.map(({ bytes }) => bytes.buffer));
      return files;
    });

  'adapter.import' = async (
    { runId, name, files, config, fingerprint }: TrainerCommands['adapter.import']['params'],
    { signal, progress }: CallContext,
  ): Promise<LoadedAdapter> => {
    this.refuseWhileRunning('An adapter cannot be loaded');
    return this.engine.run(async () => {
      await this.mendDevice();
      const { model } = this.opened(fingerprint);
      const loaded = await importAdapter(name, files, model, { signal, progress });
      this.held.forget();
      // Without a trained head its probabilities mean nothing: a run that gives it no weight shows none.
      const whole = { ...config, ...loaded.options, alpha: loaded.head ? config.alpha || 1 : 0 };
      const state = await freshState(model, whole);
      try {
        await state.writePython(loaded.values);
        const progress = { step: 0, evaluated: -1, history: [] };
        const bytes = await packCheckpoint(state, null, { progress, config: whole, seconds: 0 });
        checkHealth();
        if (signal.aborted) throw new CancelledError();
        await writeCheckpoint(runId, 0, bytes);
      } catch (error) {
        state.dispose();
        throw error;
      }
      this.held.take({ runId, config: whole, state, step: 0 });
      const { options, head, notes } = loaded;
      return { config: options, trainableParameters: state.count, head, notes };
    });
  };

  'run.bundle' = (request: BundleRequest, { transfer, signal, progress }: CallContext) =>
    this.engine.run(async () => {
      if (this.running === null) await this.mendDevice();
      const stored = await readCheckpoint(request.runId);
      if (stored === null) throw noCheckpoint();
      const { model } = this.opened();
      // In memory it may be ahead of its checkpoint, which is what can be gone on from.
      const held = await this.held.of(request.runId, model);
      const state = held.step === stored.step ? held.state : await restoredState(model, held.config, stored.bytes);
      try {
        const backbone = this.opening.model?.files ?? [];
        const files = await makeBundle(request, stored.bytes, state, model, backbone, { signal, progress });
        checkHealth();
        transfer(...files.map(({ bytes }) => bytes.buffer));
        return files;
      } finally {
        if (state !== held.state) state.dispose();
      }
    });

  'scoring.run' = (request: ScoringRequest, context: CallContext): Promise<ScoringSummary> =>
    this.onFrames('Frames cannot be scored', 'frames are being scored', () => score(request, this.host, context));

  'caption.drafts' = (request: DraftRequest, context: CallContext): Promise<DraftSummary> =>
    this.onFrames('Captions cannot be drafted', 'captions are being drafted', () => draft(request, this.host, context));

  'memory.read' = () => memoryInfo();

  'backbones.memory' = ({ config }: TrainerCommands['backbones.memory']['params']) => backboneMemory(config);

  /**
   * Opens a device that failed again, with its model; also where an earlier try ended half way. Whether one had. Call
   * with the engine.
   */
  private async mendDevice(): Promise<boolean> {
    if (!deviceFailed() && !this.halfOpen) return false;
    await this.reopen(null);
    return true;
  }

  private async reopen(run: RunRecovery | null): Promise<void> {
    const { opening } = this;
    this.halfOpen = true;
    this.forgetModel();
    const device = await opening.reopenDevice();
    this.device = device;
    const model = await opening.reloadModel();
    if (model !== null) this.use(model);
    this.halfOpen = false;
    this.emit('device.reopened', { device, run });
  }

  private use(model: VisionLanguageModel): void {
    this.model = model;
    this.frames = new FramePixels(readFrame, (image) => model.preprocess(image));
  }

  /** @param fingerprint of the backbone that the page asks about: another may have been loaded meanwhile */
  private opened(fingerprint?: string): { model: VisionLanguageModel; frames: FrameSource } {
    if (this.model === null || this.frames === null) {
      throw new ModelError({
        file: null,
        cause: 'No model is loaded.',
        remedy: 'Load the embedded model or a model folder first.',
      });
    }
    const { info } = this.model;
    if (fingerprint !== undefined && info.fingerprint !== fingerprint) {
      throw new ModelError({
        file: null,
        cause: `Another backbone, ${info.name}, was loaded meanwhile.`,
        remedy: 'Start again, now that it is there.',
      });
    }
    return { model: this.model, frames: this.frames };
  }

  private refuseWhileRunning(what: string): void {
    if (this.working !== null) {
      const remedy = 'Wait until that is done, or cancel it.';
      throw new TrainingError({ file: null, cause: `${what} while ${this.working}.`, remedy });
    }
    if (this.running === null) return;
    throw new TrainingError({ file: null, cause: `${what} while a run is going.`, remedy: 'Stop the run first.' });
  }

  /** Long work on frames: alone but for explanations and exports, which come between two batches. */
  private async onFrames<T>(what: string, working: string, work: () => Promise<T>): Promise<T> {
    this.refuseWhileRunning(what);
    this.working = working;
    try {
      return await work();
    } finally {
      await this.engine.run(() => emptyPool()).catch(() => undefined);
      this.working = null;
    }
  }

  private forgetModel(): void {
    this.held.forget();
    this.model?.dispose();
    this.model = null;
    this.frames = null;
  }
}
