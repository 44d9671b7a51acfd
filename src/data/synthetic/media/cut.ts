/**
 * A photograph that is cut out around the face, with holes for the eyes, and held over a living face (the "cut photo" of
 * CASIA-FASD, Zhang et al., ICB 2012). Hair, neck, room and blinking eyes are real; the face is paper.
 */
import { draw, within, type Limits, type Range } from '../camera/ranges';
import { ellipse } from '../distances';
import { cos, sin } from '../maths';
import { noise } from '../noise';
import type { Random } from '../random';
import type { FaceLayers } from '../types';

/** Lengths are in face units of the photographed face. */
export interface Cut {
  /** Half width and half height of what is left of the sheet, 0.7..1.3 and 0.9..1.7. */
  halfWidth: number;
  halfHeight: number;
  /** Half width and half height of the eye holes, 0.12..0.35 and 0.06..0.2. */
  holeWidth: number;
  holeHeight: number;
  /** Unsteadiness of the scissors, 0..0.05. */
  ragged: number;
  /** Seeds the scissors' way. */
  seed: number;
}

export const CUT_LIMITS: Limits<Cut> = {
  halfWidth: [0.7, 1.3],
  halfHeight: [0.9, 1.7],
  holeWidth: [0.12, 0.35],
  holeHeight: [0.06, 0.2],
  ragged: [0, 0.05],
  seed: [-2147483648, 2147483647],
};

/** Ranges of a domain; see Cut for units. */
export type CutStyle = Record<Exclude<keyof Cut, 'seed'>, Range>;

export function drawCut(random: Random, style: CutStyle): Cut {
  const cut: Cut = {
    halfWidth: draw(random, style.halfWidth),
    halfHeight: draw(random, style.halfHeight),
    holeWidth: draw(random, style.holeWidth),
    holeHeight: draw(random, style.holeHeight),
    ragged: draw(random, style.ragged),
    seed: random.seed(),
  };
  validateCut(cut);
  return cut;
}

/** Throws a RangeError for the first parameter out of its range. */
export const validateCut = (cut: Cut): void => within('Cut photograph', cut, CUT_LIMITS);

/** The scissors' way around a photographed face. Places and lengths are those of the picture: -1..1 both ways, y down. */
export class CutOut {
  readonly #cut: Cut;
  readonly #unit: number;
  readonly #cos: number;
  readonly #sin: number;
  readonly #x: number;
  readonly #y: number;
  /** Middles of the eyes, in face units from the middle of the face, along its own axes. */
  readonly #eyes: readonly (readonly [number, number])[];

  constructor(cut: Cut, face: Pick<FaceLayers, 'landmarks' | 'unit' | 'roll' | 'width'>) {
    validateCut(cut);
    const toPicture = 2 / face.width;
    const { leftEye, rightEye, mouth } = face.landmarks;
    this.#cut = cut;
    this.#unit = face.unit * toPicture;
    this.#cos = cos(face.roll);
    this.#sin = sin(face.roll);
    this.#x = ((leftEye[0] + rightEye[0] + 2 * mouth[0]) / 4) * toPicture - 1;
    this.#y = ((leftEye[1] + rightEye[1] + 2 * mouth[1]) / 4) * toPicture - 1 - 0.1 * this.#unit;
    this.#eyes = [leftEye, rightEye].map(([x, y]) => this.#toFace(x * toPicture - 1, y * toPicture - 1));
  }

  #toFace(u: number, v: number): [number, number] {
    const dx = (u - this.#x) / this.#unit;
    const dy = (v - this.#y) / this.#unit;
    return [dx * this.#cos + dy * this.#sin, dy * this.#cos - dx * this.#sin];
  }

  /** Signed distance from (u, v) to the outer edge, negative within it. */
  outer(u: number, v: number): number {
    const [x, y] = this.#toFace(u, v);
    const { halfWidth, halfHeight, ragged, seed } = this.#cut;
    return this.#unit * (ellipse(x, y, halfWidth, halfHeight) + ragged * noise(x * 7, y * 7, seed));
  }

  /** Signed distance from (u, v) to the nearer eye hole's edge, negative within the hole. */
  hole(u: number, v: number): number {
    const [x, y] = this.#toFace(u, v);
    const { holeWidth, holeHeight } = this.#cut;
    return this.#unit * Math.min(...this.#eyes.map(([ex, ey]) => ellipse(x - ex, y - ey, holeWidth, holeHeight)));
  }
}
