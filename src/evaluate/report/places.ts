/** The columns of the paper's tables: which results stand in each, and what of them. */
import type { AttackMeasures, Measures } from '../../protocol';
import { ATTACK_COLUMNS, FOLD_COLUMNS, PUBLISHED, type AttackColumn, type TableNumber } from './paper';
import { sourceOf } from './settings';
import type { Result } from './table';

/** One column: which results it takes, and what of them. */
export interface Place {
  label: string;
  group: string | null;
  holds(result: Result): boolean;
  /** The numbers of this column, or null where the test set has none of it. */
  of(measures: Measures): Measures | AttackMeasures | null;
}

export function placesOf(number: TableNumber): Place[] {
  const { train } = PUBLISHED[number];
  if (train === null) {
    return FOLD_COLUMNS.map((column) => ({
      label: column.label,
      group: null,
      holds: ({ train: sources, test }) => test === column.test && sourceOf(sources) === sourceOf([...column.train]),
      of: (measures) => measures,
    }));
  }
  return ATTACK_COLUMNS.map((column) => ({
    label: column.label,
    group: column.group,
    holds: ({ train: sources, test }) => test === 'W' && sourceOf(sources) === sourceOf([...train]),
    of: ({ byAttack }) => byAttack.find(({ attack }) => isAttack(attack, column)) ?? null,
  }));
}

export function isAttack(attack: string, { attack: name, prefix }: AttackColumn): boolean {
  return attack === name || attack.toLowerCase() === prefix.toLowerCase();
}
