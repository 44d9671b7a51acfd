/** Names, sizes and dates of files, packed to cross threads in one copy, and unpacked. */
import type { FileListing } from '../protocol';

export interface ListedFile {
  path: string;
  size: number;
  modified: number;
}

export function unpackListing({ paths, sizes, modified }: FileListing): ListedFile[] {
  const names = paths === '' ? [] : paths.slice(0, -1).split('\0');
  return names.map((path, index) => ({ path, size: sizes[index] ?? 0, modified: modified[index] ?? 0 }));
}

export function packListing(files: readonly ListedFile[]): FileListing {
  return {
    paths: files.map(({ path }) => `${path.replaceAll('\0', '')}\0`).join(''),
    sizes: Float64Array.from(files, ({ size }) => size),
    modified: Float64Array.from(files, ({ modified }) => modified),
  };
}
