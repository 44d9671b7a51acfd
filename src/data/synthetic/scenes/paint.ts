/** Laying opaque things over a picture: covered pixels, soft shadows, strokes. */
import { clamp } from '../maths';
import type { Raster, Rgb } from '../raster';
import type { Outline } from './outlines';

/** Part of a scene's pixels in the rectangle x0 <= x < x1, y0 <= y < y1, within the picture. */
export interface Box {
  x0: number;
  y0: number;
  x1: number;
  y1: number;
}
export function boxAround(picture: Raster, x: number, y: number, radius: number): Box {
  return {
    x0: Math.max(0, Math.floor(x - radius)),
    y0: Math.max(0, Math.floor(y - radius)),
    x1: Math.min(picture.width, Math.floor(x + radius) + 1),
    y1: Math.min(picture.height, Math.floor(y + radius) + 1),
  };
}

/**
 * Lays colour wherever the outline is. `colour(x, y, inside)` writes linear light to `out`; `inside` is how far the
 * pixel's centre lies from the edge, in pixels.
 */
export function fill(
  picture: Raster,
  box: Box,
  outline: Outline,
  colour: (x: number, y: number, inside: number, out: Float32Array) => void,
): void {
  const { width, data } = picture;
  const out = new Float32Array(3);
  for (let y = box.y0; y < box.y1; y++) {
    for (let x = box.x0; x < box.x1; x++) {
      const distance = outline(x + 0.5, y + 0.5);
      if (distance >= 0.5) continue;
      const cover = distance <= -0.5 ? 1 : 0.5 - distance;
      colour(x, y, -distance, out);
      const i = (y * width + x) * 3;
      for (let c = 0; c < 3; c++) data[i + c] = data[i + c]! + (out[c]! - data[i + c]!) * cover;
    }
  }
}

/** The shadow of a thing that stands off by (dx, dy) pixels: darkens by `strength` within it, softly over `soft` pixels. */
export function castShadow(
  picture: Raster,
  box: Box,
  outline: Outline,
  dx: number,
  dy: number,
  soft: number,
  strength: number,
): void {
  const { width, data } = picture;
  for (let y = box.y0; y < box.y1; y++) {
    for (let x = box.x0; x < box.x1; x++) {
      const distance = outline(x + 0.5 - dx, y + 0.5 - dy);
      if (distance >= soft) continue;
      const t = clamp((soft - distance) / (2 * soft));
      const light = 1 - strength * t * t * (3 - 2 * t);
      const i = (y * width + x) * 3;
      for (let c = 0; c < 3; c++) data[i + c] = data[i + c]! * light;
    }
  }
}

/** A straight stroke with round ends from (x1, y1) to (x2, y2), `radius` half wide, of the given opacity. Pixels. */
export function stroke(
  picture: Raster,
  x1: number,
  y1: number,
  x2: number,
  y2: number,
  radius: number,
  colour: Rgb,
  opacity: number,
): void {
  const { width, height, data } = picture;
  const ex = x2 - x1;
  const ey = y2 - y1;
  const length = Math.max(ex * ex + ey * ey, 1e-6);
  const left = Math.max(0, Math.floor(Math.min(x1, x2) - radius - 1));
  const right = Math.min(width - 1, Math.floor(Math.max(x1, x2) + radius + 1));
  const top = Math.max(0, Math.floor(Math.min(y1, y2) - radius - 1));
  const bottom = Math.min(height - 1, Math.floor(Math.max(y1, y2) + radius + 1));
  for (let y = top; y <= bottom; y++) {
    for (let x = left; x <= right; x++) {
      const wx = x + 0.5 - x1;
      const wy = y + 0.5 - y1;
      const t = clamp((wx * ex + wy * ey) / length);
      const dx = wx - t * ex;
      const dy = wy - t * ey;
      const cover = clamp(radius + 0.5 - Math.sqrt(dx * dx + dy * dy)) * opacity;
      if (cover === 0) continue;
      const i = (y * width + x) * 3;
      for (let c = 0; c < 3; c++) data[i + c] = data[i + c]! + (colour[c]! - data[i + c]!) * cover;
    }
  }
}

/** Mean luminance (linear, Rec. 709) of a box. */
export function luminance({ width, data }: Raster, box: Box): number {
  let sum = 0;
  let n = 0;
  for (let y = box.y0; y < box.y1; y++) {
    for (let x = box.x0; x < box.x1; x++) {
      const i = (y * width + x) * 3;
      sum += 0.2126 * data[i]! + 0.7152 * data[i + 1]! + 0.0722 * data[i + 2]!;
      n++;
    }
  }
  return n === 0 ? 0 : sum / n;
}
