/** Glasses of card and paper: comic ones with printed staring eyes, and ones cut from a printed sheet. */
import { within, type Limits } from '../camera/ranges';
import { box, ellipse } from '../distances';
import type { Random } from '../random';
import { noise } from '../noise';
import type { Rgb } from '../raster';
import type { Cue, FaceLayers } from '../types';
import { ASPECT } from '../face/head';
import { MARK, type Bench } from './bench';
import { Evidence } from './evidence';
import { drawEye, type EyeDrawing } from './features';
import { drawCard, drawIris, drawSkin } from './pigments';
import { Plane } from './plane';

export const RIMS = ['round', 'oval', 'square', 'star'] as const;

export interface FunnyEye {
  kind: 'funny-eye';
  /** Outline of each card. */
  rim: (typeof RIMS)[number];
  /** Radius of the printed ball, face units 0.2..0.42, and width of the rim around it, 0.03..0.16. */
  ball: number;
  rimWidth: number;
  /** Reflectance of the card's rim, 0..1. */
  card: Rgb;
  /** Colour of the iris, its radius in balls, 0.15..0.75, and where it stares, balls, -0.5..0.5. */
  iris: Rgb;
  irisRadius: number;
  gazeX: number;
  gazeY: number;
  /** 0 both the same way .. 1 fully cross-eyed. */
  cross: number;
  /** Shade printed toward the ball's edge so that a flat disc seems to bulge, 0..1. */
  bulge: number;
  /** Red veins printed on the white, 0..1. */
  veins: number;
  /** Turn against the head, radians, -0.15..0.15, and shift from the eyes, face units, -0.1..0.1. */
  tilt: number;
  shiftX: number;
  shiftY: number;
  /** Varnish of the card, 0 matte .. 0.5: a weak broad sheen. */
  gloss: number;
  /** Seeds the veins. */
  seed: number;
}

export const FUNNY_EYE_LIMITS: Limits<FunnyEye> = {
  ball: [0.2, 0.42],
  rimWidth: [0.03, 0.16],
  card: [0, 1],
  iris: [0, 1],
  irisRadius: [0.15, 0.75],
  gazeX: [-0.5, 0.5],
  gazeY: [-0.5, 0.5],
  cross: [0, 1],
  bulge: [0, 1],
  veins: [0, 1],
  tilt: [-0.15, 0.15],
  shiftX: [-0.1, 0.1],
  shiftY: [-0.1, 0.1],
  gloss: [0, 0.5],
  seed: [-2147483648, 2147483647],
};

export function drawFunnyEye(random: Random): FunnyEye {
  return {
    kind: 'funny-eye',
    rim: random.pick(RIMS),
    ball: random.uniform(0.26, 0.34),
    rimWidth: random.uniform(0.05, 0.11),
    card: drawCard(random),
    iris: drawIris(random),
    irisRadius: random.uniform(0.28, 0.6),
    gazeX: random.uniform(-0.3, 0.3),
    gazeY: random.uniform(-0.2, 0.2),
    cross: random.chance(0.3) ? random.uniform(0.4, 1) : 0,
    bulge: random.uniform(0.2, 0.9),
    veins: random.chance(0.4) ? random.uniform(0.3, 1) : 0,
    tilt: random.uniform(-0.06, 0.06),
    shiftX: random.uniform(-0.03, 0.03),
    shiftY: random.uniform(-0.03, 0.04),
    gloss: random.uniform(0, 0.2),
    seed: random.seed(),
  };
}

export function validateFunnyEye(glasses: FunnyEye): void {
  within('Funny-eye glasses', glasses, FUNNY_EYE_LIMITS);
  if (!RIMS.includes(glasses.rim)) throw new RangeError(`Funny-eye glasses: rim is ${String(glasses.rim)}`);
}

/** The middle between the eyes in the picture and half their distance along the piece. */
export function eyeLine(layers: FaceLayers): { cx: number; cy: number } {
  const [lx, ly] = layers.landmarks.leftEye;
  const [rx, ry] = layers.landmarks.rightEye;
  return { cx: (lx + rx) / 2, cy: (ly + ry) / 2 };
}

function card(shape: (typeof RIMS)[number], x: number, y: number, r: number): number {
  switch (shape) {
    case 'round':
      return ellipse(x, y, r, r);
    case 'oval':
      return ellipse(x, y, r * 1.12, r * 0.92);
    case 'square':
      return box(x, y, r, r, 0.05);
    case 'star': {
      // Eight rounded points: two squares, one of them turned by an eighth.
      const turned = box((x + y) * 0.7071, (y - x) * 0.7071, r * 0.9, r * 0.9, 0.02);
      return Math.min(box(x, y, r * 0.9, r * 0.9, 0.02), turned);
    }
  }
}

export function wearFunnyEye(bench: Bench, glasses: FunnyEye): Cue[] {
  const { layers } = bench;
  const { cx, cy } = eyeLine(layers);
  const unit = layers.unit;
  const plane = new Plane(bench, cx, cy, glasses.tilt);
  const eye = Math.max(0.28, Math.abs(plane.toPiece(...layers.landmarks.rightEye)[0]));
  // Neighbouring discs may touch but not overlap at the bridge.
  const ball = Math.min(glasses.ball, eye * 0.86);
  const rim = ball + glasses.rimWidth;
  const soft = 0.5 / unit;
  plane.lay({
    outline(x, y) {
      const px = x - glasses.shiftX;
      const py = y - glasses.shiftY;
      const bridge = box(px, py, eye, 0.055, 0.02);
      return Math.min(card(glasses.rim, Math.abs(px) - eye, py, rim), bridge);
    },
    ink(x, y, colour) {
      const px = x - glasses.shiftX;
      const py = y - glasses.shiftY;
      const side = px < 0 ? -1 : 1;
      const ex = px - side * eye;
      const r = Math.sqrt(ex * ex + py * py) / ball;
      colour[0] = glasses.card[0];
      colour[1] = glasses.card[1];
      colour[2] = glasses.card[2];
      if (r >= 1) return MARK.surface | MARK.rim;
      const shade = 1 - glasses.bulge * 0.6 * r * r * r * r;
      const vein = r > 0.45 ? glasses.veins * Math.max(0, 1 - 7 * Math.abs(noise(px * 9, py * 9, glasses.seed))) : 0;
      colour[0] = 0.86 * shade;
      colour[1] = 0.86 * shade * (1 - 0.7 * vein);
      colour[2] = 0.84 * shade * (1 - 0.7 * vein);
      const gaze = glasses.gazeX * (1 - glasses.cross) - side * 0.32 * glasses.cross;
      const ix = ex / ball - gaze;
      const iy = py / ball - glasses.gazeY;
      const ir = Math.sqrt(ix * ix + iy * iy) / glasses.irisRadius;
      if (ir < 1) {
        const tone = ir > 0.86 ? 0.35 : 0.75 + 0.35 * ir;
        const pupil = ir < 0.5;
        // The printed catch light sits on the same side in both eyes, wherever the lamp is.
        const spark =
          (ix + 0.3 * glasses.irisRadius) * (ix + 0.3 * glasses.irisRadius) +
          (iy + 0.3 * glasses.irisRadius) * (iy + 0.3 * glasses.irisRadius);
        const white = spark < 0.035 * glasses.irisRadius;
        for (let c = 0; c < 3; c++) colour[c] = white ? 0.9 : pupil ? 0.012 : glasses.iris[c]! * tone;
      }
      // A black line around the ball, as comics have it.
      if (r > 1 - (2.4 * soft) / ball) for (let c = 0; c < 3; c++) colour[c] = colour[c]! * 0.3;
      return MARK.surface | MARK.eyes;
    },
    lean(x, _y, lean) {
      lean[0] = 0.12 * x;
      lean[1] = 0;
    },
    sag: (x) => 0.06 * x * x,
    gloss: glasses.gloss,
    shine: 14,
    lift: 0.12,
    overHair: true,
  });
  bench.castShadow(0.1, 0.45);
  const evidence = new Evidence(bench);
  evidence.drawn('printed eyes', MARK.eyes);
  evidence.border('paper rim', MARK.surface);
  return evidence.cues();
}

export const HOLES = ['open', 'printed'] as const;

export interface PaperGlasses {
  kind: 'paper-glasses';
  /** `open`: the wearer's own eyes look through cut holes; `printed`: the sheet goes on with printed eyes. */
  holes: (typeof HOLES)[number];
  /** Half width and half height of each lens, face units 0.2..0.4 and 0.12..0.32, and roundness of its corners 0..0.2. */
  lensWidth: number;
  lensHeight: number;
  round: number;
  /** Width of the paper frame around the lens, face units 0.05..0.2, and of its temples, 0.03..0.12. */
  frame: number;
  temple: number;
  /** Reflectance of the frame, 0..1. */
  paper: Rgb;
  /** What is printed behind the lenses: skin, iris and brow. */
  skin: Rgb;
  iris: Rgb;
  /** Lean of each half away from the fold at the bridge, tangent -0.6..0.6: halves take the lamp differently. */
  fold: number;
  /** Unsteadiness of the scissors, face units 0..0.03. */
  ragged: number;
  tilt: number;
  shiftX: number;
  shiftY: number;
  /** Seeds the cut. */
  seed: number;
}

export const PAPER_GLASSES_LIMITS: Limits<PaperGlasses> = {
  lensWidth: [0.2, 0.4],
  lensHeight: [0.12, 0.32],
  round: [0, 0.2],
  frame: [0.05, 0.2],
  temple: [0.03, 0.12],
  paper: [0, 1],
  skin: [0, 1],
  iris: [0, 1],
  fold: [-0.6, 0.6],
  ragged: [0, 0.03],
  tilt: [-0.15, 0.15],
  shiftX: [-0.1, 0.1],
  shiftY: [-0.1, 0.1],
  seed: [-2147483648, 2147483647],
};

export function drawPaperGlasses(random: Random): PaperGlasses {
  return {
    kind: 'paper-glasses',
    holes: random.pick(HOLES),
    lensWidth: random.uniform(0.25, 0.33),
    lensHeight: random.uniform(0.16, 0.25),
    round: random.uniform(0.02, 0.15),
    frame: random.uniform(0.07, 0.13),
    temple: random.uniform(0.04, 0.08),
    paper: drawCard(random),
    skin: drawSkin(random),
    iris: drawIris(random),
    fold: random.uniform(0.2, 0.45) * (random.chance(0.7) ? 1 : -1),
    ragged: random.uniform(0.004, 0.02),
    tilt: random.uniform(-0.08, 0.08),
    shiftX: random.uniform(-0.04, 0.04),
    shiftY: random.uniform(-0.03, 0.05),
    seed: random.seed(),
  };
}

export function validatePaperGlasses(glasses: PaperGlasses): void {
  within('Paper glasses', glasses, PAPER_GLASSES_LIMITS);
  if (!HOLES.includes(glasses.holes)) throw new RangeError(`Paper glasses: holes is ${String(glasses.holes)}`);
}

export function wearPaperGlasses(bench: Bench, glasses: PaperGlasses): Cue[] {
  const { layers } = bench;
  const { cx, cy } = eyeLine(layers);
  const soft = 0.5 / layers.unit;
  const plane = new Plane(bench, cx, cy, glasses.tilt);
  const eye = Math.max(0.28, Math.abs(plane.toPiece(...layers.landmarks.rightEye)[0]));
  const wide = Math.min(glasses.lensWidth, eye * 0.84);
  const drawing: EyeDrawing = {
    width: Math.min(0.19, wide * 0.75),
    opening: 0.075,
    iris: glasses.iris,
    white: [0.66, 0.64, 0.62],
    line: [0.05, 0.035, 0.03],
    irisRadius: 0.07,
    gazeX: 0,
    gazeY: 0,
    brow: 0,
    browThickness: 0,
  };
  const lens = (x: number, y: number): number =>
    box(Math.abs(x) - eye, y, wide, glasses.lensHeight, Math.min(glasses.round, glasses.lensHeight));
  plane.lay({
    outline(x, y) {
      const px = x - glasses.shiftX;
      const py = y - glasses.shiftY;
      const cut = glasses.ragged * noise(px * 9, py * 9, glasses.seed);
      const toLens = lens(px, py) + cut;
      const outer = toLens - glasses.frame;
      const bridge = box(px, py + 0.04, eye, glasses.temple) + cut;
      const temples = Math.max(box(px, py + 0.1, 1.05 * ASPECT, glasses.temple) + cut, 0.2 - Math.abs(px));
      const whole = Math.min(outer, bridge, temples);
      return glasses.holes === 'open' ? Math.max(whole, -toLens) : whole;
    },
    ink(x, y, colour) {
      const px = x - glasses.shiftX;
      const py = y - glasses.shiftY;
      for (let c = 0; c < 3; c++) colour[c] = glasses.paper[c]!;
      if (glasses.holes === 'open' || lens(px, py) > 0) return MARK.surface | MARK.rim;
      const side = px < 0 ? -1 : 1;
      for (let c = 0; c < 3; c++) colour[c] = glasses.skin[c]!;
      drawEye(side * px - eye, py, drawing, side, soft, colour);
      return MARK.surface | MARK.eyes;
    },
    lean(x, _y, lean) {
      lean[0] = x - glasses.shiftX < 0 ? -glasses.fold : glasses.fold;
      lean[1] = 0;
    },
    sag: (x) => glasses.fold * Math.abs(x - glasses.shiftX),
    gloss: 0.02,
    shine: 8,
    lift: 0.06,
    overHair: true,
  });
  bench.castShadow(0.07, 0.45);
  const evidence = new Evidence(bench);
  evidence.changed('paper rim', MARK.rim, 0.09, 0.015);
  evidence.border('cut edge', MARK.surface, 0.07, 0.2);
  evidence.folded('folded paper', MARK.surface, 0.07);
  return evidence.cues();
}
