/** How a score becomes a verdict: the policy in words, the threshold that it sets, the verdict of a trial. */
import type { Reader, ThresholdPolicy, Verdict } from '../../protocol';
import { equalErrorPoint, hasBoth, pointOfFar, thresholdBetween, type Curve } from './curve';
import type { Trial } from './trials';

/** The policy in words, to stand beside every number that comes of it. */
export function policyWords(policy: ThresholdPolicy): string {
  switch (policy.kind) {
    case 'text':
      return 'text verdict, undecided counts as an error';
    case 'fixed':
      return `P(spoof) >= ${policy.threshold}`;
    case 'development-eer':
      return 'threshold of equal errors on development data of the training sets';
    case 'test-eer':
      return 'threshold of equal errors on the test set itself, as SSDG and FLIP do: it uses target labels';
    case 'development-apcer':
      return `threshold with APCER of at most ${percentOf(policy.target)} on development data of the training sets`;
  }
}

/** What a reader may be read by: text has no score, the others no verdict without a threshold. */
export function policiesOf(reader: Reader): ThresholdPolicy[] {
  if (reader === 'text') return [{ kind: 'text' }];
  return [
    { kind: 'fixed', threshold: 0.5 },
    { kind: 'development-eer' },
    { kind: 'test-eer' },
    { kind: 'development-apcer', target: 0.01 },
    { kind: 'development-apcer', target: 0.05 },
    { kind: 'development-apcer', target: 0.1 },
  ];
}

/** A threshold, or the sentence that says why there is none. */
export type Chosen = { threshold: number; note: null } | { threshold: null; note: string };

/**
 * @param test         Operating points of the samples that are judged.
 * @param development  Those of other samples, of the training sets; null where there are none.
 * @param noDevelopment  Why there are none, as a sentence.
 */
export function chooseThreshold(
  policy: ThresholdPolicy,
  test: Curve,
  development: Curve | null,
  noDevelopment = NO_DEVELOPMENT,
): Chosen {
  const chosen = (threshold: number): Chosen => ({ threshold, note: null });
  const none = (note: string): Chosen => ({ threshold: null, note });
  switch (policy.kind) {
    case 'text':
      return none('A score has no verdict without a threshold: the policy "text" is for text.');
    case 'fixed':
      return Number.isFinite(policy.threshold)
        ? chosen(policy.threshold)
        : none(`The threshold is ${policy.threshold}: give a number.`);
    case 'test-eer':
      return hasBoth(test)
        ? chosen(test.ranking.scores[equalErrorPoint(test)]!)
        : none(`The test set has ${classesOf(test)}, so no threshold of equal errors exists on it.`);
    case 'development-eer':
      if (development === null) return none(noDevelopment);
      return hasBoth(development)
        ? chosen(thresholdBetween(development, equalErrorPoint(development)))
        : none(`The development data has ${classesOf(development)}, so no threshold of equal errors exists on it.`);
    case 'development-apcer':
      if (!(policy.target >= 0 && policy.target < 1))
        return none(`An APCER of ${policy.target} is no target: give a share from 0 to below 1.`);
      if (development === null) return none(noDevelopment);
      return development.spoof > 0
        ? chosen(thresholdBetween(development, pointOfFar(development, policy.target)))
        : none('The development data has no spoof sample, so no APCER exists on it.');
  }
}

const NO_DEVELOPMENT = 'There is no scored development data, so no threshold was set: score the development data too.';

/** Of a curve that lacks a class. */
const classesOf = ({ live, spoof }: Curve): string => (live + spoof === 0 ? 'no scored sample' : 'one class only');

/** @param threshold  null for text, which has said it all. */
export function verdictOfTrial({ verdict, score }: Trial, threshold: number | null): Verdict | null {
  if (verdict !== null) return verdict;
  if (score === null || threshold === null) return null;
  return score >= threshold ? 'spoof' : 'live';
}

/** `5 %`, `0.5 %` */
function percentOf(share: number): string {
  return `${Number((100 * share).toPrecision(6))} %`;
}

/** A name short enough for a table; `policyWords` belongs under the table then. */
export function policyName(policy: ThresholdPolicy): string {
  switch (policy.kind) {
    case 'text':
      return 'verdict';
    case 'fixed':
      return `P >= ${policy.threshold}`;
    case 'development-eer':
      return 'development EER';
    case 'test-eer':
      return 'test EER, uses target labels';
    case 'development-apcer':
      return `development APCER ${percentOf(policy.target)}`;
  }
}
