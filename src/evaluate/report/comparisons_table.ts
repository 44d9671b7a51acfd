/** Readers held against each other, and variants on the same videos, as tables. */
import type { McNemar, ReadersCompared, ReaderUnder } from '../numbers/index';
import { policyName, policyWords } from '../numbers/policy';
import { cell, count, headOf, rate, score } from './plain';
import { byProtocol, measuredNotes } from './settings';
import type { Cell, Result, Row, Table } from './table';

/** Two readers on one test. */
export interface ReadersResult {
  protocol: string;
  variant: string;
  test: string;
  compared: ReadersCompared;
}

/** Two variants of a protocol on the same videos of one test, each read in one and the same way. */
export interface VariantsResult {
  protocol: string;
  test: string;
  first: string;
  second: string;
  by: ReaderUnder;
  compared: McNemar;
}

/** @param results  of the same judgments: what the table was measured with */
export function readersTable(readers: readonly ReadersResult[], results: readonly Result[]): Table {
  return {
    ...headOf('readers', 'Agreement of the readers', results),
    columns: [score("Cohen's kappa"), rate('Same verdict'), rate('Same by chance'), count('Contradictions')],
    rows: readers.map(({ protocol, variant, test, compared }): Row => {
      const { first, second, n, kappa, observed, expected, contradictions } = compared;
      return {
        method: `${protocol} -> ${test}, ${variant}`,
        origin: 'ours',
        reader: null,
        judgedBy: [first, second].map(({ reader, policy }) => `${reader}, ${policyName(policy)}`).join(' and '),
        policyWords: [first, second].map(({ reader, policy }) => `${reader}: ${policyWords(policy)}`).join('; '),
        unit: compared.unit,
        metric: `${first.reader} and ${second.reader}`,
        cells: [cell(kappa, n), cell(observed, n), cell(expected, n), cell(n === 0 ? null : contradictions.length, n)],
      };
    }),
    notes: [
      ...new Set(readers.flatMap(({ compared }) => compared.notes)),
      ...measuredNotes(results, byProtocol).filter(
        (note) => !readers.some(({ compared }) => compared.notes.some((known) => note.startsWith(known))),
      ),
      'Undecided is an answer like live and spoof; a contradiction is one reader saying live and the other spoof. Kappa is undefined where both say one and the same throughout.',
    ],
  };
}

/** @param results  of the same judgments: what the table was measured with */
export function variantsTable(variants: readonly VariantsResult[], results: readonly Result[]): Table {
  const byVideo = results.filter(({ measures }) => measures.unit === 'video');
  return {
    ...headOf('variants', 'McNemar between variants, by video', byVideo),
    columns: [
      ...['Both right', 'Only the first right', 'Only the second right', 'Both wrong'].map((label) => count(label)),
      ...['p', 'p, exact', 'chi-square'].map(score),
    ],
    rows: variants.map(({ protocol, test, first, second, by, compared }): Row => {
      const { n, unpaired, bothRight, onlyFirst, onlySecond, bothWrong, p, exact, chiSquare } = compared;
      const left = unpaired === 0 ? null : `${unpaired} videos of one alone count nowhere`;
      // Of no video nothing can be said.
      const some = (value: number | null, note: string | null): Cell =>
        cell(n === 0 ? null : value, n, undefined, note);
      return {
        method: `${protocol} -> ${test}, ${first} and ${second}`,
        origin: 'ours',
        reader: by.reader,
        judgedBy: `${by.reader}, ${policyName(by.policy)}`,
        policyWords: policyWords(by.policy),
        unit: 'video',
        metric: 'McNemar',
        cells: [
          ...[bothRight, onlyFirst, onlySecond, bothWrong].map((value) => some(value, left)),
          some(p, compared.test),
          some(exact, null),
          chiSquare === null
            ? { ...some(null, null), note: 'no trial that one alone has right' }
            : some(chiSquare.statistic, null),
        ],
      };
    }),
    notes: [
      ...measuredNotes(byVideo, byProtocol),
      'Where no video has a verdict of both there is no number: without a threshold nothing is called live or spoof.',
      "An undecided verdict is an error. p is exact below 25 trials that one alone has right, and by chi-square with Edwards' correction from there on.",
    ],
  };
}
