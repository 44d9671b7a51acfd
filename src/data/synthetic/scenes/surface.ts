/** What the sheet or display over a scene adds all over it: dots, grain, a grid, bands. In place, linear light. */
import { PI, TAU, clamp, cos, sin } from '../maths';
import { grain, halftone, moireBands, pixelGrid, refreshBand } from '../media/textures';
import { lattice, noise } from '../noise';
import type { Raster } from '../raster';
import type { Random } from '../random';
import type { Surface } from '../types';
import { displayOf, linearOf } from './tone';

/** `weight` scales how deep it goes: a faded picture needs less, and would drown in more. */
export function laySurface(picture: Raster, surface: Surface, weight: number, random: Random): void {
  // Half are the textures that media wear, half are of a wider family.
  const media = random.chance(0.5);
  const strength = weight * random.uniform(0.65, 1);
  const part = picture.width / 128;
  switch (surface) {
    case 'plain':
      return;
    case 'dotted':
      // Wide screens of unlike inks would leave nothing of a weak picture.
      if (media || weight < 0.8)
        halftone(picture, strength, part * random.uniform(2.8, 5.5), random.uniform(0.1, 1.45));
      else dots(picture, weight, random);
      return;
    case 'grainy':
      if (media) grain(picture, strength, part * random.uniform(1, 2.6), random.seed());
      else grains(picture, weight, random);
      return;
    case 'gridded':
      if (media) pixelGrid(picture, strength, part * random.uniform(3, 5.5), random.uniform(-0.12, 0.12));
      else grid(picture, weight, random);
      return;
    case 'banded':
      if (media) moireBands(picture, strength, part * random.uniform(8, 28), random.uniform(0, PI));
      else bands(picture, weight, random);
      if (random.chance(0.2)) {
        refreshBand(picture, random.uniform(0.4, 0.8), part * random.uniform(14, 40), random.uniform(-0.8, 0.8));
      }
      return;
  }
}

/** One wave over a line of the lattice is all that dots and bands need: a cosine by table. */
const WAVE = Float32Array.from({ length: 1025 }, (_, i) => cos((i / 1024) * TAU));
const wave = (turns: number): number => WAVE[Math.floor((turns - Math.floor(turns)) * 1024)]!;

/** Halftone: where the tone is lighter than the screen's threshold the paper shows, else ink. 3 to 6 pixels at 128. */
function dots({ width, height, data }: Raster, weight: number, random: Random): void {
  const period = width * random.uniform(0.025, 0.045);
  const angle = random.uniform(0.15, 1.4);
  const [ux, uy] = [cos(angle) / period, sin(angle) / period];
  const depth = weight * random.uniform(0.35, 0.75);
  const apart = random.chance(0.5) ? random.uniform(0.2, 0.5) : 0; // inks out of register
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const u = x * ux + y * uy;
      const v = y * ux - x * uy;
      for (let c = 0; c < 3; c++) {
        const i = (y * width + x) * 3 + c;
        const screen = 0.5 + 0.24 * (wave(u + c * apart) + wave(v + c * apart * 0.7));
        const tone = 0.16 + 0.7 * displayOf(data[i]!);
        const paper = clamp((tone - screen) * 2.2 + 0.5);
        data[i] = linearOf(tone + (paper - tone) * depth);
      }
    }
  }
}

/** Ink and paper grain: speckle of one to two and a half pixels, of one colour or of each ink's own. */
function grains({ width, height, data }: Raster, weight: number, random: Random): void {
  const seed = random.seed();
  const pitch = (width / 128) * random.uniform(1, 2.2);
  const depth = weight * random.uniform(0.2, 0.38);
  const own = random.uniform(0, 0.7);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const fine = lattice(x, y, seed) * 2 - 1;
      const grey = 0.55 * fine + 0.9 * noise(x / pitch, y / pitch, seed);
      for (let c = 0; c < 3; c++) {
        const i = (y * width + x) * 3 + c;
        const n = grey + own * (lattice(x, y, seed + 1 + c) * 2 - 1 - grey * 0.5);
        data[i] = linearOf(0.06 + 0.9 * displayOf(data[i]!) + depth * 0.5 * n);
      }
    }
  }
}

/** The dark lines between a display's elements, 3 to 6 pixels apart at 128, a little turned. */
function grid({ width, height, data }: Raster, weight: number, random: Random): void {
  const period = width * random.uniform(0.026, 0.046);
  const angle = random.uniform(-0.09, 0.09);
  const [ux, uy] = [cos(angle) / period, sin(angle) / period];
  const depth = weight * random.uniform(0.35, 0.65);
  const lift = random.uniform(0.03, 0.08);
  const [ou, ov] = [random.unit(), random.unit()];
  const line = (turns: number): number => {
    const t = Math.abs(turns - Math.floor(turns) - 0.5) * period; // pixels from the middle of the line
    return clamp(1.25 - t);
  };
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const dark = Math.max(line(x * ux + y * uy + ou), line(y * ux - x * uy + ov));
      for (let c = 0; c < 3; c++) {
        const i = (y * width + x) * 3 + c;
        data[i] = (data[i]! * 0.95 + lift) * (1.15 - depth * 1.15 * dark);
      }
    }
  }
}

/** Interference of two grids: bowed bands, 9 to 30 pixels apart at 128, that tint red, green and blue unlike. */
function bands({ width, height, data }: Raster, weight: number, random: Random): void {
  const period = width * random.uniform(0.07, 0.22);
  const angle = random.uniform(0, PI);
  const [ux, uy] = [cos(angle) / period, sin(angle) / period];
  const bow = random.uniform(-0.9, 0.9) / (width * period);
  const depth = weight * random.uniform(0.28, 0.5);
  const phases = [0, 1, 2].map(() => random.uniform(-0.18, 0.18));
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const across = (y - height / 2) * ux - (x - width / 2) * uy;
      const u = x * ux + y * uy + bow * across * across * period;
      for (let c = 0; c < 3; c++) {
        const i = (y * width + x) * 3 + c;
        data[i] = (data[i]! + 0.02) * (1 + depth * wave(u + phases[c]!));
      }
    }
  }
}
