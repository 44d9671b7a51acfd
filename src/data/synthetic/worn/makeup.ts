/** Pigment on living skin: relief stays, pores and unevenness go, colour is somebody's choice. */
import { within, type Limits } from '../camera/ranges';
import { clamp, smoothstep } from '../maths';
import type { Random } from '../random';
import type { Rgb } from '../raster';
import { REGION, type Cue } from '../types';
import { ASPECT } from '../face/head';
import { MARK, type Bench } from './bench';
import { Evidence } from './evidence';
import { drawLipstick, drawShadow } from './pigments';
import { blurWithin } from './smooth';

export interface MakeupCosmetic {
  kind: 'makeup-cosmetic';
  /** How opaque the foundation is, 0..1: it fills pores and levels the skin's colour. */
  foundation: number;
  /** Its lightness against the bare skin, factor 0.7..1.5. */
  tone: number;
  /** Lipstick and its opacity, 0..1, and how far the gloss on it goes, 0..0.8. */
  lips: Rgb;
  lipStrength: number;
  lipGloss: number;
  /** Eye shadow, its opacity 0..1 and its reach above the eye, face units 0.05..0.35. */
  shadow: Rgb;
  shadowStrength: number;
  shadowReach: number;
  /** Line along the lids, 0..1. */
  liner: number;
  /** Darker powder under cheekbones and beside the nose, 0..0.6: painted relief. */
  contour: number;
  /** Red powder on the cheeks, 0..0.7. */
  blush: number;
  /** Darkening of the brows, 0..1. */
  brows: number;
}

export const MAKEUP_COSMETIC_LIMITS: Limits<MakeupCosmetic> = {
  foundation: [0, 1],
  tone: [0.7, 1.5],
  lips: [0, 1],
  lipStrength: [0, 1],
  lipGloss: [0, 0.8],
  shadow: [0, 1],
  shadowStrength: [0, 1],
  shadowReach: [0.05, 0.35],
  liner: [0, 1],
  contour: [0, 0.6],
  blush: [0, 0.7],
  brows: [0, 1],
};

export function drawMakeupCosmetic(random: Random): MakeupCosmetic {
  return {
    kind: 'makeup-cosmetic',
    foundation: random.uniform(0.75, 0.97),
    tone: random.uniform(1.1, 1.4),
    lips: drawLipstick(random),
    lipStrength: random.uniform(0.75, 0.97),
    lipGloss: random.uniform(0.05, 0.4),
    shadow: drawShadow(random),
    shadowStrength: random.uniform(0.65, 0.92),
    shadowReach: random.uniform(0.17, 0.28),
    liner: random.uniform(0.5, 1),
    contour: random.uniform(0.25, 0.5),
    blush: random.uniform(0.3, 0.6),
    brows: random.uniform(0.3, 0.9),
  };
}

export const validateMakeupCosmetic = (makeup: MakeupCosmetic): void =>
  within('Cosmetic makeup', makeup, MAKEUP_COSMETIC_LIMITS);

/**
 * A layer of foundation on the skin, `strength` 0..1: colour levelled toward `tone` times its surroundings, pores filled.
 * `where(u, v)` is how much of it goes where.
 */
export function foundation(bench: Bench, strength: number, tone: Rgb, where: (u: number, v: number) => number): void {
  const { layers, width, height, pixels, bare } = bench;
  const mask = new Uint8Array(pixels);
  for (let i = 0; i < pixels; i++) mask[i] = bare[i] === REGION.skin ? 1 : 0;
  const radius = Math.max(1, Math.round(0.07 * layers.unit));
  const level = blurWithin(layers.albedo, mask, width, height, radius);
  const relief = blurWithin(layers.normal, mask, width, height, Math.max(1, Math.round(0.03 * layers.unit)), 1);
  for (let i = 0, o = 0; i < pixels; i++, o += 3) {
    if (mask[i] === 0) continue;
    const alpha = strength * where(layers.uv[i * 2]!, layers.uv[i * 2 + 1]!);
    if (alpha <= 0) continue;
    bench.tint(i, alpha, clamp(level[o]! * tone[0]), clamp(level[o + 1]! * tone[1]), clamp(level[o + 2]! * tone[2]));
    bench.turn(i, alpha, relief[o]!, relief[o + 1]!, relief[o + 2]!);
    // Powder takes the oil's shine away.
    bench.finish(i, alpha * 0.6, 0.04, 10);
    bench.claim(i, alpha, MARK.surface, false);
  }
}

/** Distances of a pixel's face coordinates to the features, for what is put around them. */
export interface FeaturePlaces {
  leftEye: readonly [number, number];
  rightEye: readonly [number, number];
  nose: readonly [number, number];
  mouth: readonly [number, number];
}
export function featurePlaces(bench: Bench): FeaturePlaces {
  return {
    leftEye: bench.uvOf('leftEye', [-0.42, -0.15]),
    rightEye: bench.uvOf('rightEye', [0.42, -0.15]),
    nose: bench.uvOf('noseTip', [0, 0.2]),
    mouth: bench.uvOf('mouth', [0, 0.52]),
  };
}

export function wearMakeupCosmetic(bench: Bench, makeup: MakeupCosmetic): Cue[] {
  const { layers, pixels, bare } = bench;
  const { uv } = layers;
  const places = featurePlaces(bench);
  const blush: Rgb = [0.5, 0.12, 0.12];
  foundation(bench, makeup.foundation, [makeup.tone, makeup.tone * 0.985, makeup.tone * 0.97], (u, v) =>
    // It is blended out toward the jaw and the ears.
    smoothstep(1.02, 0.82, Math.sqrt(u * u + v * v * 0.86)),
  );
  for (let i = 0; i < pixels; i++) {
    const region = bare[i]!;
    if (region === REGION.lips) {
      bench.tint(i, makeup.lipStrength, makeup.lips[0], makeup.lips[1], makeup.lips[2]);
      bench.finish(i, 1, makeup.lipGloss, 30);
      bench.claim(i, makeup.lipStrength, MARK.surface | MARK.line, false);
      continue;
    }
    if (region === REGION.brow) {
      bench.tint(i, 0.75 * makeup.brows, 0.03, 0.022, 0.018);
      bench.claim(i, 0.75 * makeup.brows, MARK.surface | MARK.line, false);
      continue;
    }
    if (region !== REGION.skin) continue;
    const u = uv[i * 2]!;
    const v = uv[i * 2 + 1]!;
    // Lipstick goes a little past the lips.
    const lx = (u - places.mouth[0]) / 0.36;
    const ly = ((v - places.mouth[1]) * ASPECT) / 0.13;
    const past = makeup.lipStrength * smoothstep(1.08, 0.92, Math.sqrt(lx * lx + ly * ly));
    if (past > 0) {
      bench.tint(i, past, makeup.lips[0], makeup.lips[1], makeup.lips[2]);
      bench.finish(i, past, makeup.lipGloss, 30);
      bench.claim(i, past, MARK.surface | MARK.line, false);
    }
    const side = u < 0 ? -1 : 1;
    const eye = side < 0 ? places.leftEye : places.rightEye;
    const ex = side * (u - eye[0]);
    const ey = (v - eye[1]) * ASPECT;
    // Above the lid and drawn out toward the temple.
    const across = Math.abs(ex - 0.03) / 0.34;
    const above = -ey - 0.25 * Math.max(0, ex);
    const lid = across < 1 && ey < 0.05 ? (1 - across * across) * smoothstep(makeup.shadowReach, 0.04, above) : 0;
    if (lid > 0) {
      const alpha = makeup.shadowStrength * clamp(1.5 * lid);
      bench.tint(i, alpha, makeup.shadow[0], makeup.shadow[1], makeup.shadow[2]);
      bench.claim(i, alpha, MARK.surface | MARK.line, false);
    }
    const rim = Math.sqrt((ex / 0.24) * (ex / 0.24) + (ey / 0.11) * (ey / 0.11));
    const liner = makeup.liner * smoothstep(1.25, 0.95, rim);
    if (liner > 0) {
      bench.tint(i, 0.85 * liner, 0.015, 0.012, 0.014);
      bench.claim(i, 0.85 * liner, MARK.surface | MARK.line, false);
    }
    const cheekX = side * u - 0.55;
    const cheekY = (v - 0.22) * ASPECT;
    // Powder runs from the cheek up to the ear; the contour lies below it.
    const along = cheekX * 0.8 - cheekY * 0.6;
    const down = cheekX * 0.6 + cheekY * 0.8;
    const red = makeup.blush * clamp(1 - (along / 0.34) * (along / 0.34) - (down / 0.17) * (down / 0.17));
    if (red > 0) bench.tint(i, red, blush[0] * 1.1 * bench.skin[0] + 0.12, blush[1], blush[2]);
    const low = down - 0.24;
    const hollow = clamp(1 - (along / 0.42) * (along / 0.42) - (low / 0.11) * (low / 0.11));
    const nx = Math.abs(u) - 0.17;
    const nose = v > eye[1] && v < places.nose[1] ? clamp(1 - (nx / 0.06) * (nx / 0.06)) * 0.7 : 0;
    const dark = makeup.contour * Math.max(hollow, nose);
    if (dark > 0) bench.tint(i, dark, 0.35 * bench.skin[0], 0.28 * bench.skin[1], 0.25 * bench.skin[2]);
  }
  const evidence = new Evidence(bench);
  evidence.changed('thick makeup', MARK.line, 0.09, 0.008);
  evidence.smoother('smooth skin', MARK.surface);
  return evidence.cues();
}
