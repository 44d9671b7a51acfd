/** Pieces cut from a printed photo and laid over the eyes or over nose and mouth. */
import { within, type Limits } from '../camera/ranges';
import { box, ellipse } from '../distances';
import { clamp } from '../maths';
import { noise } from '../noise';
import type { Random } from '../random';
import type { Rgb } from '../raster';
import type { Cue } from '../types';
import { MARK, type Bench } from './bench';
import { Evidence } from './evidence';
import { drawEye, drawMouth, type EyeDrawing, type MouthDrawing } from './features';
import { eyeLine } from './glasses';
import { drawIris, drawSkin } from './pigments';
import { Plane } from './plane';

export const OUTLINES = ['rectangle', 'oval'] as const;

/** What every piece of a printed photo has. */
interface Printed {
  outline: (typeof OUTLINES)[number];
  /** Half width and half height, face units. */
  halfWidth: number;
  halfHeight: number;
  /** Reflectance of the printed skin, 0..1. */
  skin: Rgb;
  /** Loss of ink, 0 full .. 0.5: tones move toward paper. */
  fade: number;
  /** Light and shade of the photographed face, printed for good: -1 from the left .. 1 from the right. */
  printedLight: number;
  /** White paper left around the photo, face units 0..0.06. */
  margin: number;
  /** Bend over the face, tangent at one face unit from the middle, 0 flat .. 0.5. */
  bend: number;
  /** Unsteadiness of the scissors, face units 0..0.04. */
  ragged: number;
  /** Turn against the head, radians -0.2..0.2, and shift, face units -0.15..0.15. */
  tilt: number;
  shiftX: number;
  shiftY: number;
  /** Seeds cut and grain. */
  seed: number;
}

export interface PartialEye extends Printed {
  kind: 'partial-eye';
  iris: Rgb;
  /** Half width and opening of the printed eyes, face units 0.12..0.28 and 0.04..0.14. */
  eyeWidth: number;
  opening: number;
  /** Thickness of the printed brows, face units 0..0.08. */
  brow: number;
}

export interface PartialMouth extends Printed {
  kind: 'partial-mouth';
  lips: Rgb;
  /** Half width and half height of the printed lips, face units 0.18..0.45 and 0.04..0.16. */
  mouthWidth: number;
  fullness: number;
  /** Corners up, face units -0.05..0.12; teeth shown 0..1. */
  smile: number;
  teeth: number;
}

const PRINTED_LIMITS: Limits<Printed> = {
  halfWidth: [0.3, 1],
  halfHeight: [0.15, 0.7],
  skin: [0, 1],
  fade: [0, 0.5],
  printedLight: [-1, 1],
  margin: [0, 0.06],
  bend: [0, 0.5],
  ragged: [0, 0.04],
  tilt: [-0.2, 0.2],
  shiftX: [-0.15, 0.15],
  shiftY: [-0.15, 0.15],
  seed: [-2147483648, 2147483647],
};
export const PARTIAL_EYE_LIMITS: Limits<PartialEye> = {
  ...PRINTED_LIMITS,
  iris: [0, 1],
  eyeWidth: [0.12, 0.28],
  opening: [0.04, 0.14],
  brow: [0, 0.08],
};
export const PARTIAL_MOUTH_LIMITS: Limits<PartialMouth> = {
  ...PRINTED_LIMITS,
  lips: [0, 1],
  mouthWidth: [0.18, 0.45],
  fullness: [0.04, 0.16],
  smile: [-0.05, 0.12],
  teeth: [0, 1],
};

function drawPrinted(random: Random, wide: readonly [number, number], high: readonly [number, number]): Printed {
  return {
    outline: random.chance(0.65) ? 'rectangle' : 'oval',
    halfWidth: random.uniform(...wide),
    halfHeight: random.uniform(...high),
    skin: drawSkin(random),
    fade: random.uniform(0, 0.12),
    printedLight: random.uniform(-0.8, 0.8),
    margin: random.chance(0.5) ? random.uniform(0.015, 0.05) : 0,
    bend: random.uniform(0, 0.25),
    ragged: random.uniform(0.003, 0.02),
    tilt: random.uniform(-0.1, 0.1),
    shiftX: random.uniform(-0.05, 0.05),
    shiftY: random.uniform(-0.04, 0.04),
    seed: random.seed(),
  };
}

export function drawPartialEye(random: Random): PartialEye {
  return {
    ...drawPrinted(random, [0.66, 0.85], [0.25, 0.37]),
    kind: 'partial-eye',
    iris: drawIris(random),
    eyeWidth: random.uniform(0.17, 0.22),
    opening: random.uniform(0.065, 0.1),
    brow: random.uniform(0.025, 0.055),
  };
}

export function drawPartialMouth(random: Random): PartialMouth {
  const printed = drawPrinted(random, [0.46, 0.66], [0.34, 0.48]);
  return {
    ...printed,
    kind: 'partial-mouth',
    // Lips of that skin: redder and darker than it.
    lips: [
      printed.skin[0] * random.uniform(0.6, 0.8),
      printed.skin[1] * random.uniform(0.25, 0.4),
      printed.skin[2] * random.uniform(0.3, 0.45),
    ],
    mouthWidth: random.uniform(0.28, 0.36),
    fullness: random.uniform(0.085, 0.13),
    smile: random.uniform(-0.02, 0.07),
    teeth: random.chance(0.5) ? random.uniform(0.5, 1) : 0,
  };
}

function validatePrinted(owner: string, piece: Printed): void {
  if (!OUTLINES.includes(piece.outline)) throw new RangeError(`${owner}: outline is ${String(piece.outline)}`);
}
export function validatePartialEye(piece: PartialEye): void {
  within('Partial-eye piece', piece, PARTIAL_EYE_LIMITS);
  validatePrinted('Partial-eye piece', piece);
}
export function validatePartialMouth(piece: PartialMouth): void {
  within('Partial-mouth piece', piece, PARTIAL_MOUTH_LIMITS);
  validatePrinted('Partial-mouth piece', piece);
}

/** Lays the piece; `picture` draws on the printed skin and says which MARK bits it drew. */
function layPrinted(
  bench: Bench,
  plane: Plane,
  piece: Printed,
  picture: (x: number, y: number, colour: Float32Array) => number,
): void {
  const outline = (x: number, y: number): number => {
    const px = x - piece.shiftX;
    const py = y - piece.shiftY;
    const cut = piece.ragged * noise(px * 8, py * 8, piece.seed);
    return piece.outline === 'oval'
      ? ellipse(px, py, piece.halfWidth, piece.halfHeight) + cut
      : box(px, py, piece.halfWidth, piece.halfHeight, 0.02) + cut;
  };
  // The white core of the sheet shows as a thin line where it was cut.
  const core = piece.margin + 0.7 / bench.layers.unit;
  plane.lay({
    outline,
    ink(x, y, colour) {
      const light = 0.95 + 0.45 * piece.printedLight * clamp((x - piece.shiftX) / piece.halfWidth, -1, 1);
      const grain = 1 + 0.06 * noise(x * 40, y * 40, piece.seed + 1);
      for (let c = 0; c < 3; c++) colour[c] = piece.skin[c]! * light * grain;
      const drawn = picture(x, y, colour);
      for (let c = 0; c < 3; c++) colour[c] = clamp(colour[c]! + piece.fade * (0.75 - colour[c]!));
      if (outline(x, y) > -core) {
        for (let c = 0; c < 3; c++) colour[c] = colour[c]! + (piece.margin > 0 ? 0.95 : 0.35) * (0.82 - colour[c]!);
        return MARK.surface;
      }
      return MARK.surface | drawn;
    },
    lean(x, _y, lean) {
      lean[0] = piece.bend * (x - piece.shiftX);
      lean[1] = 0;
    },
    sag: (x) => 0.5 * piece.bend * (x - piece.shiftX) * (x - piece.shiftX),
    gloss: 0.03,
    shine: 8,
    lift: 0.03,
    overHair: true,
  });
  bench.castShadow(0.05, 0.5);
}

export function wearPartialEye(bench: Bench, piece: PartialEye): Cue[] {
  const { layers } = bench;
  const { cx, cy } = eyeLine(layers);
  const soft = 0.5 / layers.unit;
  const plane = new Plane(bench, cx, cy - 0.06 * layers.unit, piece.tilt);
  const [ex, ey] = plane.toPiece(...layers.landmarks.rightEye);
  const apart = clamp(Math.abs(ex), 0.3, 0.52);
  const drawing: EyeDrawing = {
    width: piece.eyeWidth,
    opening: piece.opening,
    iris: piece.iris,
    white: [0.68, 0.65, 0.62],
    line: [0.04, 0.028, 0.022],
    irisRadius: 0.08,
    gazeX: 0,
    gazeY: -0.05,
    brow: piece.brow > 0 ? 0.21 : 0,
    browThickness: piece.brow,
  };
  layPrinted(bench, plane, piece, (x, y, colour) => {
    const side = x - piece.shiftX < 0 ? -1 : 1;
    const px = side * (x - piece.shiftX) - apart;
    const py = y - ey - piece.shiftY;
    // Printed shade of the sockets and of the nose's root.
    const socket = 1 - 0.5 * clamp(1.2 - ellipse(px, py + 0.03, 0.26, 0.16) * 9) * 0.8;
    for (let c = 0; c < 3; c++) colour[c] = colour[c]! * socket;
    drawEye(px, py, drawing, side, soft, colour);
    return MARK.eyes;
  });
  const evidence = new Evidence(bench);
  evidence.border('cut edge', MARK.surface, 0.06, 0.15);
  evidence.drawn('printed eyes', MARK.eyes, 0.07, 0.012);
  return evidence.cues();
}

export function wearPartialMouth(bench: Bench, piece: PartialMouth): Cue[] {
  const { layers } = bench;
  const [mx, my] = layers.landmarks.mouth;
  const [nx, ny] = layers.landmarks.noseTip;
  const soft = 0.5 / layers.unit;
  const plane = new Plane(bench, 0.62 * mx + 0.38 * nx, 0.62 * my + 0.38 * ny, piece.tilt);
  const mouthY = clamp(plane.toPiece(mx, my)[1], 0.08, 0.3);
  const noseY = clamp(plane.toPiece(nx, ny)[1], -0.35, -0.1);
  const drawing: MouthDrawing = {
    width: piece.mouthWidth,
    fullness: piece.fullness,
    lips: piece.lips,
    smile: piece.smile,
    teeth: piece.teeth,
  };
  layPrinted(bench, plane, piece, (x, y, colour) => {
    const px = x - piece.shiftX;
    const py = y - piece.shiftY;
    // Printed shade: beside the nose, under it, and below the lower lip.
    const wing = clamp(1 - Math.abs(ellipse(px, py - noseY, 0.19, 0.14)) * 14) * (py > noseY - 0.1 ? 1 : 0.4);
    const nostril = clamp(1.4 - ellipse(Math.abs(px) - 0.085, py - noseY - 0.085, 0.05, 0.03) * 30);
    const chin = clamp(1 - Math.abs(ellipse(px, py - mouthY - 0.19, 0.18, 0.05)) * 20) * 0.6;
    const shade = (1 - 0.5 * wing) * (1 - 0.8 * clamp(nostril)) * (1 - 0.45 * chin);
    for (let c = 0; c < 3; c++) colour[c] = colour[c]! * shade;
    drawMouth(px, py - mouthY, drawing, soft, colour);
    return MARK.mouth;
  });
  const evidence = new Evidence(bench);
  evidence.border('cut edge', MARK.surface, 0.06, 0.15);
  evidence.drawn('printed mouth', MARK.mouth, 0.06, 0.012);
  return evidence.cues();
}
