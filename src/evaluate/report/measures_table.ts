/** One table of everything measured. */
import type { Measures } from '../../protocol';
import { policyName } from '../numbers/policy';
import { captionOf } from './caption';
import { measuredNotes, settingsOf, usedSets } from './settings';
import { MISSING, type Cell, type Column, type Result, type Row, type Table } from './table';

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
