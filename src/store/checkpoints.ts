/**
 * Checkpoints: two slots a run in OPFS, and a pointer in IndexedDB that names the newer one.
 *
 * A write goes to the slot that the pointer does not call latest, is flushed, read back and hashed; only then one
 * transaction of strict durability flips the pointer. (IndexedDB's default may report completion before the disk
 * has it: https://developer.mozilla.org/docs/Web/API/IDBTransaction/durability.) So at every moment one slot is
 * whole. A lock a run keeps readers and writers of several threads apart.
 */
import { StorageError } from '../protocol';
import { withDatabase, type CheckpointRecord, type SlotRecord } from './database';
import { storageFailure } from './failures';
import { openFile, removeEntry } from './opfs';

type Bytes = Uint8Array<ArrayBuffer>;

const folder = (runId: string): string => `checkpoints/${encodeURIComponent(runId)}`;
const slotPath = (runId: string, slot: 'a' | 'b'): string => `${folder(runId)}/${slot}.bin`;

/** SHA-256 of `bytes`, lower-case hexadecimal. */
export async function sha256(bytes: Bytes): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', bytes));
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('');
}

/**
 * Writes the checkpoint of `step`. When it fails, the checkpoint before stays the latest and stays readable.
 *
 * @throws StorageError: full disk, or bytes that do not read back as written.
 */
export async function writeCheckpoint(runId: string, step: number, bytes: Bytes): Promise<{ bytes: number }> {
  return locked(runId, 'exclusive', async () => {
    const record = await pointer(runId);
    const slot = record?.latest.slot === 'a' ? 'b' : 'a';
    const path = slotPath(runId, slot);
    try {
      await writeDurably(path, bytes);
    } catch (error) {
      await removeEntry(path).catch(() => undefined); // half a checkpoint must not keep the disk full
      throw storageFailure(error, `The checkpoint of step ${step} could not be written`, path);
    }
    const expected = await sha256(bytes);
    const stored = await readBytes(path);
    if (stored === null || (await sha256(stored)) !== expected) {
      throw new StorageError({
        cause: `The checkpoint of step ${step} does not read back as it was written.`,
        remedy: 'The one before is kept; check the disk and export the run.',
        file: path,
      });
    }
    const latest: SlotRecord = { slot, step, bytes: bytes.byteLength, sha256: expected };
    await withDatabase(`The checkpoint of step ${step} could not be recorded`, async (db) => {
      const transaction = db.transaction('checkpoints', 'readwrite', { durability: 'strict' });
      await transaction.store.put({ runId, latest, previous: record?.latest ?? null });
      await transaction.done;
    });
    return { bytes: bytes.byteLength };
  });
}

/**
 * The latest checkpoint of `runId` whose hash agrees, or null when the run has none.
 *
 * @throws StorageError when checkpoints are recorded but every slot is damaged or missing.
 */
export async function readCheckpoint(runId: string): Promise<{ step: number; bytes: Bytes } | null> {
  return locked(runId, 'shared', async () => {
    const record = await pointer(runId);
    if (record === null) return null;
    for (const slot of [record.latest, record.previous]) {
      if (slot === null) continue;
      const bytes = await readBytes(slotPath(runId, slot.slot));
      if (bytes !== null && bytes.byteLength === slot.bytes && (await sha256(bytes)) === slot.sha256) {
        return { step: slot.step, bytes };
      }
    }
    throw new StorageError({
      cause: 'Both stored checkpoints of this run are damaged or missing.',
      remedy: 'The run’s numbers and captions are kept; start a new run to train again.',
      file: folder(runId),
    });
  });
}

/** What the pointer says, without reading any tensor: the step and size of the latest checkpoint, or null. */
export async function checkpointInfo(runId: string): Promise<{ step: number; bytes: number } | null> {
  const record = await pointer(runId);
  return record === null ? null : { step: record.latest.step, bytes: record.latest.bytes };
}

/** Removes every checkpoint of `runId`: the pointer first, so that it never names a file that is gone. */
export async function deleteCheckpoints(runId: string): Promise<void> {
  await locked(runId, 'exclusive', async () => {
    await withDatabase('The checkpoints could not be removed', (db) => db.delete('checkpoints', runId));
    try {
      await removeEntry(folder(runId));
    } catch (error) {
      throw storageFailure(error, 'The checkpoints could not be removed', folder(runId));
    }
  });
}

async function pointer(runId: string): Promise<CheckpointRecord | null> {
  return (await withDatabase('The checkpoints could not be looked up', (db) => db.get('checkpoints', runId))) ?? null;
}

async function locked<T>(runId: string, mode: LockMode, work: () => Promise<T>): Promise<T> {
  return navigator.locks.request(`whylive-checkpoint-${runId}`, { mode }, work);
}

/** Present in dedicated workers only, and therefore absent from the page's lib. */
interface SyncAccess {
  write(bytes: Bytes, options: { at: number }): number;
  truncate(size: number): void;
  flush(): void;
  close(): void;
}

/** Writes all of `bytes`; where the thread has synchronous access, `flush` has reached the disk on return. */
async function writeDurably(path: string, bytes: Bytes): Promise<void> {
  const handle: FileSystemFileHandle & { createSyncAccessHandle?: () => Promise<SyncAccess> } = await openFile(
    path,
    true,
  );
  if (handle.createSyncAccessHandle === undefined) {
    const stream = await handle.createWritable();
    try {
      await stream.write(bytes);
      await stream.close();
    } catch (error) {
      await stream.abort().catch(() => undefined);
      throw error;
    }
    return;
  }
  const access = await handle.createSyncAccessHandle();
  try {
    access.truncate(0);
    let at = 0;
    while (at < bytes.byteLength) {
      const written = access.write(bytes.subarray(at), { at });
      if (written === 0) throw new DOMException('No space was left for the checkpoint', 'QuotaExceededError');
      at += written;
    }
    access.flush();
  } finally {
    access.close();
  }
}

/** The file's bytes, or null when it is missing or cannot be read. */
async function readBytes(path: string): Promise<Bytes | null> {
  try {
    const file = await (await openFile(path, false)).getFile();
    return new Uint8Array(await file.arrayBuffer());
  } catch {
    return null; // missing and unreadable are the same to the caller: this slot is of no use
  }
}
