/** Which held-out samples are scored with generated text: a fixed, balanced few, because generation is slow. */
import type { Label, SampleRow } from '../protocol';

/**
 * At most `limit` labelled samples, half of each class where both suffice; the rest of the other class fills up.
 * The choice depends on the ids and on `rank` only, so every evaluation of a run scores the same samples.
 *
 * @param rank  A number for each id; the lowest are taken first.
 */
export function balancedChoice(
  samples: readonly SampleRow[],
  limit: number,
  rank: (id: string) => number,
): SampleRow[] {
  const of = (label: Label): SampleRow[] =>
    samples
      .filter((sample) => sample.label === label)
      .map((sample) => ({ sample, rank: rank(sample.id) }))
      .sort((a, b) => a.rank - b.rank || (a.sample.id < b.sample.id ? -1 : 1))
      .map(({ sample }) => sample);
  const live = of('live');
  const spoof = of('spoof');
  const half = Math.floor(limit / 2);
  const spoofCount = Math.min(spoof.length, Math.max(limit - half, limit - live.length));
  const chosen = new Set([...live.slice(0, limit - spoofCount), ...spoof.slice(0, spoofCount)]);
  return samples.filter((sample) => chosen.has(sample));
}
