/** Where a flat medium stands in the view, and the way back from a place in the frame to a place on the medium. */
import { cos, sin } from '../maths';
import { draw, type Limits, type Range } from '../camera/ranges';
import type { Random } from '../random';

/** Lengths in halves of the frame's edge: the frame spans -1..1 both ways, y down. */
export interface Placement {
  /** Centre of the picture on the medium, -1..1. */
  x: number;
  y: number;
  /** Half extents of the picture on the medium, 0.3..3; 1 fills the frame exactly. */
  halfWidth: number;
  halfHeight: number;
  /** Radians clockwise in the picture plane, -0.6..0.6. */
  turn: number;
  /** Perspective, -0.3..0.3: how much nearer the right (lower) side is; the part by which the scale grows over 1. */
  tiltX: number;
  tiltY: number;
}

export const PLACEMENT_LIMITS: Limits<Placement> = {
  x: [-1, 1],
  y: [-1, 1],
  halfWidth: [0.3, 3],
  halfHeight: [0.3, 3],
  turn: [-0.6, 0.6],
  tiltX: [-0.3, 0.3],
  tiltY: [-0.3, 0.3],
};

/** How the whole medium moved since its parameters were drawn: x and y in halves of the frame's edge, turn in radians. */
export interface Shift {
  x: number;
  y: number;
  turn: number;
}
export const AT_REST: Readonly<Shift> = { x: 0, y: 0, turn: 0 };

/** Ranges of a domain. `size` is the half extent on the side that is the smaller one. */
export interface PlacementStyle {
  x: Range;
  y: Range;
  size: Range;
  /** Half height over half width. */
  aspect: Range;
  turn: Range;
  tilt: Range;
}

export function drawPlacement(random: Random, style: PlacementStyle): Placement {
  const size = draw(random, style.size);
  const aspect = draw(random, style.aspect);
  return {
    x: draw(random, style.x),
    y: draw(random, style.y),
    halfWidth: aspect < 1 ? size / aspect : size,
    halfHeight: aspect < 1 ? size : size * aspect,
    turn: draw(random, style.turn),
    tiltX: draw(random, style.tilt),
    tiltY: draw(random, style.tilt),
  };
}

/** Coefficients of (x, y) -> ((a x + b y + c) / w, (d x + e y + f) / w), w = g x + h y + i, onto the medium's plane. */
export interface Plane {
  readonly a: number;
  readonly b: number;
  readonly c: number;
  readonly d: number;
  readonly e: number;
  readonly f: number;
  readonly g: number;
  readonly h: number;
  readonly i: number;
}

/** From frame places (-1..1) to lengths on the medium about the picture's centre, in halves of the frame's edge. */
export function planeOf(placement: Placement, shift: Shift): Plane {
  const turn = placement.turn + shift.turn;
  const c = cos(turn);
  const s = sin(turn);
  const x = placement.x + shift.x;
  const y = placement.y + shift.y;
  const g = placement.tiltX * c - placement.tiltY * s;
  const h = placement.tiltX * s + placement.tiltY * c;
  // Nearer means larger, so that the same step in the frame is a smaller one on the medium: w grows there.
  return { a: c, b: s, c: -c * x - s * y, d: -s, e: c, f: s * x - c * y, g, h, i: 1 - g * x - h * y };
}
