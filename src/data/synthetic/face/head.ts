/**
 * The head as a solid: an ellipsoid turned by yaw, pitch and roll, seen without perspective, with a jaw that narrows.
 *
 * Head axes: X to the right of the picture, Y down, Z out of the face; one unit is half of the face's width, so that
 * u = X and v = Y / ASPECT.
 */
import { cos, sin, smoothstep, square } from '../maths';
import type { Person, Shot } from '../types';

/** Height of the face over its width: hairline to chin is 2 * ASPECT units. */
export const ASPECT = 1.3;

/** Half axes of the skull: sideways, up and down, front to back. */
export interface Skull {
  x: number;
  y: number;
  z: number;
  /** Width of the chin against the cheeks. */
  chin: number;
}

export function skullOf(person: Person): Skull {
  return {
    x: 1 + 0.05 * person.faceWidth,
    y: 1.42 + 0.07 * person.faceLength,
    z: 1.12,
    chin: 0.74 + 0.09 * person.jawWidth,
  };
}

/** Where the head is and how it is turned; maps picture to head and back. */
export class Pose {
  private readonly cy: number;
  private readonly sy: number;
  private readonly cp: number;
  private readonly sp: number;
  private readonly cr: number;
  private readonly sr: number;
  /** Pixels of one unit. */
  readonly unit: number;
  /** The line of sight in head axes: the picture's z axis turned back by yaw and pitch. */
  private readonly sight: readonly [number, number, number];
  /** Square of the longest half axis, a little more: a line of sight that passes farther off misses the skull. */
  private readonly reach2: number;

  constructor(
    readonly skull: Skull,
    { yaw, pitch, roll, x, y, scale }: Shot,
    size: number,
    private readonly centreX = x * size,
    private readonly centreY = y * size,
  ) {
    [this.cy, this.sy] = [cos(yaw), sin(yaw)];
    [this.cp, this.sp] = [cos(pitch), sin(pitch)];
    [this.cr, this.sr] = [cos(roll), sin(roll)];
    this.unit = scale * size;
    const [x1, y1, z1] = this.toHead(0, 0, 1, SCRATCH_D);
    this.sight = [x1!, y1!, z1!];
    this.reach2 = square(1.001 * Math.max(skull.x, skull.y, skull.z));
  }

  /** Does the line of sight through a place of the plane pass too far off the skull, blown up by `grow`, to meet it? */
  far(x: number, y: number, grow: number): boolean {
    return x * x + y * y > this.reach2 * grow * grow;
  }

  /** Upright picture plane in units, from the middle of the head: writes [x, y]. */
  toPlane(px: number, py: number, out: Float64Array): void {
    const dx = (px - this.centreX) / this.unit;
    const dy = (py - this.centreY) / this.unit;
    out[0] = dx * this.cr + dy * this.sr;
    out[1] = dy * this.cr - dx * this.sr;
  }

  /** How much narrower the outline is at a height of the plane (the jaw), 0.7 .. 1. */
  narrowing(y: number): number {
    const jaw = smoothstep(0.15, 1.35, y);
    return 1 - (1 - this.skull.chin) * jaw;
  }

  /**
   * The front of the skull, blown up by `grow`, behind a place of the plane: writes head axes [X, Y, Z] and the depth.
   * False where the line of sight misses it.
   */
  meet(x: number, y: number, grow: number, out: Float64Array): boolean {
    if (this.far(x, y, grow)) return false;
    const sx = x / this.narrowing(y);
    const { skull } = this;
    // Line p = o + t d in head axes.
    const origin = this.toHead(sx, y, 0, SCRATCH_O);
    const ox = origin[0]!;
    const oy = origin[1]!;
    const oz = origin[2]!;
    const [dx, dy, dz] = this.sight;
    const ax = ox / (skull.x * grow);
    const ay = oy / (skull.y * grow);
    const az = oz / (skull.z * grow);
    const bx = dx / (skull.x * grow);
    const by = dy / (skull.y * grow);
    const bz = dz / (skull.z * grow);
    const a = bx * bx + by * by + bz * bz;
    const b = ax * bx + ay * by + az * bz;
    const c = ax * ax + ay * ay + az * az - 1;
    const root = b * b - a * c;
    if (root < 0) return false;
    const t = (-b + Math.sqrt(root)) / a;
    out[0] = ox + t * dx;
    out[1] = oy + t * dy;
    out[2] = oz + t * dz;
    out[3] = t;
    return true;
  }

  /** A vector of the upright plane (x, y, toward the camera) in head axes. */
  toHead(x: number, y: number, z: number, out: Float64Array): Float64Array {
    const y1 = y * this.cp + z * this.sp;
    const z1 = z * this.cp - y * this.sp;
    out[0] = x * this.cy - z1 * this.sy;
    out[1] = y1;
    out[2] = x * this.sy + z1 * this.cy;
    return out;
  }

  /** A vector of head axes in picture axes (roll included). */
  toPicture(x: number, y: number, z: number, out: Float64Array): Float64Array {
    const x1 = x * this.cy + z * this.sy;
    const z1 = z * this.cy - x * this.sy;
    const y2 = y * this.cp - z1 * this.sp;
    const z2 = z1 * this.cp + y * this.sp;
    out[0] = x1 * this.cr - y2 * this.sr;
    out[1] = y2 * this.cr + x1 * this.sr;
    out[2] = z2;
    return out;
  }

  /** Picture position, pixels, of a place (u, v) on the face that stands `height` units out of it. */
  locate(u: number, v: number, height: number): [number, number] {
    const { skull } = this;
    const Y = v * ASPECT;
    const rest = 1 - square(u / skull.x) - square(Y / skull.y);
    const Z = skull.z * Math.sqrt(Math.max(0, rest)) + height;
    const p = this.toPicture(u, Y, Z, SCRATCH_O);
    // The jaw narrows in the upright plane.
    const upX = p[0]! * this.cr + p[1]! * this.sr;
    const upY = p[1]! * this.cr - p[0]! * this.sr;
    const x = upX * this.narrowing(upY);
    return [
      this.centreX + this.unit * (x * this.cr - upY * this.sr),
      this.centreY + this.unit * (upY * this.cr + x * this.sr),
    ];
  }
}

const SCRATCH_O = new Float64Array(3);
const SCRATCH_D = new Float64Array(3);
