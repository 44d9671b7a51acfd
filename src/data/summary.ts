/** Counts over samples. */
import type { SampleRow, SetSummary } from '../protocol';

/** Counts by set, in the order of the sets' names. */
export function summarise(samples: readonly SampleRow[]): SetSummary[] {
  const sets = new Map<string, SetSummary>();
  for (const { set, label, seed } of samples) {
    const summary = sets.get(set) ?? { name: set, samples: 0, live: 0, spoof: 0, unlabelled: 0 };
    summary.samples++;
    summary[label ?? 'unlabelled']++;
    if (seed !== undefined) summary.seed = seed;
    sets.set(set, summary);
  }
  return [...sets.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}
