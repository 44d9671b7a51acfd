/** Another data set for a role of an experiment: only where nothing rests on the present one. */
import { WhyLiveError, type Experiment, type JobPhase } from '../../protocol';
import { jobsOf } from './expand';

/**
 * What was begun with the present set and did not end begins anew: half of it would be of the one and half of the other.
 *
 * @throws WhyLiveError where a job that is done, or is going, has used the present set
 */
export function assigned(experiment: Experiment, name: string, set: string): Experiment {
  if (experiment.sets[name] === set) return experiment;
  const touched = experiment.protocols.flatMap((protocol) =>
    protocol.variants.flatMap((variant) => {
      const jobs = jobsOf(experiment, protocol.id, variant.name);
      if (jobs === null) return [];
      const tested = protocol.tests.includes(name) ? [jobs.scoring(name)] : [];
      return [...(protocol.train.includes(name) ? [jobs.training] : []), ...tested].filter((job) => job !== null);
    }),
  );
  const used: readonly JobPhase[] = ['done', 'going'];
  const fixed = touched.find(({ phase }) => used.includes(phase));
  if (fixed !== undefined) {
    throw new WhyLiveError({
      cause: `${name} cannot be given another set: ${fixed.id} has used ${experiment.sets[name] ?? name}.`,
      remedy: 'Start a new experiment with the other set.',
    });
  }
  const anew = new Set(touched.map(({ id }) => id));
  return {
    ...experiment,
    sets: { ...experiment.sets, [name]: set },
    trainings: experiment.trainings.map((job) => (anew.has(job.id) ? { ...job, runId: null } : job)),
    scorings: experiment.scorings.map((job) => (anew.has(job.id) ? { ...job, scoringId: null } : job)),
  };
}
