/** Whether files are the same, as far as their size and their first and last 64 KiB tell. */
import type { SourceFile } from '../protocol';

const EDGE = 64 * 1024;

/** A word for each file, the same for files of the same size, beginning and end; null for one that cannot be read. */
export async function contentPrints(files: readonly SourceFile[]): Promise<(string | null)[]> {
  const prints: (string | null)[] = [];
  for (const { file } of files) prints.push(await printOf(file).catch(() => null));
  return prints;
}

async function printOf(file: File): Promise<string> {
  // Of a short file both pieces are the whole.
  const edges = new Blob([file.slice(0, EDGE), file.slice(Math.max(0, file.size - EDGE))]);
  const digest = await crypto.subtle.digest('SHA-256', await edges.arrayBuffer());
  return `${file.size} ${[...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}
