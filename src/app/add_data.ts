/** Asks for a folder or files and imports them. */
import type { Session } from '../session/types';
import { choose } from './drop';

/** A folder is asked for by a dialog that the browser can remember the answer of, where it has one. */
export async function addData(kind: 'folder' | 'files', session: Session): Promise<void> {
  if (kind === 'folder' && session.remembersFolders) {
    await session.chooseDataFolder();
    return;
  }
  const files = await choose(kind);
  if (files.length > 0) await session.importFiles(files);
}
