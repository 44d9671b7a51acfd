/** Features in OPFS: exactly what was written or nothing, within a limit, oldest out first. */
import { beforeEach, describe, expect, test } from 'vitest';
import { deleteFeatures, StoredFeatures } from '../../src/store/features';
import { openFile } from '../../src/store/opfs';
import { randomArray } from '../support/tensors';

const SIZE = 300;
/** Bytes of one file of `SIZE` numbers. */
const FILE = 4 * SIZE + 32;
const values = (): Float32Array<ArrayBuffer> => randomArray(SIZE, Math.floor(Math.random() * 2 ** 32));
const key = async (frame: number | string): Promise<string> => `tower-${frame}`;

/** Overwrites bytes of a stored file, or cuts it. */
async function change(of: string, work: (bytes: Uint8Array) => Uint8Array): Promise<void> {
  const handle = await openFile(`features/${of}.f32`, false);
  const bytes = work(new Uint8Array(await (await handle.getFile()).arrayBuffer()));
  const stream = await handle.createWritable();
  await stream.write(bytes.slice());
  await stream.close();
}

beforeEach(deleteFeatures);

describe('stored features', () => {
  test('come back to the last bit, also in another visit; extremes included', async () => {
    const store = new StoredFeatures();
    const one = values();
    one.set([0, -0, 1e-45, -3.4e38, Infinity, NaN]);
    const two = values();
    await Promise.all([store.write(await key(1), one), store.write(await key(2), two)]);
    for (const reader of [store, new StoredFeatures()]) {
      const read = (await reader.read(await key(1)))!;
      expect(new Uint8Array(read.buffer)).toEqual(new Uint8Array(one.buffer));
      expect(await reader.read(await key(2))).toEqual(two);
      expect(await reader.read(await key(3))).toBeNull();
    }
  });

  test('a view into a larger array is stored as the view', async () => {
    const store = new StoredFeatures();
    const all = values();
    await store.write(await key(1), all.subarray(10, 20));
    expect(await store.read(await key(1))).toEqual(all.slice(10, 20));
  });

  test('what is damaged, cut off, empty or another’s is as if it were not there, and can be written anew', async () => {
    const damages: ((bytes: Uint8Array) => Uint8Array)[] = [
      (bytes) => bytes.map((byte, i) => (i === 100 ? byte ^ 1 : byte)),
      (bytes) => bytes.map((byte, i) => (i === bytes.length - 1 ? byte ^ 1 : byte)),
      (bytes) => bytes.slice(0, -4),
      (bytes) => bytes.slice(0, 7),
      () => new Uint8Array(0),
    ];
    const store = new StoredFeatures();
    const of = await key(1);
    const expected = values();
    for (const damage of damages) {
      await store.write(of, expected);
      expect(await store.read(of)).toEqual(expected);
      await change(of, damage);
      expect(await store.read(of)).toBeNull();
    }
    const other = values();
    await store.write(of, expected);
    await store.write(await key(2), other);
    const bytes = await (await (await openFile(`features/${await key(2)}.f32`, false)).getFile()).arrayBuffer();
    await change(of, () => new Uint8Array(bytes));
    expect(await store.read(of)).toBeNull();
  });

  test('stays within its limit: the oldest goes, in this visit and in the next', async () => {
    const stored = async (): Promise<boolean[]> => {
      const reader = new StoredFeatures();
      return Promise.all([1, 2, 3, 4, 5].map(async (i) => (await reader.read(await key(i))) !== null));
    };
    const first = new StoredFeatures(3 * FILE);
    for (const i of [1, 2, 3]) {
      await first.write(await key(i), values());
      // Files' times have milliseconds.
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    expect(await stored()).toEqual([true, true, true, false, false]);
    await first.write(await key(4), values());
    expect(await stored()).toEqual([false, true, true, true, false]);
    await new StoredFeatures(3 * FILE).write(await key(5), values());
    expect(await stored()).toEqual([false, false, true, true, true]);
    // Twice the same takes no room twice.
    await first.write(await key(4), values());
    expect((await stored()).filter(Boolean).length).toBeGreaterThanOrEqual(2);
  });

  test('one that alone is over the limit is not stored, and costs no other', async () => {
    const store = new StoredFeatures(FILE);
    await store.write(await key(1), values());
    await store.write(await key(2), randomArray(SIZE + 1, 1));
    expect(await store.read(await key(1))).not.toBeNull();
    expect(await store.read(await key(2))).toBeNull();
  });

  test('a failing disk is said once and never thrown', async () => {
    const problems: unknown[] = [];
    const store = new StoredFeatures(10 * FILE, (error) => problems.push(error));
    await store.write(await key(1), values());
    // A file stands where a folder would have to be made.
    const impossible = `${await key(1)}.f32/below`;
    for (const end of ['a', 'b']) await store.write(impossible + end, values());
    expect(problems).toHaveLength(1);
    expect(String(problems[0])).toMatch(/could not be stored/);
    expect(await store.read(`${impossible}a`)).toBeNull();
  });
});
