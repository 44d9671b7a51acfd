/**
 * Whether files are the same. Size, beginning and end are read first; only files that agree in these are read as a whole,
 * in slices, so that memory stays flat however long they are.
 */
import { CancelledError, type SourceFile } from '../protocol';

const EDGE = 64 * 1024;
/** Bytes read at a time. */
const SLICE = 4 * 2 ** 20;

/**
 * A word for each file, the same for files of the same content among those given; null for one that cannot be read.
 *
 * @throws CancelledError when the signal fires
 */
export async function contentPrints(files: readonly SourceFile[], signal: AbortSignal): Promise<(string | null)[]> {
  const read = async (file: File, print: (file: File, signal: AbortSignal) => Promise<string>) => {
    try {
      return await print(file, signal);
    } catch (error) {
      if (error instanceof CancelledError) throw error;
      return null;
    }
  };
  const prints: (string | null)[] = [];
  const counts = new Map<string | null, number>();
  for (const { file } of files) {
    const print = await read(file, edgesOf);
    prints.push(print);
    counts.set(print, (counts.get(print) ?? 0) + 1);
  }
  for (const [at, { file }] of files.entries()) {
    const print = prints[at] ?? null;
    // Of a short file both edges are the whole.
    if (print !== null && counts.get(print)! > 1 && file.size > 2 * EDGE) prints[at] = await read(file, wholeOf);
  }
  return prints;
}

async function edgesOf(file: File, signal: AbortSignal): Promise<string> {
  if (signal.aborted) throw new CancelledError();
  const edges = new Blob([file.slice(0, EDGE), file.slice(Math.max(0, file.size - EDGE))]);
  return `${file.size} ${hex(await digestOf(edges))}`;
}

/** SHA-256 over the SHA-256 of each slice: the browser's own hash takes no stream. */
async function wholeOf(file: File, signal: AbortSignal): Promise<string> {
  const digests: Uint8Array<ArrayBuffer>[] = [];
  for (let from = 0; from < file.size; from += SLICE) {
    if (signal.aborted) throw new CancelledError();
    digests.push(await digestOf(file.slice(from, from + SLICE)));
  }
  return `${file.size} whole ${hex(await digestOf(new Blob(digests)))}`;
}

async function digestOf(blob: Blob): Promise<Uint8Array<ArrayBuffer>> {
  return new Uint8Array(await crypto.subtle.digest('SHA-256', await blob.arrayBuffer()));
}

function hex(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}
