/**
 * All operating points of a score: how many live and spoof samples lie below each threshold, with weights, so that one
 * sorting serves every resample of a bootstrap. Every threshold-free number and every chosen threshold is read off here.
 *
 * A sample is called spoof where its score is at or above the threshold. FAR is the share of spoof below it, FRR the
 * share of live at or above it: as the threshold climbs FAR grows and FRR falls.
 */
import type { Label } from '../../protocol';

/** Scores sorted once. Equal scores are one step, which no threshold can part. */
export interface Ranking {
  /** Distinct scores, ascending. */
  scores: Float64Array;
  /** Where each distinct score begins in the sorted order; one more at the end: how many samples there are. */
  starts: Int32Array;
  /** Place of each sorted sample in what was given. */
  order: Int32Array;
  /** 1 for spoof, by sorted place. */
  spoof: Uint8Array;
}

/** Weights below each distinct score (strictly), and in all at the end: `scores.length + 1` points. */
export interface Curve {
  ranking: Ranking;
  liveBelow: Float64Array;
  spoofBelow: Float64Array;
  live: number;
  spoof: number;
}

/** @throws RangeError where a score is not finite: it has no place in an order. */
export function rank(scored: readonly { label: Label; score: number }[]): Ranking {
  const bad = scored.find(({ score }) => !Number.isFinite(score));
  if (bad !== undefined) throw new RangeError(`a score is ${bad.score}: only finite numbers have an order`);
  const values = Float64Array.from(scored, ({ score }) => score);
  const order = Int32Array.from(values, (_, i) => i).sort((a, b) => values[a]! - values[b]! || a - b);
  const starts: number[] = [];
  order.forEach((place, i) => {
    if (i === 0 || values[place] !== values[order[i - 1]!]) starts.push(i);
  });
  return {
    scores: Float64Array.from(starts, (start) => values[order[start]!]!),
    starts: Int32Array.from([...starts, order.length]),
    order,
    spoof: Uint8Array.from(order, (place) => (scored[place]!.label === 'spoof' ? 1 : 0)),
  };
}

/** @param weights  By sorted place; 1 each if not given. */
export function curveOf(ranking: Ranking, weights?: ArrayLike<number>): Curve {
  const points = ranking.scores.length + 1;
  const curve = {
    ranking,
    liveBelow: new Float64Array(points),
    spoofBelow: new Float64Array(points),
    live: 0,
    spoof: 0,
  };
  refill(curve, weights ?? new Uint8Array(ranking.order.length).fill(1));
  return curve;
}

/** Counts again with other weights, in place: nothing is allocated. */
export function refill(curve: Curve, weights: ArrayLike<number>): void {
  const { ranking, liveBelow, spoofBelow } = curve;
  const { starts, spoof } = ranking;
  const steps = starts.length - 1;
  let lives = 0;
  let spoofs = 0;
  for (let step = 0; step < steps; step++) {
    liveBelow[step] = lives;
    spoofBelow[step] = spoofs;
    const end = starts[step + 1]!;
    for (let i = starts[step]!; i < end; i++) {
      if (spoof[i] === 1) spoofs += weights[i]!;
      else lives += weights[i]!;
    }
  }
  liveBelow[steps] = lives;
  spoofBelow[steps] = spoofs;
  curve.live = lives;
  curve.spoof = spoofs;
}

/** True where both classes are there, so that the functions below are defined. */
export function hasBoth({ live, spoof }: Curve): boolean {
  return live > 0 && spoof > 0;
}

export function farAt({ spoofBelow, spoof }: Curve, point: number): number {
  return spoofBelow[point]! / spoof;
}

export function frrAt({ liveBelow, live }: Curve, point: number): number {
  return (live - liveBelow[point]!) / live;
}

/** P(a spoof sample scores higher than a live one), equal scores counting one half: Mann-Whitney's U over its range. */
export function areaUnder({ liveBelow, spoofBelow, live, spoof }: Curve): number {
  let wins = 0;
  for (let i = 0; i < liveBelow.length - 1; i++) {
    const spoofHere = spoofBelow[i + 1]! - spoofBelow[i]!;
    wins += spoofHere * ((liveBelow[i]! + liveBelow[i + 1]!) / 2);
  }
  return wins / (live * spoof);
}

/** FAR - FRR times the numbers of spoof and of live: whole for whole weights, so that equal gaps are found equal. */
function overshoot({ liveBelow, spoofBelow, live, spoof }: Curve, point: number): number {
  return spoofBelow[point]! * live - (live - liveBelow[point]!) * spoof;
}

/** The first point with FAR >= FRR: there is one, as at the last of all FAR is 1 and FRR 0. */
function crossing(curve: Curve): number {
  let low = 0;
  let high = curve.liveBelow.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (overshoot(curve, middle) >= 0) high = middle;
    else low = middle + 1;
  }
  return low;
}

/**
 * Equal error rate: where the straight lines between neighbouring operating points meet FAR = FRR. It may lie between
 * two thresholds, so no threshold need have it.
 */
export function equalErrorRate(curve: Curve): number {
  const after = crossing(curve);
  const far = farAt(curve, after);
  // Never the first point: there FAR is 0 and FRR 1.
  const before = farAt(curve, after - 1);
  const short = frrAt(curve, after - 1) - before;
  const over = far - frrAt(curve, after);
  return before + (short / (short + over)) * (far - before);
}

/** The point whose FAR and FRR are nearest to one another, the lower threshold of two: an attainable equal error. */
export function equalErrorPoint(curve: Curve): number {
  const after = crossing(curve);
  const gap = (point: number): number => Math.abs(overshoot(curve, point));
  return gap(after - 1) <= gap(after) ? after - 1 : after;
}

/** Largest share of spoof caught by a threshold that calls at most `fpr` of live spoof. No interpolation. */
export function caughtAt(curve: Curve, fpr: number): number {
  let low = 0;
  let high = curve.liveBelow.length - 1;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (frrAt(curve, middle) <= fpr) high = middle;
    else low = middle + 1;
  }
  return 1 - farAt(curve, low);
}

/** The last point at which at most `far` of spoof passes: the one that turns away the fewest live samples. */
export function pointOfFar(curve: Curve, far: number): number {
  let low = 0;
  let high = curve.liveBelow.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (farAt(curve, middle) <= far) low = middle;
    else high = middle - 1;
  }
  return low;
}

/**
 * A threshold for other samples than these: half-way between the point's score and the next lower one, so that it keeps
 * its distance from both. Rates of these samples are those of the point.
 */
export function thresholdBetween({ ranking: { scores } }: Curve, point: number): number {
  const above = scores[point];
  if (above === undefined) return Infinity;
  const below = scores[point - 1];
  if (below === undefined) return above;
  const middle = below / 2 + above / 2;
  // Neighbours among the doubles have nothing between them.
  return middle > below && middle <= above ? middle : above;
}
