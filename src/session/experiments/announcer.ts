/** Where the queue stands: measured while it goes, and announced a few times a second. */
import type { Experiment } from '../../protocol';
import type { RunRecord } from '../../store/record';
import type { StateHolder } from '../holder';
import type { ScoringProgress } from './score_job';
import { Meter, progressOf, type Going, type Kept, type Rates, type ScoringSize, type Sizes } from './work';

/** Milliseconds between two announcements of progress. */
const ANNOUNCE = 250;

/** `runId`: of a training. */
type Job = { jobId: string; label: string } & ({ kind: 'train'; runId: string } | { kind: 'score' });

export class Announcer {
  private of: { id: string; sizes: Sizes } | null = null;
  private going: (Going & Job) | null = null;
  private readonly meters = { step: new Meter(), text: new Meter(), head: new Meter() };
  /** Frames by id of the judgment, of those that this tab has worked at. */
  private readonly judged = new Map<string, ScoringSize>();
  private announced = 0;

  constructor(private readonly holder: StateHolder) {
    holder.addEventListener('change', () => this.watchRun());
  }

  /** The experiment that is worked on from now on. */
  begin(id: string, sizes: Sizes): void {
    this.of = { id, sizes };
    this.announce();
  }

  end(): void {
    this.going = null;
    this.announce();
    this.of = null;
  }

  /** The job that is going; null: none. */
  job(job: Job | null): void {
    this.going = job === null ? null : { ...job, steps: 0, frames: 0, text: 0 };
  }

  /** A run is over. */
  trained(steps: number, seconds: number): void {
    this.meters.step.add(steps, seconds);
  }

  scored({ frames, text, fresh }: ScoringProgress): void {
    if (this.going !== null) {
      this.going = { ...this.going, frames, text };
      const job = this.experiment?.scorings.find(({ id }) => id === this.going?.jobId);
      if (job?.scoringId != null) this.judged.set(job.scoringId, { frames, text });
    }
    if (fresh !== null) this.meters[fresh.kind].add(fresh.count, fresh.seconds);
    this.soon();
  }

  /** At once: a job has changed. */
  announce(): void {
    const { experiment } = this;
    const { queue } = this.holder.state;
    if (this.of === null || experiment === undefined) return;
    this.announced = performance.now();
    const progress = progressOf(experiment, this.of.sizes, this.rates(), this.going, this.kept());
    this.holder.update({ queue: { ...queue, progress } });
  }

  private soon(): void {
    if (performance.now() - this.announced >= ANNOUNCE) this.announce();
  }

  /** Follows the run that is going: its steps are the queue's. */
  private watchRun(): void {
    const step = this.run?.steps.at(-1)?.step ?? 0;
    if (this.going?.kind !== 'train' || this.run === null || step === this.going.steps) return;
    this.going = { ...this.going, steps: step };
    this.soon();
  }

  /** The run of the training that is going; the page may still show another. */
  private get run(): RunRecord | null {
    const { run } = this.holder.state;
    return this.going?.kind === 'train' && run?.id === this.going.runId ? run : null;
  }

  private get experiment(): Experiment | undefined {
    return this.holder.state.experiments.find(({ id }) => id === this.of?.id);
  }

  private kept(): Kept {
    const steps = new Map(this.holder.state.runs.map(({ id, checkpointStep }) => [id, checkpointStep ?? 0]));
    return { steps, scorings: this.judged };
  }

  private rates(): Rates {
    const last = this.run?.steps.at(-1);
    // The first training speaks for itself until it is over.
    const present = last ? last.elapsed / last.step : null;
    return { step: this.meters.step.rate ?? present, text: this.meters.text.rate, head: this.meters.head.rate };
  }
}
