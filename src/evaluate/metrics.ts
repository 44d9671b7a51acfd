/**
 * Error rates of live/spoof verdicts.
 *
 * FAR = share of spoof samples not called spoof, FRR = share of live samples not called live,
 * HTER = (FAR + FRR) / 2. An undecided verdict is an error on its side: a system that cannot decide has let the
 * attack pass, or turned the person away. A rate whose class is absent is undefined (null), not zero.
 */
import type { Confusion, Label, Verdict } from '../protocol';

/** One scored sample: what it is, and what was said of it. */
export interface Scored {
  truth: Label;
  verdict: Verdict;
}

/** The numbers of one evaluation, without the words about where they come from. */
export interface Rates {
  n: number;
  hter: number | null;
  far: number | null;
  frr: number | null;
  accuracy: number | null;
  confusion: Confusion;
  undecided: number;
  /** Says which rate is undefined and why; null when all are defined. */
  note: string | null;
}

/** Counts truth against verdict. */
export function confusionOf(scored: readonly Scored[]): Confusion {
  const confusion: Confusion = {
    liveAsLive: 0,
    liveAsSpoof: 0,
    liveUndecided: 0,
    spoofAsLive: 0,
    spoofAsSpoof: 0,
    spoofUndecided: 0,
  };
  for (const { truth, verdict } of scored) {
    if (verdict === 'undecided') confusion[`${truth}Undecided`] += 1;
    else confusion[`${truth}As${verdict === 'live' ? 'Live' : 'Spoof'}`] += 1;
  }
  return confusion;
}

/** Rates from a confusion table. */
export function ratesOf(confusion: Confusion): Rates {
  const live = confusion.liveAsLive + confusion.liveAsSpoof + confusion.liveUndecided;
  const spoof = confusion.spoofAsLive + confusion.spoofAsSpoof + confusion.spoofUndecided;
  const n = live + spoof;
  const frr = live === 0 ? null : (live - confusion.liveAsLive) / live;
  const far = spoof === 0 ? null : (spoof - confusion.spoofAsSpoof) / spoof;
  return {
    n,
    far,
    frr,
    hter: far === null || frr === null ? null : (far + frr) / 2,
    accuracy: n === 0 ? null : (confusion.liveAsLive + confusion.spoofAsSpoof) / n,
    confusion,
    undecided: confusion.liveUndecided + confusion.spoofUndecided,
    note: missing(live, spoof),
  };
}

/** `ratesOf(confusionOf(scored))`. */
export function rates(scored: readonly Scored[]): Rates {
  return ratesOf(confusionOf(scored));
}

function missing(live: number, spoof: number): string | null {
  if (live === 0 && spoof === 0) return 'No labelled sample was scored: every rate is undefined.';
  if (live === 0) return 'No live sample was scored: FRR and HTER are undefined.';
  if (spoof === 0) return 'No spoof sample was scored: FAR and HTER are undefined.';
  return null;
}
