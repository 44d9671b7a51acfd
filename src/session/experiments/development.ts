/** Development data of a protocol: whether a threshold can be set on them, and if there is none, why. */
import type { ScoreJob } from '../../protocol';
import type { Selection } from '../protocols/select';

/** False where no policy could set a threshold on them: each asks for spoof samples. Where a set is still missing nobody knows. */
export function develops({ problem, development }: Selection): boolean {
  return problem !== null || development.some(({ label }) => label === 'spoof');
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
