/** The queue as data: what comes next, and what a change of one job means for others. Nothing here is edited in place. */
import {
  DivergedError,
  errorFromData,
  type ErrorData,
  type Experiment,
  type JobPhase,
  type ScoreJob,
  type TrainJob,
} from '../../protocol';

export type NextJob = { kind: 'train'; job: TrainJob } | { kind: 'score'; job: ScoreJob; training: TrainJob };

/** A training is followed by its own judgments, so that numbers come early; null: nothing waits. */
export function nextJob({ trainings, scorings }: Experiment): NextJob | null {
  for (const training of trainings) {
    if (training.phase === 'waiting') return { kind: 'train', job: training };
    if (training.phase !== 'done') continue;
    const job = scorings.find((scoring) => scoring.training === training.id && scoring.phase === 'waiting');
    if (job !== undefined) return { kind: 'score', job, training };
  }
  return null;
}

export function withTraining(experiment: Experiment, id: string, change: Partial<TrainJob>): Experiment {
  const trainings = experiment.trainings.map((job) => (job.id === id ? { ...job, ...change } : job));
  const { phase } = change;
  if (phase !== 'failed' && phase !== 'skipped') return { ...experiment, trainings };
  const error = phase === 'failed' ? NOT_TRAINED : null;
  const scorings = experiment.scorings.map((job) =>
    job.training === id && job.phase === 'waiting' ? { ...job, phase: 'skipped' as const, error } : job,
  );
  return { ...experiment, trainings, scorings };
}

const NOT_TRAINED: ErrorData = {
  name: 'TrainingError',
  cause: 'Its training failed.',
  remedy: 'Try the training again.',
  file: null,
  recoverable: true,
};

export function withScoring(experiment: Experiment, id: string, change: Partial<ScoreJob>): Experiment {
  return {
    ...experiment,
    scorings: experiment.scorings.map((job) => (job.id === id ? { ...job, ...change } : job)),
  };
}

/** As it is to go on from after a crash: what was going waits again, with what it has. */
export function recovered(experiment: Experiment): Experiment {
  const again = <J extends TrainJob | ScoreJob>(job: J): J =>
    job.phase === 'going' ? { ...job, phase: 'waiting' as const } : job;
  return { ...experiment, trainings: experiment.trainings.map(again), scorings: experiment.scorings.map(again) };
}

/**
 * Failed jobs wait again, and so does what was left out because of them. A training that diverged begins anew, as its
 * checkpoint is of a run that was getting there; any other goes on from its checkpoint.
 *
 * @param among  Ids of the jobs that may; not given: all.
 */
export function retried(experiment: Experiment, among?: ReadonlySet<string>): Experiment {
  const may = ({ id, phase }: TrainJob | ScoreJob): boolean => phase === 'failed' && (among?.has(id) ?? true);
  const failed = new Set(experiment.trainings.filter(may).map(({ id }) => id));
  return {
    ...experiment,
    trainings: experiment.trainings.map((job) =>
      failed.has(job.id) ? { ...job, phase: 'waiting', error: null, ...(diverged(job.error) && { runId: null }) } : job,
    ),
    scorings: experiment.scorings.map((job) =>
      may(job) || (job.phase === 'skipped' && job.error !== null && (failed.has(job.training) || among === undefined))
        ? { ...job, phase: 'waiting', error: null }
        : job,
    ),
  };
}

/** By the class of its error, whose name is what is kept of it. */
const diverged = (error: ErrorData | null): boolean => error !== null && errorFromData(error) instanceof DivergedError;

/** Runs of trainings that `after` does not use any more: what was begun with them begins anew. */
export function givenUpRuns(before: Experiment, after: Experiment): string[] {
  const used = new Set(after.trainings.map(({ runId }) => runId));
  return before.trainings.flatMap(({ runId }) => (runId === null || used.has(runId) ? [] : [runId]));
}

/** Leaves a job out; a training with all that would judge it. */
export function skipped(experiment: Experiment, id: string): Experiment {
  const open: readonly JobPhase[] = ['waiting', 'failed', 'going'];
  const training = experiment.trainings.find((job) => job.id === id);
  if (training !== undefined) {
    return open.includes(training.phase) ? withTraining(experiment, id, { phase: 'skipped', error: null }) : experiment;
  }
  const scoring = experiment.scorings.find((job) => job.id === id);
  return scoring !== undefined && open.includes(scoring.phase)
    ? withScoring(experiment, id, { phase: 'skipped', error: null })
    : experiment;
}

/** Lets one that was left out wait again, with what it has kept; a training with all that would judge it. */
export function putBack(experiment: Experiment, id: string): Experiment {
  const back = <J extends TrainJob | ScoreJob>(job: J, which: string): J =>
    job.phase === 'skipped' && which === id ? { ...job, phase: 'waiting' as const, error: null } : job;
  const trained = new Set(
    experiment.trainings.filter(({ phase }) => phase !== 'skipped' && phase !== 'failed').map((job) => job.id),
  );
  return {
    ...experiment,
    trainings: experiment.trainings.map((job) => back(job, job.id)),
    scorings: experiment.scorings.map((job) => back(job, trained.has(job.training) ? job.id : job.training)),
  };
}

export interface JobCounts {
  all: number;
  done: number;
  failed: number;
  skipped: number;
  /** Waiting or going. */
  left: number;
}

export function countJobs({ trainings, scorings }: Pick<Experiment, 'trainings' | 'scorings'>): JobCounts {
  const phases = [...trainings, ...scorings].map(({ phase }) => phase);
  const of = (phase: JobPhase): number => phases.filter((other) => other === phase).length;
  const [done, failed, left] = [of('done'), of('failed'), of('waiting') + of('going')];
  return { all: phases.length, done, failed, skipped: of('skipped'), left };
}
