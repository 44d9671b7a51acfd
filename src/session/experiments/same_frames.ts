/** Whether variants of a protocol can be held against each other: the data may have changed between them. */
import { groupBy } from '../../evaluate/numbers/index';
import type { Prediction } from '../../protocol';

/** One trained variant on one test. */
export interface OnTest {
  protocol: { id: string };
  test: string;
  predictions: readonly Pick<Prediction, 'sampleId' | 'frame' | 'head' | 'verdict' | 'likelihood'>[];
  /** Ids of the frames that trained it; null where the run is no longer stored. */
  trained: readonly string[] | null;
  /** Digests of their pictures; null where they were not kept. */
  pictures: readonly string[] | null;
  seed: number;
}

/** Sentences on each of `judged`, in its order, where its frames are not those of the protocol's other variants. */
export function unlikeOthers(judged: readonly OnTest[]): string[][] {
  const said = judged.map(() => new Set<string>());
  const indexed = judged.map((one, index) => ({ ...one, index }));
  for (const group of groupBy(indexed, ({ protocol, test }) => JSON.stringify([protocol.id, test])).values()) {
    for (const reader of ['head', 'verdict', 'likelihood'] as const) {
      // One that the reader was not asked about, as the head without its loss, is no other test.
      const sets = group.flatMap(({ index, predictions }) => {
        const answers = predictions.filter((one) => one[reader] !== null);
        const ids = answers.map(({ sampleId, frame = '' }) => `${sampleId} ${frame}`);
        return ids.length === 0 ? [] : [{ index, ids }];
      });
      const apart = countApart(sets);
      for (const { index } of apart > 0 ? sets : [])
        said[index]!.add(
          `Not all variants were judged on the same frames: ${apart} ${apart === 1 ? 'counts' : 'count'} for some of them alone.`,
        );
    }
    // Each seed holds other persons back.
    for (const seeded of groupBy(group, ({ seed }) => String(seed)).values()) {
      const sets = seeded.flatMap(({ index, trained }) => (trained === null ? [] : [{ index, ids: trained }]));
      const apart = countApart(sets);
      const cuts = new Set(seeded.flatMap(({ pictures }) => pictures?.join() ?? []));
      for (const { index } of apart === 0 && cuts.size > 1 ? sets : [])
        said[index]!.add('Not all variants were trained on the same pictures: frames were cut anew in between.');
      for (const { index } of apart > 0 ? sets : [])
        said[index]!.add(`Not all variants were trained on the same frames: ${apart} trained some of them alone.`);
    }
  }
  return said.map((sentences) => [...sentences]);
}

function countApart(sets: readonly { ids: readonly string[] }[]): number {
  const times = new Map<string, number>();
  for (const { ids } of sets) for (const id of new Set(ids)) times.set(id, (times.get(id) ?? 0) + 1);
  return [...times.values()].filter((count) => count < sets.length).length;
}
