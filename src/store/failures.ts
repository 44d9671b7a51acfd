/** Turns what IndexedDB and OPFS throw into sentences: full, missing, locked, blocked. */
import { StorageError, WhyLiveError } from '../protocol';

/** True for every form in which a browser says that the disk, or the origin's share of it, is full. */
export function isQuotaError(error: unknown): boolean {
  return error instanceof Error && (error.name === 'QuotaExceededError' || /quota|no space/i.test(error.message));
}

/**
 * A StorageError for whatever `error` is. A WhyLiveError passes through untouched.
 *
 * @param what  What was being done, as the start of a sentence: `The frame could not be written`.
 * @param file  The OPFS path or the store concerned.
 */
export function storageFailure(error: unknown, what: string, file: string | null): WhyLiveError {
  if (error instanceof WhyLiveError) return error;
  const name = error instanceof Error ? error.name : '';
  if (isQuotaError(error)) {
    return new StorageError({
      cause: `${what}: the disk, or the share of it that the browser grants this page, is full.`,
      remedy: 'Delete old runs in Runs or data sets in Data, or free disk space, then try again.',
      file,
    });
  }
  if (name === 'NotFoundError') {
    return new StorageError({
      cause: `${what}: it is no longer stored in this browser.`,
      remedy: 'Import the data again; the browser, or somebody, has cleared this site’s storage.',
      file,
    });
  }
  if (name === 'NoModificationAllowedError' || name === 'InvalidStateError') {
    return new StorageError({
      cause: `${what}: another tab or thread holds it.`,
      remedy: 'Close other tabs of this page, then reload.',
      file,
    });
  }
  if (name === 'SecurityError' || name === 'NotAllowedError') {
    return new StorageError({
      cause: `${what}: this browser window does not allow sites to store data.`,
      remedy: 'Allow site data for this page, or leave the private window.',
      file,
    });
  }
  return new StorageError({
    cause: `${what}: ${error instanceof Error ? `${error.name}: ${error.message}` : String(error)}.`,
    remedy: 'Reload the page and try again; if it stays, clear this site’s data.',
    file,
  });
}
