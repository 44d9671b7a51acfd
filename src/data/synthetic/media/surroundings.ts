/** What is seen beside a sheet or a device: a wall or a table out of focus, and the fingers that hold it. */
import { clamp, smoothstep } from '../maths';
import { fractal } from '../noise';
import type { Rgb } from '../raster';

export const HANDS = ['none', 'left', 'right', 'bottom'] as const;
export type Hand = (typeof HANDS)[number];

/** The backdrop's light at a place (-1..1), to `out`; `texture` 0 plain .. 1 mottled. Seen out of focus, so it is slow. */
export function backdrop(x: number, y: number, colour: Rgb, texture: number, seed: number, out: Float32Array): void {
  const t = 1 + texture * (0.45 * fractal(1.7 * x + 9, 1.7 * y + 9, 2, seed) + 0.18 * y);
  out[0] = colour[0] * t;
  out[1] = colour[1] * t;
  out[2] = colour[2] * t;
}

/**
 * How far a thumb on the given side covers a place of the frame (-1..1), 0..1, to `out[0]`, and its shading 0..1 to
 * `out[1]`: a capsule that reaches in from the frame's edge, with a round tip.
 */
export function thumb(hand: Hand, x: number, y: number, along: number, reach: number, out: Float32Array): void {
  out[0] = 0;
  if (hand === 'none') return;
  // Into the thumb's own axes: p from the frame's edge inward, q across.
  const p = hand === 'left' ? x + 1 : hand === 'right' ? 1 - x : 1 - y;
  const q = (hand === 'bottom' ? x : y) - along - 0.25 * p;
  const radius = 0.16;
  const tip = reach - radius;
  const past = p > tip ? p - tip : 0;
  const d = Math.sqrt(q * q + past * past) / radius;
  if (d > 1.1) return;
  out[0] = clamp((1.04 - d) / 0.08);
  // A half cylinder under light from all round, darker toward its sides, and a nail that is paler than the skin.
  const nx = (p - tip - 0.02) / 0.085;
  const ny = q / 0.085;
  const nail = smoothstep(1.15, 0.85, nx * nx + ny * ny);
  out[1] = (0.4 + 0.55 * Math.sqrt(Math.max(0, 1 - d * d * 0.9))) * (1 + 0.22 * nail);
}
