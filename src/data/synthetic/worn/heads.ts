/** Whole heads: a silicone mask with living eyes behind it, and a mannequin with none. */
import { within, type Limits } from '../camera/ranges';
import { clamp, smoothstep } from '../maths';
import { fractal } from '../noise';
import type { Random } from '../random';
import type { Rgb } from '../raster';
import { REGION, type Cue } from '../types';
import { ASPECT } from '../face/head';
import { MARK, type Bench } from './bench';
import { Evidence } from './evidence';
import { drawEye, drawMouth, type EyeDrawing, type MouthDrawing } from './features';
import { featurePlaces } from './makeup';
import { drawIris, drawSkin } from './pigments';
import { blurWithin } from './smooth';

export interface MaskSilicone {
  kind: 'mask-silicone';
  /** Reflectance of the painted silicone, 0..1. */
  colour: Rgb;
  /** Blotches of paint, 0..0.3. */
  mottle: number;
  /** Thickness in face units, 0.03..0.2: relief finer than this is gone. */
  thickness: number;
  /** Waxy highlight: mirror-like part 0..0.8 and sharpness 4..40. */
  gloss: number;
  shine: number;
  /** Half width and half height of the eye holes, face units 0.16..0.34 and 0.07..0.2; dark gap around, 0.01..0.08. */
  holeWidth: number;
  holeHeight: number;
  gap: number;
  /** Half height of the mouth's opening, face units 0.02..0.15. */
  mouthHole: number;
  /** How far below the chin it ends, face units 0.05..0.6. */
  hem: number;
  /** Seeds the blotches. */
  seed: number;
}

export const MASK_SILICONE_LIMITS: Limits<MaskSilicone> = {
  colour: [0, 1],
  mottle: [0, 0.3],
  thickness: [0.03, 0.2],
  gloss: [0, 0.8],
  shine: [4, 40],
  holeWidth: [0.16, 0.34],
  holeHeight: [0.07, 0.2],
  gap: [0.01, 0.08],
  mouthHole: [0.02, 0.15],
  hem: [0.05, 0.6],
  seed: [-2147483648, 2147483647],
};

export function drawMaskSilicone(random: Random): MaskSilicone {
  return {
    kind: 'mask-silicone',
    colour: drawSkin(random),
    mottle: random.uniform(0.04, 0.14),
    thickness: random.uniform(0.07, 0.12),
    gloss: random.uniform(0.35, 0.55),
    shine: random.uniform(8, 18),
    holeWidth: random.uniform(0.21, 0.27),
    holeHeight: random.uniform(0.1, 0.14),
    gap: random.uniform(0.03, 0.05),
    mouthHole: random.uniform(0.04, 0.08),
    hem: random.uniform(0.14, 0.28),
    seed: random.seed(),
  };
}

export const validateMaskSilicone = (mask: MaskSilicone): void => within('Silicone mask', mask, MASK_SILICONE_LIMITS);

export function wearMaskSilicone(bench: Bench, mask: MaskSilicone): Cue[] {
  const { layers, width, height, pixels, bare } = bench;
  const { uv, unit } = layers;
  const places = featurePlaces(bench);
  const solid = new Uint8Array(pixels);
  for (let i = 0; i < pixels; i++) {
    const region = bare[i]!;
    const beard = bench.isBeard(i);
    const bald = region !== REGION.hair && region !== REGION.eyewear && bench.isHead(i);
    solid[i] = bald || beard ? 1 : 0;
  }
  const relief = blurWithin(layers.normal, solid, width, height, Math.max(1, Math.round(mask.thickness * unit)));
  for (let i = 0; i < pixels; i++) {
    if (solid[i] === 0) continue;
    const u = uv[i * 2]!;
    const v = uv[i * 2 + 1]!;
    const eye = u < 0 ? places.leftEye : places.rightEye;
    const ex = (u - eye[0]) / mask.holeWidth;
    const ey = ((v - eye[1]) * ASPECT) / mask.holeHeight;
    const toEye = (Math.sqrt(ex * ex + ey * ey) - 1) * mask.holeHeight;
    const mx = (u - places.mouth[0]) / 0.3;
    const my = ((v - places.mouth[1]) * ASPECT) / mask.mouthHole;
    const toMouth = (Math.sqrt(mx * mx + my * my) - 1) * mask.mouthHole;
    const toHole = Math.min(toEye, toMouth);
    const below = bench.belowChin(i) - mask.hem;
    const distance = Math.max(-toHole, below);
    const alpha = clamp(0.5 - distance * unit);
    if (alpha < 1 && below < 0) {
      // Behind the hole's edge the gap is dark; further in is the wearer.
      const dark = 0.85 * smoothstep(-mask.gap - 0.5 / unit, -mask.gap * 0.4, toHole) * (1 - alpha);
      if (dark > 0.02) {
        bench.tint(i, dark, 0.012, 0.01, 0.01);
        bench.claim(i, dark, MARK.hole);
      }
    }
    if (alpha === 0) continue;
    const o = i * 3;
    const paint = 1 + mask.mottle * fractal(u * 3, v * 4, 2, mask.seed);
    // Silicone is a little redder where it is thin, around its openings.
    const thin = 0.25 * smoothstep(0.16, 0, toHole);
    bench.tint(
      i,
      alpha,
      clamp(mask.colour[0] * paint),
      clamp(mask.colour[1] * paint * (1 - 0.4 * thin)),
      clamp(mask.colour[2] * paint * (1 - 0.4 * thin)),
    );
    bench.turn(i, alpha, relief[o]!, relief[o + 1]!, relief[o + 2]!);
    const seam = smoothstep(0.05, 0.02, Math.abs(below + 0.03));
    if (seam > 0) bench.tint(i, 0.5 * seam * alpha, 0.05, 0.035, 0.03);
    bench.finish(i, alpha, mask.gloss, mask.shine, 0.05);
    bench.claim(i, alpha, MARK.surface | (bare[i] === REGION.neck ? MARK.seam : 0));
    if (toHole < 0.05 && alpha >= 0.5) bench.marks[i] = bench.marks[i]! | MARK.rim;
  }
  bench.castShadow(0.05, 0.5);
  const evidence = new Evidence(bench);
  evidence.smoother('smooth skin', MARK.surface);
  evidence.changed('eye holes', MARK.hole, 0.09, 0.006);
  evidence.border('mask seam', MARK.seam, 0.05, 0.1);
  return evidence.cues();
}

export interface Mannequin {
  kind: 'mannequin';
  /** Reflectance of the plastic, 0..1, the same everywhere. */
  colour: Rgb;
  /** Radius below which the cast has no relief, face units 0.03..0.2. */
  mould: number;
  /** Mirror-like part 0..1 and sharpness of the highlight, 10..120. */
  gloss: number;
  shine: number;
  /** Paint of hair and brows, 0..1; `cap`: hair is painted on the skull too, down to a hairline. */
  hair: Rgb;
  cap: boolean;
  brow: number;
  lips: Rgb;
  iris: Rgb;
  /** Half width and opening of the painted eyes, face units 0.14..0.28 and 0.06..0.16; stare: radius of the iris 0.05..0.11. */
  eyeWidth: number;
  opening: number;
  stare: number;
}

export const MANNEQUIN_LIMITS: Limits<Mannequin> = {
  colour: [0, 1],
  mould: [0.03, 0.2],
  gloss: [0, 1],
  shine: [10, 120],
  hair: [0, 1],
  brow: [0, 0.06],
  lips: [0, 1],
  iris: [0, 1],
  eyeWidth: [0.14, 0.28],
  opening: [0.06, 0.16],
  stare: [0.05, 0.11],
};

export function drawMannequin(random: Random): Mannequin {
  const dark = random.uniform(0.008, 0.12);
  const grey = random.uniform(0.55, 0.85);
  return {
    kind: 'mannequin',
    colour: random.chance(0.75) ? drawSkin(random) : [grey, grey * 0.98, grey * 0.94],
    mould: random.uniform(0.06, 0.1),
    gloss: random.uniform(0.6, 0.95),
    shine: random.uniform(22, 60),
    hair: [dark * 1.3, dark, dark * 0.7],
    cap: random.chance(0.7),
    brow: random.uniform(0.018, 0.032),
    lips: [random.uniform(0.4, 0.65), random.uniform(0.08, 0.2), random.uniform(0.1, 0.2)],
    iris: drawIris(random),
    eyeWidth: random.uniform(0.19, 0.23),
    opening: random.uniform(0.1, 0.13),
    stare: random.uniform(0.065, 0.085),
  };
}

export const validateMannequin = (mannequin: Mannequin): void => within('Mannequin', mannequin, MANNEQUIN_LIMITS);

export function wearMannequin(bench: Bench, mannequin: Mannequin): Cue[] {
  const { layers, width, height, pixels, bare } = bench;
  const { uv, unit } = layers;
  const places = featurePlaces(bench);
  const soft = 0.5 / unit;
  const solid = new Uint8Array(pixels);
  for (let i = 0; i < pixels; i++) solid[i] = bench.isHead(i) && bare[i] !== REGION.eyewear ? 1 : 0;
  const relief = blurWithin(layers.normal, solid, width, height, Math.max(1, Math.round(mannequin.mould * unit)));
  const drawing: EyeDrawing = {
    width: mannequin.eyeWidth,
    opening: mannequin.opening,
    iris: mannequin.iris,
    white: [0.8, 0.8, 0.78],
    line: [mannequin.hair[0] * 0.6, mannequin.hair[1] * 0.6, mannequin.hair[2] * 0.6],
    irisRadius: mannequin.stare,
    gazeX: 0,
    gazeY: 0,
    brow: mannequin.brow > 0 ? 0.24 : 0,
    browThickness: mannequin.brow,
  };
  const mouth: MouthDrawing = { width: 0.3, fullness: 0.1, lips: mannequin.lips, smile: 0.01, teeth: 0 };
  const colour = new Float32Array(3);
  for (let i = 0; i < pixels; i++) {
    if (solid[i] === 0) continue;
    const u = uv[i * 2]!;
    const v = uv[i * 2 + 1]!;
    const region = bare[i]!;
    const beard = bench.isBeard(i);
    let marks: number = MARK.surface;
    let paint: Rgb = mannequin.colour;
    if (region === REGION.hair && !beard) {
      paint = mannequin.hair;
      marks |= MARK.hair;
    } else if (mannequin.cap && region === REGION.skin && v * ASPECT < -0.96 + 0.5 * smoothstep(0.55, 1, Math.abs(u))) {
      paint = mannequin.hair;
      marks |= MARK.hair;
    }
    colour[0] = paint[0];
    colour[1] = paint[1];
    colour[2] = paint[2];
    if ((region !== REGION.hair || beard) && region !== REGION.ear && region !== REGION.neck) {
      const side = u < 0 ? -1 : 1;
      const eye = side < 0 ? places.leftEye : places.rightEye;
      if (drawEye(side * (u - eye[0]), (v - eye[1]) * ASPECT, drawing, side, soft, colour)) {
        const isBrow = (v - eye[1]) * ASPECT < -1.2 * mannequin.opening;
        marks |= isBrow ? MARK.line : MARK.eyes;
      }
      // Cast with its mouth closed, whatever the person's does.
      drawMouth(u - places.mouth[0], (v - places.mouth[1]) * ASPECT, mouth, soft, colour);
    }
    const o = i * 3;
    bench.tint(i, 1, colour[0], colour[1], colour[2]);
    bench.turn(i, 1, relief[o]!, relief[o + 1]!, relief[o + 2]!);
    bench.finish(i, 1, mannequin.gloss, mannequin.shine);
    bench.claim(i, 1, marks);
  }
  const evidence = new Evidence(bench);
  evidence.shiny('plastic shine', MARK.surface);
  evidence.changed('painted hair', MARK.hair, 0.06, 0.02);
  evidence.drawn('staring eyes', MARK.eyes, 0.08, 0.005);
  evidence.flatter('rigid surface', MARK.surface, 0.035);
  evidence.smoother('smooth skin', MARK.surface);
  return evidence.cues();
}
