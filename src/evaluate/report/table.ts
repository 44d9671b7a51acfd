/** A table as data: what the writers write, in any format, and what a page may show. */
import type { Interval, Measures, Protocol, Reader, RunConfig } from '../../protocol';

/** One of the sets of a run. */
export interface UsedSet {
  /** `M`, `C`, `I`, `O`, `W`, or the name that a protocol of one's own gives it. */
  role: string;
  /** The loaded data set. */
  name: string;
  side: 'train' | 'test';
  /** Made by the generator of faces: whatever is measured with it is no benchmark result. */
  generated: boolean;
  /** Only the part that the set's makers divide off for this side. */
  official: boolean;
}

/** All that a reader of a number must know of how it came about. */
export interface Setting {
  /** The backbone. */
  model: string;
  config: RunConfig;
  /** Frames that trained. */
  trainFrames: number;
  sets: readonly UsedSet[];
  /** Most frames of a test set whose text was generated; null: all. */
  textFrames: number | null;
  parts: Protocol['parts'];
  /** Share of the sources' persons held back where they have no development part. */
  developmentShare: number;
}

/** One trained run, judged on one test set in one way. */
export interface Result {
  protocol: string;
  variant: string;
  /** Roles or names, in any order. */
  train: readonly string[];
  test: string;
  /** The judgment that the numbers are of: two protocols can share one. */
  scoringId: string;
  measures: Measures;
  setting: Setting;
}

export interface Cell {
  /** null: missing, or undefined as the note says. */
  value: number | null;
  /** Trials that the value is of. */
  n: number | null;
  interval: Interval | null;
  /** The paper's number for the same cell. */
  published: number | null;
  /** `value - published`; null where one is missing and where generated pictures stand against real ones. */
  difference: number | null;
  note: string | null;
}

export interface Column {
  label: string;
  /** Heading over neighbouring columns. */
  group: string | null;
  kind: 'rate' | 'count';
}

export interface Row {
  method: string;
  /** `published`: as the paper prints it. */
  origin: 'ours' | 'published';
  reader: Reader | null;
  /** `text, verdict`, `head, P >= 0.5`; null where nothing was judged, or the paper does not say. */
  judgedBy: string | null;
  /** The threshold policy in full. */
  policyWords: string | null;
  unit: Measures['unit'] | null;
  metric: string;
  /** One for each column. */
  cells: Cell[];
}

export interface Table {
  id: string;
  caption: string;
  /** Some of it was measured with generated pictures; the caption says so. */
  generated: boolean;
  columns: Column[];
  rows: Row[];
  /** What differs in the setting from the paper's, a sentence each. */
  settings: string[];
  /** What else a reader must know, a sentence each. */
  notes: string[];
}

export const MISSING: Cell = {
  value: null,
  n: null,
  interval: null,
  published: null,
  difference: null,
  note: 'not measured',
};
