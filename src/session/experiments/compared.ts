/** Of what was judged: readers held against each other, and variants on the same videos. */
import { compareReaders, judge, mcnemar, type McNemar, type ReadersCompared } from '../../evaluate/numbers/index';
import { READERS, type Prediction, type Reader, type Variant } from '../../protocol';
import type { Way } from './types';

/** What one trained variant said of one test. */
interface Answers {
  variant: Variant;
  predictions: readonly Prediction[];
  /** Of the sources' development data; null where it was not judged, and why. */
  development: readonly Prediction[] | null;
  noDevelopment: string | null;
}

/** Each two readers that said anything. */
export function readersCompared({ predictions, ...about }: Answers, way: Way): ReadersCompared[] {
  const { development, noDevelopment } = about;
  const options = { unit: way.unit, development, noDevelopment };
  return pairsOf(READERS.filter((reader) => says(predictions, reader))).map(([first, second]) =>
    compareReaders(predictions, under(first, way), under(second, way), options),
  );
}

/** Each two variants, by video whatever `way` counts: the two frames of a video are no independent trials. */
export function variantsCompared(
  answers: readonly Answers[],
  { reader, policy }: Way,
): (McNemar & { first: string; second: string })[] {
  const verdicts = answers
    .filter(({ predictions }) => says(predictions, reader))
    .map(({ variant, predictions, development }) => ({
      name: variant.name,
      ...judge(predictions, policy, { reader, unit: 'video', development }),
    }));
  return pairsOf(verdicts).map(([first, second]) => ({
    first: first.name,
    second: second.name,
    ...mcnemar(first.judged, second.judged),
  }));
}

/** True where the reader was asked about any frame. */
export function says(predictions: readonly Prediction[], reader: Reader): boolean {
  const key = reader === 'text' ? 'verdict' : reader;
  return predictions.some((prediction) => prediction[key] !== null);
}

/** The other reader as the table's own one is read, as far as both can be: scores at the same policy. */
function under(reader: Reader, way: Way): { reader: Reader; policy: Way['policy'] } {
  if (reader === 'text') return { reader, policy: { kind: 'text' } };
  return { reader, policy: way.policy.kind === 'text' ? { kind: 'fixed', threshold: 0.5 } : way.policy };
}

function pairsOf<T>(items: readonly T[]): [T, T][] {
  return items.flatMap((first, index) => items.slice(index + 1).map((second): [T, T] => [first, second]));
}
