/** Makeup that is meant to mislead: another person's features painted on, or one's own painted over. */
import { within, type Limits } from '../camera/ranges';
import { clamp, smoothstep } from '../maths';
import { fractal, noise } from '../noise';
import { Random } from '../random';
import type { Rgb } from '../raster';
import { REGION, type Cue } from '../types';
import { ASPECT, MARK, type Bench } from './bench';
import { Evidence } from './evidence';
import { featurePlaces, foundation } from './makeup';
import { drawPaint, drawSkin } from './pigments';
import { segment } from './plane';

export interface MakeupImpersonation {
  kind: 'makeup-impersonation';
  /** Reflectance of the painted skin, 0..1, and how opaque it is, 0..1. */
  tone: Rgb;
  opacity: number;
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
  /** Contour lines that redraw nose and cheeks, 0..1. */
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
    opacity: random.uniform(0.7, 0.92),
    border: random.uniform(0.8, 0.93),
    softness: random.uniform(0.015, 0.06),
    browHeight: random.uniform(0.2, 0.3),
    browThickness: random.uniform(0.035, 0.07),
    browSlant: random.uniform(-0.08, 0.08),
    forehead: random.int(0, 3),
    folds: random.uniform(0.4, 1),
    contour: random.uniform(0.4, 0.9),
    line: [dark * 1.5, dark, dark * 0.8],
    lips: [random.uniform(0.2, 0.45), random.uniform(0.04, 0.1), random.uniform(0.05, 0.1)],
    seed: random.seed(),
  };
}

export const validateMakeupImpersonation = (makeup: MakeupImpersonation): void =>
  within('Impersonation makeup', makeup, MAKEUP_IMPERSONATION_LIMITS);

/** Radius of a point in face radii: 1 about at the face's outline. */
const radiusOf = (u: number, v: number): number => Math.sqrt(u * u + v * v);

export function wearMakeupImpersonation(bench: Bench, makeup: MakeupImpersonation): Cue[] {
  const { layers, pixels, bare, skin } = bench;
  const { uv } = layers;
  const places = featurePlaces(bench);
  const soft = 0.6 / layers.unit;
  const toned: Rgb = [makeup.tone[0] / skin[0], makeup.tone[1] / skin[1], makeup.tone[2] / skin[2]];
  const inside = (u: number, v: number): number => {
    const wave = 0.025 * noise(u * 5, v * 5, makeup.seed);
    return smoothstep(makeup.border + makeup.softness, makeup.border - makeup.softness, radiusOf(u, v) + wave);
  };
  foundation(bench, makeup.opacity, toned, inside);
  const stroke = (i: number, distance: number, thickness: number, strength: number): void => {
    const alpha = strength * smoothstep(thickness + soft, Math.max(0, thickness - soft), distance);
    if (alpha <= 0.02) return;
    bench.tint(i, alpha, makeup.line[0], makeup.line[1], makeup.line[2]);
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
      bench.tint(i, makeup.opacity, makeup.tone[0], makeup.tone[1], makeup.tone[2]);
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
    const under = Math.abs(y - eyeY - 0.17 + 0.9 * (x - eyeX) * (x - eyeX));
    if (Math.abs(x - eyeX) < 0.22) stroke(i, under, 0.014, 0.6 * makeup.folds);
  }
  const evidence = new Evidence(bench);
  evidence.changed('painted lines', MARK.line, 0.1, 0.012);
  evidence.border('hard makeup line', MARK.surface, 0.06, 0.15);
  evidence.changed('thick makeup', MARK.surface, 0.09, 0.03);
  return evidence.cues();
}

export const PATTERNS = ['blocks', 'stripes', 'half', 'scars', 'camouflage'] as const;

export interface MakeupObfuscation {
  kind: 'makeup-obfuscation';
  pattern: (typeof PATTERNS)[number];
  /** Two paints and how opaque they are, 0..1. */
  first: Rgb;
  second: Rgb;
  opacity: number;
  /** Size of a block, stripe or patch, face units 0.08..0.6. */
  size: number;
  /** Direction of stripes and scars, radians -1.6..1.6. */
  angle: number;
  /** How many blocks or scars, 1..9. */
  count: number;
  /** Shine of grease paint, 0..0.5. */
  gloss: number;
  /** Seeds where they lie. */
  seed: number;
}

export const MAKEUP_OBFUSCATION_LIMITS: Limits<MakeupObfuscation> = {
  first: [0, 1],
  second: [0, 1],
  opacity: [0, 1],
  size: [0.08, 0.6],
  angle: [-1.6, 1.6],
  count: [1, 9],
  gloss: [0, 0.5],
  seed: [-2147483648, 2147483647],
};

export function drawMakeupObfuscation(random: Random): MakeupObfuscation {
  const pattern = random.pick(PATTERNS);
  const scars = pattern === 'scars';
  return {
    kind: 'makeup-obfuscation',
    pattern,
    first: scars ? [random.uniform(0.16, 0.3), 0.02, 0.025] : drawPaint(random),
    second: scars ? [0.5, 0.2, 0.18] : drawPaint(random),
    opacity: random.uniform(0.8, 0.96),
    size: random.uniform(0.18, 0.34),
    angle: random.uniform(-1.2, 1.2),
    count: scars ? random.int(3, 5) : random.int(4, 7),
    gloss: random.uniform(0.06, 0.25),
    seed: random.seed(),
  };
}

export function validateMakeupObfuscation(makeup: MakeupObfuscation): void {
  within('Obfuscation makeup', makeup, MAKEUP_OBFUSCATION_LIMITS);
  if (!PATTERNS.includes(makeup.pattern)) {
    throw new RangeError(`Obfuscation makeup: pattern is ${String(makeup.pattern)}`);
  }
  if (!Number.isInteger(makeup.count)) {
    throw new RangeError(`Obfuscation makeup: count is ${makeup.count}, and must be a whole number`);
  }
}

/** Shapes of one pattern: x, y, direction cosines and half sizes, eight numbers each, drawn once a frame. */
function layOut(makeup: MakeupObfuscation): Float32Array {
  const random = new Random('paint', makeup.seed);
  const shapes = new Float32Array(makeup.count * 6);
  for (let n = 0; n < makeup.count; n++) {
    const o = n * 6;
    shapes[o] = random.uniform(-0.65, 0.65);
    shapes[o + 1] = random.uniform(-0.8, 0.85);
    const c = random.uniform(-1, 1);
    shapes[o + 2] = c;
    shapes[o + 3] = Math.sqrt(1 - c * c);
    shapes[o + 4] = makeup.size * random.uniform(0.7, 1.3);
    shapes[o + 5] = makeup.size * random.uniform(0.4, 0.9);
  }
  return shapes;
}

export function wearMakeupObfuscation(bench: Bench, makeup: MakeupObfuscation): Cue[] {
  const { layers, pixels, bare } = bench;
  const { uv } = layers;
  const shapes = layOut(makeup);
  const soft = 0.7 / layers.unit;
  // A unit vector from the half angle: close to cosine and sine, exactly of length one.
  const t = makeup.angle / 2;
  const cosine = (1 - t * t) / (1 + t * t);
  const sine = (2 * t) / (1 + t * t);
  for (let i = 0; i < pixels; i++) {
    const region = bare[i]!;
    if (region !== REGION.skin && region !== REGION.brow && region !== REGION.lips) continue;
    const x = uv[i * 2]!;
    const y = uv[i * 2 + 1]! * ASPECT;
    // Signed distance to the nearest paint, negative inside, and which of the two it is.
    let distance = 9;
    let second = false;
    const wave = 0.03 * noise(x * 6, y * 6, makeup.seed);
    switch (makeup.pattern) {
      case 'blocks':
        for (let n = 0; n < makeup.count; n++) {
          const o = n * 6;
          const dx = x - shapes[o]!;
          const dy = y - shapes[o + 1]!;
          const along = Math.abs(dx * shapes[o + 2]! + dy * shapes[o + 3]!) - shapes[o + 4]!;
          const across = Math.abs(dy * shapes[o + 2]! - dx * shapes[o + 3]!) - shapes[o + 5]!;
          const d = Math.max(along, across);
          if (d < distance) {
            distance = d;
            second = n % 2 === 1;
          }
        }
        break;
      case 'stripes': {
        const p = (x * cosine + y * sine + wave) / makeup.size;
        const at = p - Math.floor(p);
        second = (Math.floor(p) & 1) === 1;
        distance = (Math.abs(at - 0.5) - 0.3) * makeup.size;
        break;
      }
      case 'half':
        distance = Math.max(x * cosine + 0.3 * y * sine + wave, radiusOf(x, y / ASPECT) - 0.92);
        break;
      case 'scars':
        for (let n = 0; n < makeup.count; n++) {
          const o = n * 6;
          const dx = shapes[o + 2]! * shapes[o + 4]! * 1.4;
          const dy = shapes[o + 3]! * shapes[o + 4]! * 1.4;
          const px = shapes[o]!;
          const py = shapes[o + 1]!;
          const d = segment(x + wave, y + wave, px - dx, py - dy, px + dx, py + dy) - 0.035;
          // Stitches cross the scar.
          const s = ((x - px) * dx + (y - py) * dy) / (dx * dx + dy * dy);
          const beat = s * 4 - Math.floor(s * 4);
          const stitch =
            Math.abs(s) < 1
              ? Math.max(Math.abs(beat - 0.5) * 0.25 * makeup.size - 0.012, Math.abs(d + 0.035) - 0.1)
              : 9;
          const nearest = Math.min(d, stitch);
          if (nearest < distance) {
            distance = nearest;
            second = false;
          }
        }
        break;
      case 'camouflage': {
        const patch = fractal(x / makeup.size, y / makeup.size, 2, makeup.seed);
        second = patch < 0;
        distance = (0.16 - Math.abs(patch)) * makeup.size;
        break;
      }
    }
    const alpha = makeup.opacity * smoothstep(soft, -soft, distance);
    if (alpha <= 0) continue;
    const paint = second ? makeup.second : makeup.first;
    const streak = 1 + 0.12 * noise(x * 18, y * 5, makeup.seed + 7);
    bench.tint(i, alpha, clamp(paint[0] * streak), clamp(paint[1] * streak), clamp(paint[2] * streak));
    bench.finish(i, alpha, makeup.gloss, 18);
    bench.claim(i, alpha, MARK.surface | MARK.line, false);
  }
  const evidence = new Evidence(bench);
  evidence.border('painted lines', MARK.line, 0.09, 0.25);
  evidence.changed('thick makeup', MARK.surface, 0.11, 0.025);
  return evidence.cues();
}
