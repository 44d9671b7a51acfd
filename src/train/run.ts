/**
 * A run: an async generator of what the page shall hear.
 *
 * Pausing is not pulling. Stopping is the AbortSignal: the micro-batch in progress ends, what it added to an unfinished
 * step is dropped, and the last whole step is checkpointed. Resuming is the same generator from a checkpoint; nothing
 * it does depends on anything but the configuration, the samples and the step, so it equals the uninterrupted run.
 */
import {
  DivergedError,
  TrainingError,
  errorToData,
  type MemoryInfo,
  type RunPhase,
  type RunSummary,
  type StartRun,
} from '../protocol';
import { allocating } from '../device/scopes';
import { evaluate } from '../evaluate/evaluation';
import type { FrameSource, Streamed } from '../evaluate/judge';
import { Accumulator } from './accumulate';
import { AdamW, globalNorm } from './adamw';
import { chooseCaptions, type ChosenCaption } from './captions';
import { packCheckpoint, unpackCheckpoint, type Checkpoint, type RunProgress } from './checkpoint';
import type { RunClock } from './clock';
import { evaluationPlan, evaluationsLeft, isEvaluationDue } from './evaluations';
import type { Example, Learner } from './learner';
import { DataOrder } from './order';
import { refuseUnfit } from './refuse';
import { learningRateAt } from './schedule';

export interface RunContext {
  learner: Learner;
  frames: FrameSource;
  checkpoints: {
    write(runId: string, step: number, bytes: Uint8Array<ArrayBuffer>): Promise<{ bytes: number }>;
    read(runId: string): Promise<{ step: number; bytes: Uint8Array<ArrayBuffer> } | null>;
  };
  memory(): MemoryInfo;
  /** Throws when the device was lost or reported an error since it was last asked. */
  checkDevice(): void;
  clock: RunClock;
  signal: AbortSignal;
  /** Takes what cannot wait for the next pull: words of a caption while its batch is being generated. */
  emit(event: Streamed): void;
}

/** Runs `start`. Yields events (and `breath`, where a pause may come); returns the summary. */
export async function* run(start: StartRun, context: RunContext): AsyncGenerator<Streamed, RunSummary> {
  let state: Run | null = null;
  try {
    state = await Run.make(start, context);
    return yield* state.steps();
  } catch (error) {
    const step = state?.done ?? 0;
    const failed = { runId: start.runId, phase: 'failed' as const, step, detail: null, error: errorToData(error) };
    yield { event: 'run.state', payload: failed };
    throw error;
  } finally {
    state?.dispose();
  }
}

class Run {
  private readonly order: DataOrder;
  private progress: RunProgress = { step: 0, evaluated: -1, history: [] };
  private checkpointing = true;
  private checkpointed = -1;
  /** Step and last evaluation of what was written last, so that nothing is written twice. */
  private saved = '';
  private phase: RunPhase | null = null;
  private trainedSeconds = 0;
  private trainedSamples = 0;

  private constructor(
    private readonly start: StartRun,
    private readonly context: RunContext,
    private readonly captions: ChosenCaption[],
    private readonly optimiser: AdamW,
  ) {
    const { config, train } = start;
    this.order = new DataOrder(train.length, config.seed, config.batch, config.accumulation);
  }

  /** @throws TrainingError where the samples do not fit the configuration; DeviceError */
  static async make(start: StartRun, context: RunContext): Promise<Run> {
    const { config, train } = start;
    const captions = chooseCaptions(train, config.reasoningShare, config.seed);
    refuseUnfit(config, train, captions);
    const { state } = context.learner;
    const optimiser = await allocating(
      'the moments of what is trained',
      2 * state.values.size * Float32Array.BYTES_PER_ELEMENT,
      () => new AdamW(state, config),
      (made) => made.dispose(),
    );
    return new Run(start, context, captions, optimiser);
  }

  dispose(): void {
    this.optimiser.dispose();
  }

  /** Optimiser steps done. */
  get done(): number {
    return this.progress.step;
  }

  async *steps(): AsyncGenerator<Streamed, RunSummary> {
    const { config, resume, startFrom } = this.start;
    const { signal } = this.context;
    yield this.state('preparing');
    if (resume) await this.restore();
    else if (startFrom) await this.begin(startFrom);

    // Before step 1; or the one that a stop cut off.
    if (isEvaluationDue(this.progress, config)) yield* this.evaluation();
    while (this.progress.step < config.steps && !signal.aborted) {
      if (this.phase !== 'training') yield this.state('training');
      if (!(yield* this.step())) break;
      if (isEvaluationDue(this.progress, config)) yield* this.evaluation();
      if (this.progress.step % config.checkpointEvery === 0 && !signal.aborted) yield* this.checkpoint();
    }
    const finished = this.progress.step >= config.steps && !signal.aborted;
    if (finished && isEvaluationDue(this.progress, config)) yield* this.evaluation();
    yield* this.checkpoint();
    const outcome = finished && !signal.aborted ? 'finished' : 'stopped';
    yield this.state(outcome);
    return this.summary(outcome);
  }

  /** One optimiser step; false when the signal ended it before its time. */
  private async *step(): AsyncGenerator<Streamed, boolean> {
    const { config, runId } = this.start;
    const { learner, clock, signal } = this.context;
    const step = this.progress.step + 1;
    const sums = new Accumulator(config);
    let seconds = 0;
    learner.state.zeroGradients();
    for (let micro = 0; micro < config.accumulation; micro++) {
      const started = performance.now();
      sums.add(await learner.addGradients(await this.examples(step - 1, micro), config, 1 / config.accumulation));
      seconds += (performance.now() - started) / 1000;
      yield { event: 'breath' };
      if (signal.aborted) return false;
    }
    const started = performance.now();
    const loss = sums.losses;
    const norm = await globalNorm(learner.state.gradients);
    this.context.checkDevice();
    this.refuseNonFinite(step, 'loss', loss.total);
    this.refuseNonFinite(step, 'gradient', norm);
    const learningRate = learningRateAt(step, config);
    this.optimiser.update(norm, step, learningRate);
    seconds += (performance.now() - started) / 1000;

    const samples = config.batch * config.accumulation;
    clock.step(seconds, samples, sums.tokens);
    this.trainedSeconds += seconds;
    this.trainedSamples += samples;
    this.progress = {
      ...this.progress,
      step,
      history: [...this.progress.history, { step, total: loss.total, cls: loss.cls, cap: loss.cap }],
    };
    yield {
      event: 'run.step',
      payload: {
        runId,
        step,
        steps: config.steps,
        loss,
        learningRate,
        gradientNorm: norm,
        samplesPerSecond: clock.samplesPerSecond,
        tokensPerSecond: clock.tokensPerSecond,
        memory: this.context.memory(),
        elapsed: clock.elapsed(),
        secondsLeft: clock.secondsLeft(config.steps - step, evaluationsLeft(step, config)),
      },
    };
    return true;
  }

  private async examples(step: number, micro: number): Promise<Example[]> {
    const { train } = this.start;
    return Promise.all(
      this.order.indices(step, micro).map(async (index): Promise<Example> => {
        const sample = train[index]!;
        const { style, text } = this.captions[index]!;
        if (sample.label === null) throw new TypeError('refuseUnfit lets no unlabelled sample pass');
        return { pixels: await this.context.frames.pixels(sample), label: sample.label, style, caption: text };
      }),
    );
  }

  /** @throws DivergedError when the number is NaN or infinite, with what is left to go on from */
  private refuseNonFinite(step: number, what: 'loss' | 'gradient' | 'update', size: number): void {
    if (Number.isFinite(size)) return;
    throw new DivergedError({
      file: `step ${step}`,
      cause:
        what === 'update'
          ? 'The update made numbers that are not finite, so they are not kept.'
          : `The ${what} is not a finite number, so the step was not taken.`,
      remedy:
        this.checkpointed >= 0
          ? `The checkpoint of step ${this.checkpointed} is kept. Start a run with a smaller learning rate.`
          : 'Start again with a smaller learning rate.',
    });
  }

  private async *evaluation(): AsyncGenerator<Streamed, void> {
    const started = this.context.clock.elapsed();
    this.phase = 'evaluating';
    const { learner, frames, signal, clock, emit } = this.context;
    const whole = yield* evaluate(evaluationPlan(this.start, this.progress.step, learner.together), {
      judge: learner,
      frames,
      signal,
      emit,
    });
    this.context.checkDevice();
    if (!whole) return;
    this.progress = { ...this.progress, evaluated: this.progress.step };
    clock.evaluation(clock.elapsed() - started);
  }

  private async *checkpoint(): AsyncGenerator<Streamed, void> {
    const { runId, config } = this.start;
    const { step } = this.progress;
    const saved = `${step} ${this.progress.evaluated}`;
    if (!this.checkpointing || saved === this.saved) return;
    // A rate that is far too large makes numbers infinite out of finite gradients.
    this.refuseNonFinite(step, 'update', await globalNorm(this.context.learner.state.values));
    const bytes = await packCheckpoint(this.context.learner.state, this.optimiser, {
      progress: this.progress,
      config,
      seconds: this.context.clock.elapsed(),
    });
    this.context.checkDevice();
    try {
      const written = await this.context.checkpoints.write(runId, step, bytes);
      this.checkpointed = step;
      this.saved = saved;
      yield { event: 'run.checkpoint', payload: { runId, step, bytes: written.bytes, error: null } };
    } catch (error) {
      // A full disk must not cost the run: it goes on, without further checkpoints.
      this.checkpointing = false;
      yield { event: 'run.checkpoint', payload: { runId, step, bytes: bytes.byteLength, error: errorToData(error) } };
    }
  }

  /** Parameters of another run; steps and moments begin anew. */
  private async begin(runId: string): Promise<void> {
    const checkpoint = await this.stored(runId);
    await checkpoint.restoreParameters(this.context.learner.state);
  }

  private async stored(runId: string): Promise<Checkpoint> {
    const stored = await this.context.checkpoints.read(runId);
    if (stored === null) {
      throw new TrainingError({
        file: 'run',
        cause: 'It has no checkpoint in this browser to go on from.',
        remedy: 'Start a new run with the same settings.',
      });
    }
    return unpackCheckpoint(stored.bytes);
  }

  private async restore(): Promise<void> {
    const checkpoint = await this.stored(this.start.runId);
    await checkpoint.restore(this.context.learner.state, this.optimiser);
    this.progress = checkpoint.progress;
    this.checkpointed = checkpoint.progress.step;
    this.context.clock.continueFrom(checkpoint.seconds);
  }

  private state(phase: RunPhase): Streamed {
    const { step } = this.progress;
    this.phase = phase;
    return { event: 'run.state', payload: { runId: this.start.runId, phase, step, detail: null, error: null } };
  }

  private summary(outcome: RunSummary['outcome']): RunSummary {
    return {
      runId: this.start.runId,
      outcome,
      step: this.progress.step,
      seconds: this.context.clock.elapsed(),
      samplesPerSecond: this.trainedSeconds > 0 ? this.trainedSamples / this.trainedSeconds : 0,
      peakBytes: this.context.memory().peakBytes,
      trainableParameters: this.context.learner.state.count,
    };
  }
}
