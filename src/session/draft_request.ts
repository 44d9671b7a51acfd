/** What captions are drafted for, and by whom: checked before the model is asked. */
import { ModelError, WhyLiveError, type DraftRequest, type SampleRow } from '../protocol';
import type { SessionState } from './types';

/**
 * @returns the labelled ones of the samples asked for, and the name of who writes
 * @throws ModelError without a model; WhyLiveError without an instruction or a labelled sample
 */
export function toDraft(
  { model, runs, data }: Readonly<SessionState>,
  { sampleIds, instruction, runId }: Pick<DraftRequest, 'instruction' | 'runId'> & { sampleIds: readonly string[] },
): { samples: SampleRow[]; from: string } {
  if (model === null) {
    throw new ModelError({ cause: 'No model is loaded.', remedy: 'Choose a backbone under Settings.' });
  }
  if (instruction.trim() === '') {
    throw new WhyLiveError({ cause: 'The instruction is empty.', remedy: 'Say what the model is to write.' });
  }
  const wanted = new Set(sampleIds);
  const samples = data.samples.filter(({ id, label }) => wanted.has(id) && label !== null);
  if (samples.length === 0) {
    throw new WhyLiveError({
      cause: 'None of the samples has a label, which the model would have to be told.',
      remedy: 'Choose labelled samples.',
    });
  }
  const run = runs.find(({ id }) => id === runId);
  return { samples, from: run === undefined ? model.name : `${model.name}, ${run.name}` };
}
