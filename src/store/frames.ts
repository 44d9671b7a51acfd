/** Stored frames: one PNG a sample in OPFS, at the path that its row names. */
import { StorageError } from '../protocol';
import { storageFailure } from './failures';
import { openFile, removeEntry } from './opfs';

/**
 * Stores a frame; an existing one is replaced in one piece when the write is complete.
 *
 * @param path  OPFS path, e.g. `frames/3f2a.png`; folders are made.
 * @throws StorageError when the disk or the origin's share of it is full.
 */
export async function writeFrame(path: string, blob: Blob): Promise<void> {
  try {
    const handle = await openFile(path, true);
    const stream = await handle.createWritable();
    try {
      await stream.write(blob);
      await stream.close();
    } catch (error) {
      await stream.abort().catch(() => undefined); // already errored: nothing to give back
      throw error;
    }
  } catch (error) {
    throw storageFailure(error, 'The frame could not be written', path);
  }
}

/**
 * The stored frame, by reference: its bytes are read when the blob is.
 *
 * @throws StorageError when it is missing or empty.
 */
export async function readFrame(path: string): Promise<File> {
  let file: File;
  try {
    file = await (await openFile(path, false)).getFile();
  } catch (error) {
    throw storageFailure(error, 'The frame could not be read', path);
  }
  if (file.size === 0) {
    throw new StorageError({
      cause: 'The stored frame is empty: its write was cut off.',
      remedy: 'Import the data again.',
      file: path,
    });
  }
  return file;
}

/** Removes a stored frame; one that is not there is fine. */
export async function deleteFrame(path: string): Promise<void> {
  try {
    await removeEntry(path);
  } catch (error) {
    throw storageFailure(error, 'The frame could not be removed', path);
  }
}
