/** A model's folder in OPFS. Files are open only while they are written; what was written is there after a crash. */
import { diskFailure, nameOf, writeAll, type Disk, type PartFile } from './disk';

/** The folder `key` inside the handle that the page gave. */
export async function opfsDisk(parent: FileSystemDirectoryHandle, key: string): Promise<Disk> {
  const folder = await guarded(key, () => parent.getDirectoryHandle(key, { create: true }));
  const open = async (name: string): Promise<PartFile> => {
    const handle = await folder.getFileHandle(name, { create: true });
    return handle.createSyncAccessHandle();
  };
  return {
    open: (name) => guarded(name, () => open(name)),
    text: (name) =>
      guarded(name, async () => {
        try {
          return await (await (await folder.getFileHandle(name)).getFile()).text();
        } catch (error) {
          if (nameOf(error) === 'NotFoundError') return null;
          throw error;
        }
      }),
    write: (name, text) =>
      guarded(name, async () => {
        const file = await open(name);
        try {
          file.truncate(0);
          writeAll(file, new TextEncoder().encode(text), 0, name);
          file.flush();
        } finally {
          file.close();
        }
      }),
    remove: (name) =>
      guarded(name, () =>
        folder.removeEntry(name).catch((error: unknown) => {
          if (nameOf(error) !== 'NotFoundError') throw error;
        }),
      ),
  };
}

async function guarded<T>(name: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw diskFailure(error, name);
  }
}
