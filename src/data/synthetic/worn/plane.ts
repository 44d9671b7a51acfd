/** A flat thing in front of a part of the face: where its pixels are on it, and how it is laid over them. */
import { clamp, cos, sin } from '../maths';
import { REGION } from '../types';
import type { Bench } from './bench';

/** What is drawn on a flat piece, and its outline; all in face units from the piece's middle, along its own axes. */
export interface Piece {
  /** Signed distance to the outline, negative on the piece. */
  outline(x: number, y: number): number;
  /** Writes the reflectance at (x, y) to `colour`; returns the MARK bits there. */
  ink(x: number, y: number, colour: Float32Array): number;
  /** Writes how far the surface leans there along its x and its y (tangents) to `lean`. */
  lean(x: number, y: number, lean: Float32Array): void;
  /** How far the surface falls back at (x, y) from the plane it rests on, face units: what the leaning adds up to. */
  sag(x: number, y: number): number;
  gloss: number;
  shine: number;
  /** How far it stands off the face's high points, face units. */
  lift: number;
  /** Whether it lies over hair too. */
  overHair: boolean;
}

export class Plane {
  readonly #bench: Bench;
  readonly #cx: number;
  readonly #cy: number;
  readonly #cos: number;
  readonly #sin: number;
  readonly #normal: [number, number, number];
  readonly #scaleX: number;
  readonly #scaleY: number;

  /** Middle in pixels; `tilt` turns it against the head, radians, clockwise. */
  constructor(bench: Bench, cx: number, cy: number, tilt: number) {
    this.#bench = bench;
    const angle = bench.layers.roll + tilt;
    this.#cos = cos(angle);
    this.#sin = sin(angle);
    this.#cx = cx;
    this.#cy = cy;
    this.#normal = this.#meanNormal(cx, cy);
    // What is turned away looks narrower.
    const [nx, ny] = this.#normal;
    const acrossX = nx * this.#cos + ny * this.#sin;
    const acrossY = ny * this.#cos - nx * this.#sin;
    this.#scaleX = bench.layers.unit * Math.sqrt(Math.max(0.2, 1 - acrossX * acrossX));
    this.#scaleY = bench.layers.unit * Math.sqrt(Math.max(0.2, 1 - acrossY * acrossY));
  }

  /** The direction in which the face under it looks on the whole: a flat piece rests on its high points. */
  #meanNormal(cx: number, cy: number): [number, number, number] {
    const { layers, width, height, bare } = this.#bench;
    const reach = 0.55 * layers.unit;
    let x = 0;
    let y = 0;
    let z = 0.001;
    for (let py = Math.max(0, Math.floor(cy - reach)); py < Math.min(height, cy + reach); py++) {
      for (let px = Math.max(0, Math.floor(cx - reach)); px < Math.min(width, cx + reach); px++) {
        const i = py * width + px;
        if (bare[i] !== REGION.skin) continue;
        x += layers.normal[i * 3]!;
        y += layers.normal[i * 3 + 1]!;
        z += layers.normal[i * 3 + 2]!;
      }
    }
    const length = Math.sqrt(x * x + y * y + z * z);
    return [x / length, y / length, z / length];
  }

  /** A point of the picture on the piece. */
  toPiece(px: number, py: number): [number, number] {
    const dx = px - this.#cx;
    const dy = py - this.#cy;
    return [(dx * this.#cos + dy * this.#sin) / this.#scaleX, (dy * this.#cos - dx * this.#sin) / this.#scaleY];
  }

  /** Depth of the plane's middle: it rests on what stands out under it, and bends around a nose's tip. */
  #rest(piece: Piece): number {
    const { width, height, layers, bare } = this.#bench;
    const [nx, ny, nz] = this.#normal;
    let most = 0;
    let sum = 0;
    let count = 0;
    for (let py = 0, i = 0; py < height; py++) {
      const dy = py + 0.5 - this.#cy;
      for (let px = 0; px < width; px++, i++) {
        if (bare[i] === REGION.backdrop || bare[i] === REGION.clothes || bare[i] === REGION.hair) continue;
        const dx = px + 0.5 - this.#cx;
        const x = (dx * this.#cos + dy * this.#sin) / this.#scaleX;
        const y = (dy * this.#cos - dx * this.#sin) / this.#scaleY;
        if (piece.outline(x, y) > 0) continue;
        const depth = layers.depth[i]! + (nx * dx + ny * dy) / (nz * layers.unit) + piece.sag(x, y);
        if (depth > most) most = depth;
        sum += depth;
        count++;
      }
    }
    return count === 0 ? 0 : Math.min(most, sum / count + 0.12);
  }

  lay(piece: Piece): void {
    const bench = this.#bench;
    const { width, height, layers } = bench;
    const [nx, ny, nz] = this.#normal;
    const colour = new Float32Array(3);
    const lean = new Float32Array(2);
    const unit = layers.unit;
    const rest = this.#rest(piece) + piece.lift;
    for (let py = 0, i = 0; py < height; py++) {
      const dy = py + 0.5 - this.#cy;
      for (let px = 0; px < width; px++, i++) {
        if (!bench.isHead(i) || (!piece.overHair && bench.bare[i] === REGION.hair)) continue;
        const dx = px + 0.5 - this.#cx;
        const x = (dx * this.#cos + dy * this.#sin) / this.#scaleX;
        const y = (dy * this.#cos - dx * this.#sin) / this.#scaleY;
        const alpha = clamp(0.5 - piece.outline(x, y) * unit);
        if (alpha === 0) continue;
        const marks = piece.ink(x, y, colour);
        bench.tint(i, alpha, colour[0]!, colour[1]!, colour[2]!);
        piece.lean(x, y, lean);
        const ex = lean[0]! * this.#cos - lean[1]! * this.#sin;
        const ey = lean[0]! * this.#sin + lean[1]! * this.#cos;
        bench.turn(i, alpha, nx + ex, ny + ey, nz);
        bench.finish(i, alpha, piece.gloss, piece.shine);
        const depth = rest - (nx * dx + ny * dy) / (nz * unit) - piece.sag(x, y);
        layers.depth[i] = layers.depth[i]! + alpha * (depth - layers.depth[i]!);
        bench.claim(i, alpha, marks);
      }
    }
  }
}
