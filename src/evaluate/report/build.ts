/** The paper's tables with our results beside its numbers, and one table of everything measured. */
import type { AttackMeasures, Measures } from '../../protocol';
import { policyName } from '../numbers/policy';
import {
  ATTACK_COLUMNS,
  FOLD_COLUMNS,
  PAPER,
  PEERS,
  PUBLISHED,
  REASONING,
  VANILLA,
  WITH_CLS,
  WITHOUT_CLS,
  type AttackColumn,
  type PublishedRow,
  type TableNumber,
} from './paper';
import { groupsOf, once, sameButSeed } from './groups';
import { measuredNotes, settingsOf, sourceOf, unique, usedSets } from './settings';
import { MISSING, type Cell, type Column, type Result, type Row, type Table } from './table';

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

/** One column: which results it takes, and what of them. */
interface Place {
  label: string;
  group: string | null;
  holds(result: Result): boolean;
  /** The numbers of this column, or null where the test set has none of it. */
  of(measures: Measures): Measures | AttackMeasures | null;
}

function placesOf(number: TableNumber): Place[] {
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

function isAttack(attack: string, { attack: name, prefix }: AttackColumn): boolean {
  return attack === name || attack.toLowerCase() === prefix.toLowerCase();
}

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

const METRICS = { hter: 'HTER', accuracy: 'Accuracy', balancedAccuracy: 'Balanced accuracy' } as const;
type Metric = keyof typeof METRICS;

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

function cellOf(all: readonly Result[], place: Place, metric: Metric, published: number | null): Cell {
  const { same: results, others } = sameButSeed(all);
  const found = results.flatMap((result) => {
    const of = place.of(result.measures);
    return of === null ? [] : [{ result, of }];
  });
  if (found.length === 0) {
    const note = results.length > 0 ? 'the test set has no such attack' : MISSING.note;
    return { ...MISSING, published, note };
  }
  const values = found.flatMap(({ of }) => of[metric] ?? []);
  const n = found.reduce((sum, { of }) => sum + ('n' in of ? of.n : of.live + of.spoof), 0);
  const base = { ...MISSING, n, published };
  if (values.length < found.length) return { ...base, note: 'undefined: see the notes' };
  const value = mean(values);
  const said = [
    ...(values.length > 1
      ? [`mean of ${values.length} runs, from ${Math.min(...values).toFixed(3)} to ${Math.max(...values).toFixed(3)}`]
      : []),
    ...(others.length > 0 ? [`not in it, as more than the seed differs: ${whichOf(others)}`] : []),
  ];
  const note = said.length === 0 ? null : said.join('; ');
  const interval = found.length > 1 ? null : (found[0]!.of.intervals?.[metric] ?? null);
  return { ...base, value, interval, difference: differenceOf(value, published, results), note };
}

/** The unweighted mean of the columns, as the paper's; of all columns or of none. */
function averageOf(
  cells: readonly Cell[],
  results: readonly Result[],
  perAttack: boolean,
  published: number | null,
): Cell {
  const values = cells.flatMap(({ value }) => value ?? []);
  if (values.length === 0) return { ...MISSING, published };
  // Live trials stand in every attack's column, and count once.
  const n = perAttack
    ? sameButSeed(results).same.reduce((sum, { measures }) => sum + measures.n, 0)
    : cells.reduce((sum, cell) => sum + (cell.n ?? 0), 0);
  if (values.length < cells.length)
    return { ...MISSING, published, n, note: `only ${values.length} of ${cells.length} columns have a number` };
  const value = mean(values);
  return { ...MISSING, value, n, published, difference: differenceOf(value, published, results), note: null };
}

/** From generated pictures, or from sets that nobody knows any more, to real ones is no difference of methods. */
function differenceOf(value: number, published: number | null, results: readonly Result[]): number | null {
  if (published === null || results.some(({ setting }) => !setting.known)) return null;
  return usedSets(results).some(({ generated }) => generated) ? null : value - published;
}

function whichOf(results: readonly Result[]): string {
  return unique(
    results.map(({ protocol, setting: { trainFrames, config, sets } }) => {
      const names = unique(sets.map(({ name }) => name)).join(', ');
      return `${protocol} (${names}; ${trainFrames} frames, seed ${config.seed})`;
    }),
  ).join(' and ');
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function captionOf(about: string, results: readonly Result[], paper: boolean): string {
  const generated = usedSets(results).filter((set) => set.generated);
  const names = unique(generated.map(({ name }) => name)).sort();
  const beside = paper ? `, beside the numbers of ${PAPER}` : '';
  if (results.length === 0) return `${about}${beside}. Nothing of it was measured here.`;
  if (names.length === 0) return `${about}${beside}.`;
  return (
    `${about}${beside}. MEASURED WITH GENERATED PICTURES (${names.join(', ')}): these are no benchmark results` +
    `${paper ? ', and nothing follows from how they compare with the published numbers' : ''}.`
  );
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
    ...(perAttack && unknown.length > 0 ? [`Attacks without a column: ${unknown.join(', ')}.`] : []),
  ];
}

/** Everything that was measured, a row for each result: for protocols of one's own too. */
export function measuresTable(results: readonly Result[]): Table {
  const rate = (label: string): Column => ({ label, group: null, kind: 'rate' });
  const count = (label: string): Column => ({ label, group: null, kind: 'count' });
  return {
    id: 'measures',
    caption: captionOf('All numbers of all runs', results, false),
    generated: usedSets(results).some((set) => set.generated),
    columns: [
      ...['n', 'Live', 'Spoof', 'Undecided'].map(count),
      ...['HTER', 'FAR', 'FRR', 'Accuracy', 'Balanced accuracy', 'AUC', 'EER', 'TPR at 1 % FPR'].map(rate),
      ...['Largest APCER', 'BPCER', 'ACER, as published'].map(rate),
    ],
    rows: results.map(({ protocol, variant, test, measures }): Row => {
      const { n, intervals } = measures;
      const cell = (value: number | null, key?: keyof Measures['intervals'], note: string | null = null): Cell => ({
        ...MISSING,
        value,
        n,
        interval: (key === undefined ? null : intervals[key]) ?? null,
        note: value === null ? 'undefined: see the notes' : note,
      });
      const largest = measures.apcer.find(({ rate }) => rate === measures.apcerMax);
      return {
        method: `${protocol} -> ${test}, ${variant}`,
        origin: 'ours',
        reader: measures.reader,
        judgedBy: `${measures.reader}, ${policyName(measures.policy)}`,
        policyWords: measures.policyWords,
        unit: measures.unit,
        metric: 'all',
        cells: [
          ...[n, measures.live, measures.spoof, measures.undecided].map((value) => cell(value)),
          ...(['hter', 'far', 'frr', 'accuracy', 'balancedAccuracy', 'auc', 'eer', 'tprAt1Fpr'] as const).map((key) =>
            cell(measures[key], key),
          ),
          cell(measures.apcerMax, undefined, largest === undefined ? null : `of ${largest.attack}, n ${largest.n}`),
          cell(measures.bpcer, 'frr'),
          cell(measures.acerAsPublished),
        ],
      };
    }),
    settings: settingsOf(results),
    notes: [
      'FAR is APCER over all attacks together, FRR is BPCER. ACER is the mean of the largest APCER and BPCER, for comparison with publications alone.',
      ...measuredNotes(results),
    ],
  };
}
