/** Pixels of stored frames: decoded and normalised once, kept in memory up to a limit. */
import { ImportError, WhyLiveError, type SampleRow } from '../protocol';
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
    const pixels = await this.decode(sample);
    this.kept.set(sample.frame, pixels);
    return pixels;
  }

  private async decode(sample: SampleRow): Promise<Pixels> {
    const blob = await this.read(sample.frame);
    try {
      // Stored frames are upright and in plain sRGB: the browser must not touch them again.
      const bitmap = await createImageBitmap(blob, { imageOrientation: 'none', colorSpaceConversion: 'none' });
      return await this.preprocess(readBack(bitmap));
    } catch (error) {
      if (error instanceof WhyLiveError) throw error;
      throw new ImportError({
        file: `${sample.set}/${sample.file}`,
        cause: `Its stored frame does not decode (${error instanceof Error ? error.message : String(error)}).`,
        remedy: 'Import the file again.',
      });
    }
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
