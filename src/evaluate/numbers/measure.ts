/** All numbers of one reader under one threshold policy on one test set. */
import {
  CancelledError,
  type AttackMeasures,
  type Confusion,
  type Measures,
  type Prediction,
  type Reader,
  type ThresholdPolicy,
  type Verdict,
} from '../../protocol';
import { confusionOf, ratesOf, type Rates, type Scored } from '../metrics';
import { resample, type Bootstrap, type Judgement, type Resampled } from './bootstrap';
import { areaUnder, caughtAt, curveOf, equalErrorRate, hasBoth, rank, refill, type Curve } from './curve';
import { chooseThreshold, policyWords, verdictOfTrial, type Chosen } from './policy';
import { trialsOf, type Trial, type Unit } from './trials';

export interface MeasureOptions {
  reader: Reader;
  unit: Unit;
  /** Answers on development data of the training sets; only the `development-...` policies read them. */
  development?: readonly Prediction[] | null;
  /** Why there are none, as a sentence, where that is known. */
  noDevelopment?: string | null;
  /** Intervals over videos; null or not given: none. */
  bootstrap?: Bootstrap | null;
}

/** As `measure` takes it. */
type Asked = [test: readonly Prediction[], policy: ThresholdPolicy, options: MeasureOptions];

/** A trial with its verdict. */
export interface Judged extends Trial {
  verdict: Verdict;
}

/** Verdicts, and where the threshold stood. */
export interface Judgements {
  /** Empty where no threshold could be set. */
  judged: Judged[];
  threshold: number | null;
  notes: string[];
}

/**
 * Pure and deterministic; never throws for what a test set lacks: the rate is null and a note says why.
 *
 * @throws WhyLiveError naming the file when a score is not a finite number.
 */
export function measure(test: readonly Prediction[], policy: ThresholdPolicy, options: MeasureOptions): Measures {
  return finish(measuring(test, policy, options));
}

/** All steps at once. */
function finish<T>(steps: Generator<void, T>): T {
  for (;;) {
    const step = steps.next();
    if (step.done === true) return step.value;
  }
}

/**
 * `measure` with a turn of the event loop for others every few milliseconds: the intervals of a large test set take
 * longer than a page may stand still.
 *
 * @throws CancelledError when the signal fires; otherwise as `measure`.
 */
export async function measureInTurns(
  test: readonly Prediction[],
  policy: ThresholdPolicy,
  options: MeasureOptions & { signal?: AbortSignal },
): Promise<Measures> {
  const steps = measuring(test, policy, options);
  let turn = performance.now();
  for (;;) {
    if (options.signal?.aborted === true) throw new CancelledError();
    const step = steps.next();
    if (step.done === true) return step.value;
    if (performance.now() - turn > TURN_MS) {
      await new Promise((resolve) => setTimeout(resolve));
      turn = performance.now();
    }
  }
}

const TURN_MS = 12;

/** The verdict of each trial under a policy, for comparisons trial by trial. */
export function judge(test: readonly Prediction[], policy: ThresholdPolicy, options: MeasureOptions): Judgements {
  const { trials, curve, chosen, notes } = finish(prepare(test, policy, options));
  return { judged: judgedBy(trials, chosen), threshold: chosen.threshold, notes: noted(notes, chosen, curve, options) };
}

interface Prepared {
  trials: readonly Trial[];
  /** null for text. */
  curve: Curve | null;
  chosen: Chosen | typeof BY_WORDS;
  notes: string[];
}

/** Text needs no threshold. */
const BY_WORDS = { threshold: null, note: null };

function* prepare(...[test, policy, options]: Asked): Generator<void, Prepared> {
  const { reader, unit } = options;
  const { trials, notes } = trialsOf(test, reader, unit);
  yield;
  if (reader === 'text') {
    const refused: Chosen = {
      threshold: null,
      note: 'Text has no score to hold against a threshold: use the policy "text".',
    };
    return { trials, curve: null, chosen: policy.kind === 'text' ? BY_WORDS : refused, notes };
  }
  const curve = curveOfTrials({ trials });
  yield;
  const develops = policy.kind === 'development-eer' || policy.kind === 'development-apcer';
  const scored = develops && options.development ? trialsOf(options.development, reader, unit) : null;
  yield;
  const development = scored === null || scored.trials.length === 0 ? null : curveOfTrials(scored);
  return {
    trials,
    curve,
    chosen: chooseThreshold(policy, curve, development, options.noDevelopment ?? undefined),
    notes,
  };
}

function noted(
  notes: readonly string[],
  { note }: { note: string | null },
  curve: Curve | null,
  { reader }: MeasureOptions,
): string[] {
  return [
    ...notes,
    ...(note === null ? [] : [note]),
    ...(reader === 'text' ? ['Text has no score: AUC, EER and TPR at 1 % FPR are undefined.'] : []),
    ...(curve !== null && hasBoth(curve) && curve.live < 100
      ? [`With ${curve.live} live trials, 1 % of them is none: TPR at 1 % FPR allows no live trial to be called spoof.`]
      : []),
  ];
}

/** Operating points of trials that have scores. */
export function curveOfTrials({ trials }: { trials: readonly Trial[] }): Curve {
  return curveOf(rank(trials.map(({ label, score }) => ({ label, score: score! }))));
}

function judgedBy(trials: readonly Trial[], { threshold }: { threshold: number | null }): Judged[] {
  return trials.flatMap((trial) => {
    const verdict = verdictOfTrial(trial, threshold);
    return verdict === null ? [] : [{ ...trial, verdict }];
  });
}

function* measuring(...[test, policy, options]: Asked): Generator<void, Measures> {
  const { reader, unit } = options;
  const { trials, curve, chosen, notes: about } = yield* prepare(test, policy, options);
  const judgeable = chosen.note === null;
  yield;
  const judged = judgeable ? judgedBy(trials, chosen) : [];
  const notes = noted(about, chosen, curve, options);

  const scored = judged.map(({ label, verdict }): Scored => ({ truth: label, verdict }));
  const rates = ratesOf(confusionOf(scored));
  const live = trials.filter(({ label }) => label === 'live').length;
  const spoof = trials.length - live;
  if (trials.length === 0 || live === 0 || spoof === 0) notes.push(ratesOf(counted(live, spoof)).note!);
  // Before the curve is counted anew for each attack.
  const free =
    curve !== null && hasBoth(curve)
      ? { auc: areaUnder(curve), eer: equalErrorRate(curve), tprAt1Fpr: caughtAt(curve, 0.01) }
      : { auc: null, eer: null, tprAt1Fpr: null };
  yield;

  let resampled: Resampled = { intervals: {}, attacks: new Map() };
  if (options.bootstrap && judgeable && live > 0 && spoof > 0) {
    const judgement: Judgement = {
      trials,
      wrong: Uint8Array.from(judged, ({ label, verdict }) => (label === verdict ? 0 : 1)),
      ranking: curve?.ranking ?? null,
      onTest: policy.kind === 'test-eer',
    };
    resampled = yield* resample(judgement, options.bootstrap);
    if (Object.keys(resampled.intervals).length === 0)
      notes.push('A class has fewer than two videos, so no interval can be drawn from them.');
  }

  const byAttack = yield* attackMeasures({ trials, curve }, judgeable ? judged : null, resampled);
  const apcer = byAttack.flatMap(({ attack, spoof: n, far }) => (far === null ? [] : [{ attack, n, rate: far }]));
  const apcerMax = apcer.length === 0 ? null : Math.max(...apcer.map(({ rate }) => rate));
  return {
    reader,
    policy,
    policyWords: policyWords(policy),
    threshold: chosen.threshold,
    unit,
    n: trials.length,
    live,
    spoof,
    undecided: rates.undecided,
    confusion: rates.confusion,
    hter: rates.hter,
    far: rates.far,
    frr: rates.frr,
    accuracy: rates.accuracy,
    balancedAccuracy: balanced(rates),
    ...free,
    apcer,
    apcerMax,
    bpcer: rates.frr,
    acerAsPublished: apcerMax === null || rates.frr === null ? null : (apcerMax + rates.frr) / 2,
    byAttack,
    intervals: resampled.intervals,
    notes,
  };
}

/** All live trials against the trials of each attack, by the verdicts of the one threshold of the whole set. */
function* attackMeasures(
  { trials, curve }: Pick<Prepared, 'trials' | 'curve'>,
  judged: readonly Judged[] | null,
  { attacks: intervals }: Resampled,
): Generator<void, AttackMeasures[]> {
  const names = [...new Set(trials.flatMap(({ attack }) => (attack === null ? [] : [attack])))].sort();
  const live = trials.filter(({ attack }) => attack === null).length;
  const weights = new Uint8Array(trials.length);
  const measures: AttackMeasures[] = [];
  for (const attack of names) {
    yield;
    const isHere = (trial: Trial): boolean => trial.attack === null || trial.attack === attack;
    const here = judged?.filter(isHere).map(({ label, verdict }): Scored => ({ truth: label, verdict }));
    const rates = here === undefined ? null : ratesOf(confusionOf(here));
    // The scores are in order already: the other attacks weigh nothing.
    curve?.ranking.order.forEach((place, i) => (weights[i] = isHere(trials[place]!) ? 1 : 0));
    if (curve !== null) refill(curve, weights);
    measures.push({
      attack,
      spoof: trials.filter((trial) => trial.attack === attack).length,
      live,
      hter: rates?.hter ?? null,
      accuracy: live > 0 ? (rates?.accuracy ?? null) : null,
      balancedAccuracy: rates === null ? null : balanced(rates),
      far: rates?.far ?? null,
      frr: rates?.frr ?? null,
      auc: curve !== null && hasBoth(curve) ? areaUnder(curve) : null,
      ...(intervals.has(attack) ? { intervals: intervals.get(attack)! } : {}),
    });
  }
  return measures;
}

/** Mean of the shares that are right in either class. */
function balanced({ far, frr }: Rates): number | null {
  return far === null || frr === null ? null : (1 - far + (1 - frr)) / 2;
}

/** A table of so many, to ask what is missing. */
function counted(live: number, spoof: number): Confusion {
  return {
    liveAsLive: live,
    liveAsSpoof: 0,
    liveUndecided: 0,
    spoofAsLive: 0,
    spoofAsSpoof: spoof,
    spoofUndecided: 0,
  };
}
