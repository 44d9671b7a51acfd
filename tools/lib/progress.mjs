/** Words for the terminal: where a run stands, what an evaluation says, the last captions. */
import { duration } from './terminal.mjs';

const percent = (/** @type {number | null} */ value) => (value === null ? 'n/a' : `${(value * 100).toFixed(1)} %`);
const number = (/** @type {number | null | undefined} */ value) =>
  value === null || value === undefined ? '-' : value.toFixed(4);

/** `step 12 of 40, loss 0.512 (head ..., caption ...), HTER ..., 3.1 samples/s, 2 min 10 s left`. */
export function progressLine(/** @type {any} */ state) {
  const importing = state.importing;
  if (importing)
    return `${importing.unit === 'frames' ? 'Generating' : 'Reading'} ${importing.label} (${importing.done} of ${importing.total} ${importing.unit}${left(importing.secondsLeft)})`;
  const parts = [];
  if (state.step > 0) {
    parts.push(`step ${state.step} of ${state.steps}`);
    if (state.loss)
      parts.push(
        `loss ${number(state.loss.total)} (verdict ${number(state.loss.cls)}, caption ${number(state.loss.cap)})`,
      );
    if (state.hter.head !== null) parts.push(`HTER ${percent(state.hter.head)}`);
    if (state.phase === 'training' && state.samplesPerSecond)
      parts.push(`${state.samplesPerSecond.toFixed(2)} samples/s${left(state.secondsLeft)}`);
  }
  if (state.detail) parts.push(`${state.detail.label} (${state.detail.done} of ${state.detail.total})`);
  else if (state.phase !== 'training' && state.phase !== 'none') parts.push(state.phase);
  return parts.join(', ') || 'Waiting for the page';
}

const left = (/** @type {number | null | undefined} */ seconds) =>
  seconds === null || seconds === undefined || !Number.isFinite(seconds) ? '' : `, ${duration(seconds)} left`;

/** `step 20, head, P(spoof) >= 0.5, by frame, n = 24: HTER ..., FAR ..., FRR ..., accuracy ...`. */
export function evaluationLine(/** @type {any} */ evaluation) {
  const { step, source, policy, unit, n, undecided } = evaluation;
  const rates = `HTER ${percent(evaluation.hter)}, FAR ${percent(evaluation.far)}, FRR ${percent(evaluation.frr)}, accuracy ${percent(evaluation.accuracy)}`;
  return `step ${step}, ${source} (${policy}, by ${unit}, n = ${n}): ${rates}${source === 'text' ? `, ${undecided} undecided` : ''}`;
}

/** The captions of the last evaluation, a few lines each. */
export function captionLines(/** @type {any} */ report) {
  const last = Math.max(...report.captions.map((/** @type {any} */ caption) => caption.step));
  return report.captions
    .filter((/** @type {any} */ caption) => caption.step === last)
    .map((/** @type {any} */ caption) => {
      const truth = `${caption.label ?? 'no label'}${caption.attack ? `, ${caption.attack}` : ''}`;
      const head = caption.headProbability === null ? '' : `, head P(spoof) ${caption.headProbability.toFixed(3)}`;
      return `\n${caption.sample} (truth: ${truth}; text: ${caption.verdict}${head})\n${caption.text.trim()}`;
    });
}
