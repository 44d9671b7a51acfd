/** Paths in the origin private file system: `folder/sub/name`, folders made on the way. */

/** The folder of `path` and the file's own name. With `create`, missing folders are made; else NotFoundError. */
async function locate(path: string, create: boolean): Promise<{ folder: FileSystemDirectoryHandle; name: string }> {
  const parts = path.split('/').filter((part) => part !== '');
  const name = parts.pop();
  if (name === undefined) throw new TypeError('The path of a stored file is empty');
  let folder = await navigator.storage.getDirectory();
  for (const part of parts) folder = await folder.getDirectoryHandle(part, { create });
  return { folder, name };
}

/** The handle of the file at `path`. */
export async function openFile(path: string, create: boolean): Promise<FileSystemFileHandle> {
  const { folder, name } = await locate(path, create);
  return folder.getFileHandle(name, { create });
}

/** The handle of the folder at `path`. */
export async function openFolder(path: string, create: boolean): Promise<FileSystemDirectoryHandle> {
  const { folder, name } = await locate(path, create);
  return folder.getDirectoryHandle(name, { create });
}

/** Removes a file or a whole folder; one that is not there is fine. */
export async function removeEntry(path: string): Promise<void> {
  try {
    const { folder, name } = await locate(path, false);
    await folder.removeEntry(name, { recursive: true });
  } catch (error) {
    if (!(error instanceof Error && error.name === 'NotFoundError')) throw error;
  }
}
