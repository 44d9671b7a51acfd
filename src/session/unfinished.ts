/**
 * The import that has not come to its end: noted when it begins, so that after a crash the page can offer to go on. How
 * far it has come is not noted but counted in the journal, which is saved with the samples: whatever ends the page, the
 * offer says what is there.
 */
import type { SourceFile } from '../protocol';
import { filesOfFolder } from '../store/folders';
import { countFinished } from '../store/imported';
import { deleteSetting, loadSetting, saveSetting, type UnfinishedImport } from '../store/settings';
import type { StateHolder } from './holder';
import { isImportHeld } from './locks';

/** Folders of data may be nested deeper than those of models. */
const DEPTH = 12;

export class Unfinished {
  private kept: UnfinishedImport | null = null;

  constructor(private readonly holder: StateHolder) {}

  /** Brings back what an earlier visit left, unless another tab is at it. */
  async restore(): Promise<void> {
    const kept = await loadSetting('import.unfinished');
    if (kept !== null && (await isImportHeld())) return;
    await this.show(kept);
  }

  get record(): UnfinishedImport | null {
    return this.kept;
  }

  /** The folder's files, as they came when it was given. */
  async files(): Promise<SourceFile[]> {
    const handle = this.kept?.handle ?? null;
    return handle === null ? [] : filesOfDataFolder(handle);
  }

  /** Without the note an import is as good as with it; only the offer to go on is lost. */
  async begin(record: UnfinishedImport): Promise<void> {
    this.kept = record;
    this.holder.updateData({ unfinished: null });
    await saveSetting('import.unfinished', record).catch(() => undefined);
  }

  /** It was ended before its end: the page offers to go on. */
  async leave(): Promise<void> {
    if (this.kept !== null) await this.show(this.kept);
  }

  async end(): Promise<void> {
    await this.show(null);
    await deleteSetting('import.unfinished');
  }

  private async show(kept: UnfinishedImport | null): Promise<void> {
    this.kept = kept;
    const unfinished = kept && {
      name: kept.name,
      total: kept.total,
      done: await doneOf(kept),
      canOpen: kept.handle !== null,
    };
    this.holder.updateData({ unfinished });
  }
}

/** Files that need not be done again. Files of the set that were given later would count too: never more than all. */
async function doneOf({ total, done, since }: UnfinishedImport): Promise<number> {
  const more = since === undefined ? 0 : await countFinished(since.sets, since.began);
  return Math.min(total, done + more);
}

/** The files of a folder, with its name before their paths, as a drop or a file input gives them. */
export function filesOfDataFolder(handle: FileSystemDirectoryHandle): Promise<SourceFile[]> {
  return filesOfFolder({ handle, name: handle.name }, { prefix: `${handle.name}/`, depth: DEPTH });
}
