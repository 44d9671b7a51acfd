/** Pixels of stored frames: decoded and normalised once, kept in memory up to a limit. */
import { ImportError, type SampleRow } from '../protocol';
import type { FrameSource, Pixels } from '../evaluate/judge';
import { Recent } from '../model/recent';

/** Bytes of normalised pixels kept: 80 images of 512 x 512. */
const LIMIT = 256 * 2 ** 20;

export class FramePixels implements FrameSource {
  private readonly kept: Recent<string, Pixels>;

  /**
   * @param read        The stored PNG at an OPFS path.
   * @param preprocess  The backbone's image processor: RGBA of an upright picture to normalised pixels.
   */
  constructor(
    private readonly read: (path: string) => Promise<Blob>,
    private readonly preprocess: (image: ImageData) => Promise<Pixels>,
    limit = LIMIT,
  ) {
    this.kept = new Recent(limit);
  }

  async pixels(sample: SampleRow): Promise<Pixels> {
    const known = this.kept.get(sample.frame);
    if (known !== undefined) return known;
    const pixels = await this.preprocess(await decodeFrame(sample, this.read));
    this.kept.set(sample.frame, pixels);
    return pixels;
  }
}

/**
 * The stored frame as it is: upright, and in plain sRGB already.
 * @param read the stored PNG at an OPFS path
 * @throws ImportError naming the sample's file when it does not decode; what `read` throws
 */
export async function decodeFrame(sample: SampleRow, read: (path: string) => Promise<Blob>): Promise<ImageData> {
  const blob = await read(sample.frame);
  try {
    // The browser must not touch it again.
    return readBack(await createImageBitmap(blob, { imageOrientation: 'none', colorSpaceConversion: 'none' }));
  } catch (error) {
    throw new ImportError({
      file: `${sample.set}/${sample.file}`,
      cause: `Its stored frame does not decode (${error instanceof Error ? error.message : String(error)}).`,
      remedy: 'Import the file again.',
    });
  }
}

/** Draws and reads back; the bitmap is closed. */
function readBack(bitmap: ImageBitmap): ImageData {
  const { width, height } = bitmap;
  const context = new OffscreenCanvas(width, height).getContext('2d', { willReadFrequently: true });
  if (context === null) throw new Error('no 2D canvas is available');
  context.drawImage(bitmap, 0, 0);
  bitmap.close();
  return context.getImageData(0, 0, width, height);
}
