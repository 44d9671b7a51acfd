/** Hair as a shell around the skull, and what falls beside the face, in head axes. */
import { smoothstep } from '../maths';
import { noise } from '../noise';
import type { HairStyle } from '../types';

/** How far the shell stands out from the skull, as a factor of its axes; 0 is none. */
export const SHELL: Record<HairStyle, number> = { bald: 0, short: 1.07, curly: 1.22, long: 1.1, bun: 1.07 };

/** Is a point of the shell hair? (X, Y, Z) in units; `x0` the half width of the skull. */
export function isHair(style: HairStyle, X: number, Y: number, Z: number, seed: number): boolean {
  const side = X < 0 ? -X : X;
  // The line over the forehead, down the temples to the ears; behind the ears hair goes to the nape.
  const jag = 0.035 * noise(X * 9, 3, seed) + (style === 'curly' ? 0.06 * noise(X * 5, 7, seed) : 0);
  let line = -0.98 + 0.55 * smoothstep(0.5, 1.0, side) + jag;
  if (style === 'long') line = -0.98 + 0.22 * side * side + 2.2 * smoothstep(0.74, 0.92, side) + jag;
  if (style === 'curly') line = -0.9 + 0.85 * smoothstep(0.62, 1.02, side) + jag;
  if (Z < 0.15) line = style === 'curly' ? 0.1 : style === 'long' ? 0.5 : -0.25;
  return Y < line;
}

/** How far the outline of curls leaves the shell, as a part of it. */
const CURLS = 0.07;
/** No outline is farther out than this factor of the shell. */
export const LUMPIEST = 1 + CURLS;
/** How ragged the outline is: a factor of the shell at a direction of the plane. */
export function lumps(style: HairStyle, x: number, y: number, seed: number): number {
  const r = Math.sqrt(x * x + y * y) + 1e-6;
  const at = noise((x / r) * 4.5, (y / r) * 4.5, seed);
  return style === 'curly' ? 1 + CURLS * at : 1 + 0.012 * at;
}

/** Brightness of strands at a place of the plane, about 1; `px` is a pixel in units. */
export function strands(style: HairStyle, x: number, y: number, px: number, seed: number): number {
  if (style === 'curly')
    return 1 + 0.45 * noise(x / 0.11, y / 0.11, seed) + 0.25 * noise(x / px / 2, y / px / 2, seed + 1);
  const along =
    style === 'long' ? noise(x / (px * 1.6), y / 0.5, seed) : noise((x + 0.3 * y) / (px * 1.6), y / 0.28, seed);
  return 1 + 0.38 * along + 0.12 * noise(x / 0.3, y / 0.3, seed + 2);
}

/** Long hair beside and behind face and neck: inside for a place (x, y) of the plane. */
export function falls(x: number, y: number, seed: number): boolean {
  const side = x < 0 ? -x : x;
  const wave = 0.05 * noise(y * 3, x < 0 ? 1 : 5, seed);
  return y > -0.4 && y < 1.72 + 0.1 * noise(x * 8, 2, seed) && side < 1.2 + 0.06 * y + wave;
}

/** A bun on top: inside for a place of the plane, given the skull's height. */
export function inBun(x: number, y: number, top: number): boolean {
  const dx = x / 0.46;
  const dy = (y + top + 0.2) / 0.36;
  return dx * dx + dy * dy < 1;
}
