/** The face on which something is put: what it looked like before, what covers it, and the tools to cover it. */
import { clamp, cos, sin } from '../maths';
import type { Rgb } from '../raster';
import { REGION, type FaceLayers, type Landmark, type Lighting } from '../types';
import { appearance } from './appearance';

/** What a covered pixel belongs to, as bits: cues are measured on these. */
export const MARK = {
  surface: 1,
  eyes: 2,
  mouth: 4,
  rim: 8,
  line: 16,
  seam: 32,
  hole: 64,
  hair: 128,
} as const;

export class Bench {
  readonly layers: FaceLayers;
  readonly light: Lighting;
  readonly width: number;
  readonly height: number;
  readonly pixels: number;
  /** Regions, seen lightness [pixels, 3] and irradiance [pixels] of the bare face. */
  readonly bare: Uint8Array;
  readonly seenBare: Float32Array;
  readonly litBare: Float32Array;
  /** MARK bits, and the part of each pixel that is covered, 0..1. */
  readonly marks: Uint8Array;
  readonly cover: Float32Array;
  /** Mean reflectance of the bare skin. */
  readonly skin: Rgb;

  readonly #long: boolean;
  readonly #cos: number;
  readonly #sin: number;

  constructor(layers: FaceLayers, light: Lighting) {
    this.#cos = cos(layers.roll);
    this.#sin = sin(layers.roll);
    this.layers = layers;
    this.light = light;
    this.width = layers.width;
    this.height = layers.height;
    this.pixels = layers.width * layers.height;
    this.bare = layers.region.slice();
    this.litBare = new Float32Array(this.pixels);
    this.seenBare = appearance(layers, light, this.litBare);
    this.marks = new Uint8Array(this.pixels);
    this.cover = new Float32Array(this.pixels);
    this.skin = this.#meanSkin();
    this.#long = this.#hangs();
  }

  #meanSkin(): Rgb {
    const { albedo, uv } = this.layers;
    const sum = [0, 0, 0];
    let count = 0;
    for (let i = 0; i < this.pixels; i++) {
      if (this.bare[i] !== REGION.skin || Math.abs(uv[i * 2]!) > 0.7 || Math.abs(uv[i * 2 + 1]!) > 0.7) continue;
      for (let c = 0; c < 3; c++) sum[c] = sum[c]! + albedo[i * 3 + c]!;
      count++;
    }
    if (count === 0) return [0.4, 0.28, 0.2];
    return [sum[0]! / count, sum[1]! / count, sum[2]! / count];
  }

  /** A pixel of the head, the neck or what they wear. */
  isHead(i: number): boolean {
    const region = this.bare[i]!;
    return region !== REGION.backdrop && region !== REGION.clothes;
  }

  /** Hair of the lower face: a cover lies over it. Long hair beside the face is not it. */
  isBeard(i: number): boolean {
    if (this.bare[i] !== REGION.hair) return false;
    const v = this.layers.uv[i * 2 + 1]!;
    return v > 0.2 && v < 8 && !(this.#long && Math.abs(this.layers.uv[i * 2]!) > 0.72);
  }

  /** Whether hair hangs down beside the neck: it has no (u, v) there, as nothing that is not on the head. */
  #hangs(): boolean {
    for (let i = 0; i < this.pixels; i++) {
      if (this.bare[i] === REGION.hair && this.layers.uv[i * 2]! > 8 && this.belowChin(i) > -0.2) return true;
    }
    return false;
  }

  /** Face coordinates under a landmark; `fallback` where the landmark is turned out of sight. */
  uvOf(landmark: Landmark, fallback: readonly [number, number]): [number, number] {
    const [x, y] = this.layers.landmarks[landmark];
    const px = Math.floor(x);
    const py = Math.floor(y);
    if (px < 0 || py < 0 || px >= this.width || py >= this.height) return [...fallback];
    const i = py * this.width + px;
    if (!this.isHead(i)) return [...fallback];
    const u = this.layers.uv[i * 2]!;
    const v = this.layers.uv[i * 2 + 1]!;
    const far = Math.max(Math.abs(u - fallback[0]), Math.abs(v - fallback[1])) > 0.4;
    return far ? [...fallback] : [u, v];
  }

  /** How far a pixel lies below the chin along the head's upright axis, face units; the neck has no (u, v). */
  belowChin(i: number): number {
    const { landmarks, unit } = this.layers;
    const x = (i % this.width) + 0.5 - landmarks.chin[0];
    const y = Math.floor(i / this.width) + 0.5 - landmarks.chin[1];
    return (y * this.#cos - x * this.#sin) / unit;
  }

  /** Pigment over what is there: `alpha` 0 nothing .. 1 opaque. Relief and light stay. */
  tint(i: number, alpha: number, r: number, g: number, b: number): void {
    const { albedo } = this.layers;
    const o = i * 3;
    albedo[o] = albedo[o]! + alpha * (r - albedo[o]!);
    albedo[o + 1] = albedo[o + 1]! + alpha * (g - albedo[o + 1]!);
    albedo[o + 2] = albedo[o + 2]! + alpha * (b - albedo[o + 2]!);
  }

  /** A normal (any length) in place of the pixel's own, by `alpha`. */
  turn(i: number, alpha: number, nx: number, ny: number, nz: number): void {
    const { normal } = this.layers;
    const o = i * 3;
    const scale = alpha / Math.max(1e-6, Math.sqrt(nx * nx + ny * ny + nz * nz));
    const x = normal[o]! * (1 - alpha) + nx * scale;
    const y = normal[o + 1]! * (1 - alpha) + ny * scale;
    const z = normal[o + 2]! * (1 - alpha) + nz * scale;
    const length = Math.max(1e-6, Math.sqrt(x * x + y * y + z * z));
    normal[o] = x / length;
    normal[o + 1] = y / length;
    normal[o + 2] = z / length;
  }

  /** What the surface on top reflects like a mirror, and how far it stands off the skin (face units). */
  finish(i: number, alpha: number, gloss: number, shine: number, lift = 0): void {
    const { layers } = this;
    layers.gloss[i] = layers.gloss[i]! + alpha * (gloss - layers.gloss[i]!);
    layers.shine[i] = layers.shine[i]! + alpha * (shine - layers.shine[i]!);
    layers.depth[i] = layers.depth[i]! + alpha * lift;
  }

  /** Counts the pixel as worn where most of it is covered. Light that the eye gave off is behind the cover. */
  claim(i: number, alpha: number, marks: number, hides = true): void {
    if (alpha > this.cover[i]!) this.cover[i] = alpha;
    if (alpha < 0.5) return;
    this.layers.region[i] = REGION.worn;
    this.marks[i] = this.marks[i]! | marks;
    if (hides) {
      const keep = 1 - alpha;
      for (let c = i * 3; c < i * 3 + 3; c++) this.layers.glow[c] = this.layers.glow[c]! * keep;
    }
  }

  /** The shadow of a cover's edge on the skin beside it: `reach` is the edge's height off the skin, in face units. */
  castShadow(reach: number, strength: number): void {
    const { width, height, cover, layers, light } = this;
    const [lx, ly, lz] = light.direction;
    const slope = (reach * layers.unit) / Math.max(0.35, lz);
    // Even a frontal lamp leaves the crease at the edge dark.
    const dx = clamp(lx * slope, -4, 4);
    const dy = clamp(ly * slope - 0.6, -4, 4);
    for (let y = 0, i = 0; y < height; y++) {
      for (let x = 0; x < width; x++, i++) {
        if (cover[i]! >= 1 || !this.isHead(i)) continue;
        let shade = 0;
        for (let step = 1; step <= 2; step++) {
          const sx = Math.round(x + dx * 0.5 * step);
          const sy = Math.round(y + dy * 0.5 * step);
          if (sx >= 0 && sy >= 0 && sx < width && sy < height) shade += 0.5 * cover[sy * width + sx]!;
        }
        if (shade === 0) continue;
        const keep = 1 - strength * shade * (1 - cover[i]!);
        for (let c = i * 3; c < i * 3 + 3; c++) layers.albedo[c] = layers.albedo[c]! * keep;
      }
    }
  }
}
