/**
 * What the frozen vision tower said of a picture, kept in OPFS across visits: float32 to the last bit, so that a run
 * with stored features equals one without. Derived data: what is missing, cut off or damaged is computed again.
 *
 * One file a picture, `features/<key>.f32`: the numbers as they lie in memory, then the SHA-256 of the key and them.
 */
import type { FeatureStore } from '../protocol';
import { storageFailure } from './failures';
import { openFile, removeEntry } from './opfs';

const FOLDER = 'features';
const ENDING = '.f32';
const HASH_BYTES = 32;

/** Bytes of all files together: 1,300 pictures of 1024 x 768 numbers. */
export const FEATURE_LIMIT = 4 * 2 ** 30;

/** Removes every stored feature. */
export async function deleteFeatures(): Promise<void> {
  try {
    await removeEntry(FOLDER);
  } catch (error) {
    throw storageFailure(error, 'Stored features of pictures could not be removed', FOLDER);
  }
}

/** One a thread: it keeps the list of files, so that writing does not read the folder each time. */
export class StoredFeatures implements FeatureStore {
  /** Bytes of each file by key, oldest first; read from the folder at the first write. */
  private files: Promise<Map<string, number>> | null = null;
  /** Writes, one after another. */
  private last: Promise<void> = Promise.resolve();
  private stopped = false;

  /** @param onProblem hears, once, why nothing is stored any more */
  constructor(
    private readonly limit = FEATURE_LIMIT,
    private readonly onProblem: (error: unknown) => void = () => undefined,
  ) {}

  async read(key: string): Promise<Float32Array<ArrayBuffer> | null> {
    let bytes: ArrayBuffer;
    try {
      bytes = await (await (await openFile(pathOf(key), false)).getFile()).arrayBuffer();
    } catch {
      return null;
    }
    return unpack(key, bytes);
  }

  write(key: string, values: Float32Array<ArrayBuffer>): Promise<void> {
    this.last = this.last.then(() => this.store(key, values));
    return this.last;
  }

  private async store(key: string, values: Float32Array<ArrayBuffer>): Promise<void> {
    const size = values.byteLength + HASH_BYTES;
    if (this.stopped || size > this.limit) return;
    try {
      const files = await (this.files ??= listed());
      // To the end, as the newest; a damaged one is replaced in this way.
      files.delete(key);
      let bytes = [...files.values()].reduce((sum, each) => sum + each, size);
      for (const [oldest, each] of files) {
        if (bytes <= this.limit) break;
        await removeEntry(pathOf(oldest));
        files.delete(oldest);
        bytes -= each;
      }
      const stream = await (await openFile(pathOf(key), true)).createWritable();
      try {
        await stream.write(values);
        await stream.write(await check(key, values));
        await stream.close();
      } catch (error) {
        await stream.abort().catch(() => undefined); // already errored: nothing to give back
        throw error;
      }
      files.set(key, size);
    } catch (error) {
      // A full disk, or a browser that gives no storage: the run goes on and computes instead.
      this.stopped = true;
      this.onProblem(storageFailure(error, 'Features of pictures could not be stored', pathOf(key)));
    }
  }
}

function pathOf(key: string): string {
  return `${FOLDER}/${key}${ENDING}`;
}

/** What the folder holds: bytes by key, oldest first. */
async function listed(): Promise<Map<string, number>> {
  const root = await navigator.storage.getDirectory();
  const folder = await root.getDirectoryHandle(FOLDER, { create: true });
  const found: { key: string; size: number; written: number }[] = [];
  for await (const handle of folder.values()) {
    if (handle.kind !== 'file' || !handle.name.endsWith(ENDING)) continue;
    const { size, lastModified } = await handle.getFile();
    found.push({ key: handle.name.slice(0, -ENDING.length), size, written: lastModified });
  }
  found.sort((a, b) => a.written - b.written);
  return new Map(found.map(({ key, size }) => [key, size]));
}

async function unpack(key: string, bytes: ArrayBuffer): Promise<Float32Array<ArrayBuffer> | null> {
  const end = bytes.byteLength - HASH_BYTES;
  if (end < 0 || end % Float32Array.BYTES_PER_ELEMENT !== 0) return null;
  const values = new Float32Array(bytes.slice(0, end));
  const stored = new Uint8Array(bytes, end);
  const expected = await check(key, values);
  return stored.every((byte, i) => byte === expected[i]) ? values : null;
}

/** With the key in it, so that a file under another's name is found out too. */
async function check(key: string, values: Float32Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const name = new TextEncoder().encode(key);
  const all = new Uint8Array(name.length + values.byteLength);
  all.set(name);
  all.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), name.length);
  return digest(all);
}

async function digest(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
}
