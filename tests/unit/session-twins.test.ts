/** Videos that lie twice: what counts as the same, which is kept, and what the sentences warn of. */
import { describe, expect, it } from 'vitest';
import { contentPrints } from '../../src/data/same';
import type { PlannedFile } from '../../src/protocol';
import { sortOutTwins, type Twins } from '../../src/session/twins';

const MIB = 2 ** 20;

function bytes(length: number, at: number, value: number): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(length);
  out[at] = value;
  return out;
}

const prints = (contents: readonly Uint8Array<ArrayBuffer>[], signal = new AbortController().signal) =>
  contentPrints(
    contents.map((content, i) => ({ path: String(i), file: new File([content], String(i)) })),
    signal,
  );

describe('content', () => {
  it('is compared as a whole, not by its edges', async () => {
    const middle = 5 * MIB;
    const [a, b, c] = await prints([bytes(9 * MIB, middle, 1), bytes(9 * MIB, middle, 2), bytes(9 * MIB, middle, 1)]);
    expect(a).not.toBe(b);
    expect(a).toBe(c);
    const [d, e] = await prints([bytes(100_000, 70_000, 1), bytes(100_000, 70_000, 2)]);
    expect(d).not.toBe(e);
  });

  it('of a file is read in slices, and whole only where others agree in size and edges', async () => {
    let largest = 0;
    let read = 0;
    const file = new Proxy(new File([bytes(9 * MIB, 0, 1)], 'a'), {
      get: (target, key) => {
        if (key === 'slice') {
          return (from: number, to?: number) => {
            const piece = target.slice(from, to);
            largest = Math.max(largest, piece.size);
            read += piece.size;
            return piece;
          };
        }
        return Reflect.get(target, key, target) as unknown;
      },
    });
    const signal = new AbortController().signal;
    await contentPrints([{ path: 'a', file }], signal);
    expect(read).toBe(128 * 1024);
    await contentPrints(
      [
        { path: 'a', file },
        { path: 'b', file },
      ],
      signal,
    );
    expect(read).toBeGreaterThan(18 * MIB);
    expect(largest).toBeLessThanOrEqual(4 * MIB);
  });

  it('is no longer compared once the import is cancelled; a file that cannot be read has no word', async () => {
    await expect(prints([bytes(1, 0, 1)], AbortSignal.abort())).rejects.toMatchObject({ name: 'CancelledError' });
    const gone = new File(['x'], 'x');
    gone.slice = () => {
      throw new DOMException('gone', 'NotFoundError');
    };
    expect(await contentPrints([{ path: 'x', file: gone }], new AbortController().signal)).toEqual([null]);
  });
});

describe('files of the same content', () => {
  const entry = (index: number, path: string, known: Partial<PlannedFile['known']> = {}): PlannedFile => ({
    ...{ index, path, size: 1, modified: 1 },
    known: {
      ...{ set: 's', file: path, video: path, label: 'live', attack: null, subject: null, captions: {} },
      ...{ overruled: false, ...known },
    },
  });
  const twins = (entries: PlannedFile[], imported: number[] = []): Promise<Twins> =>
    sortOutTwins([entries.map(({ index }) => index)], entries, new Set(imported), (places) =>
      Promise.resolve(places.map(() => 'same')),
    );
  const sort = async (...entries: PlannedFile[]) => {
    const { dropped, rejected, notes } = await twins(entries);
    return { dropped: dropped.map(({ index }) => index), said: [...rejected.map(({ reason }) => reason), ...notes] };
  };

  it('are read once under one name, and the sentence says which', async () => {
    expect(await sort(entry(0, 's/live/a.mp4'), entry(1, 's/live/copy/a.mp4'))).toEqual({
      dropped: [1],
      said: [expect.stringContaining('s/live/a.mp4 is read instead of this one.')],
    });
  });

  it('are both read under two persons, labels or parts, with the harm that this does', async () => {
    const persons = await sort(
      entry(0, 's/client001/a.mp4', { subject: 'client001' }),
      entry(1, 's/client002/a.mp4', { subject: 'client002' }),
    );
    expect(persons).toEqual({
      dropped: [],
      said: [expect.stringMatching(/of client001 and client002: .* subject .*leak/)],
    });
    const labels = await sort(entry(0, 's/live/a.mp4'), entry(1, 's/print/a.mp4', { label: 'spoof' }));
    expect(labels).toEqual({
      dropped: [],
      said: [expect.stringMatching(/labelled live and spoof: .*labels is wrong/)],
    });
    const parts = await sort(entry(0, 's/1/a.mp4', { part: 'train' }), entry(1, 's/2/a.mp4', { part: 'test' }));
    expect(parts).toEqual({
      dropped: [],
      said: [expect.stringMatching(/in train and test: both are read.*\(a leak\)/)],
    });
  });

  it('go after the one that an earlier import has read', async () => {
    const { dropped, entries } = await twins([entry(0, 's/live/a.mp4'), entry(1, 's/live/sub/a.mp4')], [1]);
    expect([dropped, entries].map((files) => files.map(({ path }) => path))).toEqual([
      ['s/live/a.mp4'],
      ['s/live/sub/a.mp4'],
    ]);
  });

  it('give their captions to the one that is read, unless it has its own; a sentence says which', async () => {
    const captioned = (text: string): Partial<PlannedFile['known']> => ({
      captions: { early: { vanilla: text } },
      sources: { early: { vanilla: { kind: 'table', from: 't.csv' } } },
    });
    const given = await twins([entry(0, 's/live/a.mp4'), entry(1, 's/live/copy/a.mp4', captioned('Skin.'))]);
    expect(given.entries).toMatchObject([{ path: 's/live/a.mp4', known: captioned('Skin.') }]);
    expect(given.rejected[0]!.reason).toContain('read instead of this one, and has its caption from the table.');
    const lost = await twins([
      entry(0, 's/live/a.mp4', captioned('Paper.')),
      entry(1, 's/live/copy/a.mp4', captioned('Skin.')),
    ]);
    expect(lost.entries).toMatchObject([{ path: 's/live/a.mp4', known: captioned('Paper.') }]);
    expect(lost.rejected[0]!.reason).toContain('1 caption of this one is not used, as that one has its own.');
  });

  it('in folders named train and test are told as a leak, whichever set they are of', async () => {
    const { dropped, said } = await sort(entry(0, 's/train/live/a.mp4'), entry(1, 's/test/live/a.mp4'));
    expect(dropped).toEqual([1]);
    expect(said[0]).toContain('The two lie in train and test, which are then not apart (a leak).');
  });

  it('are asked of in one question', async () => {
    const entries = Array.from({ length: 200 }, (_, i) => entry(i, `s/${i}.mp4`));
    const asked: number[] = [];
    const sizes = [entries.slice(0, 100).map(({ index }) => index), [100, 101], [102, 103]];
    await sortOutTwins(sizes, entries, new Set(), (places) => {
      asked.push(places.length);
      return Promise.resolve(places.map(() => null));
    });
    expect(asked).toEqual([100, 4]);
  });
});
