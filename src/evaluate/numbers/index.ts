/**
 * From answers to numbers; pure functions that any thread and Node may call. What each number means, and with what it
 * cannot be compared, is in docs/numbers.md.
 *
 *     const head = { reader: 'head', unit: 'video', bootstrap: { resamples: 2000, seed: 0 } } as const;
 *     measure(test, { kind: 'test-eer' }, head)                          // Measures, at once
 *     await measureInTurns(test, policy, { ...head, development, signal }) // the same, leaving turns to a page
 *     for (const policy of policiesOf(reader)) ...                       // what a reader can be read by
 *
 *     const a = judge(runA, policy, head), b = judge(runB, policy, head); // verdicts, trial by trial
 *     mcnemar(a.judged, b.judged)                                        // two runs on the same frames
 *     compareReaders(test, { reader: 'head', policy }, { reader: 'text', policy: { kind: 'text' } }, { unit: 'frame' })
 *                                                                        // kappa and contradictions
 *     operatingPoints(curveOfTrials(trialsOf(test, 'head', 'video')))    // ROC and DET; probit() is the DET's scale
 *
 * `test` and `development` are `Prediction[]` as one scoring gives them. What is missing in them is missing in the
 * numbers, null and with a note, and nothing is thrown for it; only a score that is no number is refused.
 */
export { resample, quantile, type Bootstrap } from './bootstrap';
export {
  agreementOf,
  compareReaders,
  mcnemar,
  mcnemarOf,
  VERDICTS,
  type Agreement,
  type Contradiction,
  type McNemar,
  type ReadersCompared,
  type ReaderUnder,
} from './compare';
export { chiSquareTail, normalCdf, probit } from './distributions';
export {
  curveOfTrials,
  judge,
  measure,
  measureInTurns,
  type Judged,
  type Judgements,
  type MeasureOptions,
} from './measure';
export { groupBy } from './group_by';
export { operatingPoints, type CurvePoint } from './points';
export { policiesOf, policyName, policyWords } from './policy';
export { trialsOf, UNNAMED_ATTACK, videoKey, type Trial, type Trials, type Unit } from './trials';
