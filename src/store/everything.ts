/** Removes all that this browser keeps for the page: every row of the database, every file of the origin's own. */
import { withDatabase } from './database';
import { storageFailure } from './failures';
import { removeEntry } from './opfs';

/** @throws StorageError when another tab holds a file */
export async function deleteStorage(): Promise<void> {
  await withDatabase('The page’s database could not be emptied', async (db) => {
    const transaction = db.transaction([...db.objectStoreNames], 'readwrite');
    const cleared = [...db.objectStoreNames].map((name) => transaction.objectStore(name).clear());
    await Promise.all([...cleared, transaction.done]);
  });
  try {
    const root = await navigator.storage.getDirectory();
    const names: string[] = [];
    for await (const name of root.keys()) names.push(name);
    for (const name of names) await removeEntry(name);
  } catch (error) {
    throw storageFailure(error, 'Stored files could not be removed', null);
  }
}
