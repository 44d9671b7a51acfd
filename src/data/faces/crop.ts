/** What is kept of a picture in which a face was found. */
import type { FaceCrop } from '../../protocol';
import type { Face } from './types';

/**
 * By how much of its width and height a box grows on each side for `margin`. There is no value that the field agrees
 * on: this one keeps hair, chin and some of what is around, where the edges of a sheet or a screen are seen.
 */
export const MARGIN = 0.3;

/** A rectangle of whole pixels. */
export interface Cut {
  x: number;
  y: number;
  width: number;
  height: number;
}

/**
 * The part of a picture that is kept.
 *
 * `none`: all of it. `tight`: the box, its edges cut off to whole pixels as the paper's authors cut theirs. `margin`:
 * the box grown by `MARGIN` on each side. Both end at the picture's edges; neither is made square or turned.
 *
 * @param face  null: none was looked for
 */
export function cutOf(crop: FaceCrop, face: Face | null, width: number, height: number): Cut {
  if (crop === 'none' || face === null) return { x: 0, y: 0, width, height };
  const more = crop === 'margin' ? MARGIN : 0;
  const left = Math.max(0, Math.trunc(face.x - more * face.width));
  const top = Math.max(0, Math.trunc(face.y - more * face.height));
  const right = Math.min(width, Math.trunc(face.x + (1 + more) * face.width));
  const bottom = Math.min(height, Math.trunc(face.y + (1 + more) * face.height));
  return { x: left, y: top, width: Math.max(1, right - left), height: Math.max(1, bottom - top) };
}
