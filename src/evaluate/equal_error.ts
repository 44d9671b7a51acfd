/** The threshold of a score at which as large a share of spoof samples passes as of live samples is turned away. */
import type { Label } from '../protocol';
import { curveOf, equalErrorPoint, farAt, frrAt, hasBoth, rank } from './numbers/curve';

export interface ScoredByNumber {
  truth: Label;
  /** Higher is more spoof. */
  score: number;
}

/**
 * HTER at the threshold where FAR and FRR of these very samples are nearest to one another; null without one of the
 * classes. Chosen on the samples that are judged, as SSDG (Jia et al., CVPR 2020) and FLIP (Srivatsan et al., ICCV 2023)
 * report it: it uses their labels, so it tells how well the score ranks, not what a threshold set beforehand would do.
 * A sample is called spoof where its score is at or above the threshold.
 */
export function equalErrorHter(scored: readonly ScoredByNumber[]): { hter: number; threshold: number } | null {
  const curve = curveOf(rank(scored.map(({ truth, score }) => ({ label: truth, score }))));
  if (!hasBoth(curve)) return null;
  const point = equalErrorPoint(curve);
  return { hter: (farAt(curve, point) + frrAt(curve, point)) / 2, threshold: curve.ranking.scores[point]! };
}
