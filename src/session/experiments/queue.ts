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
  type RunPhase,
  type ScoreJob,
  type TrainJob,
} from '../../protocol';
import { WakeLock } from '../awake';
import type { StateHolder } from '../holder';
import { isRunHeld } from '../locks';
import { configOf, sourceOf } from '../protocols/expand';
import { nextJob, skipped, withScoring, withTraining } from '../protocols/jobs';
import { DEVELOPMENT } from '../protocols/readers';
import type { Training } from '../run';
import { Announcer } from './announcer';
import { Gate } from './gate';
import { KeptExperiments } from './kept';
import { Selections, sizesOf } from './preview';
import { requireReady } from './ready';
import { scoreJob } from './score_job';
import { trainJob } from './train_job';
import type { Judge, QueueState } from './types';

/** Where a run is nobody's to tell. */
const ENDED: readonly string[] = ['finished', 'stopped', 'failed'] satisfies RunPhase[];

/** What is wanted of a job that is going. */
type Wanted = 'go' | 'pause' | 'stop';

export class ExperimentQueue {
  readonly kept: KeptExperiments;
  private id: string | null = null;
  private readonly gate = new Gate();
  private readonly wake = new WakeLock();
  private readonly announcer: Announcer;
  private stopping = false;
  /** The scoring that is going, and what ends it. */
  private scoring: { jobId: string; controller: AbortController } | null = null;
  /** The training that is going, and what its run was told last. */
  private trained: { jobId: string; runId: string; told: Wanted } | null = null;
  private selections: Selections | null = null;

  constructor(
    private readonly holder: StateHolder,
    private readonly training: Training,
    private readonly judge: Judge,
    /** Forgets a run that cannot be gone on with. */
    private readonly forgetRun: (runId: string) => Promise<void>,
    /** Tells other tabs. */
    changed: () => void,
  ) {
    this.kept = new KeptExperiments(holder, changed);
    this.announcer = new Announcer(holder);
    holder.addEventListener('change', () => {
      this.steer().catch((error: unknown) => holder.fail('train', error));
    });
  }

  /** True while this tab works through an experiment, paused included. */
  get busy(): boolean {
    return this.id !== null;
  }

  /**
   * @param which  Id of a stored experiment, or what stores one: called only once nothing else is going.
   * @returns the experiment's id
   * @throws TrainingError when one is going, here or in another tab; WhyLiveError when nothing more can be done.
   */
  async run(which: string | (() => Promise<string>)): Promise<string> {
    if (this.busy) throw going();
    this.id = '';
    this.stopping = false;
    this.gate.open();
    try {
      await this.kept.alone(async () => {
        this.id = typeof which === 'string' ? which : await which();
        await this.locked(this.id);
      });
      return this.id;
    } finally {
      this.id = null;
      this.wake.release();
      // Where it was asked to stop before it was refused.
      if (this.holder.state.queue.phase !== 'idle') this.show({ phase: 'idle' });
    }
  }

  async pause(): Promise<void> {
    if (!this.busy || this.stopping) return;
    this.gate.close();
    this.show({ phase: 'paused' });
    this.scoring?.controller.abort();
    await this.steer();
  }

  async resume(): Promise<void> {
    if (!this.busy || this.stopping) return;
    this.show({ phase: 'going' });
    this.gate.open();
    await this.steer();
  }

  /** Ends what is going; its run has a checkpoint, its scoring keeps what it has. */
  async stop(): Promise<void> {
    if (!this.busy) return;
    this.stopping = true;
    this.show({ phase: 'stopping' });
    this.gate.open();
    this.scoring?.controller.abort();
    await this.steer();
  }

  /** Leaves a job out; one that is going is ended. */
  async skip(experimentId: string, jobId: string): Promise<void> {
    await this.kept.change(experimentId, (experiment) => skipped(experiment, jobId));
    this.announcer.announce();
    if (experimentId !== this.id) return;
    if (this.scoring?.jobId === jobId) this.scoring.controller.abort();
    await this.steer();
  }

  /** Forgets a run that failed; one that ended otherwise, or is going, stays. */
  async forgetFailed(runId: string): Promise<void> {
    const run = this.holder.state.runs.find(({ id }) => id === runId);
    if (run?.phase === 'failed' && !(await isRunHeld(runId))) await this.forgetRun(runId);
  }

  private async locked(id: string): Promise<void> {
    this.wake.hold();
    // A pause or a stop may have been asked for by now.
    const phase = this.stopping ? 'stopping' : this.gate.isOpen ? 'going' : 'paused';
    this.show({ experimentId: id, phase, note: null, progress: null });
    try {
      await this.select(this.kept.of(id));
      await this.work(id);
      this.show({ phase: 'idle' });
    } catch (error) {
      const { cause, remedy } = errorToData(error);
      this.show({ phase: 'idle', note: `${cause} ${remedy}`.trim() });
      throw error;
    } finally {
      this.announcer.end();
      this.selections = null;
    }
  }

  /** Anew where a role was given another set, or the data were changed, meanwhile. */
  private async select(experiment: Experiment): Promise<void> {
    const { samples } = this.holder.state.data;
    if (this.selections?.asked.sets === experiment.sets && this.selections.samples === samples) return;
    this.selections = new Selections(experiment, samples);
    await this.selections.all();
    this.announcer.begin(experiment.id, sizesOf(experiment, experiment, this.selections));
  }

  private async work(id: string): Promise<void> {
    while (!this.stopping) {
      await this.gate.passed();
      if (this.stopping || nextJob(this.kept.of(id)) === null) return;
      await requireReady(this.kept.of(id), this.holder.state);
      await this.select(this.kept.of(id));
      // Asked meanwhile: then nothing begins.
      const experiment = this.kept.of(id);
      if (this.stopping || !this.gate.isOpen || experiment.sets !== this.selections?.asked.sets) continue;
      const next = nextJob(experiment);
      if (next?.kind === 'train') await this.train(experiment, next.job);
      else if (next !== null) await this.score(experiment, next.job, next.training);
    }
  }

  private async train(experiment: Experiment, job: TrainJob): Promise<void> {
    const { id } = experiment;
    const [protocol, variant] = sourceOf(experiment, job);
    const runId = job.runId ?? crypto.randomUUID();
    const set = (change: Partial<TrainJob>): Promise<void> => this.set(id, (now) => withTraining(now, job.id, change));
    const trained = { jobId: job.id, runId, told: 'go' as Wanted };
    this.trained = trained;
    this.announcer.job({ kind: 'train', runId, jobId: job.id, label: `Training ${job.protocol}, ${job.variant}` });
    await set({ phase: 'going', runId, error: null });
    let ended = true;
    try {
      if (protocol === undefined || variant === undefined || this.selections === null) throw new RangeError(job.id);
      if (this.wanted(job.id) === 'go') {
        const record = await trainJob(
          { runId, name: `${protocol.id}, ${variant.name}`, config: configOf(experiment.config, variant) },
          this.selections.of(protocol.id),
          { training: this.training, runs: this.holder.state.runs, forget: this.forgetRun },
        );
        this.announcer.trained(record.steps.length, record.seconds);
        ended = record.phase !== 'finished';
      } else trained.told = 'stop'; // Before there was a run to tell.
      if (!ended) await set({ phase: 'done' });
    } catch (error) {
      ended = false;
      if (!this.isSkipped(job.id)) await set({ phase: 'failed', error: errorToData(error) });
    } finally {
      this.trained = null;
      this.announcer.job(null);
    }
    if (ended) await this.ended(job.id, () => set({ phase: 'waiting' }), trained.told === 'stop');
  }

  private async score(experiment: Experiment, job: ScoreJob, training: TrainJob): Promise<void> {
    const { id } = experiment;
    const scoringId = job.scoringId ?? crypto.randomUUID();
    const set = (change: Partial<ScoreJob>): Promise<void> => this.set(id, (now) => withScoring(now, job.id, change));
    const on = job.test === DEVELOPMENT ? 'development data' : job.test;
    const controller = new AbortController();
    const { signal } = controller;
    this.scoring = { jobId: job.id, controller };
    const label = `Judging ${training.protocol}, ${training.variant} on ${on}`;
    this.announcer.job({ kind: 'score', jobId: job.id, label });
    await set({ phase: 'going', scoringId, error: null });
    let ended = false;
    try {
      if (this.selections === null) throw new RangeError(job.id);
      const { runs, data } = this.holder.state;
      await scoreJob({ ...job, scoringId }, experiment, this.selections, {
        ...{ runs, samples: data.samples, judge: this.judge, signal },
        samplesNow: () => this.holder.state.data.samples,
        say: (sentence) => this.holder.say('train', 'note', `${label}: ${sentence}`),
        onProgress: (progress) => this.announcer.scored(progress),
      });
      await set({ phase: 'done' });
    } catch (error) {
      ended = signal.aborted || error instanceof CancelledError;
      if (!ended && !this.isSkipped(job.id)) await set({ phase: 'failed', error: errorToData(error) });
    } finally {
      this.scoring = null;
      this.announcer.job(null);
    }
    if (ended) await this.ended(job.id, () => set({ phase: 'waiting' }), signal.aborted);
  }

  /**
   * A job was ended before its time: it waits, unless it is to be left out.
   *
   * @param byQueue  It was the queue that ended it; otherwise somebody wants the device, and the queue stops.
   */
  private async ended(jobId: string, wait: () => Promise<void>, byQueue: boolean): Promise<void> {
    if (this.isSkipped(jobId)) return;
    await wait();
    if (byQueue) return;
    throw new WhyLiveError({ cause: 'The run was stopped.', remedy: 'The queue can go on from its checkpoint.' });
  }

  /** Tells the run what is wanted, once there is one to be told: that may be asked before it has begun. */
  private async steer(): Promise<void> {
    const { trained, training } = this;
    const { run } = this.holder.state;
    if (trained === null || !training.busy || run?.id !== trained.runId || ENDED.includes(run.phase)) return;
    const wanted = this.wanted(trained.jobId);
    if (wanted === trained.told || trained.told === 'stop') return;
    trained.told = wanted;
    if (wanted === 'stop') await training.stop();
    else await (wanted === 'pause' ? training.pause() : training.resume());
  }

  private wanted(jobId: string): Wanted {
    if (this.stopping || this.isSkipped(jobId)) return 'stop';
    return this.gate.isOpen ? 'go' : 'pause';
  }

  private isSkipped(jobId: string): boolean {
    if (this.id === null) return false;
    const { trainings, scorings } = this.kept.of(this.id);
    return [...trainings, ...scorings].some((job) => job.id === jobId && job.phase === 'skipped');
  }

  private async set(id: string, edit: (experiment: Experiment) => Experiment): Promise<void> {
    const stored = this.kept.change(id, edit);
    this.announcer.announce();
    await stored;
  }

  private show(change: Partial<QueueState>): void {
    this.holder.update({ queue: { ...this.holder.state.queue, ...change } });
  }
}

function going(): TrainingError {
  return new TrainingError({
    cause: 'A queue of protocols is going, here or in another tab.',
    remedy: 'Stop it first, or let it finish.',
  });
}
