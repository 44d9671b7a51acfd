import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { StorageError } from '../../src/protocol';
import {
  checkpointInfo,
  deleteCheckpoints,
  readCheckpoint,
  sha256,
  writeCheckpoint,
} from '../../src/store/checkpoints';
import { deleteFrame, readFrame, writeFrame } from '../../src/store/frames';
import { openFile, removeEntry } from '../../src/store/opfs';

const RUN = 'checkpoint/test run';
const FOLDER = `checkpoints/${encodeURIComponent(RUN)}`;

function pattern(length: number, seed: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length }, (_, i) => (i * 31 + seed) & 255);
}

/** Flips one bit of a stored file, as a bad disk would. */
async function damage(path: string, at: number): Promise<void> {
  const handle = await openFile(path, false);
  const bytes = new Uint8Array(await (await handle.getFile()).arrayBuffer());
  bytes[at] = (bytes[at] ?? 0) ^ 1;
  const stream = await handle.createWritable();
  await stream.write(bytes);
  await stream.close();
}

beforeEach(() => deleteCheckpoints(RUN));
afterEach(() => deleteCheckpoints(RUN));

describe('checkpoints', () => {
  test('a run without one reads as null', async () => {
    expect(await readCheckpoint(RUN)).toBeNull();
    expect(await checkpointInfo(RUN)).toBeNull();
  });

  test('SHA-256 agrees with the published vector of "abc" (FIPS 180-4)', async () => {
    expect(await sha256(new TextEncoder().encode('abc'))).toBe(
      'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    );
  });

  test('the newest write is read back, and slots alternate', async () => {
    for (let step = 1; step <= 3; step++) {
      expect(await writeCheckpoint(RUN, step, pattern(1000 + step, step))).toEqual({ bytes: 1000 + step });
    }
    const read = await readCheckpoint(RUN);
    expect(read?.step).toBe(3);
    expect(read?.bytes).toEqual(pattern(1003, 3));
    expect(await checkpointInfo(RUN)).toEqual({ step: 3, bytes: 1003 });
    expect((await (await openFile(`${FOLDER}/a.bin`, false)).getFile()).size).toBe(1003);
    expect((await (await openFile(`${FOLDER}/b.bin`, false)).getFile()).size).toBe(1002);
  });

  test('one flipped bit in the newest falls back to the one before', async () => {
    await writeCheckpoint(RUN, 5, pattern(500, 5));
    await writeCheckpoint(RUN, 10, pattern(500, 10));
    await damage(`${FOLDER}/b.bin`, 250);
    const read = await readCheckpoint(RUN);
    expect(read?.step).toBe(5);
    expect(read?.bytes).toEqual(pattern(500, 5));
  });

  test('a newest that is gone falls back too', async () => {
    await writeCheckpoint(RUN, 5, pattern(500, 5));
    await writeCheckpoint(RUN, 10, pattern(500, 10));
    await removeEntry(`${FOLDER}/b.bin`);
    expect((await readCheckpoint(RUN))?.step).toBe(5);
  });

  test('both damaged is an error with a remedy, not null', async () => {
    await writeCheckpoint(RUN, 5, pattern(500, 5));
    await writeCheckpoint(RUN, 10, pattern(500, 10));
    await damage(`${FOLDER}/a.bin`, 0);
    await damage(`${FOLDER}/b.bin`, 499);
    await expect(readCheckpoint(RUN)).rejects.toThrow(StorageError);
    await expect(readCheckpoint(RUN)).rejects.toThrow(/damaged.*start a new run/i);
  });

  test('a full disk keeps the checkpoint before and says so', async () => {
    await writeCheckpoint(RUN, 5, pattern(500, 5));
    const createWritable = FileSystemFileHandle.prototype.createWritable;
    FileSystemFileHandle.prototype.createWritable = async function (options) {
      const stream = await createWritable.call(this, options);
      stream.write = () => Promise.reject(new DOMException('full', 'QuotaExceededError'));
      return stream;
    };
    try {
      await expect(writeCheckpoint(RUN, 10, pattern(500, 10))).rejects.toThrow(/step 10.*is full.*Delete old runs/);
    } finally {
      FileSystemFileHandle.prototype.createWritable = createWritable;
    }
    expect((await readCheckpoint(RUN))?.step).toBe(5);
    await writeCheckpoint(RUN, 12, pattern(20, 12));
    expect((await readCheckpoint(RUN))?.step).toBe(12);
  });

  test('concurrent writes and reads of one run never show a torn state', async () => {
    await writeCheckpoint(RUN, 0, pattern(2000, 0));
    const jobs: Promise<unknown>[] = [];
    for (let step = 1; step <= 6; step++) {
      jobs.push(writeCheckpoint(RUN, step, pattern(2000, step)));
      jobs.push(readCheckpoint(RUN).then((read) => expect(read?.bytes).toEqual(pattern(2000, read?.step ?? -1))));
    }
    await Promise.all(jobs);
    expect((await readCheckpoint(RUN))?.step).toBe(6);
  });

  test('a dedicated worker writes with synchronous access what the page reads', async () => {
    const worker = new Worker(new URL('../support/checkpoint-worker.ts', import.meta.url), { type: 'module' });
    try {
      const answer = new Promise((resolve, reject) => {
        worker.onmessage = (event) => resolve(event.data);
        worker.onerror = (event) => reject(new Error(event.message));
      });
      worker.postMessage({ runId: RUN, step: 7, bytes: pattern(4096, 7) });
      expect(await answer).toEqual({ bytes: 4096, synchronous: true });
    } finally {
      worker.terminate();
    }
    expect((await readCheckpoint(RUN))?.bytes).toEqual(pattern(4096, 7));
  });
});

describe('frames', () => {
  const path = 'frames/test/a.png';

  test('round trip, replace, delete', async () => {
    await writeFrame(path, new Blob([pattern(100, 1)]));
    await writeFrame(path, new Blob([pattern(50, 2)]));
    expect(new Uint8Array(await (await readFrame(path)).arrayBuffer())).toEqual(pattern(50, 2));
    await deleteFrame(path);
    await deleteFrame(path);
    await expect(readFrame(path)).rejects.toThrow(/frames\/test\/a\.png.*no longer stored.*Import the data again/);
  });

  test('a full disk is a sentence with a remedy, and the frame before stays', async () => {
    await writeFrame(path, new Blob([pattern(10, 1)]));
    const createWritable = FileSystemFileHandle.prototype.createWritable;
    FileSystemFileHandle.prototype.createWritable = async function (options) {
      const stream = await createWritable.call(this, options);
      stream.close = () => Promise.reject(new DOMException('full', 'QuotaExceededError'));
      return stream;
    };
    try {
      await expect(writeFrame(path, new Blob([pattern(10, 2)]))).rejects.toThrow(
        /frames\/test\/a\.png: The frame could not be written: the disk.*is full.*Delete old runs/,
      );
    } finally {
      FileSystemFileHandle.prototype.createWritable = createWritable;
    }
    expect(new Uint8Array(await (await readFrame(path)).arrayBuffer())).toEqual(pattern(10, 1));
    await deleteFrame(path);
  });

  test('an empty stored frame is an error, not a broken image', async () => {
    await writeFrame(path, new Blob([]));
    await expect(readFrame(path)).rejects.toThrow(/empty/);
    await deleteFrame(path);
  });
});
