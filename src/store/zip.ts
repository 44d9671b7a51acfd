/** A zip made in small slices, so that the page stays responsive beside a training run. */
import { Zip, ZipDeflate, ZipPassThrough } from 'fflate';
import type { ExportFile } from '../protocol';

/** Bytes compressed or summed between two breaths: a few milliseconds' work. */
const SLICE = 1 << 20;

/** Weights do not compress: they are stored as they are. */
const INCOMPRESSIBLE = /\.(safetensors|png|jpe?g|webp|zip)$/i;

/** A file of a zip: its bytes, or where to get them when their turn comes. */
export type ZipFile = ExportFile | { path: string; read(): Promise<Uint8Array<ArrayBuffer>> };

/**
 * Zips `files`, in their order. Two files of the same path are an error, since unzipping would lose one.
 *
 * @param next called before each file with how many are done; what it throws ends the work
 * @throws RangeError for a repeated path.
 */
export async function zipFiles(
  files: readonly ZipFile[],
  next: (done: number, path: string) => void = () => undefined,
): Promise<Blob> {
  const paths = new Set<string>();
  for (const { path } of files) {
    if (paths.has(path)) throw new RangeError(`${path} occurs twice in the export`);
    paths.add(path);
  }
  const chunks: BlobPart[] = [];
  let failure: Error | null = null;
  const zip = new Zip((error, chunk) => {
    if (error !== null) failure = error;
    else chunks.push(new Uint8Array(chunk)); // fflate may reuse its buffer
  });
  for (const [index, file] of files.entries()) {
    const { path } = file;
    next(index, path);
    const bytes = 'bytes' in file ? file.bytes : await file.read();
    const entry = INCOMPRESSIBLE.test(path) ? new ZipPassThrough(path) : new ZipDeflate(path, { level: 6 });
    zip.add(entry);
    for (let at = 0; at < bytes.byteLength; at += SLICE) {
      entry.push(bytes.subarray(at, at + SLICE), at + SLICE >= bytes.byteLength);
      await new Promise((resolve) => setTimeout(resolve, 0));
    }
    if (bytes.byteLength === 0) entry.push(new Uint8Array(0), true);
  }
  zip.end();
  if (failure !== null) throw failure as Error;
  return new Blob(chunks, { type: 'application/zip' });
}
