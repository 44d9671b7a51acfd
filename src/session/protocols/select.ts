/**
 * Which samples train, which set thresholds, which are judged. No choice looks at a test set: development data are the
 * sources' own, and a sample whose video or subject is in a test set of the protocol neither trains nor develops.
 */
import { split } from '../../data/split';
import type { Label, Protocol, SampleRow } from '../../protocol';
import { isRole, resolveSet } from './roles';
import { roleName } from './paper';

/** What is wrong and what to do, as two sentences. */
export interface Problem {
  cause: string;
  remedy: string;
}

export interface Selection {
  train: SampleRow[];
  /** Of the sources; thresholds are set on it, and a run is watched on it. */
  development: SampleRow[];
  /** By the protocol's own names of its tests; a test that cannot be judged is in `testProblems` instead. */
  tests: Map<string, SampleRow[]>;
  /** null: it can be trained. */
  problem: Problem | null;
  testProblems: Map<string, Problem>;
  /** What a reader of the numbers should know, as sentences. */
  notes: string[];
}

type Parts = Pick<Protocol, 'id' | 'train' | 'tests' | 'parts' | 'developmentShare'>;

/** The same selection for the same samples (in any order), protocol, assignment and seed; rows keep their order. */
export function select(
  protocol: Parts,
  assigned: Readonly<Record<string, string>>,
  samples: readonly SampleRow[],
  seed: number,
): Selection {
  const sets = bySet(samples);
  const loaded = new Set(sets.keys());
  const notes: string[] = [];
  const tests = new Map<string, SampleRow[]>();
  const testProblems = new Map<string, Problem>();
  for (const name of protocol.tests) {
    const found = testRows(name, resolveSet(name, assigned, loaded), sets, protocol);
    if (Array.isArray(found)) {
      tests.set(name, found);
      notes.push(...oneClass(name, found));
    } else testProblems.set(name, found);
  }
  const judged = keysOf([...tests.values()].flat());
  const train: SampleRow[] = [];
  const development: SampleRow[] = [];
  let problem: Problem | null = null;
  const namesOf = new Map<string, string[]>();
  for (const name of protocol.train) {
    const set = resolveSet(name, assigned, loaded);
    const same = set === null ? undefined : namesOf.get(set);
    if (same !== undefined) {
      same.push(name);
      continue;
    }
    if (set !== null) namesOf.set(set, [name]);
    const source =
      set === null ? notLoaded(name, assigned) : sourceRows(set, sets.get(set) ?? [], protocol, judged, seed);
    if ('cause' in source) {
      problem ??= source;
      continue;
    }
    train.push(...source.train);
    development.push(...source.development);
    notes.push(...source.notes);
  }
  for (const [set, names] of namesOf) {
    if (names.length > 1) notes.push(`${names.join(' and ')} are one set, ${set}: its frames train once.`);
  }
  return { train, development, tests, problem, testProblems, notes: [...new Set(notes)] };
}

function bySet(samples: readonly SampleRow[]): Map<string, SampleRow[]> {
  const sets = new Map<string, SampleRow[]>();
  for (const row of samples) {
    if (row.label === null) continue;
    const rows = sets.get(row.set);
    if (rows === undefined) sets.set(row.set, [row]);
    else rows.push(row);
  }
  return sets;
}

function testRows(
  name: string,
  set: string | null,
  sets: ReadonlyMap<string, SampleRow[]>,
  { parts, id }: Parts,
): SampleRow[] | Problem {
  if (set === null) return notLoaded(name, {});
  const rows = sets.get(set) ?? [];
  if (parts === 'all' || !divided(rows)) return rows;
  const test = rows.filter(({ part }) => part === 'test');
  if (test.length > 0) return test;
  return {
    cause: `${set} has official parts, and nothing of its test part is loaded.`,
    remedy: `Import its test part, or let ${id} use all of every set.`,
  };
}

interface Source {
  train: SampleRow[];
  development: SampleRow[];
  notes: string[];
}

function sourceRows(
  set: string,
  rows: readonly SampleRow[],
  { parts, developmentShare, id }: Parts,
  judged: Keys,
  seed: number,
): Source | Problem {
  const notes: string[] = [];
  const official = parts === 'official' && divided(rows);
  const own = official ? rows.filter(({ part }) => part === 'train') : rows;
  if (own.length === 0) {
    return {
      cause: `${set} has official parts, and nothing of its train part is loaded.`,
      remedy: `Import its train part, or let ${id} use all of every set.`,
    };
  }
  const free = own.filter((row) => !touches(judged, row));
  if (free.length < own.length) {
    if (free.length === 0) {
      return {
        cause: `${set} is trained and tested on in ${id}, and no sample of it is left to train on.`,
        remedy: 'Leave it out on one side, or give each role a data set of its own.',
      };
    }
    notes.push(
      `${set} is tested on as well: ${own.length - free.length} of its frames, of videos or persons in the test, do not train.`,
    );
  }
  let train = [...free];
  let development = official ? rows.filter((row) => row.part === 'development' && !touches(judged, row)) : [];
  if (development.length > 0) {
    const trained = keysOf(train);
    development = development.filter((row) => !touches(trained, row));
  } else if (developmentShare > 0) {
    const held = new Set(split(train, { splitBy: 'subject', testShare: developmentShare, seed }).test);
    development = train.filter((row) => held.has(row.id));
    train = train.filter((row) => !held.has(row.id));
  }
  if (train.length === 0) {
    return {
      cause: `All of ${set} is held back as development data in ${id}, and nothing of it is left to train on.`,
      remedy: 'Hold back a smaller share.',
    };
  }
  const missing = (['live', 'spoof'] as const).filter((label) => !train.some((row) => row.label === label));
  for (const label of missing) notes.push(`${set} has no ${label} sample to train on.`);
  if (!train.some(({ captions }) => Object.values(captions).some((text) => text.trim() !== ''))) {
    notes.push(`${set} has no caption: its samples train the live/spoof head only.`);
  }
  return { train, development, notes };
}

/** True where the set's makers divide it and the samples say so. */
const divided = (rows: readonly SampleRow[]): boolean => rows.some(({ part }) => part !== undefined);

interface Keys {
  videos: ReadonlySet<string>;
  subjects: ReadonlySet<string>;
}

const videoOf = ({ set, video }: SampleRow): string => `${set}\0${video}`;
const subjectOf = ({ set, subject }: SampleRow): string | null => (subject === null ? null : `${set}\0${subject}`);

function keysOf(rows: readonly SampleRow[]): Keys {
  return {
    videos: new Set(rows.map(videoOf)),
    subjects: new Set(rows.map(subjectOf).filter((subject) => subject !== null)),
  };
}

function touches({ videos, subjects }: Keys, row: SampleRow): boolean {
  const subject = subjectOf(row);
  return videos.has(videoOf(row)) || (subject !== null && subjects.has(subject));
}

function oneClass(name: string, rows: readonly SampleRow[]): string[] {
  const rates: Record<Label, string> = { live: 'FRR, HTER and AUC', spoof: 'FAR, HTER and AUC' };
  return (['live', 'spoof'] as const)
    .filter((label) => !rows.some((row) => row.label === label))
    .map((label) => `${rows[0]?.set ?? name} has no ${label} sample to be tested on: ${rates[label]} are undefined.`);
}

function notLoaded(name: string, assigned: Readonly<Record<string, string>>): Problem {
  const set = assigned[name];
  const what = isRole(name) ? `${name} (${roleName(name)})` : name;
  return {
    cause:
      set === undefined || set === name
        ? `No data set is loaded for ${what}.`
        : `${set}, the data set for ${what}, is not loaded.`,
    remedy: 'Import or generate it under Data, or name another set for it.',
  };
}
