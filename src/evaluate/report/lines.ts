/** A table as lines of text, before any format: what is printed in which row, and how a number is written. */
import type { Cell, Column, Row, Table } from './table';

export interface Line {
  method: string;
  judgedBy: string;
  metric: string;
  cells: (string | null)[];
  /** First line of another method or another way of judging. */
  opens: boolean;
}

/**
 * A row of ours becomes up to four lines: values, intervals, differences, and the numbers of trials after the last
 * metric of the same trials. null: nothing was measured.
 */
export function linesOf({ rows, columns }: Table): Line[] {
  return rows.flatMap((row, i) => {
    const [before, next] = [rows[i - 1], rows[i + 1]];
    const about = { method: row.method, judgedBy: judgedBy(row) };
    const line = (metric: string, write: (cell: Cell, column: Column) => string | null, opens = false): Line => ({
      ...about,
      metric,
      cells: row.cells.map((cell, k) => write(cell, columns[k]!)),
      opens,
    });
    const has = (what: (cell: Cell) => unknown): boolean => row.cells.some((cell) => what(cell) !== null);
    const level = row.cells.find(({ interval }) => interval !== null)?.interval?.level;
    return [
      line(
        row.metric,
        ({ value }, { kind }) => {
          if (value === null) return null;
          // As the paper prints it: two decimals.
          return row.origin === 'published' ? value.toFixed(2) : number(value, kind);
        },
        before === undefined || before.method !== row.method || judgedBy(before) !== about.judgedBy,
      ),
      ...(level === undefined
        ? []
        : [
            line(`${Math.round(100 * level)} % interval`, ({ interval }) =>
              interval === null ? '' : `${number(interval.low, 'rate')} to ${number(interval.high, 'rate')}`,
            ),
          ]),
      ...(row.cells.some(isOfOne)
        ? [line('of', (cell) => (isOfOne(cell) ? `${cell.note!.slice(3)}, n ${cell.n}` : ''))]
        : []),
      ...(has(({ difference }) => difference)
        ? [line('minus published', ({ difference }) => (difference === null ? '' : signed(difference)))]
        : []),
      ...(row.origin === 'ours' && has(({ n }) => n) && row.metric !== 'all' && !sameTrials(row, next)
        ? [line('n', ({ n }) => (n === null ? '' : String(n)))]
        : []),
    ];
  });
}

/** A rate of one attack alone, which its note names. */
const isOfOne = ({ note, value }: Cell): boolean => value !== null && note?.startsWith('of ') === true;

export function judgedBy({ origin, judgedBy: by, unit }: Row): string {
  if (origin === 'published') return 'published';
  return by === null ? 'ours' : `ours: ${by}; by ${unit}`;
}

function sameTrials(row: Row, next: Row | undefined): boolean {
  return next !== undefined && next.method === row.method && judgedBy(next) === judgedBy(row);
}

function number(value: number, kind: Column['kind']): string {
  return kind === 'count' ? String(value) : value.toFixed(3);
}

function signed(value: number): string {
  const written = Math.abs(value).toFixed(3);
  return value < 0 && Number(written) !== 0 ? `-${written}` : `+${written}`;
}
