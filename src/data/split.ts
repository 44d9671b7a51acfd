/**
 * Train and test, split by video or by subject and never by frame. Pure: the page computes it too.
 *
 * Units are closed under both keys: with `subject`, samples that share a subject or a video stay together. A subject
 * of the same name in two sets counts as one person: that costs a little freedom where `s01` is two people, and keeps
 * the promise where one person was recorded into two sets. Units are drawn per stratum (the sets and labels a unit
 * holds), so each side gets its share of every set and label where there is more than one unit to share.
 */
import { uniformInt } from 'pure-rand/distribution/uniformInt';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import type { Label, RunConfig, SampleRow } from '../protocol';

export type SplitSample = Pick<SampleRow, 'id' | 'set' | 'video' | 'subject' | 'label'>;
export type SplitOptions = Pick<RunConfig, 'splitBy' | 'testShare' | 'seed'>;

export interface Split {
  /** Sample ids in the order of the samples given. Unlabelled samples are on neither side. */
  train: string[];
  test: string[];
  /** Sentences for the page; empty when a run can be trained and judged on this split. */
  problems: string[];
}

interface Unit {
  ids: string[];
  live: boolean;
  spoof: boolean;
  /** Distinct `set, label` pairs, sorted: units of one stratum are interchangeable. */
  stratum: string;
}

/** The same split for the same samples (in any order), options and seed. */
export function split(samples: readonly SplitSample[], options: SplitOptions): Split {
  const labelled = samples.filter(({ label }) => label !== null);
  const units = unitsOf(labelled, options.splitBy);
  const test = new Set(draw(units, options).flatMap(({ ids }) => ids));
  const sides: Split = { train: [], test: [], problems: [] };
  for (const { id } of labelled) (test.has(id) ? sides.test : sides.train).push(id);
  sides.problems = problemsOf(labelled, test, options);
  return sides;
}

/** Groups samples that must not be separated (union-find over videos and, when asked, subjects). */
function unitsOf(samples: readonly SplitSample[], splitBy: SplitOptions['splitBy']): Unit[] {
  const parent = new Map<string, string>();
  const root = (key: string): string => {
    let at = key;
    for (let up = parent.get(at); up !== undefined && up !== at; up = parent.get(at)) at = up;
    parent.set(key, at);
    return at;
  };
  const videoKey = (sample: SplitSample): string => `video\0${sample.set}\0${sample.video}`;
  for (const sample of samples) {
    const video = root(videoKey(sample));
    if (splitBy === 'subject' && sample.subject !== null) parent.set(video, root(`subject\0${sample.subject}`));
  }
  const groups = new Map<string, SplitSample[]>();
  for (const sample of samples) {
    append(groups, root(videoKey(sample)), sample);
  }
  return [...groups.values()].map((group) => ({
    ids: group.map(({ id }) => id).sort(),
    live: group.some(({ label }) => label === 'live'),
    spoof: group.some(({ label }) => label === 'spoof'),
    stratum: [...new Set(group.map(({ set, label }) => `${set}\0${label}`))].sort().join('\0'),
  }));
}

function append<T>(groups: Map<string, T[]>, key: string, item: T): void {
  const group = groups.get(key);
  if (group) group.push(item);
  else groups.set(key, [item]);
}

/** Chooses the units held out. */
function draw(units: readonly Unit[], { testShare, seed }: SplitOptions): Unit[] {
  const share = Math.min(1, Math.max(0, testShare));
  const strata = new Map<string, Unit[]>();
  for (const unit of [...units].sort((a, b) => (a.ids[0]! < b.ids[0]! ? -1 : 1))) {
    append(strata, unit.stratum, unit);
  }
  const rng = xoroshiro128plus(seed);
  const train: Unit[] = [];
  const test: Unit[] = [];
  let carry = 0;
  for (const stratum of [...strata.keys()].sort()) {
    const order = strata.get(stratum)!;
    for (let i = order.length - 1; i > 0; i--) {
      const j = uniformInt(rng, 0, i);
      [order[i], order[j]] = [order[j]!, order[i]!];
    }
    // What rounding took from one stratum the next gives back; a stratum that can be shared is shared.
    const wanted = order.length * share + carry;
    const both = order.length > 1 && share > 0 && share < 1;
    const take = Math.min(order.length - (both ? 1 : 0), Math.max(both ? 1 : 0, Math.round(wanted)));
    carry = wanted - take;
    test.push(...order.slice(0, take));
    train.push(...order.slice(take));
  }
  if (share > 0 && share < 1) {
    // Small sets: where a class has two units or more, neither side goes without it.
    for (const label of ['live', 'spoof'] as const) {
      rescue(label, train, test);
      rescue(label, test, train);
    }
  }
  return test;
}

/** Moves one unit with `label` from `rich` to `poor` when `poor` has none and `rich` can spare one. */
function rescue(label: Label, poor: Unit[], rich: Unit[]): void {
  if (poor.some((unit) => unit[label])) return;
  const other: Label = label === 'live' ? 'spoof' : 'live';
  const holders = rich.filter((unit) => unit[label]);
  if (holders.length < 2) return;
  // Prefer a unit whose going does not strip `rich` of the other class.
  const spare =
    holders.find((unit) => !unit[other]) ?? holders.find((unit) => rich.some((u) => u !== unit && u[other]));
  const moved = spare ?? holders[0]!;
  rich.splice(rich.indexOf(moved), 1);
  poor.push(moved);
}

function problemsOf(samples: readonly SplitSample[], test: ReadonlySet<string>, options: SplitOptions): string[] {
  const problems: string[] = [];
  if (samples.length === 0) {
    return ['There is no labelled sample: sort files into folders named live and spoof, or add a table with labels.'];
  }
  const count = (inTest: boolean, label: Label): number =>
    samples.filter((sample) => sample.label === label && test.has(sample.id) === inTest).length;
  const unit = options.splitBy === 'subject' ? 'subjects' : 'videos';
  for (const [label, rates] of [
    ['live', 'FRR and HTER'],
    ['spoof', 'FAR and HTER'],
  ] as const) {
    const other = label === 'live' ? 'spoof' : 'live';
    if (count(false, label) === 0) {
      problems.push(
        `No ${label} sample to train on: the model would learn to answer ${other} always. Add ${label} samples of more ${unit}.`,
      );
    }
    if (count(true, label) === 0) {
      problems.push(
        `No ${label} sample in the test split: ${rates} cannot be computed. Add ${label} samples of more ${unit}, or hold out more.`,
      );
    }
  }
  const orphans = samples.filter(({ subject }) => subject === null).length;
  if (options.splitBy === 'subject' && orphans > 0) {
    problems.push(
      `${orphans} of ${samples.length} labelled samples ${orphans === 1 ? 'names' : 'name'} no subject and ${orphans === 1 ? 'was' : 'were'} ` +
        'split by video: the same person may be on both sides. Add a subject column, or folders such as s01.',
    );
  }
  return problems;
}
