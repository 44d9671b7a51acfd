/** One model's folder on disk, as a download sees it, and what its failures mean. */
import { StorageError, WhyLiveError } from '../protocol';

/** The part of `FileSystemSyncAccessHandle` that a download needs: an exclusive hold on one file. */
export interface PartFile {
  getSize(): number;
  read(into: Uint8Array<ArrayBuffer>, options: { at: number }): number;
  /** Gives the bytes written: fewer than asked for where the disk is full. */
  write(bytes: Uint8Array<ArrayBuffer>, options: { at: number }): number;
  truncate(size: number): void;
  flush(): void;
  close(): void;
}

export interface Disk {
  /** @throws StorageError when another tab holds the file. */
  open(name: string): Promise<PartFile>;
  /** The text of a small file; null: there is none. */
  text(name: string): Promise<string | null>;
  write(name: string, text: string): Promise<void>;
  remove(name: string): Promise<void>;
}

/** Writes all of `bytes`. @throws StorageError when the disk takes fewer. */
export function writeAll(file: PartFile, bytes: Uint8Array<ArrayBuffer>, at: number, name: string): void {
  let written: number;
  try {
    written = file.write(bytes, { at });
  } catch (error) {
    throw diskFailure(error, name);
  }
  if (written !== bytes.byteLength) throw full(name);
}

/** A StorageError for whatever the browser threw. */
export function diskFailure(error: unknown, name: string): WhyLiveError {
  if (error instanceof WhyLiveError) return error;
  const kind = nameOf(error);
  if (kind === 'QuotaExceededError' || (error instanceof Error && /quota|no space/i.test(error.message)))
    return full(name);
  if (kind === 'NoModificationAllowedError' || kind === 'InvalidStateError') {
    return new StorageError({
      cause: 'Another tab of this page is fetching or reading the same model.',
      remedy: 'Let it finish there, or close that tab, then go on here.',
      file: decodeURIComponent(name),
    });
  }
  if (kind === 'NotFoundError') {
    return new StorageError({
      cause: 'The file was removed while it was written.',
      remedy: 'Start the download again; what other files have is kept.',
      file: decodeURIComponent(name),
    });
  }
  return new StorageError({
    cause: `The browser could not write the file (${error instanceof Error ? `${error.name}: ${error.message}` : String(error)}).`,
    remedy: 'Reload the page, then go on with the download.',
    file: decodeURIComponent(name),
  });
}

function full(name: string): StorageError {
  return new StorageError({
    cause: 'The disk, or the share of it that the browser grants this page, is full.',
    remedy:
      'Delete other models here, runs in Runs or data sets in Data, or free disk space; then go on. What has arrived is kept.',
    file: decodeURIComponent(name),
  });
}

export function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : '';
}
