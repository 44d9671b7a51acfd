/** Downloads from this site with progress; every failure is a sentence. */
import { CancelledError, WhyLiveError, type CallContext } from '../protocol';

/** Shortest time between two progress messages, milliseconds. */
const INTERVAL = 100;

/**
 * An absolute address on this site.
 * @throws WhyLiveError for any other origin
 */
export function sameSite(address: string): string {
  const url = new URL(address, globalThis.location.origin);
  if (url.origin !== globalThis.location.origin) {
    throw new WhyLiveError({
      file: address,
      cause: 'The address is not on this site, and nothing is fetched from other sites.',
      remedy: 'Put the files beside the page, or open them from a folder on disk.',
    });
  }
  return url.href;
}

/** Several files under one progress bar. */
export class Download {
  private readonly began = performance.now();
  private last = -INTERVAL;
  private done = 0;

  /** @param total bytes of all files, or null when only the server's own lengths are known */
  constructor(
    private readonly total: number | null,
    private readonly context: Pick<CallContext, 'signal' | 'progress'>,
  ) {}

  async file(url: string, label: string): Promise<Blob> {
    const blob = await fetchBlob(url, this.context.signal, (bytes) => {
      this.done += bytes;
      this.tell(label, false);
    });
    this.tell(label, true);
    return blob;
  }

  private tell(label: string, force: boolean): void {
    const now = performance.now();
    if (!force && now - this.last < INTERVAL) return;
    this.last = now;
    const elapsed = (now - this.began) / 1000;
    const rate = elapsed > 0.2 ? this.done / elapsed : null;
    const total = Math.max(this.total ?? this.done, this.done);
    const secondsLeft = rate === null || rate === 0 || this.total === null ? null : (total - this.done) / rate;
    this.context.progress({ label, done: this.done, total, unit: 'bytes', rate, secondsLeft });
  }
}

/**
 * One file as a Blob.
 * @throws WhyLiveError for a failed request or an HTTP error, CancelledError when `signal` fires
 */
export async function fetchBlob(url: string, signal: AbortSignal, arrived?: (bytes: number) => void): Promise<Blob> {
  try {
    const response = await fetch(url, { signal });
    if (!response.ok) {
      throw new WhyLiveError({
        file: url,
        cause: `The server answered ${response.status}${response.statusText === '' ? '' : ` (${response.statusText})`}.`,
        remedy:
          response.status === 404
            ? 'The file is not part of this build: build the page again, or check where it is served from.'
            : 'Try again in a moment.',
      });
    }
    if (response.body === null) return await response.blob();
    const parts: Uint8Array<ArrayBuffer>[] = [];
    const reader = response.body.getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      parts.push(value);
      arrived?.(value.byteLength);
    }
    return new Blob(parts);
  } catch (error) {
    if (error instanceof WhyLiveError) throw error;
    if (signal.aborted) throw new CancelledError();
    throw new WhyLiveError({
      file: url,
      cause: `The download failed (${error instanceof Error ? error.message : String(error)}).`,
      remedy: 'Check that the server is running and that this machine is online, then try again.',
    });
  }
}
