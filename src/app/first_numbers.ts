/** Where the results of an experiment open, and what would fill a table that is empty. */
import type { Experiment, Reader } from '../protocol';
import { countJobs, TABLE_PROTOCOLS } from '../session/experiments/ways';
import type { ExperimentActions, Table, TableNumber, Way } from '../session/types';
import { plural } from './format';

/** Of the paper; null: every number. */
export type Shown = TableNumber | null;

const NUMBERS = Object.keys(TABLE_PROTOCOLS).map((number) => Number(number) as TableNumber);

/** True where a number of ours stands in the table. */
export function isMeasured({ rows }: Table): boolean {
  return rows.some(({ origin, cells }) => origin === 'ours' && cells.some(({ value }) => value !== null));
}

/**
 * The first of the paper's tables in which there is a number of this experiment, else every number. Read by `text` where
 * any text was written, since the paper's verdicts are the text's. Not `found`: nothing is judged yet, and what is first
 * to come is named.
 */
export async function firstNumbers(
  experiments: Pick<ExperimentActions, 'readers' | 'table'>,
  experiment: Experiment,
  wayOf: (reader: Reader) => Way,
  signal: AbortSignal,
): Promise<{ number: Shown; reader: Reader; found: boolean }> {
  const preferred = (readers: readonly Reader[]): Reader | undefined =>
    readers.includes('text') ? 'text' : readers[0];
  const reader = preferred(await experiments.readers(experiment.id));
  if (reader === undefined) {
    const number = NUMBERS.find((each) => protocolsOf(experiment, each).length > 0) ?? null;
    return { number, reader: preferred(experiment.readers) ?? 'text', found: false };
  }
  for (const number of NUMBERS) {
    const table = await experiments.table(experiment.id, number, wayOf(reader), signal);
    if (isMeasured(table)) return { number, reader, found: true };
  }
  return { number: null, reader, found: true };
}

/** Those of the paper's protocols behind a table that the experiment has; null: all that it has. */
function protocolsOf({ protocols }: Experiment, number: Shown): string[] {
  const ids = number === null ? null : (TABLE_PROTOCOLS[String(number)] ?? []);
  return protocols.map(({ id }) => id).filter((id) => ids === null || ids.includes(id));
}

/** Why the table has no number of this experiment, and what would put one there. */
export function whatFills(experiment: Experiment, number: Shown, reader: Reader): string {
  if (number !== null && protocolsOf(experiment, number).length === 0) {
    const ids = TABLE_PROTOCOLS[String(number)] ?? [];
    const names = new Intl.ListFormat('en-GB', { type: 'conjunction' }).format(ids);
    return (
      `This table is filled by ${ids.length === 1 ? 'the protocol' : 'the protocols'} ${names}, and by your own with ` +
      'the same sets and variants: choose them under Train, Protocols. What this experiment has is under Every number.'
    );
  }
  if (!experiment.readers.includes(reader)) {
    return `This experiment did not ask the ${reader}: choose another under Judged by.`;
  }
  const { left, failed, skipped } = countJobs(experiment);
  if (left > 0) {
    return `${plural(left, 'job')} of this experiment ${left === 1 ? 'is' : 'are'} still to be done, under Train, Protocols.`;
  }
  if (failed > 0)
    return `${plural(failed, 'job')} of this experiment failed: Train, Protocols says why, and lets them wait again.`;
  if (skipped > 0)
    return `${plural(skipped, 'job')} of this experiment ${skipped === 1 ? 'was' : 'were'} left out: nothing else would fill it.`;
  return `Nothing of it was judged by the ${reader}: choose another under Judged by.`;
}
