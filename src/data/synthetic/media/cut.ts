/**
 * A photograph that is cut out around the face, with holes for the eyes, and held over a living face (the "cut photo" of
 * CASIA-FASD, Zhang et al., ICB 2012). Hair, neck, room and blinking eyes are real; the face is paper.
 */
import { draw, within, type Limits, type Range } from '../camera/ranges';
import { ellipse } from '../distances';
import { cos, sin } from '../maths';
import { noise } from '../noise';
import type { Random } from '../random';
import { REGION, type FaceLayers } from '../types';

export interface Cut {
  /** Width and height of what is left of the sheet over those of the face that it shows, 0.7..1.3. */
  width: number;
  height: number;
  /** Half width and half height of the eye holes, face units 0.12..0.35 and 0.06..0.2. */
  holeWidth: number;
  holeHeight: number;
  /** Unsteadiness of the scissors, face units 0..0.05. */
  ragged: number;
  /** Seeds the scissors' way. */
  seed: number;
}

export const CUT_LIMITS: Limits<Cut> = {
  width: [0.7, 1.3],
  height: [0.7, 1.3],
  holeWidth: [0.12, 0.35],
  holeHeight: [0.06, 0.2],
  ragged: [0, 0.05],
  seed: [-2147483648, 2147483647],
};

/** Ranges of a domain; see Cut for units. */
export type CutStyle = Record<Exclude<keyof Cut, 'seed'>, Range>;

export function drawCut(random: Random, style: CutStyle): Cut {
  const cut: Cut = {
    width: draw(random, style.width),
    height: draw(random, style.height),
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

type Place = readonly [number, number];

interface Box {
  x: number;
  y: number;
  halfWidth: number;
  halfHeight: number;
}

/** What of a picture is the face. */
const FACE: ReadonlySet<number> = new Set([
  REGION.skin,
  REGION.eye,
  REGION.brow,
  REGION.lips,
  REGION.mouth,
  REGION.eyewear,
]);

/** The scissors' way around a photographed face. Places and lengths are those of the picture: -1..1 both ways, y down. */
export class CutOut {
  readonly #cut: Cut;
  readonly #unit: number;
  readonly #cos: number;
  readonly #sin: number;
  /** Middle of the face and half its width and height, in face units along its own axes, as seen in the picture. */
  readonly #box: Box;
  /** Middles of the eyes there. */
  readonly #eyes: readonly [Place, Place];

  constructor(cut: Cut, face: Pick<FaceLayers, 'landmarks' | 'unit' | 'roll' | 'width' | 'region' | 'uv'>) {
    validateCut(cut);
    const toPicture = 2 / face.width;
    this.#cut = cut;
    this.#unit = face.unit * toPicture;
    this.#cos = cos(face.roll);
    this.#sin = sin(face.roll);
    const { leftEye, rightEye } = face.landmarks;
    const placed = ([x, y]: Place): Place => this.#toFace(x * toPicture - 1, y * toPicture - 1);
    this.#eyes = [placed(leftEye), placed(rightEye)];
    this.#box = this.#faceOf(face);
  }

  #toFace(u: number, v: number): [number, number] {
    const x = u / this.#unit;
    const y = v / this.#unit;
    return [x * this.#cos + y * this.#sin, y * this.#cos - x * this.#sin];
  }

  /** Where the face lies, from the hairline to the chin: of a turned head the picture shows less of one side. */
  #faceOf({ region, uv, width }: Pick<FaceLayers, 'region' | 'uv' | 'width'>): Box {
    let [left, right, top, bottom] = [Infinity, -Infinity, Infinity, -Infinity];
    for (let i = 0; i < region.length; i++) {
      if (!FACE.has(region[i]!) || Math.abs(uv[2 * i]!) > 1 || Math.abs(uv[2 * i + 1]!) > 1) continue;
      const [x, y] = this.#toFace(
        (2 * ((i % width) + 0.5)) / width - 1,
        (2 * (Math.floor(i / width) + 0.5)) / width - 1,
      );
      left = Math.min(left, x);
      right = Math.max(right, x);
      top = Math.min(top, y);
      bottom = Math.max(bottom, y);
    }
    if (!(right > left)) throw new RangeError('Cut photograph: the picture shows no face');
    return {
      x: (left + right) / 2,
      y: (top + bottom) / 2,
      halfWidth: (right - left) / 2,
      halfHeight: (bottom - top) / 2,
    };
  }

  /** Signed distance from (u, v) to the outer edge, negative within it. */
  outer(u: number, v: number): number {
    const [x, y] = this.#toFace(u, v);
    const { width, height, ragged, seed } = this.#cut;
    const box = this.#box;
    const edge = ellipse(x - box.x, y - box.y, width * box.halfWidth, height * box.halfHeight);
    return this.#unit * (edge + ragged * noise(x * 7, y * 7, seed));
  }

  /** Signed distance from (u, v) to the nearer eye hole's edge, negative within the hole. */
  hole(u: number, v: number): number {
    const [x, y] = this.#toFace(u, v);
    const { holeWidth, holeHeight } = this.#cut;
    const [[leftX, leftY], [rightX, rightY]] = this.#eyes;
    const left = ellipse(x - leftX, y - leftY, holeWidth, holeHeight);
    return this.#unit * Math.min(left, ellipse(x - rightX, y - rightY, holeWidth, holeHeight));
  }
}
