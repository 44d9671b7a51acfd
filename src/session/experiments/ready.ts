/** What would fail one job of a queue after another. */
import { WhyLiveError, type Experiment } from '../../protocol';
import { isTrainingHeld } from '../locks';
import type { SessionState } from '../types';

/** @throws WhyLiveError where the queue cannot go on, with what to do first */
export async function requireReady({ trainings }: Experiment, state: Readonly<SessionState>): Promise<void> {
  const { model, device, runs, data } = state;
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
