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
  if (old?.phase === 'finished' && isStored(old)) return old;
  if (old !== undefined) {
    if ((await checkpointInfo(runId)) !== null) return whole(await training.continue(runId, 0));
    await forget(runId);
  }
  if (problem !== null) throw new TrainingError(problem);
  if (train.length === 0) {
    throw new TrainingError({
      cause: 'None of its sources has a labelled sample to train on.',
      remedy: 'Import them with labels, or change the protocol.',
    });
  }
  return whole(await training.startPlanned({ runId, name, config, train, test: development }));
}

/** True where the parameters of a run's end are kept: a full disk ends the checkpoints of a run, not the run. */
export function isStored({ checkpointStep, config }: RunRecord): boolean {
  return (checkpointStep ?? 0) >= config.steps;
}

export function notStored({ checkpointStep, config }: RunRecord): TrainingError {
  return new TrainingError({
    cause: `The end of its run could not be stored: the last checkpoint is of step ${checkpointStep ?? 0} of ${config.steps}.`,
    remedy: 'Make room in this browser, then let the training wait again: it goes on from that checkpoint.',
  });
}

/** @throws TrainingError where a run has come to its end and nothing is kept of it */
function whole(run: RunRecord): RunRecord {
  if (run.phase === 'finished' && !isStored(run)) throw notStored(run);
  return run;
}
