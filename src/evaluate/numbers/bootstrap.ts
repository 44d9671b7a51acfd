/**
 * Percentile intervals by resampling videos (Efron). A resample draws as many videos as there are, with replacement, all
 * frames of a video together: frames of one video are no independent witnesses. Live videos and the videos of each
 * attack are drawn among themselves, so that every resample has as many of each as the test set has.
 *
 * Scores are sorted once; a resample is a list of weights.
 */
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { RandomGenerator } from 'pure-rand/types/RandomGenerator';
import type { AttackMeasures, Interval } from '../../protocol';
import {
  areaUnder,
  caughtAt,
  curveOf,
  equalErrorPoint,
  equalErrorRate,
  hasBoth,
  refill,
  type Curve,
  type Ranking,
} from './curve';
import { videoKey, type Trial } from './trials';

export interface Bootstrap {
  /** 2,000 are plenty for 95 %. */
  resamples: number;
  seed: number;
  /** 0.95 if not given. */
  level?: number;
}

/** What a resample is judged by. */
export interface Judgement {
  trials: readonly Trial[];
  /** 1 where the verdict is an error, by trial. */
  wrong: Uint8Array;
  /** The trials' scores in order; null for text. */
  ranking: Ranking | null;
  /** The threshold is that of equal errors of the very resample. */
  onTest: boolean;
}

export const RATES = ['hter', 'far', 'frr', 'accuracy', 'balancedAccuracy', 'auc', 'eer', 'tprAt1Fpr'] as const;
export type Rate = (typeof RATES)[number];

export interface Resampled {
  intervals: Partial<Record<Rate, Interval>>;
  /** By attack. */
  attacks: Map<string, NonNullable<AttackMeasures['intervals']>>;
}

/**
 * Counts one set of weights. The buffers are its own, so that it allocates nothing: a table is thousands of calls.
 */
export class Statistics {
  readonly attacks: readonly string[];
  /** Which list of `strata` a video is drawn from: live first, then each attack. */
  readonly strata: readonly Int32Array[];
  readonly videos: number;
  /** Of the last count; NaN where undefined. */
  readonly rates: Record<Rate, number>;
  readonly attackHter: Float64Array;
  /** APCER. */
  readonly attackFar: Float64Array;
  readonly attackAccuracy: Float64Array;

  readonly #judgement: Judgement;
  readonly #wrong: Uint8Array;
  /** By trial: its video, and its stratum. */
  readonly #video: Int32Array;
  readonly #stratum: Int32Array;
  /** Videos of the sorted trials. */
  readonly #sortedVideo: Int32Array;
  readonly #sortedWeights: Float64Array;
  readonly #curve: Curve | null;
  readonly #total: Float64Array;
  readonly #errors: Float64Array;
  /** Sorted trials below the threshold of the last count. */
  #cut = 0;

  constructor(judgement: Judgement) {
    const { trials, wrong, ranking } = judgement;
    this.#judgement = judgement;
    this.#wrong = Uint8Array.from(wrong);
    const places = new Map<string, number>();
    this.#video = Int32Array.from(trials, (trial) => {
      const key = videoKey(trial);
      const place = places.get(key) ?? places.size;
      places.set(key, place);
      return place;
    });
    this.videos = places.size;
    this.attacks = [...new Set(trials.flatMap(({ attack }) => (attack === null ? [] : [attack])))].sort();
    const stratumOf = ({ attack }: Trial): number => (attack === null ? 0 : 1 + this.attacks.indexOf(attack));
    this.#stratum = Int32Array.from(trials, stratumOf);
    // A video is of one label; where its frames name two attacks the first counts.
    const lists: Set<number>[] = Array.from({ length: this.attacks.length + 1 }, () => new Set());
    const placed = new Set<number>();
    trials.forEach((_, i) => {
      const video = this.#video[i]!;
      if (!placed.has(video)) lists[this.#stratum[i]!]!.add(video);
      placed.add(video);
    });
    this.strata = lists.map((list) => Int32Array.from(list));
    this.#total = new Float64Array(lists.length);
    this.#errors = new Float64Array(lists.length);
    this.rates = { hter: 0, far: 0, frr: 0, accuracy: 0, balancedAccuracy: 0, auc: 0, eer: 0, tprAt1Fpr: 0 };
    this.attackFar = new Float64Array(this.attacks.length);
    this.attackHter = new Float64Array(this.attacks.length);
    this.attackAccuracy = new Float64Array(this.attacks.length);
    this.#sortedVideo = Int32Array.from(ranking?.order ?? [], (place) => this.#video[place]!);
    this.#sortedWeights = new Float64Array(this.#sortedVideo.length);
    this.#curve = ranking === null ? null : curveOf(ranking);
    if (judgement.onTest) this.#cutAt(0, true);
  }

  /** @param weights  How often each video was drawn, by the places in `strata`. */
  count(weights: ArrayLike<number>): void {
    this.#read(weights);
    const total = this.#total.fill(0);
    const errors = this.#errors.fill(0);
    const { length } = this.#video;
    for (let i = 0; i < length; i++) {
      const weight = weights[this.#video[i]!]!;
      const stratum = this.#stratum[i]!;
      total[stratum]! += weight;
      errors[stratum]! += weight * this.#wrong[i]!;
    }
    let spoof = 0;
    let passed = 0;
    const live = total[0]!;
    const frr = errors[0]! / live;
    for (let attack = 0; attack < this.attacks.length; attack++) {
      const of = total[attack + 1]!;
      const missed = errors[attack + 1]!;
      spoof += of;
      passed += missed;
      this.attackFar[attack] = missed / of;
      this.attackHter[attack] = (missed / of + frr) / 2;
      this.attackAccuracy[attack] = (of - missed + live - errors[0]!) / (of + live);
    }
    const { rates } = this;
    rates.far = passed / spoof;
    rates.frr = frr;
    rates.hter = (rates.far + frr) / 2;
    rates.balancedAccuracy = 1 - rates.hter;
    rates.accuracy = (spoof - passed + live - errors[0]!) / (spoof + live);
  }

  /** What the scores say without a threshold, and the threshold where it is theirs. */
  #read(weights: ArrayLike<number>): void {
    const { rates } = this;
    rates.auc = rates.eer = rates.tprAt1Fpr = NaN;
    const curve = this.#curve;
    if (curve === null) return;
    const { length } = this.#sortedVideo;
    for (let i = 0; i < length; i++) this.#sortedWeights[i] = weights[this.#sortedVideo[i]!]!;
    refill(curve, this.#sortedWeights);
    if (!hasBoth(curve)) return;
    rates.auc = areaUnder(curve);
    rates.eer = equalErrorRate(curve);
    rates.tprAt1Fpr = caughtAt(curve, 0.01);
    if (this.#judgement.onTest) this.#cutAt(curve.ranking.starts[equalErrorPoint(curve)]!);
  }

  /** Moves the threshold above the first `cut` sorted trials; only those it passes change sides. */
  #cutAt(cut: number, all = false): void {
    const { order, spoof } = this.#judgement.ranking!;
    const from = all ? 0 : Math.min(cut, this.#cut);
    const to = all ? order.length : Math.max(cut, this.#cut);
    for (let i = from; i < to; i++) this.#wrong[order[i]!] = (spoof[i] === 1) === i < cut ? 1 : 0;
    this.#cut = cut;
  }
}

/**
 * Yields after every resample, so that the caller may pause or stop; returns the intervals. A rate that is undefined in
 * the test set has no interval; nor has anything where a class has fewer than two videos, which a resample cannot vary.
 */
export function* resample(judgement: Judgement, bootstrap: Bootstrap): Generator<void, Resampled> {
  const { resamples, seed, level = 0.95 } = bootstrap;
  if (!Number.isInteger(resamples) || resamples < 1) throw new RangeError(`${resamples} resamples: give 1 or more`);
  if (!(level > 0 && level < 1)) throw new RangeError(`a level of ${level}: give a share between 0 and 1`);
  const statistics = new Statistics(judgement);
  const { strata, attacks, videos } = statistics;
  const [live, ...spoof] = strata as [Int32Array, ...Int32Array[]];
  if (live.length < 2 || spoof.reduce((sum, { length }) => sum + length, 0) < 2)
    return { intervals: {}, attacks: new Map() };

  const random = xoroshiro128plus(seed);
  const weights = new Uint16Array(videos);
  const values = RATES.map(() => new Float64Array(resamples));
  const hter = attacks.map(() => new Float64Array(resamples));
  const far = attacks.map(() => new Float64Array(resamples));
  const accuracy = attacks.map(() => new Float64Array(resamples));
  const drawnFrom = pooled(live, spoof);
  for (let i = 0; i < resamples; i++) {
    draw(drawnFrom, weights, random);
    statistics.count(weights);
    RATES.forEach((rate, k) => (values[k]![i] = statistics.rates[rate]));
    for (let attack = 0; attack < attacks.length; attack++) {
      hter[attack]![i] = statistics.attackHter[attack]!;
      far[attack]![i] = statistics.attackFar[attack]!;
      accuracy[attack]![i] = statistics.attackAccuracy[attack]!;
    }
    yield;
  }

  const interval = (drawn: Float64Array, from: number): Interval | null => {
    if (Number.isNaN(drawn[0])) return null;
    drawn.sort();
    const [low, high] = [quantile(drawn, (1 - level) / 2), quantile(drawn, (1 + level) / 2)];
    return { low, high, level, resamples, videos: from };
  };
  const intervals: Resampled['intervals'] = {};
  RATES.forEach((rate, k) => {
    const found = interval(values[k]!, videos);
    if (found !== null) intervals[rate] = found;
  });
  return {
    intervals,
    attacks: new Map(
      attacks.map((attack, k) => {
        const from = live.length + spoof[k]!.length;
        // One video of an attack drawn again and again says nothing of its spread.
        if (spoof[k]!.length < 2) return [attack, {}];
        const of = {
          hter: interval(hter[k]!, from)!,
          // No live video has a part in it.
          far: interval(far[k]!, spoof[k]!.length)!,
          accuracy: interval(accuracy[k]!, from)!,
        };
        return [attack, { ...of, balancedAccuracy: { ...of.hter, low: 1 - of.hter.high, high: 1 - of.hter.low } }];
      }),
    ),
  };
}

/** Videos that are drawn among themselves: attacks of one video each together, as one alone would be the same each time. */
function pooled(live: Int32Array, spoof: readonly Int32Array[]): Int32Array[] {
  const singles = Int32Array.from(spoof.filter(({ length }) => length === 1).flatMap((list) => [...list]));
  return [live, ...spoof.filter(({ length }) => length > 1), singles];
}

function draw(strata: readonly Int32Array[], weights: Uint16Array, random: RandomGenerator): void {
  weights.fill(0);
  for (const list of strata) {
    const { length } = list;
    // 32 random bits over at most some thousands of videos: the first are favoured by less than one part in 10^5.
    for (let i = 0; i < length; i++) weights[list[Math.floor(((random.next() >>> 0) * length) / 0x100000000)]!]!++;
  }
}

/** Of ascending values, with the straight line between neighbours (NumPy's default, Hyndman and Fan's type 7). */
export function quantile(sorted: ArrayLike<number>, share: number): number {
  const place = share * (sorted.length - 1);
  const below = Math.floor(place);
  const low = sorted[below]!;
  const high = sorted[Math.min(below + 1, sorted.length - 1)]!;
  return low + (high - low) * (place - below);
}
