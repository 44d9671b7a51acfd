/** One number of ours in a table of the paper: of which runs, how far from the published one, and what it lacks. */
import { sameButSeed } from './groups';
import type { Place } from './places';
import { unique, usedSets } from './settings';
import { MISSING, type Cell, type Result } from './table';

/** What the paper's tables have rows of. */
export type Metric = 'hter' | 'accuracy' | 'balancedAccuracy';

export function cellOf(all: readonly Result[], place: Place, metric: Metric, published: number | null): Cell {
  const { same: results, others } = sameButSeed(all);
  const found = results.flatMap((result) => {
    const of = place.of(result.measures);
    return of === null ? [] : [{ result, of }];
  });
  if (found.length === 0) {
    const note = results.length > 0 ? 'the test set has no such attack' : MISSING.note;
    return { ...MISSING, published, note };
  }
  const values = found.flatMap(({ of }) => of[metric] ?? []);
  const n = found.reduce((sum, { of }) => sum + ('n' in of ? of.n : of.live + of.spoof), 0);
  const base = { ...MISSING, n, published };
  if (values.length < found.length) return { ...base, note: 'undefined: see the notes' };
  const value = mean(values);
  const said = [
    ...(values.length > 1
      ? [`mean of ${values.length} runs, from ${Math.min(...values).toFixed(3)} to ${Math.max(...values).toFixed(3)}`]
      : []),
    ...(others.length > 0 ? [`not in it, as more than the seed differs: ${whichOf(others)}`] : []),
  ];
  const note = said.length === 0 ? null : said.join('; ');
  const interval = found.length > 1 ? null : (found[0]!.of.intervals?.[metric] ?? null);
  return { ...base, value, interval, difference: differenceOf(value, published, results), note };
}

/** The unweighted mean of the columns, as the paper's; of all columns or of none. */
export function averageOf(
  cells: readonly Cell[],
  results: readonly Result[],
  perAttack: boolean,
  published: number | null,
): Cell {
  const values = cells.flatMap(({ value }) => value ?? []);
  if (values.length === 0) return { ...MISSING, published };
  // Live trials stand in every attack's column, and count once.
  const n = perAttack
    ? sameButSeed(results).same.reduce((sum, { measures }) => sum + measures.n, 0)
    : cells.reduce((sum, cell) => sum + (cell.n ?? 0), 0);
  if (values.length < cells.length)
    return { ...MISSING, published, n, note: `only ${values.length} of ${cells.length} columns have a number` };
  const value = mean(values);
  return { ...MISSING, value, n, published, difference: differenceOf(value, published, results), note: null };
}

/** From generated pictures, or from sets that nobody knows any more, to real ones is no difference of methods. */
function differenceOf(value: number, published: number | null, results: readonly Result[]): number | null {
  if (published === null || results.some(({ setting }) => !setting.known)) return null;
  return usedSets(results).some(({ generated }) => generated) ? null : value - published;
}

function whichOf(results: readonly Result[]): string {
  return unique(
    results.map(({ protocol, setting: { trainFrames, config, sets } }) => {
      const names = unique(sets.map(({ name }) => name)).join(', ');
      return `${protocol} (${names}; ${trainFrames} frames, seed ${config.seed})`;
    }),
  ).join(' and ');
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
