/** Hands a file to the browser's downloads. */

/** A name that every file system takes. */
export function fileName(name: string, ending = 'zip'): string {
  return `${name.replace(/[^\p{L}\p{N}._-]+/gu, '-').replace(/^-+|-+$/g, '') || 'run'}.${ending}`;
}

export function download(blob: Blob, name: string): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  // The download has taken the blob by the next turns; the URL would keep it alive for ever.
  setTimeout(() => URL.revokeObjectURL(url), 60_000);
}
