/** Files as text, which `page.evaluate` can hand over. */
import type { ZipFile } from '../store/zip';

export interface EncodedFile {
  path: string;
  base64: string;
}

/** In their order, one after another. */
export async function encoded(files: readonly ZipFile[]): Promise<EncodedFile[]> {
  const all: EncodedFile[] = [];
  for (const file of files) {
    all.push({ path: file.path, base64: await toBase64('bytes' in file ? file.bytes : await file.read()) });
  }
  return all;
}

/** Base64 without the data URL's head; the browser's own encoder takes large files without a stack of arguments. */
function toBase64(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve((reader.result as string).split(',', 2)[1] ?? '');
    reader.onerror = () => reject(reader.error ?? new Error('The file could not be encoded'));
    reader.readAsDataURL(new Blob([bytes]));
  });
}
