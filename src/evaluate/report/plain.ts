/** What tables of our own numbers share, without any of the paper's. */
import type { Interval } from '../../protocol';
import { captionOf } from './caption';
import { byProtocol, settingsOf, usedSets } from './settings';
import { MISSING, type Cell, type Column, type Result, type Table } from './table';

export const rate = (label: string): Column => ({ label, group: null, kind: 'rate' });
export const count = (label: string, group: string | null = null): Column => ({ label, group, kind: 'count' });
export const score = (label: string): Column => ({ label, group: null, kind: 'score' });

/** @param n  trials that the value is of */
export function cell(value: number | null, n: number | null, interval?: Interval, note: string | null = null): Cell {
  return { ...MISSING, value, n, interval: interval ?? null, note: value === null ? 'undefined: see the notes' : note };
}

export function headOf(
  id: string,
  about: string,
  results: readonly Result[],
): Pick<Table, 'id' | 'caption' | 'generated' | 'settings'> {
  const generated = usedSets(results).some((set) => set.generated);
  return { id, caption: captionOf(about, results, false), generated, settings: settingsOf(results, byProtocol) };
}
