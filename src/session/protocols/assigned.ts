/** Another data set for a role of an experiment: only where nothing rests on the present one. */
import {
  WhyLiveError,
  type Experiment,
  type JobPhase,
  type Protocol,
  type ScoreJob,
  type TrainJob,
} from '../../protocol';
import { expand, jobsOf, judgedSet, sourceOf, trainingKey } from './expand';
import { retried, withTraining } from './jobs';
import { DEVELOPMENT } from './readers';

/** A name of an experiment's protocols, and the data set that it stands for. */
export interface UsedName {
  name: string;
  set: string;
  /** The job that is done, or is going, with this set: it can be given no other. null: it can. */
  fixedBy: string | null;
}

/** Of what is not done yet, in the order of the protocols. */
export function usedNames(experiment: Experiment): UsedName[] {
  const names = new Set(experiment.protocols.flatMap(({ train, tests }) => [...train, ...tests]));
  return [...names].flatMap((name) => {
    const jobs = jobsWith(experiment, name);
    if (jobs.every(({ phase }) => phase === 'done')) return [];
    return [{ name, set: experiment.sets[name] ?? name, fixedBy: jobs.find(isUsed)?.id ?? null }];
  });
}

const isUsed = ({ phase }: { phase: JobPhase }): boolean => phase === 'done' || phase === 'going';

function jobsWith(experiment: Experiment, name: string): (TrainJob | ScoreJob)[] {
  return experiment.protocols.flatMap((protocol) =>
    protocol.variants.flatMap((variant) => {
      const jobs = jobsOf(experiment, protocol.id, variant.name);
      if (jobs === null) return [];
      const tested = protocol.tests.includes(name) ? [jobs.scoring(name)] : [];
      return [...(protocol.train.includes(name) ? [jobs.training] : []), ...tested].filter((job) => job !== null);
    }),
  );
}

/**
 * What was begun with the present set and did not end begins anew: half of it would be of the one and half of the other.
 * What failed waits again, most likely for want of a set. Jobs that are one with the other set become one, and those that
 * are two become two.
 *
 * @param develops  As for `expand`, with the other set.
 * @throws WhyLiveError where a job that is done, or is going, has used the present set
 */
export function assigned(
  experiment: Experiment,
  name: string,
  set: string,
  develops: (protocol: Protocol) => boolean,
): Experiment {
  if (experiment.sets[name] === set) return experiment;
  const touched = jobsWith(experiment, name);
  const fixed = touched.find(isUsed);
  if (fixed !== undefined) {
    throw new WhyLiveError({
      cause: `${name} cannot be given another set: ${fixed.id} has used ${experiment.sets[name] ?? name}.`,
      remedy: 'Start a new experiment with the other set.',
    });
  }
  const anew = new Set(touched.map(({ id }) => id));
  const again = retried(experiment, anew);
  const laid = laidOutAnew(
    {
      ...again,
      sets: { ...experiment.sets, [name]: set },
      trainings: again.trainings.map((job) => (anew.has(job.id) ? { ...job, runId: null } : job)),
      scorings: again.scorings.map((job) => (anew.has(job.id) ? { ...job, scoringId: null } : job)),
    },
    develops,
  );
  // A test that comes into a training's own sets, or leaves them, makes it another training.
  const kept = new Set([...laid.trainings, ...laid.scorings].map(({ id }) => id));
  const lost = [...experiment.trainings, ...experiment.scorings].find((job) => isUsed(job) && !kept.has(job.id));
  if (lost !== undefined) {
    throw new WhyLiveError({
      cause: `${name} cannot be given ${set}: ${lost.id}, which has begun, would be another.`,
      remedy: 'Start a new experiment with the other set.',
    });
  }
  return laid;
}

/** Of jobs that are one now the one that got furthest stands for all. */
const FURTHEST: readonly JobPhase[] = ['done', 'going', 'waiting', 'failed', 'skipped'];
const furthest = <J extends { phase: JobPhase }>(jobs: readonly J[]): J | undefined =>
  FURTHEST.map((phase) => jobs.find((job) => job.phase === phase)).find((job) => job !== undefined);

/** The jobs that the protocols make with the sets that they have now, where they stand. */
function laidOutAnew(experiment: Experiment, develops: (protocol: Protocol) => boolean): Experiment {
  const keyOf = (job: TrainJob): string | null => {
    const [protocol, variant] = sourceOf(experiment, job);
    return protocol === undefined || variant === undefined ? null : trainingKey(protocol, variant, experiment);
  };
  const fresh = expand(experiment.protocols, experiment, develops);
  const trainings: TrainJob[] = [];
  const scorings: ScoreJob[] = [];
  for (const job of fresh.trainings) {
    const same = experiment.trainings.filter((other) => keyOf(other) === keyOf(job));
    const training = furthest(same) ?? job;
    trainings.push(training);
    // An answer is of the run that gave it.
    const known = experiment.scorings.filter((scoring) => scoring.training === training.id);
    const laid: ScoreJob[] = [];
    for (const scoring of fresh.scorings.filter((other) => other.training === job.id)) {
      const judged = JSON.stringify(judgedSet(scoring.test, experiment));
      const kept = furthest(known.filter(({ test }) => JSON.stringify(judgedSet(test, experiment)) === judged));
      if (kept !== undefined) laid.push(kept);
      // A run that has begun without development data has none to be judged on.
      else if (scoring.test !== DEVELOPMENT || !isUsed(training)) laid.push({ ...scoring, training: training.id });
    }
    scorings.push(...laid, ...known.filter((scoring) => isUsed(scoring) && !laid.includes(scoring)));
  }
  const laid = { ...experiment, trainings, scorings: withIds(scorings) };
  // What is to judge one that is left out, or has failed, is left out too.
  return laid.trainings
    .filter(({ phase }) => phase === 'failed' || phase === 'skipped')
    .reduce((now, { id, phase }) => withTraining(now, id, { phase }), laid);
}

/** Old and new ones together may bear one id. */
function withIds(jobs: readonly ScoreJob[]): ScoreJob[] {
  const taken = new Set<string>();
  return jobs.map((job) => {
    let { id } = job;
    for (let n = 2; taken.has(id); n++) id = `${job.id} (${n})`;
    taken.add(id);
    return { ...job, id };
  });
}
