/**
 * A run to its end on a device that may be lost: pulls the run's events, waits at its gate while it is paused, and goes
 * on from the last checkpoint on a new device where the old one went, a few times.
 */
import { checkHealth, lossAnnounced, memoryInfo } from '../device';
import type { FrameSource, Streamed } from '../evaluate/judge';
import type { VisionLanguageModel } from '../model';
import { breathe } from '../model/breathe';
import {
  DeviceError,
  errorToData,
  type RunRecovery,
  type RunStateEvent,
  type RunSummary,
  type StartRun,
  type TrainerEvents,
} from '../protocol';
import { checkpointInfo, readCheckpoint, writeCheckpoint } from '../store/checkpoints';
import { RunClock } from './clock';
import type { Adapter, HeldAdapters } from './held';
import { ModelLearner } from './model_learner';
import type { Mutex } from './mutex';
import { refuseUnplanned } from './plan';
import { run } from './run';
import type { Running } from './running';

/** How often work goes on after its device was lost; a GPU that is lost time and again needs its owner. */
export const RECOVERIES = 2;

export type Emit = <K extends keyof TrainerEvents>(event: K, payload: TrainerEvents[K]) => void;

/** What a run, or other long work, needs of the thread that it is in. */
export interface RunHost {
  readonly engine: Mutex;
  readonly held: HeldAdapters;
  readonly emit: Emit;
  /** @throws ModelError where none is loaded, or another than the page takes the run to be on */
  opened(fingerprint: string | undefined): { model: VisionLanguageModel; frames: FrameSource };
  /** Opens a device that failed before, with its model; whether one had. Call with the engine. */
  mend(): Promise<boolean>;
  /** Opens the device that was lost under the run, with its model. Call with the engine. */
  reopen(run: RunRecovery): Promise<void>;
}

export class RecoveringRun {
  /** What the run said of its failure: not told while it may go on. */
  private failed: RunStateEvent | null = null;

  constructor(
    private readonly start: StartRun,
    private readonly running: Running,
    private readonly host: RunHost,
  ) {}

  async toEnd(): Promise<RunSummary> {
    const { host, running } = this;
    const { runId } = this.start;
    let { resume } = this.start;
    await host.engine.run(() => host.mend());
    for (let recovery = 1; ; recovery++) {
      this.failed = null;
      try {
        return await this.once(resume);
      } catch (error) {
        const failed = this.failed as RunStateEvent | null;
        const going = !running.signal.aborted && (await lossAnnounced());
        if (!going || recovery > RECOVERIES)
          throw this.told(going ? await lostTooOften(runId, failed?.step ?? 0, recovery) : error);
        // While a run is restored nothing says where it is.
        const lostAt = failed === null || (resume && failed.step === 0) ? null : failed.step + 1;
        try {
          const from = (await checkpointInfo(runId))?.step ?? null;
          resume = from !== null;
          running.clock = new RunClock();
          await host.engine.run(() => host.reopen({ runId, lostAt, from: from ?? 0, recovery, most: RECOVERIES }));
        } catch (again) {
          throw this.told(again);
        }
      }
    }
  }

  /** Tells the page that the run has failed, and why in the end. */
  private told(error: unknown): unknown {
    if (this.failed !== null) this.host.emit('run.state', { ...this.failed, error: errorToData(error) });
    return error;
  }

  /** One generator of the run, from its beginning or its checkpoint. */
  private async once(resume: boolean): Promise<RunSummary> {
    const { host, start, running } = this;
    const { engine, held } = host;
    // With the engine: a backbone that is being loaded comes first.
    const { model, frames, plan } = await engine.run(async () => {
      const opened = host.opened(start.fingerprint);
      held.forget();
      return { ...opened, plan: await refuseUnplanned(opened.model, start.config) };
    });
    if (plan !== null) host.emit('run.plan', { runId: start.runId, ...plan });
    const adapter = await engine.run(() => held.begin(model, start));
    const generator = run(
      { ...start, resume },
      {
        learner: new ModelLearner(model, adapter.state),
        frames,
        checkpoints: { write: writeCheckpoint, read: readCheckpoint },
        memory: memoryInfo,
        checkDevice: checkHealth,
        clock: running.clock,
        signal: running.signal,
        emit: (event) => this.tell(event, adapter),
      },
    );
    return this.pull(generator, adapter);
  }

  /** Lets others have the engine between two pulls. */
  private async pull(generator: AsyncGenerator<Streamed, RunSummary>, adapter: Adapter): Promise<RunSummary> {
    const { host, running } = this;
    let phase: RunStateEvent | null = null;
    for (;;) {
      if (running.paused) {
        const { runId } = running;
        host.emit('run.state', { runId, phase: 'paused', step: adapter.step, detail: null, error: null });
        await running.wait();
        if (phase !== null) host.emit('run.state', phase);
      }
      const next = await host.engine.run(() => generator.next());
      if (next.done === true) return next.value;
      if (next.value.event === 'run.state') {
        phase = next.value.payload;
        if (phase.phase === 'failed') {
          this.failed = phase;
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
    this.host.emit(streamed.event, streamed.payload);
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
