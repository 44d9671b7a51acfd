/** The threshold of a score at which as large a share of spoof samples passes as of live samples is turned away. */
import type { Label } from '../protocol';

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
  const sorted = [...scored].sort((a, b) => a.score - b.score);
  const live = sorted.filter(({ truth }) => truth === 'live').length;
  const spoof = sorted.length - live;
  if (live === 0 || spoof === 0) return null;
  // The threshold climbs: below it lie `passed` spoof and `kept` live samples.
  let passed = 0;
  let kept = 0;
  let best = { gap: Infinity, hter: 0, threshold: 0 };
  for (let i = 0; i <= sorted.length; i++) {
    const threshold = sorted[i]?.score ?? Infinity;
    if (i === 0 || threshold !== sorted[i - 1]!.score) {
      const far = passed / spoof;
      const frr = (live - kept) / live;
      const gap = Math.abs(far - frr);
      if (gap < best.gap) best = { gap, hter: (far + frr) / 2, threshold };
    }
    if (sorted[i]?.truth === 'live') kept++;
    else passed++;
  }
  return { hter: best.hter, threshold: best.threshold };
}
