/** Outlines as signed distances: negative inside, in pixels, so that an edge can be drawn a pixel soft at any size. */
import { TAU, cos, sin } from '../maths';
import type { Random } from '../random';
import type { Shape } from '../types';

/** Signed distance of a place to an outline, in the unit that the outline was made in. */
export type Outline = (x: number, y: number) => number;

/** A closed polygon, corners as x, y pairs in either sense of rotation. */
export function polygon(corners: readonly number[]): Outline {
  const n = corners.length / 2;
  const at = Float64Array.from(corners);
  return (x, y) => {
    let nearest = Infinity;
    let inside = false;
    let x1 = at[2 * n - 2]!;
    let y1 = at[2 * n - 1]!;
    for (let i = 0; i < n; i++) {
      const x2 = at[2 * i]!;
      const y2 = at[2 * i + 1]!;
      const ex = x2 - x1;
      const ey = y2 - y1;
      const wx = x - x1;
      const wy = y - y1;
      let t = (wx * ex + wy * ey) / (ex * ex + ey * ey);
      t = t < 0 ? 0 : t > 1 ? 1 : t;
      const dx = wx - t * ex;
      const dy = wy - t * ey;
      const square = dx * dx + dy * dy;
      if (square < nearest) nearest = square;
      if (y1 > y !== y2 > y && x < x1 + ((y - y1) * ex) / ey) inside = !inside;
      x1 = x2;
      y1 = y2;
    }
    const distance = Math.sqrt(nearest);
    return inside ? -distance : distance;
  };
}

export const circle =
  (x: number, y: number, radius: number): Outline =>
  (px, py) => {
    const dx = px - x;
    const dy = py - y;
    return Math.sqrt(dx * dx + dy * dy) - radius;
  };

/** Corners of the shapes that have some, as angle (parts of a turn, from the top) and distance from the middle. */
const CORNERS: Record<Exclude<Shape, 'circle' | 'ring'>, readonly (readonly [number, number])[]> = {
  square: [0, 1, 2, 3].map((i) => [i / 4 + 1 / 8, 1.18] as const),
  triangle: [0, 1, 2].map((i) => [i / 3, 1.25] as const),
  star: Array.from({ length: 10 }, (_, i) => [i / 10, i % 2 === 0 ? 1.28 : 0.52] as const),
  // Two bars of 0.7 x 2.3: for each arm the inner corner before it, then its two outer corners.
  cross: [0, 1, 2, 3].flatMap((i) => [
    [i / 4 - 1 / 8, 0.495] as const,
    [i / 4 - 0.0472, 1.2] as const,
    [i / 4 + 0.0472, 1.2] as const,
  ]),
};

/** A shape around (x, y) of about the given radius, turned by `turn` radians. */
export function shapeOutline(shape: Shape, x: number, y: number, radius: number, turn: number): Outline {
  if (shape === 'circle') return circle(x, y, radius);
  if (shape === 'ring') {
    const outer = circle(x, y, radius * 0.8);
    return (px, py) => Math.abs(outer(px, py)) - radius * 0.24;
  }
  return polygon(
    CORNERS[shape].flatMap(([part, far]) => {
      const angle = part * TAU + turn;
      return [x + radius * far * sin(angle), y - radius * far * cos(angle)];
    }),
  );
}

/** How the piece of a patch is cut. */
export type Cut = 'round' | 'straight' | 'torn';

/**
 * Corners (x, y pairs around 0, 0; about one unit far) of a piece that was cut round, cut with straight sides, or torn.
 * Torn paper follows its fibres: long ragged sides with short teeth of many sizes, where scissors leave a line.
 */
export function pieceCorners(cut: Cut, random: Random): number[] {
  const corners: number[] = [];
  const turn = random.uniform(0, TAU);
  if (cut === 'round') {
    const wide = random.uniform(1, 1.15);
    const high = random.uniform(0.85, 1);
    for (let i = 0; i < 32; i++) {
      const x = wide * sin((i * TAU) / 32);
      const y = high * cos((i * TAU) / 32);
      corners.push(x * cos(turn) - y * sin(turn), x * sin(turn) + y * cos(turn));
    }
    return corners;
  }
  const sides = cut === 'straight' ? random.int(3, 4) : 4;
  const far = Array.from({ length: sides }, () => random.uniform(1.05, 1.3) * (sides === 3 ? 1.15 : 1));
  const angle = Array.from({ length: sides }, (_, i) => turn + ((i + random.uniform(-0.12, 0.12)) * TAU) / sides);
  for (let i = 0; i < sides; i++) {
    const j = (i + 1) % sides;
    const x1 = far[i]! * sin(angle[i]!);
    const y1 = far[i]! * cos(angle[i]!);
    if (cut === 'straight') {
      corners.push(x1, y1);
      continue;
    }
    const x2 = far[j]! * sin(angle[j]!);
    const y2 = far[j]! * cos(angle[j]!);
    const steps = random.int(6, 8);
    for (let k = 0; k < steps; k++) {
      const t = (k + random.uniform(-0.25, 0.25)) / steps;
      const in_ = 1 + (k % 2 === 0 ? 1 : -1) * random.uniform(0.03, 0.16);
      corners.push((x1 + (x2 - x1) * t) * in_, (y1 + (y2 - y1) * t) * in_);
    }
  }
  return corners;
}
