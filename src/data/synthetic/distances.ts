/** Distances from a point to outlines of flat shapes around the origin; all in one unit, whichever it is. */
import { clamp } from './maths';

/** Signed distance to an ellipse's outline, near it. */
export function ellipse(x: number, y: number, a: number, b: number): number {
  const r = Math.sqrt((x * x) / (a * a) + (y * y) / (b * b));
  return (r - 1) * Math.min(a, b);
}

/** Signed distance to a rectangle of half sides a, b with corners rounded by `round`. */
export function box(x: number, y: number, a: number, b: number, round = 0): number {
  const qx = Math.abs(x) - a + round;
  const qy = Math.abs(y) - b + round;
  const outside = Math.sqrt(Math.max(0, qx) * Math.max(0, qx) + Math.max(0, qy) * Math.max(0, qy));
  return outside + Math.min(0, Math.max(qx, qy)) - round;
}

/** Distance to the segment from (ax, ay) to (bx, by). */
export function segment(x: number, y: number, ax: number, ay: number, bx: number, by: number): number {
  const dx = bx - ax;
  const dy = by - ay;
  const t = clamp(((x - ax) * dx + (y - ay) * dy) / Math.max(1e-9, dx * dx + dy * dy));
  const ex = x - ax - t * dx;
  const ey = y - ay - t * dy;
  return Math.sqrt(ex * ex + ey * ey);
}
