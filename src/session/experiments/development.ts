/** Development data of a protocol: whether a threshold can be set on them, and if there is none, why. */
import type { Experiment, ScoreJob } from '../../protocol';
import { expand } from '../protocols/expand';
import { DEVELOPMENT } from '../protocols/readers';
import type { Selection } from '../protocols/select';

/** False where no policy could set a threshold on them: each asks for spoof samples. Where a set is still missing nobody knows. */
export function develops({ problem, development }: Selection): boolean {
  return problem !== null || development.some(({ label }) => label === 'spoof');
}

/** Judgments of development data for the trainings that wait, where the sets that they have now give them some. */
export function withDevelopment(experiment: Experiment, selectionOf: (protocolId: string) => Selection): Experiment {
  const waiting = new Set(experiment.trainings.filter(({ phase }) => phase === 'waiting').map(({ id }) => id));
  const known = new Set(experiment.scorings.map(({ id }) => id));
  const { scorings } = expand(experiment.protocols, experiment, ({ id }) => develops(selectionOf(id)));
  const made = scorings.filter(
    ({ id, test, training }) => test === DEVELOPMENT && waiting.has(training) && !known.has(id),
  );
  return made.length === 0 ? experiment : { ...experiment, scorings: [...experiment.scorings, ...made] };
}

/** Why there are no answers on development data, as a sentence; null: there are. */
export function whyNoDevelopment(job: ScoreJob | null): string | null {
  switch (job?.phase) {
    case 'done':
      return null;
    case undefined:
      return 'The training sets have no development data with spoof samples, so no threshold was set: hold back a share of their persons in the protocol.';
    case 'failed':
      return `The development data could not be judged, so no threshold was set: ${job.error?.cause ?? 'try it again.'}`;
    case 'skipped':
      return 'The development data were left out of the queue, so no threshold was set.';
    case 'waiting':
    case 'going':
      return 'The development data are not judged yet, so no threshold was set: go on with the queue.';
  }
}
