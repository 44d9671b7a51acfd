/** Small single values by name, with the type of each. */
import type { FrameOptions, Label, PendingDraft, Protocol, Rejection } from '../protocol';
import { withDatabase } from './database';
import type { RememberedFolder } from './folders';

export interface Settings {
  /** What imports of the present data set rejected, and files in whose frames no face was found. */
  'data.remarks': { rejected: Rejection[]; noFace?: string[] };
  /** What imports of the present data set said, the oldest first. */
  'data.notes': ImportNotes[];
  /** Drafted captions that were neither taken nor thrown away. */
  'captions.drafts': PendingDraft[];
  /** An import that has not come to its end. */
  'import.unfinished': UnfinishedImport;
  /** What a file of a type costs, by type and recipe. */
  'import.rates': Record<string, { seconds: number; bytes: number; files: number }>;
  /** Whether faces are shown, where the user has said so. */
  faces: 'shown' | 'hidden';
  /** The user's own protocols, in the order of the page. */
  protocols: Protocol[];
  /** Model folders on disk, the newest first. */
  'model.folders': RememberedFolder[];
  /** What is known of kernels by adapter and browser, the newest adapter first. */
  kernels: KernelTimes[];
}

/** What one import said, until all that it was about has been imported again. */
export interface ImportNotes {
  /** Names of its sets, or paths of tables that came alone. */
  about: string[];
  notes: string[];
  /** Those of them that are true until the next import; absent: none, or an earlier version noted it. */
  passing?: string[];
}

export interface UnfinishedImport {
  /** Names of the folders. */
  name: string;
  /** Files in all, and those of them that were finished before it began. */
  total: number;
  done: number;
  /** Its sets, and when it began: what it has finished since, the journal says. Absent: an earlier version noted it. */
  since?: { sets: string[]; began: number };
  options: FrameOptions;
  numericOne: Label | null;
  /** The folder, where the browser gives a handle to it. */
  handle: FileSystemDirectoryHandle | null;
}

export interface KernelTimes {
  adapter: string;
  /** Of the kernels that were timed (`KERNEL_GENERATION`). */
  generation: number;
  /** null milliseconds: refused. */
  measured: { operation: string; variant: string; milliseconds: number | null }[];
  /** What is being timed; where a later visit finds it, device, page or browser ended with it. */
  timing: { operation: string; variant: string } | null;
}

export async function saveSetting<K extends keyof Settings>(name: K, value: Settings[K]): Promise<void> {
  await withDatabase('A setting could not be saved', (db) => db.put('settings', value, name));
}

/** The stored value, or null. Only `saveSetting` writes the store, so the type of `name` holds. */
export async function loadSetting<K extends keyof Settings>(name: K): Promise<Settings[K] | null> {
  const value = await withDatabase('A setting could not be read', (db) => db.get('settings', name));
  return (value as Settings[K] | undefined) ?? null;
}

export async function deleteSetting(name: keyof Settings): Promise<void> {
  await withDatabase('A setting could not be removed', (db) => db.delete('settings', name));
}
