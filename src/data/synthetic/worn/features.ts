/** Eyes and mouths as somebody draws or prints them: flat pigment, soft at the edge of a pixel. */
import { clamp, smoothstep } from '../maths';
import type { Rgb } from '../raster';

const blend = (colour: Float32Array, alpha: number, r: number, g: number, b: number): void => {
  colour[0] = colour[0]! + alpha * (r - colour[0]!);
  colour[1] = colour[1]! + alpha * (g - colour[1]!);
  colour[2] = colour[2]! + alpha * (b - colour[2]!);
};

export interface EyeDrawing {
  /** Half width and half height of the opening, face units. */
  width: number;
  opening: number;
  iris: Rgb;
  white: Rgb;
  /** Reflectance of lid line and brow. */
  line: Rgb;
  /** Radius of the iris, face units, and where it looks, in openings. */
  irisRadius: number;
  gazeX: number;
  gazeY: number;
  /** Height of the brow over the eye, face units; 0 for none, and its thickness. */
  brow: number;
  browThickness: number;
}

/**
 * An eye at (0, 0) over `colour`; x grows toward the temple, y down. `soft` is half a pixel in face units. Returns
 * whether (x, y) belongs to the drawing.
 */
export function drawEye(
  x: number,
  y: number,
  eye: EyeDrawing,
  gazeSide: number,
  soft: number,
  colour: Float32Array,
): boolean {
  let inside = false;
  if (eye.brow > 0) {
    const bx = (x - 0.02) / (eye.width * 1.25);
    const arch = -eye.brow + 0.32 * eye.brow * bx * bx;
    const thick = eye.browThickness * (1 - 0.45 * clamp(bx + 0.3));
    const alpha = Math.abs(bx) < 1 ? smoothstep(thick + soft, thick - soft, Math.abs(y - arch)) : 0;
    if (alpha > 0) {
      blend(colour, 0.9 * alpha, eye.line[0], eye.line[1], eye.line[2]);
      inside = true;
    }
  }
  const t = x / eye.width;
  const lid = eye.opening * (1 - t * t);
  const gap = Math.abs(t) < 1.05 ? lid - Math.abs(y) : -1;
  const open = smoothstep(-soft, soft, gap);
  if (open > 0) {
    blend(colour, open, eye.white[0], eye.white[1], eye.white[2]);
    const ix = x - gazeSide * eye.gazeX * eye.opening;
    const iy = y - eye.gazeY * eye.opening;
    const r = Math.sqrt(ix * ix + iy * iy);
    const iris = open * smoothstep(eye.irisRadius + soft, eye.irisRadius - soft, r);
    if (iris > 0) {
      const ring = 0.55 + 0.45 * smoothstep(eye.irisRadius, 0.7 * eye.irisRadius, r);
      blend(colour, iris, eye.iris[0] * ring, eye.iris[1] * ring, eye.iris[2] * ring);
      const pupil = open * smoothstep(0.45 * eye.irisRadius + soft, 0.45 * eye.irisRadius - soft, r);
      blend(colour, pupil, 0.012, 0.012, 0.014);
    }
    inside = true;
  }
  const lidLine = Math.abs(t) < 1.1 ? smoothstep(0.022 + soft, 0.008, Math.abs(gap)) * (y < 0 ? 1 : 0.55) : 0;
  if (lidLine > 0 && gap > -0.1) {
    blend(colour, 0.85 * lidLine, eye.line[0], eye.line[1], eye.line[2]);
    inside = true;
  }
  return inside;
}

export interface MouthDrawing {
  /** Half width and half height of closed lips, face units. */
  width: number;
  fullness: number;
  lips: Rgb;
  /** Corners up (> 0) or down, face units. */
  smile: number;
  /** Teeth between the lips, 0..1. */
  teeth: number;
}

/** A mouth at (0, 0) over `colour`. Returns whether (x, y) belongs to it. */
export function drawMouth(x: number, y: number, mouth: MouthDrawing, soft: number, colour: Float32Array): boolean {
  const t = x / mouth.width;
  if (Math.abs(t) > 1.1) return false;
  const bend = y + mouth.smile * t * t;
  const taper = Math.max(0, 1 - t * t);
  // The bow of the upper lip dips in the middle.
  const upper = mouth.fullness * (0.75 * taper - 0.18 * Math.max(0, 1 - 16 * t * t));
  const lower = mouth.fullness * 1.15 * taper;
  const edge = bend < 0 ? upper + bend : lower - bend;
  const alpha = smoothstep(-soft, soft, edge);
  if (alpha === 0) return false;
  const shade = bend < 0 ? 0.8 : 1.05;
  blend(colour, alpha, mouth.lips[0] * shade, mouth.lips[1] * shade, mouth.lips[2] * shade);
  const parted = mouth.teeth * 0.45 * mouth.fullness * taper;
  const teeth = parted > 0.01 ? smoothstep(parted + soft, parted - soft, Math.abs(bend)) : 0;
  if (teeth > 0) blend(colour, 0.95 * teeth, 0.72, 0.7, 0.64);
  const line = smoothstep(0.014 + soft, 0.004, Math.abs(Math.abs(bend) - parted));
  blend(colour, 0.8 * line * alpha, 0.05, 0.025, 0.025);
  return true;
}
