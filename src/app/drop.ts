/** Files and folders that were dropped or chosen, as `SourceFile`s with their paths inside what was given. */
import type { SourceFile } from '../protocol';

export interface Gathered {
  files: SourceFile[];
  /** Paths that the browser would not open (moved, no permission). */
  unreadable: string[];
  /** The folder, where it is one alone and the browser can open it again at a later visit. */
  handle?: FileSystemDirectoryHandle | null;
}

/** Not in TypeScript's own types yet: https://wicg.github.io/file-system-access/#drag-and-drop */
interface HandleItem {
  getAsFileSystemHandle?(): Promise<FileSystemHandle | null>;
}

/** Files of an operating system that are never data. */
const CLUTTER = /(^|\/)(\.[^/]*|Thumbs\.db|desktop\.ini|__MACOSX)(\/|$)/i;

function isFile(entry: FileSystemEntry): entry is FileSystemFileEntry {
  return entry.isFile;
}

function isDirectory(entry: FileSystemEntry): entry is FileSystemDirectoryEntry {
  return entry.isDirectory;
}

function pathOf(entry: FileSystemEntry): string {
  return entry.fullPath.replace(/^\/+/, '');
}

/** `readEntries` hands out a folder in pieces (Chromium: 100 at a time) until it gives an empty one. */
async function children(folder: FileSystemDirectoryEntry): Promise<FileSystemEntry[]> {
  const reader = folder.createReader();
  const all: FileSystemEntry[] = [];
  for (;;) {
    const piece = await new Promise<FileSystemEntry[]>((resolve, reject) => reader.readEntries(resolve, reject));
    if (piece.length === 0) return all;
    all.push(...piece);
  }
}

/** Walks files and folders, in name order, so that the same folder always gives the same list. */
export async function walkEntries(entries: readonly FileSystemEntry[]): Promise<Gathered> {
  const gathered: Gathered = { files: [], unreadable: [] };
  const visit = async (entry: FileSystemEntry): Promise<void> => {
    const path = pathOf(entry);
    if (CLUTTER.test(path)) return;
    try {
      if (isFile(entry)) {
        const file = await new Promise<File>((resolve, reject) => entry.file(resolve, reject));
        gathered.files.push({ path, file });
      } else if (isDirectory(entry)) {
        const inside = await children(entry);
        inside.sort((a, b) => (a.name < b.name ? -1 : 1));
        for (const child of inside) await visit(child);
      }
    } catch {
      gathered.unreadable.push(path);
    }
  };
  for (const entry of entries) await visit(entry);
  return gathered;
}

/** Everything in a drop. The entries are taken at once: the browser empties the list when the event handler returns. */
export async function filesFromDrop(transfer: DataTransfer): Promise<Gathered> {
  const entries: FileSystemEntry[] = [];
  const loose: SourceFile[] = [];
  const [only, ...others] = [...transfer.items].filter(({ kind }) => kind === 'file');
  const asked = others.length === 0 ? (only as (DataTransferItem & HandleItem) | undefined) : undefined;
  const handle = asked?.getAsFileSystemHandle?.().catch(() => null);
  for (const item of transfer.items) {
    if (item.kind !== 'file') continue;
    const entry = item.webkitGetAsEntry();
    if (entry !== null) {
      entries.push(entry);
      continue;
    }
    const file = item.getAsFile();
    if (file !== null) loose.push({ path: file.name, file });
  }
  const walked = await walkEntries(entries);
  const folder = (await handle) ?? null;
  return {
    files: [...walked.files, ...loose],
    unreadable: walked.unreadable,
    handle: folder?.kind === 'directory' ? (folder as FileSystemDirectoryHandle) : null,
  };
}

/** What a file input holds; empties it, so that the same choice fires again. */
export function filesFromInput(input: HTMLInputElement): SourceFile[] {
  const files = [...(input.files ?? [])]
    .map((file) => ({ path: file.webkitRelativePath || file.name, file }))
    .filter(({ path }) => !CLUTTER.test(path));
  input.value = '';
  return files;
}

/** Opens the system's folder or file dialog; resolves with nothing when it is cancelled. */
export function choose(kind: 'folder' | 'files'): Promise<SourceFile[]> {
  const input = document.createElement('input');
  input.type = 'file';
  input.multiple = true;
  input.webkitdirectory = kind === 'folder';
  return new Promise((resolve) => {
    input.addEventListener('change', () => resolve(filesFromInput(input)), { once: true });
    input.addEventListener('cancel', () => resolve([]), { once: true });
    input.click();
  });
}

/** Of a folder that was chosen: what its files' paths begin with. */
export function folderName(files: readonly SourceFile[]): string {
  return files[0]?.path.split('/')[0] ?? '';
}
