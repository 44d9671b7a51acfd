/** Two runs, or two readers, on the same trials: is the difference chance, and do they mean the same? */
import type { Prediction, Reader, ThresholdPolicy, Verdict } from '../../protocol';
import { judge, type Judged, type MeasureOptions } from './measure';
import { chiSquareTail, halfBinomialTwoSided } from './distributions';
import type { Unit } from './trials';

/** Which of two runs was right where; the p-values are of the hypothesis that both are right equally often. */
export interface McNemar {
  /** Trials in both. */
  n: number;
  /** Trials in one alone: they count nowhere. */
  unpaired: number;
  bothRight: number;
  /** The first was right and the second wrong. */
  onlyFirst: number;
  onlySecond: number;
  bothWrong: number;
  /** Two-sided sign test on the discordant trials, exact at any size. */
  exact: number;
  /** (|onlyFirst - onlySecond| - 1)^2 / discordant, with Edwards' correction; null without a discordant trial. */
  chiSquare: { statistic: number; p: number } | null;
  /** The one to cite: exact below 25 discordant trials, chi-square from there on. */
  test: 'exact' | 'chi-square';
  p: number;
}

/** Below so many discordant trials the chi-square distribution is too coarse. */
const FEW_DISCORDANT = 25;

/** Pairs by the trials' ids. An undecided verdict is an error. */
export function mcnemar(first: readonly Judged[], second: readonly Judged[]): McNemar {
  const others = new Map(second.map((trial) => [trial.id, trial]));
  const counts = { bothRight: 0, onlyFirst: 0, onlySecond: 0, bothWrong: 0 };
  let n = 0;
  for (const trial of first) {
    const other = others.get(trial.id);
    if (other === undefined) continue;
    n++;
    const [here, there] = [trial.verdict === trial.label, other.verdict === other.label];
    counts[here ? (there ? 'bothRight' : 'onlyFirst') : there ? 'onlySecond' : 'bothWrong']++;
  }
  return {
    n,
    unpaired: first.length + second.length - 2 * n,
    ...counts,
    ...mcnemarOf(counts.onlyFirst, counts.onlySecond),
  };
}

/** The test by the two counts that it rests on. */
export function mcnemarOf(onlyFirst: number, onlySecond: number): Pick<McNemar, 'exact' | 'chiSquare' | 'test' | 'p'> {
  const discordant = onlyFirst + onlySecond;
  const exact = halfBinomialTwoSided(Math.min(onlyFirst, onlySecond), discordant);
  if (discordant === 0) return { exact, chiSquare: null, test: 'exact', p: exact };
  const statistic = Math.max(0, Math.abs(onlyFirst - onlySecond) - 1) ** 2 / discordant;
  const chiSquare = { statistic, p: chiSquareTail(statistic) };
  return discordant < FEW_DISCORDANT
    ? { exact, chiSquare, test: 'exact', p: exact }
    : { exact, chiSquare, test: 'chi-square', p: chiSquare.p };
}

export const VERDICTS = ['live', 'spoof', 'undecided'] as const satisfies readonly Verdict[];

/** Cohen's kappa of two readers; undecided is an answer like the others. */
export interface Agreement {
  n: number;
  /** Counts by the first reader's verdict (row) and the second's (column), in the order of `VERDICTS`. */
  table: number[][];
  /** Share of trials with the same verdict. */
  observed: number | null;
  /** The share that would agree by chance, from how often each reader says what. */
  expected: number | null;
  /** (observed - expected) / (1 - expected); null where both readers say one and the same throughout. */
  kappa: number | null;
}

export function agreementOf(pairs: readonly (readonly [Verdict, Verdict])[]): Agreement {
  const table = VERDICTS.map(() => VERDICTS.map(() => 0));
  for (const [a, b] of pairs) table[VERDICTS.indexOf(a)]![VERDICTS.indexOf(b)]! += 1;
  const n = pairs.length;
  if (n === 0) return { n, table, observed: null, expected: null, kappa: null };
  const row = (k: number): number => table[k]!.reduce((sum, count) => sum + count, 0);
  const column = (k: number): number => table.reduce((sum, counts) => sum + counts[k]!, 0);
  const agreed = VERDICTS.reduce((sum, _, k) => sum + table[k]![k]!, 0);
  const byChance = VERDICTS.reduce((sum, _, k) => sum + row(k) * column(k), 0);
  const [observed, expected] = [agreed / n, byChance / (n * n)];
  return { n, table, observed, expected, kappa: byChance === n * n ? null : (observed - expected) / (1 - expected) };
}

/** How a reader is made to say live or spoof. */
export interface ReaderUnder {
  reader: Reader;
  policy: ThresholdPolicy;
}

/** A trial of which one reader says live and the other spoof. */
export interface Contradiction {
  trial: Judged;
  first: Verdict;
  second: Verdict;
}

export interface ReadersCompared extends Agreement {
  first: ReaderUnder;
  second: ReaderUnder;
  unit: Unit;
  /** Of the trials that both readers judged; undecided contradicts nobody. */
  contradictions: Contradiction[];
  notes: string[];
}

/** Two readers of the same frames, e.g. the head at 0.5 against the text. */
export function compareReaders(
  test: readonly Prediction[],
  first: ReaderUnder,
  second: ReaderUnder,
  { unit, ...about }: Pick<MeasureOptions, 'unit' | 'development' | 'noDevelopment'>,
): ReadersCompared {
  const of = ({ reader, policy }: ReaderUnder): ReturnType<typeof judge> =>
    judge(test, policy, { reader, unit, ...about });
  const [one, other] = [of(first), of(second)];
  const others = new Map(other.judged.map((trial) => [trial.id, trial.verdict]));
  const both = one.judged.flatMap((trial) => {
    const verdict = others.get(trial.id);
    return verdict === undefined ? [] : [{ trial, first: trial.verdict, second: verdict }];
  });
  return {
    ...agreementOf(both.map(({ first: a, second: b }) => [a, b] as const)),
    first,
    second,
    unit,
    contradictions: both.filter(({ first: a, second: b }) => a !== b && a !== 'undecided' && b !== 'undecided'),
    notes: [...new Set([...one.notes, ...other.notes])],
  };
}
