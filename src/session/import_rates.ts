/** How long an import would take and how much it would store, from what earlier ones and a trial have measured. */
import { recipeOf } from '../data/recipe';
import type { FileOutcome, FrameOptions, Survey, Tried } from '../protocol';
import { extensionOf } from '../data/paths';

/** What one file of a type costs: seconds of one thread, and stored bytes. */
export interface Rate {
  seconds: number;
  bytes: number;
  /** Files that it was measured on, at most `MEMORY`: newer ones count for more. */
  files: number;
}

/** By type and recipe: `mp4 paper/none`. */
export type Rates = Record<string, Rate>;

const MEMORY = 500;

export interface Estimate {
  /** null: not known yet. */
  seconds: number | null;
  bytes: number | null;
}

const keyOf = (format: string, options: FrameOptions): string => `${format} ${recipeOf(options)}`;

/** Types of which nothing is known yet, each with the files to try. */
export function untried(survey: Survey, options: FrameOptions, rates: Rates): number[] {
  return survey.formats.flatMap(({ format, samples }) => (rates[keyOf(format, options)] === undefined ? samples : []));
}

/**
 * @param threads  frames threads that would work
 * @param done     files that are finished already
 */
export function estimate(survey: Survey, options: FrameOptions, rates: Rates, threads: number, done: number): Estimate {
  let seconds = 0;
  let bytes = 0;
  let known = 0;
  for (const { format, files } of survey.formats) {
    const rate = rates[keyOf(format, options)];
    if (rate === undefined) continue;
    known += files;
    seconds += files * rate.seconds;
    bytes += files * rate.bytes;
  }
  // Types that were not measured are taken to be as the others.
  if (known === 0) return { seconds: null, bytes: null };
  const share = (survey.files / known) * (survey.files === 0 ? 0 : Math.max(0, survey.files - done) / survey.files);
  return { seconds: (seconds * share) / threads, bytes: bytes * share };
}

/** Rates with a trial's results; what cannot be used costs its time and stores nothing. */
export function withTried(rates: Rates, options: FrameOptions, tried: readonly Tried[]): Rates {
  const sums = new Map<string, Rate>();
  for (const { path, seconds, bytes } of tried) add(sums, keyOf(extensionOf(path), options), seconds, bytes, 1);
  const merged = { ...rates };
  for (const [key, sum] of sums) merged[key] ??= mean(sum);
  return merged;
}

/** Rates with what an import has measured. */
export function withMeasured(
  rates: Rates,
  options: FrameOptions,
  outcomes: readonly FileOutcome[],
  bytes: number,
): Rates {
  const sums = new Map<string, Rate>();
  const decoded = outcomes.filter(({ what, seconds }) => (what === 'imported' || what === 'refused') && seconds > 0);
  const imported = decoded.filter(({ what }) => what === 'imported').length;
  for (const { path, what, seconds } of decoded) {
    add(sums, keyOf(extensionOf(path), options), seconds, what === 'imported' ? bytes / imported : 0, 1);
  }
  const merged = { ...rates };
  for (const [key, sum] of sums) {
    const old = merged[key];
    const weight = Math.min(old?.files ?? 0, Math.max(0, MEMORY - sum.files));
    if (old !== undefined) {
      sum.seconds += old.seconds * weight;
      sum.bytes += old.bytes * weight;
      sum.files += weight;
    }
    merged[key] = mean(sum);
  }
  return merged;
}

function add(sums: Map<string, Rate>, key: string, seconds: number, bytes: number, files: number): void {
  const sum = sums.get(key) ?? { seconds: 0, bytes: 0, files: 0 };
  sums.set(key, { seconds: sum.seconds + seconds, bytes: sum.bytes + bytes, files: sum.files + files });
}

function mean({ seconds, bytes, files }: Rate): Rate {
  return { seconds: seconds / files, bytes: bytes / files, files };
}
