/** A picture in linear light, and the few things every stage does with one. */
import { clamp, toDisplay, toLinear } from './maths';

/** [r, g, b] in linear light; 0 is black, 1 is paper white under the reference light. */
export type Rgb = readonly [number, number, number];

/** Linear light [height, width, 3], row-major; values above 1 are highlights that a camera may clip. */
export interface Raster {
  readonly width: number;
  readonly height: number;
  readonly data: Float32Array;
}

export function raster(width: number, height: number): Raster {
  if (!(Number.isInteger(width) && Number.isInteger(height) && width > 0 && height > 0)) {
    throw new RangeError(`A picture of ${width} x ${height} pixels cannot be made`);
  }
  return { width, height, data: new Float32Array(width * height * 3) };
}

/** `#rrggbb` (sRGB) as linear light. */
export function hex(colour: string): Rgb {
  const part = (at: number): number => toLinear(parseInt(colour.slice(at, at + 2), 16) / 255);
  return [part(1), part(3), part(5)];
}

/** The three channels at a place in pixels, bilinear, edges repeated; written to `out` from `at`. */
export function sample(picture: Raster, x: number, y: number, out: Float32Array | number[], at = 0): void {
  const { width, height, data } = picture;
  const cx = clamp(x, 0, width - 1);
  const cy = clamp(y, 0, height - 1);
  const x0 = Math.floor(cx);
  const y0 = Math.floor(cy);
  const fx = cx - x0;
  const fy = cy - y0;
  const a = (y0 * width + x0) * 3;
  const b = a + (x0 + 1 < width ? 3 : 0);
  const down = y0 + 1 < height ? width * 3 : 0;
  for (let c = 0; c < 3; c++) {
    const top = data[a + c]! + (data[b + c]! - data[a + c]!) * fx;
    const bottom = data[a + down + c]! + (data[b + down + c]! - data[a + down + c]!) * fx;
    out[at + c] = top + (bottom - top) * fy;
  }
}

/** Table of sRGB bytes for linear light 0..1 in 4096 steps: a pow per channel would cost more than the frame. */
const DISPLAY = Uint8ClampedArray.from({ length: 4097 }, (_, i) => Math.round(255 * toDisplay(i / 4096)));

/** sRGB bytes [height, width, 4], opaque: what ImageData and encoders take. */
export function toBytes({ width, height, data }: Raster): Uint8ClampedArray<ArrayBuffer> {
  const bytes = new Uint8ClampedArray(width * height * 4);
  for (let i = 0, o = 0; o < bytes.length; i += 3, o += 4) {
    bytes[o] = DISPLAY[Math.round(clamp(data[i]!) * 4096)]!;
    bytes[o + 1] = DISPLAY[Math.round(clamp(data[i + 1]!) * 4096)]!;
    bytes[o + 2] = DISPLAY[Math.round(clamp(data[i + 2]!) * 4096)]!;
    bytes[o + 3] = 255;
  }
  return bytes;
}
