/** Another data set for a role of an experiment: only where nothing rests on the present one. */
import { WhyLiveError, type Experiment, type JobPhase, type ScoreJob, type TrainJob } from '../../protocol';
import { jobsOf } from './expand';
import { retried } from './jobs';

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
 * What failed waits again: most likely for want of a set.
 *
 * @throws WhyLiveError where a job that is done, or is going, has used the present set
 */
export function assigned(experiment: Experiment, name: string, set: string): Experiment {
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
  return {
    ...again,
    sets: { ...experiment.sets, [name]: set },
    trainings: again.trainings.map((job) => (anew.has(job.id) ? { ...job, runId: null } : job)),
    scorings: again.scorings.map((job) => (anew.has(job.id) ? { ...job, scoringId: null } : job)),
  };
}
