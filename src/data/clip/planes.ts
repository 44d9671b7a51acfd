/** Planes of brightness and colour as a picture: the browser's own conversion, at the matrix of standard-definition video. */

/** YUV in 8 bits, limited range, planes one after another without padding. */
export interface YuvPicture {
  format: 'I420' | 'I422';
  width: number;
  height: number;
  data: Uint8Array<ArrayBuffer>;
}

/** Paints into `[0, 0, toWidth, toHeight]`. */
export function paintPlanes(
  context: OffscreenCanvasRenderingContext2D,
  { format, width, height, data }: YuvPicture,
  toWidth: number,
  toHeight: number,
): void {
  const frame = new VideoFrame(data, {
    format,
    codedWidth: width,
    codedHeight: height,
    timestamp: 0,
    // Neither MPEG-4 part 2 nor AVI says which; all programs that show such files take BT.601.
    colorSpace: { matrix: 'smpte170m', primaries: 'bt709', transfer: 'bt709', fullRange: false },
  });
  try {
    context.drawImage(frame, 0, 0, toWidth, toHeight);
  } finally {
    frame.close();
  }
}
