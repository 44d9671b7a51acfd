/** Reads goldens from the file system. */
import { readFile } from 'node:fs/promises';

export async function readGolden(path: string): Promise<Blob> {
  return new Blob([new Uint8Array(await readFile(new URL(`../golden/${path}`, import.meta.url)))]);
}
