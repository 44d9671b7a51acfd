/** The import that has not come to its end: noted while it goes on, so that after a crash the page can offer to go on. */
import type { SourceFile } from '../protocol';
import { filesOfFolder } from '../store/folders';
import { deleteSetting, loadSetting, saveSetting, type UnfinishedImport } from '../store/settings';
import type { StateHolder } from './holder';
import { isImportHeld } from './locks';

/** Shortest time between two notes, milliseconds: the journal itself is exact. */
const INTERVAL = 3000;
/** Folders of data may be nested deeper than those of models. */
const DEPTH = 12;

export class Unfinished {
  private kept: UnfinishedImport | null = null;
  private last = 0;

  constructor(private readonly holder: StateHolder) {}

  /** Brings back what an earlier visit left, unless another tab is at it. */
  async restore(): Promise<void> {
    const kept = await loadSetting('import.unfinished');
    if (kept !== null && (await isImportHeld())) return;
    this.show(kept);
  }

  get record(): UnfinishedImport | null {
    return this.kept;
  }

  /** The folder's files, as they came when it was given. */
  async files(): Promise<SourceFile[]> {
    const handle = this.kept?.handle ?? null;
    return handle === null ? [] : filesOfDataFolder(handle);
  }

  async begin(record: UnfinishedImport): Promise<void> {
    this.kept = record;
    this.last = performance.now();
    this.holder.updateData({ unfinished: null });
    await this.save(record);
  }

  /** Notes how far it has come, now and then. */
  note(done: number): void {
    if (this.kept === null) return;
    this.kept = { ...this.kept, done };
    if (performance.now() - this.last < INTERVAL) return;
    this.last = performance.now();
    void this.save(this.kept);
  }

  /** It was ended before its end: the page offers to go on. */
  async leave(): Promise<void> {
    if (this.kept === null) return;
    await this.save(this.kept);
    this.show(this.kept);
  }

  async end(): Promise<void> {
    this.show(null);
    await deleteSetting('import.unfinished');
  }

  private show(kept: UnfinishedImport | null): void {
    this.kept = kept;
    const unfinished = kept && {
      name: kept.name,
      total: kept.total,
      done: kept.done,
      canOpen: kept.handle !== null,
    };
    this.holder.updateData({ unfinished });
  }

  /** Without the note an import is as good as with it; only the offer to go on is lost. */
  private async save(record: UnfinishedImport): Promise<void> {
    await saveSetting('import.unfinished', record).catch(() => undefined);
  }
}

/** The files of a folder, with its name before their paths, as a drop or a file input gives them. */
export function filesOfDataFolder(handle: FileSystemDirectoryHandle): Promise<SourceFile[]> {
  return filesOfFolder({ handle, name: handle.name }, { prefix: `${handle.name}/`, depth: DEPTH });
}
