/** The paper's tables with our results beside its numbers. */
import { policyName } from '../numbers/policy';
import { CAPTIONS_PASS_THE_HEAD_BY, CLS_TRAINS_HEAD_ALONE } from './ablation';
import { captionOf } from './caption';
import { averageOf, cellOf, type Metric } from './cells';
import { groupsOf, once } from './groups';
import {
  ATTACK_COLUMNS,
  PEERS,
  PUBLISHED,
  REASONING,
  VANILLA,
  WITH_CLS,
  WITHOUT_CLS,
  type PublishedRow,
  type TableNumber,
} from './paper';
import { isAttack, placesOf, type Place } from './places';
import { measuredNotes, settingsOf, unique, usedSets } from './settings';
import { MISSING, type Column, type Result, type Row, type Table } from './table';

export const TABLE_NUMBERS = [1, 2, 3, 4, 5, 6, 7] as const satisfies readonly TableNumber[];

/** All seven, whatever of them was measured. */
export function paperTables(results: readonly Result[]): Table[] {
  return TABLE_NUMBERS.map((number) => paperTable(number, results));
}

/**
 * One of the paper's tables. Of `results` those that belong to it are taken, by their sources, test set and variant;
 * readers, policies, units and settings each have rows of their own. Runs that differ in nothing but their seed are
 * averaged; a judgment that two protocols share counts once. What was not measured is missing, never zero, and an average over less than all columns is missing too.
 */
export function paperTable(number: TableNumber, results: readonly Result[]): Table {
  const published = PUBLISHED[number];
  const places = placesOf(number);
  const methods = number === 7 ? [WITHOUT_CLS, WITH_CLS] : [VANILLA, REASONING];
  const used: Result[] = [];
  const rows = methods.flatMap((method) => {
    const facts = published.rows.filter((row) => row.method === method);
    const here = once(
      results.filter((result) => isVariant(result, method, results) && places.some((place) => place.holds(result))),
    );
    used.push(...here);
    return [...facts.map(publishedRow), ...ourRows(method, here, places, facts, published.train !== null)];
  });
  const peers = published.rows.filter(({ method }) => PEERS.includes(method)).map(publishedRow);
  const generated = usedSets(used).filter((set) => set.generated);
  return {
    id: `table-${number}`,
    caption: captionOf(`Table ${number}, ${published.about}`, used, true),
    generated: generated.length > 0,
    columns: [...places.map(({ label, group }): Column => ({ label, group, kind: 'rate' })), AVERAGE],
    rows: [...rows, ...peers],
    settings: settingsOf(used),
    notes: [...aboutTable(number, used), ...measuredNotes(used)],
  };
}

const AVERAGE: Column = { label: 'Avg.', group: null, kind: 'rate' };

/** The ablation's row with the loss is the paper's own method, and need not be trained twice. */
function isVariant({ variant }: Result, method: string, all: readonly Result[]): boolean {
  if (method !== WITH_CLS) return variant === method;
  return variant === (all.some((result) => result.variant === WITH_CLS) ? WITH_CLS : REASONING);
}

function publishedRow({ method, metric, values, average }: PublishedRow): Row {
  return {
    method,
    origin: 'published',
    reader: null,
    judgedBy: null,
    policyWords: null,
    unit: null,
    metric: METRICS[metric],
    cells: [...values, average].map((value) => ({ ...MISSING, value, note: value === null ? 'not published' : null })),
  };
}

const METRICS: Record<Metric, string> = { hter: 'HTER', accuracy: 'Accuracy', balancedAccuracy: 'Balanced accuracy' };

function ourRows(
  method: string,
  results: readonly Result[],
  places: readonly Place[],
  facts: readonly PublishedRow[],
  perAttack: boolean,
): Row[] {
  const groups = groupsOf(results);
  // What the paper calls accuracy beside each attack is balanced: see `aboutTable`.
  const paperOf: Record<Metric, PublishedRow | undefined> = {
    hter: facts.find(({ metric }) => metric === 'hter'),
    accuracy: perAttack ? undefined : facts.find(({ metric }) => metric === 'accuracy'),
    balancedAccuracy: perAttack ? facts.find(({ metric }) => metric === 'accuracy') : undefined,
  };
  const metrics = ['accuracy', 'balancedAccuracy', 'hter'] as const;
  const row = (of: readonly Result[], metric: Metric, apart: string | null): Row => {
    const measures = of[0]?.measures ?? null;
    const paper = paperOf[metric];
    const cells = places.map((place, i) => cellOf(of.filter(place.holds), place, metric, paper?.values[i] ?? null));
    return {
      method: apart === null ? method : `${method} (${apart})`,
      origin: 'ours',
      reader: measures?.reader ?? null,
      judgedBy: measures === null ? null : `${measures.reader}, ${policyName(measures.policy)}`,
      policyWords: measures?.policyWords ?? null,
      unit: measures?.unit ?? null,
      metric: METRICS[metric],
      cells: [...cells, averageOf(cells, of, perAttack, paper?.average ?? null)],
    };
  };
  if (groups.length === 0) return metrics.map((metric) => row([], metric, null));
  return groups.flatMap(({ results: of, apart }) => metrics.map((metric) => row(of, metric, apart)));
}

function aboutTable(number: TableNumber, used: readonly Result[]): string[] {
  const attacks = unique(used.flatMap(({ measures }) => measures.byAttack.map(({ attack }) => attack)));
  const unknown = attacks.filter((attack) => !ATTACK_COLUMNS.some((column) => isAttack(attack, column)));
  const perAttack = PUBLISHED[number].train !== null;
  return [
    ...(perAttack
      ? [
          'Each column: all live trials against the spoof trials of one attack; Avg. is the unweighted mean of the columns.',
          'In tables 2-6 of the paper 147 of 150 accuracies are 1 - HTER, so that they are balanced accuracies: they stand beside ours, and our plain accuracy, which depends on how many trials each class has, has no counterpart.',
          'SA-FAS and DiVT-M: HTER as the paper publishes it.',
        ]
      : ['Avg. is the unweighted mean of the four columns. Plain and balanced accuracy are two rows.']),
    ...(number === 6
      ? ["The paper's text has 0.22 for vanilla's average HTER of this table, and the table 0.20."]
      : []),
    ...withoutLoraInVision(number, used),
    ...(perAttack && unknown.length > 0 ? [`Attacks without a column: ${unknown.join(', ')}.`] : []),
  ];
}

function withoutLoraInVision(number: TableNumber, used: readonly Result[]): string[] {
  const frozen = used.filter(({ setting }) => !setting.config.loraVision);
  if (number === 7) return frozen.length > 0 ? [CLS_TRAINS_HEAD_ALONE] : [];
  const heads = frozen.filter(({ measures }) => measures.reader === 'head');
  return unique(heads.map(({ variant }) => variant)).length > 1 ? [CAPTIONS_PASS_THE_HEAD_BY] : [];
}
