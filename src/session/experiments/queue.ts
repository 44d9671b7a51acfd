/**
 * The queue: works through an experiment's jobs one after another, unattended. After every change of a job the
 * experiment is stored, so that a crash costs at most what its run or scoring has not yet kept. A job that fails is
 * marked with its sentence, and the rest goes on; what would fail every job stops the queue instead.
 */
import {
  CancelledError,
  TrainingError,
  WhyLiveError,
  errorToData,
  type Experiment,
  type ScoreJob,
  type TrainJob,
} from '../../protocol';
import { saveExperiment } from '../../store/experiments';
import { WakeLock } from '../awake';
import type { StateHolder } from '../holder';
import { isRunHeld, isTrainingHeld, withQueueLock } from '../locks';
import { configOf, DEVELOPMENT, sourceOf } from '../protocols/expand';
import { nextJob, skipped, withScoring, withTraining } from '../protocols/jobs';
import type { Training } from '../run';
import { Gate } from './gate';
import { trainJob } from './train_job';
import { scoreJob, type ScoringProgress } from './score_job';
import { Selections, sizesOf } from './preview';
import type { Judge, QueueState } from './types';
import { Meter, progressOf, type Going, type Sizes } from './work';

/** Milliseconds between two announcements of progress. */
const ANNOUNCE = 250;

export class ExperimentQueue {
  private id: string | null = null;
  private readonly gate = new Gate();
  private readonly wake = new WakeLock();
  private stopping = false;
  /** Ends the scoring that is going. */
  private scoring: AbortController | null = null;
  private going: Going | null = null;
  private selections: Selections | null = null;
  private sizes: Sizes | null = null;
  private readonly meters = { step: new Meter(), text: new Meter(), head: new Meter() };
  private announced = 0;

  constructor(
    private readonly holder: StateHolder,
    private readonly training: Training,
    private readonly judge: Judge,
    /** Forgets a run that cannot be gone on with. */
    private readonly forgetRun: (runId: string) => Promise<void>,
    /** Tells other tabs. */
    private readonly changed: () => void,
  ) {
    holder.addEventListener('change', () => this.watchRun());
  }

  /** True while this tab works through an experiment, paused included. */
  get busy(): boolean {
    return this.id !== null;
  }

  /** @throws TrainingError when one is going, here or in another tab; WhyLiveError when nothing more can be done. */
  async run(experimentId: string): Promise<void> {
    if (this.busy) {
      throw new TrainingError({ cause: 'A queue of protocols is going.', remedy: 'Stop it first, or let it finish.' });
    }
    this.id = experimentId;
    this.stopping = false;
    this.gate.open();
    try {
      await withQueueLock(() => this.locked(experimentId));
    } finally {
      this.id = null;
      this.going = null;
      this.scoring = null;
      this.wake.release();
      this.changed();
    }
  }

  async pause(): Promise<void> {
    if (!this.busy || this.stopping) return;
    this.gate.close();
    this.show({ phase: 'paused' });
    this.scoring?.abort();
    const { run } = this.holder.state;
    if (this.training.busy && run !== null && run.phase !== 'preparing') await this.training.pause();
  }

  async resume(): Promise<void> {
    if (!this.busy || this.stopping) return;
    this.show({ phase: 'going' });
    this.gate.open();
    if (this.training.busy && this.holder.state.run?.phase === 'paused') await this.training.resume();
  }

  /** Ends what is going; its run has a checkpoint, its scoring keeps what it has. */
  async stop(): Promise<void> {
    if (!this.busy) return;
    this.stopping = true;
    this.show({ phase: 'stopping' });
    this.gate.open();
    this.scoring?.abort();
    if (this.training.busy) await this.training.stop();
  }

  /** Leaves a job out; one that is going is ended. */
  async skip(experimentId: string, jobId: string): Promise<void> {
    const isGoing = this.going?.jobId === jobId;
    await this.change(experimentId, (experiment) => skipped(experiment, jobId));
    if (!isGoing) return;
    this.scoring?.abort();
    if (this.training.busy) await this.training.stop();
  }

  /** Changes a stored experiment, here and in the database. */
  async change(experimentId: string, edit: (experiment: Experiment) => Experiment): Promise<void> {
    const old = this.experiment(experimentId);
    const edited = { ...edit(old), updated: Date.now() };
    const { experiments } = this.holder.state;
    this.holder.update({ experiments: experiments.map((other) => (other.id === experimentId ? edited : other)) });
    this.announce(true);
    await saveExperiment(edited);
  }

  /** Forgets a run that failed; one that ended otherwise, or is going, stays. */
  async forgetFailed(runId: string): Promise<void> {
    const run = this.holder.state.runs.find(({ id }) => id === runId);
    if (run?.phase === 'failed' && !(await isRunHeld(runId))) await this.forgetRun(runId);
  }

  /** @throws WhyLiveError */
  experiment(id: string): Experiment {
    const found = this.holder.state.experiments.find((experiment) => experiment.id === id);
    if (found === undefined) {
      throw new WhyLiveError({ cause: 'This experiment is no longer stored.', remedy: 'Reload the page.', file: id });
    }
    return found;
  }

  private async locked(id: string): Promise<void> {
    this.wake.hold();
    this.show({ experimentId: id, phase: 'going', note: null, progress: null });
    try {
      const experiment = this.experiment(id);
      this.selections = new Selections(experiment, this.holder.state.data.samples);
      await this.selections.all();
      this.sizes = sizesOf(experiment, experiment, this.selections);
      this.announce(true);
      await this.work(id);
      this.show({ phase: 'idle' });
    } catch (error) {
      const { cause, remedy } = errorToData(error);
      this.show({ phase: 'idle', note: `${cause} ${remedy}`.trim() });
      throw error;
    } finally {
      this.going = null;
      this.announce(true);
      this.selections = null;
    }
  }

  private async work(id: string): Promise<void> {
    while (!this.stopping) {
      await this.gate.passed();
      const experiment = this.experiment(id);
      const next = nextJob(experiment);
      if (next === null || this.stopping) return;
      await this.requireReady(experiment);
      if (next.kind === 'train') await this.train(experiment, next.job);
      else await this.score(experiment, next.job, next.training);
    }
  }

  /** What would fail one job after another. @throws WhyLiveError */
  private async requireReady({ trainings }: Experiment): Promise<void> {
    const { model, device, runs, data } = this.holder.state;
    if (model === null || device === null) {
      throw new WhyLiveError({ cause: 'No model is loaded.', remedy: 'Load one, then go on with the queue.' });
    }
    if (data.samples.length === 0) {
      throw new WhyLiveError({ cause: 'There are no samples.', remedy: 'Import the data sets, then go on.' });
    }
    const ids = new Set(trainings.map(({ runId }) => runId));
    const other = runs.find((run) => ids.has(run.id) && run.model.fingerprint !== model.fingerprint);
    if (other !== undefined) {
      throw new WhyLiveError({
        cause: `The experiment was begun on ${other.model.name}; ${model.name} is loaded${other.model.name === model.name ? ' with other weights' : ''}.`,
        remedy: `Load ${other.model.name}, then go on with the queue.`,
      });
    }
    if (await isTrainingHeld()) {
      throw new WhyLiveError({
        cause: 'A run is going, here or in another tab.',
        remedy: 'Let it finish or stop it, then go on with the queue.',
      });
    }
  }

  private async train(experiment: Experiment, job: TrainJob): Promise<void> {
    const { id } = experiment;
    const [protocol, variant] = sourceOf(experiment, job);
    const runId = job.runId ?? crypto.randomUUID();
    const set = (change: Partial<TrainJob>): Promise<void> =>
      this.change(id, (now) => withTraining(now, job.id, change));
    this.going = { jobId: job.id, label: `Training ${job.protocol}, ${job.variant}`, steps: 0, frames: 0, text: 0 };
    await set({ phase: 'going', runId, error: null });
    try {
      if (protocol === undefined || variant === undefined || this.selections === null) throw new RangeError(job.id);
      const record = await trainJob(
        { runId, name: `${protocol.id}, ${variant.name}`, config: configOf(experiment.config, variant) },
        this.selections.of(protocol.id),
        { training: this.training, runs: this.holder.state.runs, forget: this.forgetRun },
      );
      this.meters.step.add(record.steps.length, record.seconds);
      if (record.phase === 'finished') await set({ phase: 'done' });
      else await this.ended(id, job.id, () => set({ phase: 'waiting' }));
    } catch (error) {
      await this.failed(id, job.id, () => set({ phase: 'failed', error: errorToData(error) }));
    } finally {
      this.going = null;
    }
  }

  private async score(experiment: Experiment, job: ScoreJob, training: TrainJob): Promise<void> {
    const { id } = experiment;
    const scoringId = job.scoringId ?? crypto.randomUUID();
    const set = (change: Partial<ScoreJob>): Promise<void> =>
      this.change(id, (now) => withScoring(now, job.id, change));
    const on = job.test === DEVELOPMENT ? 'development data' : job.test;
    const label = `Judging ${training.protocol}, ${training.variant} on ${on}`;
    this.going = { jobId: job.id, label, steps: 0, frames: 0, text: 0 };
    const controller = new AbortController();
    this.scoring = controller;
    await set({ phase: 'going', scoringId, error: null });
    try {
      if (this.selections === null) throw new RangeError(job.id);
      const { runs, data } = this.holder.state;
      await scoreJob({ ...job, scoringId }, experiment, this.selections, {
        runs,
        samples: data.samples,
        judge: this.judge,
        signal: controller.signal,
        onProgress: (progress) => this.scored(job.id, label, progress),
      });
      await set({ phase: 'done' });
    } catch (error) {
      if (controller.signal.aborted || error instanceof CancelledError) {
        await this.ended(id, job.id, () => set({ phase: 'waiting' }));
      } else await this.failed(id, job.id, () => set({ phase: 'failed', error: errorToData(error) }));
    } finally {
      this.scoring = null;
      this.going = null;
    }
  }

  /** A job was ended from outside: it waits, unless it is to be left out. */
  private async ended(id: string, jobId: string, wait: () => Promise<void>): Promise<void> {
    if (this.isSkipped(id, jobId)) return;
    await wait();
    if (this.stopping || !this.gate.isOpen) return;
    throw new WhyLiveError({ cause: 'The run was stopped.', remedy: 'The queue can go on from its checkpoint.' });
  }

  private async failed(id: string, jobId: string, fail: () => Promise<void>): Promise<void> {
    if (!this.isSkipped(id, jobId)) await fail();
  }

  private isSkipped(id: string, jobId: string): boolean {
    const { trainings, scorings } = this.experiment(id);
    return [...trainings, ...scorings].some((job) => job.id === jobId && job.phase === 'skipped');
  }

  private scored(jobId: string, label: string, { frames, text, fresh }: ScoringProgress): void {
    this.going = { jobId, label, steps: 0, frames, text };
    if (fresh !== null) this.meters[fresh.kind].add(fresh.count, fresh.seconds);
    this.announce(false);
  }

  /** Follows the run that is going: its steps are the queue's. */
  private watchRun(): void {
    const { run } = this.holder.state;
    if (this.going === null || this.scoring !== null || run === null) return;
    const step = run.steps.at(-1)?.step ?? 0;
    if (step === this.going.steps) return;
    this.going = { ...this.going, steps: step };
    this.announce(false);
  }

  private announce(now: boolean): void {
    if (this.id === null || this.sizes === null) return;
    if (!now && performance.now() - this.announced < ANNOUNCE) return;
    this.announced = performance.now();
    this.show({ progress: progressOf(this.experiment(this.id), this.sizes, this.rates(), this.going) });
  }

  private rates(): { step: number | null; text: number | null; head: number | null } {
    const last = this.holder.state.run?.steps.at(-1);
    // The first training speaks for itself until it is over.
    const present = this.going !== null && this.scoring === null && last ? last.elapsed / last.step : null;
    return {
      step: this.meters.step.rate ?? present,
      text: this.meters.text.rate,
      head: this.meters.head.rate,
    };
  }

  private show(change: Partial<QueueState>): void {
    this.holder.update({ queue: { ...this.holder.state.queue, ...change } });
  }
}
