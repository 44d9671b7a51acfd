/** Rigid shells over a living face: a half mask, and one of clear plastic. */
import { within, type Limits } from '../camera/ranges';
import { clamp, smoothstep } from '../maths';
import { noise } from '../noise';
import type { Random } from '../random';
import type { Rgb } from '../raster';
import { REGION, type Cue } from '../types';
import { ASPECT } from '../face/head';
import { MARK, type Bench } from './bench';
import { Evidence } from './evidence';
import { featurePlaces } from './makeup';
import { drawShell } from './pigments';
import { blurWithin } from './smooth';

export const HALVES = ['lower', 'upper'] as const;

export interface MaskHalf {
  kind: 'mask-half';
  half: (typeof HALVES)[number];
  /** Reflectance of the plastic, 0..1. */
  colour: Rgb;
  /** Height of its edge against the nose's tip (lower) or the mouth (upper), face units -0.3..0.3. */
  edge: number;
  /** How much the edge arches up over the nose (lower) or the cheeks come down (upper), face units -0.3..0.3. */
  arch: number;
  /** Radius below which the mould has no relief, face units 0.03..0.3. */
  mould: number;
  /** Mirror-like part 0..1 and sharpness of the highlight, 8..120. */
  gloss: number;
  shine: number;
  /** Thickness of the shell, face units 0.02..0.12: the rim's light and its shadow. */
  thickness: number;
}

export const MASK_HALF_LIMITS: Limits<MaskHalf> = {
  colour: [0, 1],
  edge: [-0.3, 0.3],
  arch: [-0.3, 0.3],
  mould: [0.03, 0.3],
  gloss: [0, 1],
  shine: [8, 120],
  thickness: [0.02, 0.12],
};

export function drawMaskHalf(random: Random): MaskHalf {
  return {
    kind: 'mask-half',
    half: random.pick(HALVES),
    colour: drawShell(random),
    edge: random.uniform(-0.12, 0.06),
    arch: random.uniform(0.02, 0.18),
    mould: random.uniform(0.08, 0.16),
    gloss: random.uniform(0.55, 0.95),
    shine: random.uniform(25, 70),
    thickness: random.uniform(0.04, 0.08),
  };
}

export function validateMaskHalf(mask: MaskHalf): void {
  within('Half mask', mask, MASK_HALF_LIMITS);
  if (!HALVES.includes(mask.half)) throw new RangeError(`Half mask: half is ${String(mask.half)}`);
}

export function wearMaskHalf(bench: Bench, mask: MaskHalf): Cue[] {
  const { layers, width, height, pixels, bare } = bench;
  const { uv, unit } = layers;
  const places = featurePlaces(bench);
  const inner = new Uint8Array(pixels);
  for (let i = 0; i < pixels; i++)
    inner[i] = bench.isHead(i) && bare[i] !== REGION.neck && bare[i] !== REGION.eyewear ? 1 : 0;
  const relief = blurWithin(layers.normal, inner, width, height, Math.max(1, Math.round(mask.mould * unit)));
  for (let i = 0; i < pixels; i++) {
    if (inner[i] === 0 || bare[i] === REGION.ear) continue;
    const u = uv[i * 2]!;
    const v = uv[i * 2 + 1]!;
    const x = Math.abs(u);
    const rim = (Math.sqrt(u * u * 1.05 + v * v * 0.92) - 0.97) * 1;
    // Signed distance to the shell in face units, negative on it.
    let distance: number;
    if (mask.half === 'lower') {
      const top = places.nose[1] + mask.edge - 0.12 + mask.arch * x * 1.2 - mask.arch * Math.max(0, 1 - x * 3.2);
      distance = Math.max((top - v) * ASPECT, rim);
    } else {
      const bottom = places.nose[1] + 0.06 + mask.edge + mask.arch * smoothstep(0.15, 0.55, x) - 0.06;
      distance = Math.max((v - bottom) * ASPECT, rim);
      const eye = u < 0 ? places.leftEye : places.rightEye;
      const ex = (u - eye[0]) / 0.25;
      const ey = ((v - eye[1]) * ASPECT) / 0.14;
      distance = Math.max(distance, (1 - Math.sqrt(ex * ex + ey * ey)) * 0.14);
    }
    const alpha = clamp(0.5 - distance * unit);
    if (alpha === 0) continue;
    const o = i * 3;
    bench.tint(i, alpha, mask.colour[0], mask.colour[1], mask.colour[2]);
    bench.turn(i, alpha, relief[o]!, relief[o + 1]!, relief[o + 2]!);
    // The rim is rounded: within its width the shell turns outward and away.
    const lip = clamp(1 + distance / mask.thickness);
    if (lip > 0) bench.tint(i, 0.35 * lip * alpha, mask.colour[0] * 0.35, mask.colour[1] * 0.35, mask.colour[2] * 0.35);
    bench.finish(i, alpha, mask.gloss, mask.shine, mask.thickness);
    bench.claim(i, alpha, MARK.surface);
  }
  bench.castShadow(mask.thickness * 1.2, 0.6);
  const evidence = new Evidence(bench);
  evidence.border('mask seam', MARK.surface, 0.07, 0.14);
  evidence.flatter('rigid surface', MARK.surface, 0.035);
  evidence.shiny('plastic shine', MARK.surface);
  return evidence.cues();
}

export interface MaskTransparent {
  kind: 'mask-transparent';
  /** Light that the plastic scatters, 0..0.3: a pale veil over the face. */
  haze: number;
  /** Colour of the plastic, 0..1, about white. */
  tint: Rgb;
  /** Blur of what lies behind it, face units 0..0.06. */
  blur: number;
  /** Mirror-like part 0..1 and sharpness of the lamp's highlight, 15..200. */
  gloss: number;
  shine: number;
  /** Bumps of the vacuum-formed sheet, tangent 0..0.35: they break the highlight into streaks. */
  bumps: number;
  /** Strength of the reflected window or strip lamp, 0..1; its direction -0.9..0.9 across and down; its half width 0.03..0.3. */
  window: number;
  windowX: number;
  windowY: number;
  windowWidth: number;
  /** Where the shell ends, face radii 0.8..1.05, and width of its rim, face units 0.02..0.1. */
  border: number;
  rim: number;
  /** Seeds the bumps. */
  seed: number;
}

export const MASK_TRANSPARENT_LIMITS: Limits<MaskTransparent> = {
  haze: [0, 0.3],
  tint: [0, 1],
  blur: [0, 0.06],
  gloss: [0, 1],
  shine: [15, 200],
  bumps: [0, 0.35],
  window: [0, 1],
  windowX: [-0.9, 0.9],
  windowY: [-0.9, 0.9],
  windowWidth: [0.03, 0.3],
  border: [0.8, 1.05],
  rim: [0.02, 0.1],
  seed: [-2147483648, 2147483647],
};

export function drawMaskTransparent(random: Random): MaskTransparent {
  return {
    kind: 'mask-transparent',
    haze: random.uniform(0.05, 0.14),
    tint: [random.uniform(0.85, 1), random.uniform(0.92, 1), random.uniform(0.9, 1)],
    blur: random.uniform(0.015, 0.04),
    gloss: random.uniform(0.6, 0.95),
    shine: random.uniform(40, 110),
    bumps: random.uniform(0.08, 0.2),
    window: random.uniform(0.4, 0.85),
    windowX: random.uniform(0.2, 0.7) * (random.chance(0.5) ? 1 : -1),
    windowY: random.uniform(-0.6, 0.1),
    windowWidth: random.uniform(0.06, 0.13),
    border: random.uniform(0.88, 0.97),
    rim: random.uniform(0.03, 0.06),
    seed: random.seed(),
  };
}

export const validateMaskTransparent = (mask: MaskTransparent): void =>
  within('Transparent mask', mask, MASK_TRANSPARENT_LIMITS);

export function wearMaskTransparent(bench: Bench, mask: MaskTransparent): Cue[] {
  const { layers, width, height, pixels, bare, light } = bench;
  const { uv, unit, glow } = layers;
  const inner = new Uint8Array(pixels);
  for (let i = 0; i < pixels; i++)
    inner[i] = bench.isHead(i) && (bare[i] !== REGION.hair || bench.isBeard(i)) && bare[i] !== REGION.neck ? 1 : 0;
  const behind = blurWithin(layers.albedo, inner, width, height, Math.round(mask.blur * unit), 1);
  const shell = blurWithin(layers.normal, inner, width, height, Math.max(1, Math.round(0.12 * unit)));
  for (let i = 0; i < pixels; i++) {
    if (inner[i] === 0 || bare[i] === REGION.ear) continue;
    const u = uv[i * 2]!;
    const v = uv[i * 2 + 1]!;
    const distance = Math.sqrt(u * u * 1.04 + v * v * 0.95) - mask.border;
    const alpha = clamp(0.5 - distance * unit);
    if (alpha === 0) continue;
    const o = i * 3;
    for (let c = 0; c < 3; c++) {
      const veiled = behind[o + c]! * (1 - mask.haze) * mask.tint[c]! + mask.haze * 0.8 * mask.tint[c]!;
      layers.albedo[o + c] = layers.albedo[o + c]! + alpha * (veiled - layers.albedo[o + c]!);
    }
    const bx = mask.bumps * noise(u * 3.1, v * 2.2, mask.seed);
    const by = mask.bumps * noise(u * 2.3, v * 3.4, mask.seed + 1);
    const nx = shell[o]! + bx;
    const ny = shell[o + 1]! + by;
    const nz = shell[o + 2]!;
    // One normal must serve skin and shell: mostly the shell's, which has the highlight; the skin keeps some relief.
    bench.turn(i, 0.6 * alpha, nx, ny, nz);
    // The rim is thicker plastic: pale where the lamp grazes it.
    const edge = clamp(1 + distance / mask.rim) * alpha;
    bench.tint(i, 0.55 * edge, 0.75, 0.78, 0.8);
    bench.finish(i, alpha, mask.gloss, mask.shine, 0.05);
    bench.claim(i, alpha, MARK.surface | (edge > 0.3 ? MARK.seam : 0), false);
    // What the shell mirrors of the room: a tall window seen where its normal leans halfway toward it.
    const length = Math.sqrt(nx * nx + ny * ny + nz * nz);
    const across = Math.abs(nx / length - 0.55 * mask.windowX) / mask.windowWidth;
    const down = Math.abs(ny / length - 0.55 * mask.windowY) / (3.2 * mask.windowWidth);
    const mirrored = smoothstep(1, 0.7, across) * smoothstep(1, 0.8, down) * mask.window * alpha;
    // The bar between the window's panes.
    const pane = Math.abs(ny / length - 0.55 * mask.windowY) < 0.035 ? 0.25 : 1;
    const strength = 0.55 * mirrored * pane * (light.key * 0.7 + light.fill);
    for (let c = 0; c < 3; c++) glow[o + c] = glow[o + c]! + strength * light.fillColour[c]!;
  }
  const evidence = new Evidence(bench);
  evidence.shiny('plastic shine', MARK.surface, 0.06);
  evidence.border('mask seam', MARK.surface, 0.05, 0.2);
  return evidence.cues();
}
