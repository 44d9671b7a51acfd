/** One training of a queue: begun, or gone on with from where a crash or a stop left it. */
import { TrainingError, type RunConfig } from '../../protocol';
import { checkpointInfo } from '../../store/checkpoints';
import type { RunRecord } from '../../store/record';
import type { Selection } from '../protocols/select';
import type { Training } from '../run';

export async function trainJob(
  { runId, name, config }: { runId: string; name: string; config: RunConfig },
  { train, development, problem }: Selection,
  { training, runs, forget }: { training: Training; runs: readonly RunRecord[]; forget(runId: string): Promise<void> },
): Promise<RunRecord> {
  const old = runs.find(({ id }) => id === runId);
  if (old?.phase === 'finished') return old;
  if (old !== undefined) {
    if ((await checkpointInfo(runId)) !== null) return training.continue(runId, 0);
    await forget(runId);
  }
  if (problem !== null) throw new TrainingError(problem);
  if (train.length === 0) {
    throw new TrainingError({
      cause: 'None of its sources has a labelled sample to train on.',
      remedy: 'Import them with labels, or change the protocol.',
    });
  }
  return training.startPlanned({ runId, name, config, train, test: development });
}
