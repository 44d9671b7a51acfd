/**
 * Model folders on the user's disk that are remembered: the browser's handle lies in IndexedDB, the files stay where
 * they are. Only browsers with `showDirectoryPicker` have such handles (Chrome, Edge).
 */
import { StorageError, type SourceFile } from '../protocol';
import { loadSetting, saveSetting } from './settings';

/** The File System Access API is not in TypeScript's own types yet (https://wicg.github.io/file-system-access/). */
interface Permitted {
  queryPermission?(descriptor: { mode: 'read' }): Promise<PermissionState>;
  requestPermission?(descriptor: { mode: 'read' }): Promise<PermissionState>;
}

export interface RememberedFolder {
  id: string;
  name: string;
  /** Last opened, milliseconds since the epoch. */
  opened: number;
  handle: FileSystemDirectoryHandle;
}

/** The newest so many are kept. */
const LIMIT = 8;
/** Deeper folders are not part of a model. */
const DEPTH = 2;
/** Files that are opened at the same time. */
const AT_ONCE = 64;

/** The newest first. */
export async function listFolders(): Promise<RememberedFolder[]> {
  return (await loadSetting('model.folders')) ?? [];
}

/** Puts the folder in front; the same folder under the same name is one entry. */
export async function rememberFolder(handle: FileSystemDirectoryHandle): Promise<RememberedFolder> {
  const before = await listFolders();
  const same = await Promise.all(before.map((folder) => folder.handle.isSameEntry(handle).catch(() => false)));
  const known = before.find((_folder, index) => same[index]);
  const entry: RememberedFolder = {
    id: known?.id ?? crypto.randomUUID(),
    name: handle.name,
    opened: Date.now(),
    handle,
  };
  await saveSetting('model.folders', [entry, ...before.filter(({ id }) => id !== entry.id)].slice(0, LIMIT));
  return entry;
}

export async function forgetFolder(id: string): Promise<void> {
  await saveSetting(
    'model.folders',
    (await listFolders()).filter((folder) => folder.id !== id),
  );
}

/**
 * The folder's files with their paths inside it, `prefix` before each. Asks for permission where the browser wants that: call it from a click.
 *
 * @throws StorageError when permission is refused or the folder is gone
 */
export async function filesOfFolder(
  { handle, name }: Pick<RememberedFolder, 'handle' | 'name'>,
  { prefix = '', depth = DEPTH }: { prefix?: string; depth?: number } = {},
): Promise<SourceFile[]> {
  const permitted = handle as FileSystemDirectoryHandle & Permitted;
  let state = (await permitted.queryPermission?.({ mode: 'read' })) ?? 'granted';
  if (state === 'prompt') state = (await permitted.requestPermission?.({ mode: 'read' })) ?? 'granted';
  if (state !== 'granted') {
    throw new StorageError({
      cause: 'The browser was not allowed to read this folder.',
      remedy: 'Open it again and allow reading, or choose the folder anew.',
      file: name,
    });
  }
  try {
    return await walk(handle, prefix, depth);
  } catch (error) {
    throw new StorageError({
      cause: `The folder cannot be read any more (${error instanceof Error ? error.name : String(error)}): it was moved, renamed or removed.`,
      remedy: 'Choose the folder where it lies now.',
      file: name,
    });
  }
}

async function walk(folder: FileSystemDirectoryHandle, path: string, depth: number): Promise<SourceFile[]> {
  const files: SourceFile[] = [];
  // Each file is asked for by itself: many at once, or thousands of them would take minutes.
  const waiting: Promise<void>[] = [];
  const add = async (handle: FileSystemFileHandle): Promise<void> => {
    files.push({ path: path + handle.name, file: await handle.getFile() });
  };
  for await (const handle of folder.values()) {
    if (handle.name.startsWith('.')) continue;
    if (handle.kind === 'file') waiting.push(add(handle));
    else if (depth > 0) files.push(...(await walk(handle, `${path}${handle.name}/`, depth - 1)));
    if (waiting.length >= AT_ONCE) await Promise.all(waiting.splice(0));
  }
  await Promise.all(waiting);
  return files.sort((a, b) => (a.path < b.path ? -1 : 1));
}
