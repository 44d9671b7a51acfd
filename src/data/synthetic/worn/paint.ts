/** Makeup that repaints a face as another's: its skin, brows, wrinkles, and the light and shade of its relief. */
import { within, type Limits } from '../camera/ranges';
import { segment } from '../distances';
import { smoothstep } from '../maths';
import { noise } from '../noise';
import type { Random } from '../random';
import type { Rgb } from '../raster';
import { REGION, type Cue } from '../types';
import { ASPECT } from '../face/head';
import { MARK, type Bench } from './bench';
import { Evidence } from './evidence';
import { featurePlaces, foundation } from './makeup';
import { drawSkin } from './pigments';

export interface MakeupImpersonation {
  kind: 'makeup-impersonation';
  /** Reflectance of the painted skin, 0..1, and how opaque it is, 0..1. */
  tone: Rgb;
  opacity: number;
  /** Least factor between painted and bare skin, 1..3: whoever is impersonated is lighter or darker by that much. */
  contrast: number;
  /** Where the paint stops, face radii from the middle, 0.7..1: a border along jaw and temples. */
  border: number;
  /** Softness of that border, face units 0.01..0.2. */
  softness: number;
  /** Painted brows: height over the eye, face units 0.12..0.36; thickness 0.02..0.1; slant -0.12..0.12. */
  browHeight: number;
  browThickness: number;
  browSlant: number;
  /** Painted wrinkles across the forehead, 0..4, and from nose to mouth, 0..1. */
  forehead: number;
  folds: number;
  /** Dark and pale lines that redraw nose and cheeks, 0..1: painted shade and painted light. */
  contour: number;
  /** Colour of all lines. */
  line: Rgb;
  /** Painted lips. */
  lips: Rgb;
  /** Seeds the hand's unsteadiness. */
  seed: number;
}

export const MAKEUP_IMPERSONATION_LIMITS: Limits<MakeupImpersonation> = {
  tone: [0, 1],
  opacity: [0, 1],
  contrast: [1, 3],
  border: [0.7, 1],
  softness: [0.01, 0.2],
  browHeight: [0.12, 0.36],
  browThickness: [0.02, 0.1],
  browSlant: [-0.12, 0.12],
  forehead: [0, 4],
  folds: [0, 1],
  contour: [0, 1],
  line: [0, 1],
  lips: [0, 1],
  seed: [-2147483648, 2147483647],
};

export function drawMakeupImpersonation(random: Random): MakeupImpersonation {
  const dark = random.uniform(0.01, 0.05);
  return {
    kind: 'makeup-impersonation',
    tone: drawSkin(random),
    opacity: random.uniform(0.82, 0.96),
    contrast: random.uniform(1.5, 2.1),
    border: random.uniform(0.8, 0.93),
    softness: random.uniform(0.015, 0.06),
    browHeight: random.uniform(0.2, 0.3),
    browThickness: random.uniform(0.035, 0.07),
    browSlant: random.uniform(-0.08, 0.08),
    forehead: random.int(1, 3),
    folds: random.uniform(0.6, 1),
    contour: random.uniform(0.55, 1),
    line: [dark * 1.5, dark, dark * 0.8],
    lips: [random.uniform(0.2, 0.45), random.uniform(0.04, 0.1), random.uniform(0.05, 0.1)],
    seed: random.seed(),
  };
}

export const validateMakeupImpersonation = (makeup: MakeupImpersonation): void =>
  within('Impersonation makeup', makeup, MAKEUP_IMPERSONATION_LIMITS);

/** Radius of a point in face radii: 1 about at the face's outline. */
const radiusOf = (u: number, v: number): number => Math.sqrt(u * u + v * v);

/** What the paint's reflectance is multiplied by to be `contrast` away from this skin; 1 where it is already. */
function apart({ tone, contrast }: MakeupImpersonation, skin: Rgb): number {
  const ratio = (tone[0] + tone[1] + tone[2]) / (skin[0] + skin[1] + skin[2]);
  if (ratio >= contrast || ratio * contrast <= 1) return 1;
  // Pale skin leaves no room above it, nor dark skin below.
  const lighter = skin[1] < 0.12 || (ratio > 1 && skin[1] * contrast < 0.7);
  return (lighter ? contrast : 1 / contrast) / ratio;
}

/** Reflectance of the painted face on somebody with this skin. */
export function paintedTone(makeup: MakeupImpersonation, skin: Rgb): Rgb {
  const factor = apart(makeup, skin);
  const toward = (value: number): number => Math.min(0.95, value * factor);
  return [toward(makeup.tone[0]), toward(makeup.tone[1]), toward(makeup.tone[2])];
}

export function wearMakeupImpersonation(bench: Bench, makeup: MakeupImpersonation): Cue[] {
  const { layers, pixels, bare, skin } = bench;
  const { uv } = layers;
  const places = featurePlaces(bench);
  const soft = 0.6 / layers.unit;
  const tone = paintedTone(makeup, skin);
  const toned: Rgb = [tone[0] / skin[0], tone[1] / skin[1], tone[2] / skin[2]];
  const inside = (u: number, v: number): number => {
    const wave = 0.025 * noise(u * 5, v * 5, makeup.seed);
    return smoothstep(makeup.border + makeup.softness, makeup.border - makeup.softness, radiusOf(u, v) + wave);
  };
  foundation(bench, makeup.opacity, toned, inside);
  const light = (value: number): number => Math.min(0.92, 0.12 + 2 * value);
  const pale: Rgb = [light(tone[0]), light(tone[1]), light(tone[2])];
  const stroke = (i: number, distance: number, thickness: number, strength: number, colour = makeup.line): void => {
    const alpha = strength * smoothstep(thickness + soft, Math.max(0, thickness - soft), distance);
    if (alpha <= 0.02) return;
    bench.tint(i, alpha, colour[0], colour[1], colour[2]);
    bench.claim(i, alpha, 0, false);
    if (alpha > 0.3) bench.marks[i] = bench.marks[i]! | MARK.line;
  };
  for (let i = 0; i < pixels; i++) {
    const region = bare[i]!;
    if (region !== REGION.skin && region !== REGION.brow && region !== REGION.lips) continue;
    const u = uv[i * 2]!;
    const v = uv[i * 2 + 1]!;
    if (region === REGION.brow) {
      // One's own brows are covered before others are painted.
      bench.tint(i, makeup.opacity, tone[0], tone[1], tone[2]);
      bench.claim(i, makeup.opacity, MARK.surface, false);
    }
    if (region === REGION.lips) {
      bench.tint(i, 0.85, makeup.lips[0], makeup.lips[1], makeup.lips[2]);
      bench.claim(i, 0.85, MARK.surface, false);
      continue;
    }
    const side = u < 0 ? -1 : 1;
    const eye = side < 0 ? places.leftEye : places.rightEye;
    const x = side * u;
    const y = v * ASPECT;
    const eyeX = side * eye[0];
    const eyeY = eye[1] * ASPECT;
    const shake = 0.012 * noise(u * 14, v * 14, makeup.seed + 3);
    const browY = eyeY - makeup.browHeight;
    stroke(
      i,
      Math.min(
        segment(x, y + shake, eyeX - 0.26, browY + 0.04 - makeup.browSlant, eyeX + 0.06, browY),
        segment(x, y + shake, eyeX + 0.06, browY, eyeX + 0.27, browY + 0.08 + makeup.browSlant),
      ),
      makeup.browThickness,
      0.92,
    );
    for (let n = 0; n < makeup.forehead; n++) {
      const lineY = eyeY - 0.46 - 0.13 * n + 0.05 * x * x;
      if (x < 0.55 - 0.06 * n) stroke(i, Math.abs(y - lineY + shake), 0.018, 0.6);
    }
    const noseX = 0.24;
    const noseY = places.nose[1] * ASPECT;
    const mouthY = places.mouth[1] * ASPECT;
    stroke(i, segment(x, y + shake, noseX, noseY, 0.42, mouthY - 0.02), 0.02, 0.7 * makeup.folds);
    stroke(i, segment(x, y + shake, 0.12, eyeY + 0.08, 0.15, noseY - 0.05), 0.024, 0.62 * makeup.contour);
    stroke(i, segment(x, y + shake, 0.82, eyeY + 0.22, 0.46, mouthY - 0.12), 0.035, 0.6 * makeup.contour);
    stroke(i, segment(x, y, 0, eyeY + 0.02, 0, noseY - 0.04), 0.045, 0.75 * makeup.contour, pale);
    stroke(i, segment(x, y + shake, 0.76, eyeY + 0.16, 0.5, eyeY + 0.3), 0.05, 0.7 * makeup.contour, pale);
    stroke(
      i,
      segment(x, y + shake, eyeX - 0.2, browY + 0.1, eyeX + 0.24, browY + 0.12),
      0.03,
      0.6 * makeup.contour,
      pale,
    );
    const under = Math.abs(y - eyeY - 0.17 + 0.9 * (x - eyeX) * (x - eyeX));
    if (Math.abs(x - eyeX) < 0.22) stroke(i, under, 0.014, 0.6 * makeup.folds);
  }
  const evidence = new Evidence(bench);
  evidence.changed('painted lines', MARK.line, 0.1, 0.012);
  evidence.border('hard makeup line', MARK.surface, 0.06, 0.15);
  evidence.changed('thick makeup', MARK.surface, 0.09, 0.03);
  return evidence.cues();
}
