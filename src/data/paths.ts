/** Paths inside what the user dropped: their parts, their words, and the files that nobody means. */

/** Forward slashes, no empty parts, no `.`; `..` takes one part back. */
export function normalise(path: string): string {
  const parts: string[] = [];
  for (const part of path.replaceAll('\\', '/').split('/')) {
    if (part === '..') parts.pop();
    else if (part !== '' && part !== '.') parts.push(part);
  }
  return parts.join('/');
}

export function folderOf(path: string): string {
  const cut = path.lastIndexOf('/');
  return cut < 0 ? '' : path.slice(0, cut);
}

export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

/** Lower-case extension without the dot, or ''. */
export function extensionOf(path: string): string {
  const match = /[^/]\.([a-z0-9]+)$/i.exec(path);
  return match?.[1]?.toLowerCase() ?? '';
}

/** File name without its extension. */
export function stemOf(path: string): string {
  const extension = extensionOf(path);
  const name = nameOf(path);
  return extension === '' ? name : name.slice(0, -extension.length - 1);
}

/**
 * The words of one path part, lower case: split at anything that is not a letter or digit, between letters and
 * digits, and where a capital follows a small letter. `Live_S01-print2` gives live, s, 01, print, 2.
 */
export function wordsOf(part: string): string[] {
  return part
    .replace(/(\p{Ll})(\p{Lu})/gu, '$1 $2')
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+|(?<=\p{L})(?=\p{N})|(?<=\p{N})(?=\p{L})/u)
    .filter((word) => word !== '');
}

/** Files that operating systems leave in folders; they are passed over without a word. */
export function isClutter(path: string): boolean {
  return path
    .split('/')
    .some((part) => part.startsWith('.') || part === '__MACOSX' || /^(?:thumbs\.db|desktop\.ini)$/i.test(part));
}

/** True when a file of this name is read as a table. */
export function isTable(path: string): boolean {
  return (
    /^(?:csv|tsv|jsonl|ndjson|json|parquet)$/.test(extensionOf(path)) && nameOf(path).toLowerCase() !== 'manifest.json'
  );
}
