/** From judged frames to the numbers of a table: HTER with its spread over seeds, per part and per attack. */
import { equalErrorHter } from '../evaluate/equal_error';
import { rates } from '../evaluate/metrics';
import type { Attack } from '../data/synthetic/types';
import type { Judged, Part, TrialResult } from './trial';

/** Who judges: the head at 0.5, the head at the threshold of equal errors, or the generated text. */
export type Source = 'head' | 'head at equal errors' | 'text';

/** HTER of one trial's part, 0..1; null where the source said nothing (no head without its loss). */
export function hterOf(result: TrialResult, part: Part, source: Source, attack: Attack | null = null): number | null {
  // For one attack: that attack's frames against all live frames of the part.
  const frames = result.judged.filter(
    (frame) => frame.part === part && (attack === null || frame.truth === 'live' || frame.attack === attack),
  );
  if (source === 'head at equal errors') {
    return (
      equalErrorHter(frames.flatMap(({ truth, score }) => (score === null ? [] : [{ truth, score }])))?.hter ?? null
    );
  }
  const scored = frames.flatMap(({ truth, [source]: verdict }) => (verdict === null ? [] : [{ truth, verdict }]));
  return scored.length === 0 ? null : rates(scored).hter;
}

export interface Spread {
  mean: number;
  /** Sample standard deviation; null for fewer than two values. */
  deviation: number | null;
  n: number;
}

export function spreadOf(values: readonly (number | null)[]): Spread | null {
  const known = values.filter((value) => value !== null);
  if (known.length === 0) return null;
  const mean = known.reduce((sum, value) => sum + value, 0) / known.length;
  const squares = known.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  return { mean, deviation: known.length > 1 ? Math.sqrt(squares / (known.length - 1)) : null, n: known.length };
}

/**
 * How captions speak of cues: share of spoof captions that name a cue which is there, and of live captions that name
 * none. `undefined` values of a part without captions come out as null.
 */
export function groundingOf(judged: readonly Judged[]): { spoof: number | null; live: number | null } {
  const share = (frames: readonly Judged[], good: (cues: NonNullable<Judged['cues']>) => boolean): number | null => {
    const told = frames.flatMap(({ cues }) => (cues === null ? [] : [cues]));
    return told.length === 0 ? null : told.filter(good).length / told.length;
  };
  return {
    spoof: share(
      judged.filter(({ truth }) => truth === 'spoof'),
      ({ present }) => present > 0,
    ),
    live: share(
      judged.filter(({ truth }) => truth === 'live'),
      ({ named }) => named === 0,
    ),
  };
}
