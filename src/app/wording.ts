/** Words for states and results, in one place, so that strip, sheet and screen reader say the same. */
import type { CaptionResult, CaptionStyle, Evaluation, Label, Rejection, RunPhase, SampleRow } from '../protocol';
import { captionProblem } from '../session/plan';
import { countRejected } from '../session/rejections';
import type { RunRecord, SessionState } from '../session/types';
import { count, percent, plural, probability } from './format';

export const PHASES: Record<RunPhase, string> = {
  preparing: 'Preparing',
  evaluating: 'Evaluating',
  training: 'Training',
  paused: 'Paused',
  stopped: 'Stopped',
  finished: 'Finished',
  failed: 'Failed',
};

/** A label of the trainer as the start of a line. */
export function sentence(label: string): string {
  return label.charAt(0).toUpperCase() + label.slice(1);
}

/** True while the trainer works on the run (or holds it, paused). */
export function isGoing(run: RunRecord | null): boolean {
  return run !== null && ['preparing', 'evaluating', 'training', 'paused'].includes(run.phase);
}

/** What the sample is said to be: `spoof, print`. */
export function truth(sample: SampleRow): string {
  if (sample.label === null) return 'no label';
  return sample.attack === null ? sample.label : `${sample.label}, ${sample.attack}`;
}

/** Which frame of what: `early frame, 0.4 s` or `still`. */
export function role(sample: SampleRow): string {
  return sample.role === 'image' ? 'still' : `${sample.role}, ${sample.seconds.toFixed(1)} s`;
}

/** Words for a sample's picture. */
export function pictureOf(sample: SampleRow): string {
  return `Frame of ${sample.file} (${sample.set}), labelled ${truth(sample)}`;
}

/** Where a sample's caption comes from, in two or three words. */
export function sourceWord({ captionSources, seed }: SampleRow, style: CaptionStyle): string {
  switch (captionSources?.[style]?.kind) {
    case 'table':
      return 'from a table';
    case 'public set':
      return 'from the public set';
    case 'draft':
      return 'drafted by a model';
    case 'edited':
      return 'edited here';
    case undefined:
      return seed === undefined ? 'of unknown source' : 'generated';
  }
}

/** What imports did not take: `2 files were left out; 7 rows of tables were not used as written`; empty for nothing. */
export function rejectedWords(rejected: readonly Rejection[]): string {
  const { files, rows } = countRejected(rejected);
  const parts: string[] = [];
  if (files > 0) parts.push(`${plural(files, 'file')} ${files === 1 ? 'was' : 'were'} left out`);
  if (rows > 0) {
    parts.push(
      `${plural(rows, 'row of a table', 'rows of tables')} ${rows === 1 ? 'was' : 'were'} not used as written`,
    );
  }
  return parts.join('; ');
}

/** What samples without a caption are good for. */
export function bareWords(labelled: number, unlabelled: number): string {
  const head = `${labelled === 1 ? 'trains' : 'train'} the head only`;
  const none = `${unlabelled === 1 ? 'trains' : 'train'} nothing, having no label`;
  if (unlabelled === 0) return `${plural(labelled, 'sample')}: ${labelled === 1 ? 'it' : 'they'} ${head}`;
  if (labelled === 0) return `${plural(unlabelled, 'sample')}: ${unlabelled === 1 ? 'it' : 'they'} ${none}`;
  return `${plural(labelled + unlabelled, 'sample')}: ${count(labelled)} ${head}, ${count(unlabelled)} ${none}`;
}

/** The head's own call at the fixed threshold. */
export function headVerdict(spoofProbability: number | null): Label | null {
  if (spoofProbability === null) return null;
  return spoofProbability >= 0.5 ? 'spoof' : 'live';
}

/** What a screen reader hears when a caption is finished: the verdict first, then the reason. */
export function spoken(result: CaptionResult): string {
  const head =
    result.headSpoofProbability === null
      ? 'The head is not trained.'
      : `The head gives a spoof probability of ${probability(result.headSpoofProbability)}.`;
  const agree = result.agrees === null ? '' : result.agrees ? ' They agree.' : ' They disagree.';
  return `The text says ${result.verdict}. ${head}${agree} Reason: ${result.text}`;
}

/** The policy sentence behind an evaluation's numbers. */
export function policyOf(evaluation: Evaluation): string {
  const { source, policy, unit, n, note } = evaluation;
  const who = source === 'head' ? 'Live/spoof head' : 'Generated text';
  return `${who}: ${policy}; ${plural(n, `held-out ${unit}`)}.${note ? ` ${note}` : ''}`;
}

export function ratesOf(evaluation: Evaluation): string {
  return `HTER ${percent(evaluation.hter, evaluation.n)}, n = ${evaluation.n}`;
}

/** The last evaluation of a source, or null. */
export function latest(run: RunRecord | null, source: Evaluation['source']): Evaluation | null {
  return run?.evaluations.findLast((evaluation) => evaluation.source === source) ?? null;
}

/** The samples that a run started now would train on. */
export function trainRows({ data }: Pick<SessionState, 'data'>): SampleRow[] {
  const ids = new Set(data.split.train);
  return data.samples.filter(({ id }) => ids.has(id));
}

/** Why a run cannot start now, as a sentence with what to do; null: it can. */
export function whyNotStart(state: Readonly<SessionState>, invalid: string | null): string | null {
  if (state.boot.phase === 'starting') return 'The threads are still starting; this takes a few seconds.';
  if (state.boot.phase === 'failed') return 'The page could not start; see the message above.';
  if (state.model === null) return 'No model is loaded. Choose a backbone under Settings.';
  if (isGoing(state.run)) return 'A run is going. Stop it first, or let it finish.';
  if (state.data.importing !== null) {
    return `The ${state.data.importing.unit === 'frames' ? 'generated set' : 'import'} is not finished yet.`;
  }
  if (state.data.samples.length === 0) return 'There are no samples. Add some under Data, or start the demo there.';
  if (invalid !== null) return invalid;
  if (state.data.split.train.length === 0) {
    return state.data.split.problems[0] ?? 'No labelled sample is left to train on. Add labels under Data.';
  }
  const missing = captionProblem(state.config, trainRows(state));
  return missing === null ? null : `${missing.cause} ${missing.remedy}`;
}
