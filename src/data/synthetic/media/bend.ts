/** A sheet bent to a cylinder: where a line of sight meets it, and how it is lit there. */
import { PI, atan2, cos, sin } from '../maths';

const STEPS = 512;
/** Half of the width, in halves of the frame's edge, over which the bend is tabled. */
const REACH = 2.2;

/**
 * Across the bend a sheet of curvature `curl` (radians of turn per unit of length) meets the line of sight at x where
 * its arc is s: x = sin(curl s) / curl, standing 1 - cos(curl s) over curl nearer to the camera.
 */
export class Bend {
  readonly #cos: number;
  readonly #sin: number;
  readonly #angle = new Float32Array(STEPS + 1);
  readonly #sine = new Float32Array(STEPS + 1);
  readonly #cosine = new Float32Array(STEPS + 1);
  readonly #arc = new Float32Array(STEPS + 1);
  readonly #scale = new Float32Array(STEPS + 1);
  readonly #flat: boolean;
  #at = 0;
  /** Place on the flattened sheet, as the last call of `flat` found it. */
  x = 0;
  y = 0;

  constructor(curl: number, axis: number) {
    this.#cos = cos(axis);
    this.#sin = sin(axis);
    this.#flat = Math.abs(curl) < 1e-3;
    for (let i = 0; i <= STEPS; i++) {
      const x = ((i / STEPS) * 2 - 1) * REACH;
      // Beyond a quarter turn no line of sight meets the sheet; its outline lies there.
      const s = Math.max(-0.98, Math.min(0.98, x * curl));
      const angle = this.#flat ? 0 : atan2(s, Math.sqrt(1 - s * s));
      this.#angle[i] = angle;
      this.#sine[i] = this.#flat ? 0 : s;
      this.#cosine[i] = Math.sqrt(1 - this.#sine[i]! * this.#sine[i]!);
      this.#arc[i] = this.#flat ? x : angle / curl + (x - s / curl) * 3;
      // Nearer parts are seen larger: the camera stands about four halves of the frame away.
      this.#scale[i] = this.#flat ? 1 : 1 - (0.25 * (1 - this.#cosine[i]!)) / curl;
    }
  }

  /** The place on the flattened sheet that is seen at (x, y) of its plane, to `x` and `y`. */
  flat(x: number, y: number): void {
    this.x = x;
    this.y = y;
    if (this.#flat) return;
    const across = this.#cos * x + this.#sin * y;
    const along = this.#cos * y - this.#sin * x;
    let at = ((across / REACH) * 0.5 + 0.5) * STEPS;
    at = at < 0 ? 0 : at > STEPS - 1 ? STEPS - 1 : at;
    const i = Math.floor(at);
    const t = at - i;
    this.#at = i;
    const scale = this.#scale[i]! + (this.#scale[i + 1]! - this.#scale[i]!) * t;
    const arc = (this.#arc[i]! + (this.#arc[i + 1]! - this.#arc[i]!) * t) * scale;
    this.x = this.#cos * arc - this.#sin * along * scale;
    this.y = this.#sin * arc + this.#cos * along * scale;
  }

  /**
   * Lambert's cosine there over that of a flat sheet. The lamp stands toward (lampX, lampY), off the axis of view by an
   * angle whose tangent is given.
   */
  shade(lampX: number, lampY: number, tangent: number): number {
    if (this.#flat) return 1;
    const toward = lampX * this.#cos + lampY * this.#sin;
    // cos(tilt) cos(angle) - sin(tilt) sin(angle) toward, over cos(tilt); a third of the light comes from all round.
    const lambert = this.#cosine[this.#at]! - tangent * toward * this.#sine[this.#at]!;
    return 0.3 + 0.7 * Math.max(0, lambert);
  }

  /** Part 0..1 of a lamp's mirror image there, by how far the sheet has turned since the middle of the sheen. */
  mirror(x: number, y: number): number {
    if (this.#flat) return 1;
    const across = ((this.#cos * x + this.#sin * y) / REACH) * 0.5 + 0.5;
    const middle = this.#angle[Math.round(Math.max(0, Math.min(1, across)) * STEPS)]!;
    const d = (this.#angle[this.#at]! - middle) / (PI / 9);
    return 1 / (1 + d * d);
  }
}
