/** Numbers of one evaluation, with all that is needed to read them: who judged, by which threshold, on how many of what. */
import type { Confusion } from './events';

/** Who judges a frame: the live/spoof head, the words of the caption, or the model's likelihood of each label after it. */
export const READERS = ['head', 'text', 'likelihood'] as const;
export type Reader = (typeof READERS)[number];

/** How a score becomes a verdict. A score at or above the threshold is called spoof. */
export type ThresholdPolicy =
  /** The text reader has verdicts and no score; undecided counts as an error. */
  | { kind: 'text' }
  | { kind: 'fixed'; threshold: number }
  /** Equal error rate of the source sets' development data: no label of the test set is used. */
  | { kind: 'development-eer' }
  /** Equal error rate of the very samples that are judged, as SSDG and FLIP report it: it uses their labels. */
  | { kind: 'test-eer' }
  /** The threshold at which APCER (the share of spoof called live) on development data is at most `target`. */
  | { kind: 'development-apcer'; target: number };

/** A percentile interval by the bootstrap over videos: all frames of a video are drawn together. */
export interface Interval {
  low: number;
  high: number;
  /** 0.95 for a 95 % interval. */
  level: number;
  resamples: number;
  /** Videos that were drawn from. */
  videos: number;
}

/** All live samples against the spoof samples of one attack. A rate is null where a class is missing. */
export interface AttackMeasures {
  attack: string;
  spoof: number;
  live: number;
  hter: number | null;
  accuracy: number | null;
  balancedAccuracy: number | null;
  far: number | null;
  frr: number | null;
  auc: number | null;
  intervals?: Partial<Record<'hter' | 'far' | 'accuracy' | 'balancedAccuracy', Interval>>;
}

/**
 * Rates in [0, 1]; null where a class (or the score) that they need is missing, and `notes` then says so.
 * FAR = APCER over all attacks pooled: share of spoof not called spoof. FRR = BPCER: share of live not called live.
 */
export interface Measures {
  reader: Reader;
  policy: ThresholdPolicy;
  /** The policy in words, to stand beside every number. */
  policyWords: string;
  /** null for `text`, and where no threshold could be set. */
  threshold: number | null;
  unit: 'frame' | 'video';
  n: number;
  live: number;
  spoof: number;
  undecided: number;
  confusion: Confusion;
  hter: number | null;
  far: number | null;
  frr: number | null;
  accuracy: number | null;
  balancedAccuracy: number | null;
  auc: number | null;
  eer: number | null;
  /** Share of spoof that is caught where 1 % of live is called spoof. */
  tprAt1Fpr: number | null;
  /** APCER of each attack, by name; ISO/IEC 30107-3 reports the largest. */
  apcer: { attack: string; n: number; rate: number }[];
  apcerMax: number | null;
  bpcer: number | null;
  /** (APCER max + BPCER) / 2: kept for comparison with publications only. */
  acerAsPublished: number | null;
  byAttack: AttackMeasures[];
  intervals: Partial<
    Record<'hter' | 'far' | 'frr' | 'accuracy' | 'balancedAccuracy' | 'auc' | 'eer' | 'tprAt1Fpr', Interval>
  >;
  notes: string[];
}
