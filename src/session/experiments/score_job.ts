/** One trained run judged on one test set, or on the development data of its sources. */
import {
  TrainingError,
  type Experiment,
  type FailedFrame,
  type Reader,
  type SampleRow,
  type ScoreJob,
} from '../../protocol';
import { removeScorings } from '../../store/scorings';
import type { RunRecord } from '../../store/record';
import { rowsOf } from '../plan';
import { protocolOfScoring } from '../protocols/expand';
import { DEVELOPMENT, readersOn } from '../protocols/readers';
import { attacksWithoutText, chooseTextFrames } from '../protocols/text_frames';
import { answersHold, unjudged } from './answers';
import type { Selections } from './preview';
import { settingNow } from './setting';
import { isStored, notStored } from './train_job';
import type { Judge } from './types';

export interface ScoringProgress {
  /** Judged so far, what was kept of an earlier attempt among them. */
  frames: number;
  text: number;
  /** What was just done, for the rates. */
  fresh: { kind: 'text' | 'head'; count: number; seconds: number } | null;
}

export interface ScoringContext {
  runs: readonly RunRecord[];
  samples: readonly SampleRow[];
  /** The data may change while frames are judged. */
  samplesNow(): readonly SampleRow[];
  judge: Judge;
  signal: AbortSignal;
  /** What happened beside the numbers, as a sentence. */
  say(sentence: string): void;
  onProgress(progress: ScoringProgress): void;
}

/**
 * What an earlier attempt has judged is not judged again, unless the frames in question are others by now.
 *
 * @throws TrainingError where run, data set or reader is missing, the run has seen what it is to be judged on, or frames
 *   went from the data meanwhile
 */
export async function scoreJob(
  job: ScoreJob & { scoringId: string },
  experiment: Experiment,
  selections: Selections,
  { runs, samples, samplesNow, judge, signal, say, onProgress }: ScoringContext,
): Promise<void> {
  const training = experiment.trainings.find(({ id }) => id === job.training);
  const run = runs.find(({ id }) => id === training?.runId);
  if (run === undefined) {
    throw new TrainingError({ cause: 'Its run is no longer stored.', remedy: 'Train it again in a new experiment.' });
  }
  if (!isStored(run)) throw notStored(run);
  const rows = rowsToJudge(job, experiment, selections, run, samples);
  const { head, words } = readersOn(job.test, experiment.readers, run.config);
  const text =
    words.length > 0 ? chooseTextFrames(rows, experiment.textFrames, experiment.config.seed) : new Set<string>();
  const all: { kind: 'text' | 'head'; samples: SampleRow[]; words: readonly Reader[] }[] = [
    { kind: 'text', samples: rows.filter(({ id }) => text.has(id)), words },
    { kind: 'head', samples: head ? rows.filter(({ id }) => !text.has(id)) : [], words: [] },
  ];
  const groups = all.filter((group) => group.samples.length > 0);
  if (groups.length === 0) {
    throw new TrainingError({
      cause:
        head || words.length > 0
          ? 'There is nothing to judge.'
          : 'Its head is not trained (alpha is 0), and no other reader was asked for.',
      remedy: 'Ask for the text reader, or use data with labels.',
    });
  }
  const test = job.test === DEVELOPMENT ? DEVELOPMENT : (rows[0]?.set ?? job.test);
  const textless = words.length > 0 ? attacksWithoutText(rows, text) : [];
  const setting = { ...settingNow(job, experiment, run, samples), ...(textless.length > 0 && { textless }) };
  if (!(await answersHold(job.scoringId, rows, words.length > 0 ? text : null))) {
    await removeScorings([job.scoringId]);
    say('It began anew: its frames are not those that it was begun on.');
  }
  const asked: string[] = [];
  let failed: readonly FailedFrame[] = [];
  for (const group of groups) {
    // Those of the group before are there by then. One of them that could not be read is not asked again with less.
    asked.push(...group.samples.map(({ id }) => id));
    const lacking = new Set(failed.map(({ sampleId }) => sampleId));
    const sampleIds = asked.filter((id) => !lacking.has(id));
    const readers = { head, text: group.words.includes('text'), likelihood: group.words.includes('likelihood') };
    let [last, at] = [null as number | null, performance.now()];
    failed = await judge(
      run,
      { scoringId: job.scoringId, experimentId: experiment.id, test, sampleIds, readers, setting, failed },
      {
        signal,
        onProgress: (done) => {
          // The first report says what was there already: no measure of speed.
          const now = performance.now();
          const fresh = last === null ? null : { kind: group.kind, count: done - last, seconds: (now - at) / 1000 };
          if (last === done) return;
          [last, at] = [done, now];
          onProgress({ frames: done, text: Math.min(done, text.size), fresh });
        },
      },
    );
  }
  refuseHalf(failed, asked.length, samplesNow());
  if (failed.length > 0) say(unjudged(failed, asked.length));
}

/** @throws TrainingError where frames are no longer there, or none could be read: such numbers would be of something else */
function refuseHalf(failed: readonly FailedFrame[], asked: number, samples: readonly SampleRow[]): void {
  const there = new Set(samples.map(({ id }) => id));
  const gone = failed.filter(({ sampleId }) => !there.has(sampleId)).length;
  if (gone > 0) {
    throw new TrainingError({
      cause: `${gone} of the ${asked} frames that were to be judged ${gone === 1 ? 'is' : 'are'} no longer among the data.`,
      remedy: 'Let it wait again: it is judged on the data as they are then.',
    });
  }
  if (failed.length === asked) {
    throw new TrainingError({ cause: unjudged(failed, asked), remedy: 'Import the set again.' });
  }
}

/** The frames in question. @throws TrainingError */
function rowsToJudge(
  job: ScoreJob,
  experiment: Experiment,
  selections: Selections,
  run: RunRecord,
  samples: readonly SampleRow[],
): SampleRow[] {
  // The run knows what was held back from it; a selection made on other data would not.
  if (job.test === DEVELOPMENT) {
    if (run.testIds.length > 0)
      return rowsOf(run.testIds, samples, 'Import the same folders again, then let it wait again.');
    throw new TrainingError({
      cause: 'The sources have no development data, so no threshold can be set on them.',
      remedy: 'Hold back a share of their subjects in the protocol.',
    });
  }
  const protocol = protocolOfScoring(experiment, job);
  const problem = protocol === null ? undefined : selections.of(protocol.id).testProblems.get(job.test);
  if (problem !== undefined) throw new TrainingError(problem);
  const rows = selections.rowsOf(experiment, job);
  if (rows === null || rows.length === 0) {
    throw new TrainingError({
      cause: `There is no labelled sample of ${job.test} to test on.`,
      remedy: 'Import it with labels, or change the protocol.',
    });
  }
  const seen = new Set([...run.trainIds, ...run.testIds]);
  const known = rows.filter(({ id }) => seen.has(id)).length;
  if (known > 0) {
    throw new TrainingError({
      cause: `The run was trained on ${known} of the ${rows.length} frames that it is to be tested on.`,
      remedy: 'The data have changed since: start a new experiment.',
    });
  }
  return rows;
}
