/** From a decoded picture to what is kept of it: an upright PNG of at most 512 pixels, and a thumbnail. */

/** Longest edge of a stored frame, pixels: the input size of SmolVLM's vision tower for one tile. */
export const FRAME_EDGE = 512;
/** Longest edge of a thumbnail, pixels. */
export const THUMBNAIL_EDGE = 96;

/** A frame as stored. */
export interface StoredFrame {
  /** Upright size, pixels. */
  width: number;
  height: number;
  png: Blob;
  thumbnail: Blob;
}

/** Paints a picture into `[0, 0, width, height]` of a context. */
export type Painter = (context: OffscreenCanvasRenderingContext2D, width: number, height: number) => void;

/** The size whose longest edge is at most `edge`, ratio kept, at least one pixel either way. */
export function fit(width: number, height: number, edge: number): { width: number; height: number } {
  const scale = Math.min(1, edge / Math.max(width, height));
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}

/**
 * Scales by halves while more than half is left, then once to size: one large step of the browser's filter skips
 * pixels, and the aliasing would look like the screen patterns that a spoof is told by.
 *
 * @param paint   paints the upright picture at its own size
 * @param width   upright width of the source, pixels
 * @param height  upright height of the source, pixels
 */
export async function storeFrame(paint: Painter, width: number, height: number): Promise<StoredFrame> {
  const full = canvasOf(width, height, paint);
  const frame = shrink(full, FRAME_EDGE);
  if (frame !== full) release(full);
  const png = await frame.convertToBlob({ type: 'image/png' });
  const small = shrink(frame, THUMBNAIL_EDGE);
  const thumbnail = await small.convertToBlob({ type: 'image/jpeg', quality: 0.8 });
  const stored = { width: frame.width, height: frame.height, png, thumbnail };
  release(frame);
  release(small);
  return stored;
}

/** Gives a canvas's memory back now: the collector sees a small object and lets many pile up. */
function release(canvas: OffscreenCanvas): void {
  canvas.width = canvas.height = 0;
}

/** The picture with its longest edge at most `edge`; the picture itself where it is not longer. */
export function shrink(source: OffscreenCanvas, edge: number): OffscreenCanvas {
  const target = fit(source.width, source.height, edge);
  let at = source;
  while (at.width > target.width || at.height > target.height) {
    const from = at;
    const width = Math.max(target.width, Math.ceil(from.width / 2));
    const height = Math.max(target.height, Math.ceil(from.height / 2));
    at = canvasOf(width, height, (context) => context.drawImage(from, 0, 0, width, height));
    if (from !== source) release(from);
  }
  return at;
}

/** A new canvas with a picture painted on it. */
export function canvasOf(width: number, height: number, paint: Painter): OffscreenCanvas {
  const canvas = new OffscreenCanvas(width, height);
  // Opaque: a stored frame has no transparency; what was transparent becomes black.
  const context = canvas.getContext('2d', { alpha: false, willReadFrequently: true });
  if (context === null) throw new RangeError(`No canvas of ${width} x ${height} pixels could be made`);
  context.imageSmoothingEnabled = true;
  context.imageSmoothingQuality = 'high';
  paint(context, width, height);
  return canvas;
}
