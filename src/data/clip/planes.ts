/** Planes of brightness and colour as RGB, at the matrix of standard-definition video, the same on every machine. */

/** YUV in 8 bits, limited range, planes one after another without padding. */
export interface YuvPicture {
  /** Colour at half size both ways, or across only. */
  format: 'I420' | 'I422';
  width: number;
  height: number;
  data: Uint8Array<ArrayBuffer>;
}

/**
 * Writes RGBA into `to` (ITU-R BT.601, fixed point with 16 bits behind the point). Neither MPEG-4 part 2
 * nor AVI says which matrix it is; all programs that show such files take this one. A pixel takes the colour of the
 * sample that it lies in, as FFmpeg's own conversion does by default.
 */
export function writeRgba({ format, width, height, data }: YuvPicture, to: Uint8ClampedArray): void {
  const half = (width + 1) >> 1;
  const rows = format === 'I420' ? (height + 1) >> 1 : height;
  const uAt = width * height;
  const vAt = uAt + half * rows;
  let out = 0;
  for (let y = 0; y < height; y++) {
    const colours = (format === 'I420' ? y >> 1 : y) * half;
    for (let x = 0; x < width; x++, out += 4) {
      const colour = colours + (x >> 1);
      const luma = 76309 * ((data[y * width + x] ?? 16) - 16) + 32768;
      const u = (data[uAt + colour] ?? 128) - 128;
      const v = (data[vAt + colour] ?? 128) - 128;
      to[out] = (luma + 104597 * v) >> 16;
      to[out + 1] = (luma - 25675 * u - 53279 * v) >> 16;
      to[out + 2] = (luma + 132201 * u) >> 16;
      to[out + 3] = 255;
    }
  }
}
