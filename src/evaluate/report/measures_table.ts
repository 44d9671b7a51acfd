/** Tables of everything measured, a row for each result: for protocols of one's own too. */
import type { Measures } from '../../protocol';
import { policyName } from '../numbers/policy';
import { cell, count, headOf, rate, score } from './plain';
import { byProtocol, measuredNotes } from './settings';
import { MISSING, type Result, type Row, type Table } from './table';

/** Every rate with its interval and its own number of trials: FAR is of spoof, FRR and BPCER are of live. */
export function measuresTable(results: readonly Result[]): Table {
  return {
    ...headOf('measures', 'All numbers of all runs', results),
    columns: [
      ...['n', 'Live', 'Spoof', 'Undecided'].map((label) => count(label)),
      score('Threshold'),
      ...['HTER', 'FAR', 'FRR', 'Accuracy', 'Balanced accuracy', 'AUC', 'EER', 'TPR at 1 % FPR'].map(rate),
      ...['Largest APCER', 'BPCER', 'ACER, as published'].map(rate),
    ],
    rows: results.map((result): Row => {
      const { measures } = result;
      const { n, live, spoof, intervals } = measures;
      const of = { far: spoof, frr: live } as const;
      const largest = measures.apcer.find((one) => one.rate === measures.apcerMax);
      return {
        ...rowOf(result),
        metric: 'all',
        cells: [
          ...[n, live, spoof, measures.undecided].map((value) => cell(value, n)),
          measures.threshold === null ? { ...MISSING, note: 'none' } : cell(measures.threshold, null),
          ...(['hter', 'far', 'frr', 'accuracy', 'balancedAccuracy', 'auc', 'eer', 'tprAt1Fpr'] as const).map((key) =>
            cell(measures[key], key === 'far' || key === 'frr' ? of[key] : n, intervals[key]),
          ),
          largest === undefined
            ? cell(measures.apcerMax, spoof)
            : cell(largest.rate, largest.n, attackOf(measures, largest.attack)?.intervals?.far, `of ${largest.attack}`),
          cell(measures.bpcer, live, intervals.frr),
          cell(measures.acerAsPublished, n),
        ],
      };
    }),
    notes: [
      'FAR is APCER over all attacks together, FRR is BPCER. ACER is the mean of the largest APCER and BPCER, for comparison with publications alone.',
      ...measuredNotes(results, byProtocol),
    ],
  };
}

const attackOf = ({ byAttack }: Measures, name: string): Measures['byAttack'][number] | undefined =>
  byAttack.find(({ attack }) => attack === name);

/** Each attack against all live trials, under the threshold of the whole set. */
export function attacksTable(results: readonly Result[]): Table {
  return {
    ...headOf('attacks', 'Every attack against all live', results),
    columns: ['APCER', 'HTER', 'Accuracy', 'Balanced accuracy', 'BPCER', 'AUC'].map(rate),
    rows: results.flatMap((result) =>
      result.measures.byAttack.map((one): Row => {
        const { attack, spoof, live, intervals = {} } = one;
        const n = spoof + live;
        return {
          ...rowOf(result),
          metric: attack,
          cells: [
            cell(one.far, spoof, intervals.far),
            cell(one.hter, n, intervals.hter),
            cell(one.accuracy, n, intervals.accuracy),
            cell(one.balancedAccuracy, n, intervals.balancedAccuracy),
            cell(one.frr, live, result.measures.intervals.frr),
            cell(one.auc, n),
          ],
        };
      }),
    ),
    notes: [
      'APCER is of the trials of the one attack, BPCER of all live trials.',
      ...measuredNotes(results, byProtocol),
    ],
  };
}

/** What live and spoof trials were called. */
export function confusionTable(results: readonly Result[]): Table {
  const calls = ['called live', 'called spoof', 'undecided'];
  return {
    ...headOf('confusion', 'What live and spoof trials were called', results),
    columns: ['Live', 'Spoof'].flatMap((group) => calls.map((label) => count(label, group))),
    rows: results.map((result): Row => {
      const { confusion: of, live, spoof, reader, threshold } = result.measures;
      // Without a threshold nothing is called anything.
      const called = (value: number): number | null => (reader !== 'text' && threshold === null ? null : value);
      return {
        ...rowOf(result),
        metric: 'trials',
        cells: [
          ...[of.liveAsLive, of.liveAsSpoof, of.liveUndecided].map((value) => cell(called(value), live)),
          ...[of.spoofAsLive, of.spoofAsSpoof, of.spoofUndecided].map((value) => cell(called(value), spoof)),
        ],
      };
    }),
    notes: measuredNotes(results, byProtocol),
  };
}

function rowOf({ protocol, variant, test, measures }: Result): Omit<Row, 'metric' | 'cells'> {
  return {
    method: `${protocol} -> ${test}, ${variant}`,
    origin: 'ours',
    reader: measures.reader,
    judgedBy: `${measures.reader}, ${policyName(measures.policy)}`,
    policyWords: measures.policyWords,
    unit: measures.unit,
  };
}
