/** Images: checked by their bytes, decoded by the browser, turned upright, scaled and stored. */
import { ImportError } from '../protocol';
import { storeFrame, type Painter, type StoredFrame } from './frame';
import { readImageHeader } from './image_header';
import { takeStill, type Taken, type Taking } from './rules';
import type { ImageKind } from './sniff';

/** Most pixels decoded: 64 megapixels are 256 MB of RGBA. */
export const MAX_PIXELS = 64_000_000;
/** Largest image file read, bytes. */
export const MAX_IMAGE_BYTES = 256 * 2 ** 20;

const NAMES: Record<ImageKind, string> = { jpeg: 'JPEG', png: 'PNG', webp: 'WebP' };

/**
 * Decodes an image, EXIF orientation applied.
 * @param name  the file's path, for sentences
 * @throws ImportError when the file is too large, cut off or damaged
 */
export async function decodeImage(blob: Blob, kind: ImageKind, name: string): Promise<StoredFrame> {
  return using(await openImage(blob, kind, name), (bitmap) => storeFrame(painter(bitmap), bitmap.width, bitmap.height));
}

/**
 * An image as a sample's frame, cropped as `taking` says.
 * @throws as `decodeImage` and `takeStill` do
 */
export async function takeImage(
  blob: Blob,
  kind: ImageKind,
  name: string,
  taking: Taking,
  signal: AbortSignal,
): Promise<Taken> {
  return using(await openImage(blob, kind, name), (bitmap) =>
    takeStill({ width: bitmap.width, height: bitmap.height, paint: painter(bitmap) }, taking, signal),
  );
}

const painter =
  (bitmap: ImageBitmap): Painter =>
  (context, width, height) =>
    context.drawImage(bitmap, 0, 0, width, height);

async function using<T>(bitmap: ImageBitmap, work: (bitmap: ImageBitmap) => Promise<T>): Promise<T> {
  try {
    return await work(bitmap);
  } finally {
    bitmap.close();
  }
}

async function openImage(blob: Blob, kind: ImageKind, name: string): Promise<ImageBitmap> {
  const refuse = (cause: string, remedy: string): ImportError => new ImportError({ file: name, cause, remedy });
  if (blob.size > MAX_IMAGE_BYTES) {
    throw refuse(
      `The file has ${Math.round(blob.size / 2 ** 20)} MiB; at most ${MAX_IMAGE_BYTES / 2 ** 20} are read.`,
      'Save it smaller.',
    );
  }
  const header = readImageHeader(new Uint8Array(await blob.arrayBuffer()), kind);
  if (header === null)
    throw refuse(`The header of this ${NAMES[kind]} file is damaged.`, 'Copy it again from its source.');
  const { width, height } = header;
  if (width * height > MAX_PIXELS) {
    throw refuse(
      `The image has ${width} x ${height} pixels (${Math.round((width * height) / 1e6)} megapixels); at most ${Math.floor(MAX_PIXELS / 1e6)} megapixels are decoded.`,
      'Scale it down first: the model sees 512 pixels at most.',
    );
  }
  if (!header.whole) {
    throw refuse(`The ${NAMES[kind]} file is cut off: its end is missing.`, 'Copy it again from its source.');
  }
  try {
    return await createImageBitmap(blob, { imageOrientation: 'from-image' });
  } catch (error) {
    throw refuse(
      `The ${NAMES[kind]} file cannot be decoded (${error instanceof Error ? error.message : String(error)}).`,
      'Open it in an image editor and save it again.',
    );
  }
}
