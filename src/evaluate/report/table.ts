/** A table as data: what the writers write, in any format, and what a page may show. */
import type { Interval, Measures, Reader, ScoringSetting, UsedSet } from '../../protocol';

export type { UsedSet };

/** As kept with the judgment; `known` is false where that was not kept, and the sets are by their roles alone. */
export interface Setting extends ScoringSetting {
  known: boolean;
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
  /** `score`: any number, such as a threshold, kappa or p. */
  kind: 'rate' | 'count' | 'score';
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
