/** The browser's dialog that gives a folder which can be opened again at a later visit (Chrome, Edge). */

/** Not in TypeScript's own types yet: https://wicg.github.io/file-system-access/#api-showdirectorypicker */
interface Picker {
  showDirectoryPicker?(options: { id: string; mode: 'read' }): Promise<FileSystemDirectoryHandle>;
}

export function canPickFolders(): boolean {
  return typeof (globalThis as Picker).showDirectoryPicker === 'function';
}

/**
 * The chosen folder, or null when the dialog was closed without a choice. Call it from a click.
 *
 * @param id  the dialog opens where it was last left for the same purpose
 */
export async function pickFolder(id: 'model' | 'data' = 'model'): Promise<FileSystemDirectoryHandle | null> {
  try {
    return (await (globalThis as Picker).showDirectoryPicker?.({ id, mode: 'read' })) ?? null;
  } catch (error) {
    if (error instanceof Error && error.name === 'AbortError') return null;
    throw error;
  }
}
