/**
 * The trainer thread's answers to the page. Holds the open model, the trainable tensors of the current run, and the
 * turn-taking between a run's steps and what else wants the engine (explanations, exports).
 */
import { proveSealed } from '../data/network_proof';
import { checkHealth, deviceFailed, lossAnnounced, memoryInfo, openDevice, resetPeak } from '../device';
import { allocating } from '../device/scopes';
import { emptyPool } from '../device/webgpu';
import type { FrameSource, Streamed } from '../evaluate/judge';
import { explain, type Explainer } from '../inspect/explain';
import { backboneMemory, loadModel, type LoadOptions, type VisionLanguageModel } from '../model';
import {
  DeviceError,
  ModelError,
  TrainingError,
  CancelledError,
  type BundleRequest,
  type CallContext,
  type CaptionResult,
  type DeviceInfo,
  type ExplainRequest,
  type Handlers,
  type LoadedAdapter,
  type RunRecovery,
  type RunStateEvent,
  type RunSummary,
  type StartRun,
  type TrainerCommands,
  type TrainerEvents,
  errorToData,
} from '../protocol';
import { checkpointInfo, readCheckpoint, writeCheckpoint } from '../store/checkpoints';
import { readFrame } from '../store/frames';
import { makeBundle } from './bundle';
import { packCheckpoint } from './checkpoint';
import { RunClock } from './clock';
import { HeldAdapters, freshState, noCheckpoint, restoredState, type Adapter } from './held';
import { prepareKernels } from './kernels';
import { ModelLearner, describe } from './model_learner';
import { Mutex, breathe } from './mutex';
import { exportAdapter } from './peft';
import { importAdapter } from './peft_import';
import { FramePixels } from './pixels';
import { refuseLargeModel, refuseUnplanned } from './plan';
import { Opened } from './reopen';
import { run } from './run';
import { Running } from './running';

/** How often a run goes on after its device was lost; a GPU that is lost time and again needs its owner. */
const RECOVERIES = 2;

type Emit = <K extends keyof TrainerEvents>(event: K, payload: TrainerEvents[K]) => void;

// Handlers are arrow functions because the server calls them without `this`.
export class TrainerService implements Handlers<TrainerCommands> {
  private readonly engine = new Mutex();
  private readonly opening = new Opened((error) => this.emit('trainer.problem', { error: errorToData(error) }));
  private device: DeviceInfo | null = null;
  private model: VisionLanguageModel | null = null;
  private frames: FrameSource | null = null;
  private readonly held = new HeldAdapters();
  private running: Running | null = null;
  /** True from the loss of a device until it and its model are there again. */
  private halfOpen = false;

  constructor(private readonly emit: Emit) {}

  'network.prove' = ({ urls }: { urls: string[] }) => proveSealed('trainer', urls);

  'device.open' = async ({ backend, wasm }: TrainerCommands['device.open']['params']) => {
    this.refuseWhileRunning('The backend cannot be changed');
    return this.engine.run(async () => {
      this.forgetModel();
      this.opening.device = { backend, wasm };
      this.opening.model = null;
      this.device = null;
      this.device = await openDevice(backend, wasm);
      this.opening.opened = this.device.backend;
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

  'model.load' = async (
    { name, files, synthetic, weights, revision = null }: TrainerCommands['model.load']['params'],
    { signal, progress }: CallContext,
  ) => {
    this.refuseWhileRunning('The model cannot be changed');
    return this.engine.run(async () => {
      await this.mendDevice();
      const bytes = files.reduce((sum, { path, blob }) => sum + (path.endsWith('.safetensors') ? blob.size : 0), 0);
      const options: LoadOptions = {
        ...{ synthetic, signal, onProgress: progress, features: this.opening.features, packing: weights, revision },
        onSizes: (sizes) => refuseLargeModel(sizes, bytes, weights),
      };
      const model = await allocating(
        'the frozen weights',
        bytes,
        () => loadModel(name, files, options),
        (made) => made.dispose(),
      );
      this.forgetModel();
      this.opening.model = { name, files, synthetic, weights, revision };
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
      const summary = await this.throughLosses(start, running);
      await this.engine.run(() => emptyPool());
      return summary;
    } catch (error) {
      // Its tensors may be the very reason of the failure: what is shown and exported is the last checkpoint.
      this.held.forgetCurrent();
      throw error;
    } finally {
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
      const adapter = request.adapter === 'on' ? await this.held.of(request.runId, () => this.opened().model) : null;
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
      const { state, config, step } = await this.held.of(runId, () => model);
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
      this.refuseOther(fingerprint);
      const { model } = this.opened();
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
      const stored = await readCheckpoint(request.runId);
      if (stored === null) throw noCheckpoint();
      const { model } = this.opened();
      // In memory it may be ahead of its checkpoint, which is what can be gone on from.
      const held = await this.held.of(request.runId, () => this.opened().model);
      const state = held.step === stored.step ? held.state : await restoredState(model, request.config, stored.bytes);
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

  'memory.read' = () => memoryInfo();

  'backbones.memory' = ({ config }: TrainerCommands['backbones.memory']['params']) =>
    backboneMemory(config).map(({ backbone, weightBits, plan }) => ({
      id: backbone.id,
      weights: weightBits === 8 ? ('int8' as const) : weightBits === 4 ? ('int4' as const) : ('file' as const),
      bytes: plan.total,
    }));

  /** The run to its end. Where its device is lost it goes on from the last checkpoint on a new one, a few times. */
  private async throughLosses(start: StartRun, running: Running): Promise<RunSummary> {
    const { runId } = start;
    let { resume } = start;
    await this.engine.run(() => this.mendDevice());
    for (let recovery = 1; ; recovery++) {
      const held: { failed: RunStateEvent | null } = { failed: null };
      try {
        return await this.once({ ...start, resume }, running, held);
      } catch (error) {
        const failed = held.failed;
        const going = !running.signal.aborted && (await lossAnnounced());
        if (!going || recovery > RECOVERIES) {
          const said = going ? await lostTooOften(runId, failed?.step ?? 0, recovery) : error;
          if (failed !== null) this.emit('run.state', { ...failed, error: errorToData(said) });
          throw said;
        }
        // While a run is restored nothing says where it is.
        const lostAt = failed === null || (resume && failed.step === 0) ? null : failed.step + 1;
        try {
          const from = (await checkpointInfo(runId))?.step ?? null;
          resume = from !== null;
          running.clock = new RunClock();
          await this.engine.run(() => this.reopen({ runId, lostAt, from: from ?? 0, recovery, most: RECOVERIES }));
        } catch (again) {
          if (failed !== null) this.emit('run.state', { ...failed, error: errorToData(again) });
          throw again;
        }
      }
    }
  }

  /** One generator of the run, from its beginning or its checkpoint; what it says of its failure is put into `held`. */
  private async once(start: StartRun, running: Running, held: { failed: RunStateEvent | null }): Promise<RunSummary> {
    await this.engine.run(async () => this.refuseOther(start.fingerprint));
    const { model, frames } = this.opened();
    const plan = await this.engine.run(() => {
      this.held.forget();
      return refuseUnplanned(model, start.config);
    });
    if (plan !== null) this.emit('run.plan', { runId: start.runId, ...plan });
    const adapter = await this.engine.run(() => this.held.begin(model, start));
    const generator = run(start, {
      learner: new ModelLearner(model, adapter.state),
      frames,
      checkpoints: { write: writeCheckpoint, read: readCheckpoint },
      memory: memoryInfo,
      checkDevice: checkHealth,
      clock: running.clock,
      signal: running.signal,
      emit: (event) => this.tell(event, adapter),
    });
    return this.pull(generator, running, adapter, held);
  }

  /** Opens a device that failed again, with its model; also where an earlier try ended half way. Call with the engine. */
  private async mendDevice(): Promise<void> {
    if (deviceFailed() || this.halfOpen) await this.reopen(null);
  }

  private async reopen(run: RunRecovery | null): Promise<void> {
    const { opening } = this;
    this.halfOpen = true;
    this.forgetModel();
    const device = await opening.reopenDevice();
    opening.opened = device.backend;
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

  /** Pulls the run's events, lets others have the engine between two pulls, and waits at the gate while paused. */
  private async pull(
    generator: AsyncGenerator<Streamed, RunSummary>,
    running: Running,
    adapter: Adapter,
    held: { failed: RunStateEvent | null },
  ): Promise<RunSummary> {
    let phase: RunStateEvent | null = null;
    for (;;) {
      if (running.paused) {
        const { runId } = running;
        this.emit('run.state', { runId, phase: 'paused', step: adapter.step, detail: null, error: null });
        await running.wait();
        if (phase !== null) this.emit('run.state', phase);
      }
      const next = await this.engine.run(() => generator.next());
      if (next.done === true) return next.value;
      if (next.value.event === 'run.state') {
        phase = next.value.payload;
        if (phase.phase === 'failed') {
          // Not yet told: where the device was lost the run goes on.
          held.failed = phase;
          continue;
        }
      }
      this.tell(next.value, adapter);
      await breathe();
    }
  }

  private tell(streamed: Streamed, adapter: Adapter): void {
    if (streamed.event === 'breath') return;
    if ('step' in streamed.payload) adapter.step = streamed.payload.step;
    this.send(streamed);
  }

  private send<K extends keyof TrainerEvents>(streamed: { event: K; payload: TrainerEvents[K] }): void {
    this.emit(streamed.event, streamed.payload);
  }

  private opened(): { model: VisionLanguageModel; frames: FrameSource } {
    if (this.model === null || this.frames === null) {
      throw new ModelError({
        file: null,
        cause: 'No model is loaded.',
        remedy: 'Load the embedded model or a model folder first.',
      });
    }
    return { model: this.model, frames: this.frames };
  }

  /** A backbone may have been loaded since the page asked. */
  private refuseOther(fingerprint: string | undefined): void {
    const { info } = this.opened().model;
    if (fingerprint === undefined || info.fingerprint === fingerprint) return;
    throw new ModelError({
      file: null,
      cause: `Another backbone, ${info.name}, was loaded meanwhile.`,
      remedy: 'Start again, now that it is there.',
    });
  }

  private refuseWhileRunning(what: string): void {
    if (this.running === null) return;
    throw new TrainingError({ file: null, cause: `${what} while a run is going.`, remedy: 'Stop the run first.' });
  }

  private forgetModel(): void {
    this.held.forget();
    this.model?.dispose();
    this.model = null;
    this.frames = null;
  }
}

async function lostTooOften(runId: string, step: number, times: number): Promise<DeviceError> {
  const checkpoint = await checkpointInfo(runId).catch(() => null);
  return new DeviceError({
    file: 'WebGPU',
    cause: `The GPU was lost ${times} times in this run, the last time in step ${step + 1}, so it was stopped.`,
    remedy:
      checkpoint === null
        ? 'Close other programs that use the GPU or choose the WASM backend, then start the run again.'
        : `The checkpoint of step ${checkpoint.step} is kept: close other programs that use the GPU or choose the WASM backend, then continue the run.`,
  });
}
