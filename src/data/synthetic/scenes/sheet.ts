/** The sheet that carries the picture: its border, its bend, and the light that it mirrors. In place, linear light. */
import { TAU, bell, clamp, cos, sin, smoothstep } from '../maths';
import { bend, spot, streak } from '../media/textures';
import { noise } from '../noise';
import type { Raster, Rgb } from '../raster';
import type { Random } from '../random';
import type { Border, SceneFacts } from '../types';
import { colourAlbedo } from '../face';
import { position } from './places';

const HUES = ['red', 'orange', 'yellow', 'green', 'blue', 'purple'] as const;

/** A border of 4.5 to 10 % of the edge on two to four sides, its inner edge sharp and nearly straight. */
export function layBorder({ width, height, data }: Raster, border: Border, random: Random): void {
  if (border === 'none') return;
  const wide = width * random.uniform(0.045, 0.1);
  const without = random.chance(0.35) ? random.int(0, 3) : -1;
  const sides = [0, 1, 2, 3].map((side) => (side === without ? -width : wide * random.uniform(0.8, 1.2)));
  const lean = [0, 1, 2, 3].map(() => random.uniform(-0.03, 0.03));
  const albedo: Rgb =
    border === 'pale'
      ? [random.uniform(0.78, 0.92), random.uniform(0.76, 0.9), random.uniform(0.7, 0.86)]
      : border === 'dark'
        ? [random.uniform(0.004, 0.02), random.uniform(0.004, 0.02), random.uniform(0.004, 0.022)]
        : colourAlbedo(random.pick(HUES));
  const seed = random.seed();
  const shadow = random.uniform(0.1, 0.4);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [dx, dy] = [x - width / 2, y - height / 2];
      const inside = Math.min(
        x + 0.5 - sides[0]! - lean[0]! * dy,
        width - x - 0.5 - sides[1]! - lean[1]! * dy,
        y + 0.5 - sides[2]! - lean[2]! * dx,
        height - y - 0.5 - sides[3]! - lean[3]! * dx,
      );
      if (inside > width * 0.02) continue;
      const cover = clamp(0.5 - inside);
      const under = 1 - shadow * clamp(1 - inside / (width * 0.02));
      const light = 0.94 + 0.06 * noise(x / 9, y / 9, seed);
      const i = (y * width + x) * 3;
      for (let c = 0; c < 3; c++) data[i + c] = data[i + c]! * under * (1 - cover) + albedo[c]! * light * cover;
    }
  }
}

/** Bends the sheet, rolled to a cylinder or folded. */
export function bendSheet(picture: Raster, random: Random): void {
  if (random.chance(0.5)) bend(picture, random.uniform(0.65, 1), random.uniform(0, TAU));
  else fold(picture, random);
}

/** A fold of shade across the sheet: dark on one flank of the bend, bright on the other, with a crest between. */
function fold({ width, height, data }: Raster, random: Random): void {
  const angle = random.uniform(0, TAU);
  const [ux, uy] = [cos(angle), sin(angle)];
  const at = width * random.uniform(-0.2, 0.2);
  const wide = width * random.uniform(0.05, 0.1);
  const depth = random.uniform(0.45, 0.65);
  const rise = random.uniform(0.2, 0.4);
  const bow = random.uniform(-0.25, 0.25) / width;
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [dx, dy] = [x - width / 2, y - height / 2];
      const along = dy * ux - dx * uy;
      const d = (dx * ux + dy * uy - at + bow * along * along) / wide;
      if (d < -6 || d > 6) continue;
      const light = 1 - depth * bell((d - 1) * 0.8) + rise * bell((d + 0.9) * 1.1);
      const i = (y * width + x) * 3;
      for (let c = 0; c < 3; c++) data[i + c] = data[i + c]! * light;
    }
  }
}

/** A mirrored lamp: a slanting streak or a round spot, its middle at the named place. */
export function layHighlight(picture: Raster, highlight: NonNullable<SceneFacts['highlight']>, random: Random): void {
  const { width, height, data } = picture;
  const [cx, cy] = position(highlight.place, random, 0.09, 0.04).map((part) => part * width) as [number, number];
  const strength = random.uniform(0.6, 1);
  const [px, py] = [(2 * cx) / width - 1, (2 * cy) / height - 1];
  // Some reach across the picture: then only a place at the side or in the middle names where.
  const upright = highlight.place === 'left' || highlight.place === 'right' || highlight.place === 'centre';
  if (highlight.kind === 'spot' && random.chance(0.4)) {
    spot(picture, strength, width * random.uniform(0.13, 0.2), px, py);
    return;
  }
  if (highlight.kind === 'streak' && upright && random.chance(0.4)) {
    streak(picture, strength, width * random.uniform(0.06, 0.12), random.uniform(-0.35, 0.35), px, py);
    return;
  }
  const tint: Rgb = [random.uniform(0.9, 1), random.uniform(0.92, 1), random.uniform(0.9, 1)];
  const slanting = highlight.kind === 'streak';
  const angle = random.uniform(0.35, 1.1) * (random.chance(0.5) ? 1 : -1);
  const [ux, uy] = [cos(angle), sin(angle)];
  const long = width * (slanting ? random.uniform(0.17, 0.26) : random.uniform(0.06, 0.1));
  const thin = slanting ? width * random.uniform(0.022, 0.04) : long * random.uniform(0.85, 1);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const along = (x - cx) * ux + (y - cy) * uy;
      const across = (y - cy) * ux - (x - cx) * uy;
      let glow: number;
      if (slanting) {
        const a = Math.abs(across) / thin;
        if (a > 2.2) continue;
        glow = smoothstep(2.2, 0.4, a) * smoothstep(1.25, 0.6, Math.abs(along) / long);
      } else {
        const r = Math.sqrt((along * along) / (long * long) + (across * across) / (thin * thin));
        if (r > 2.6) continue;
        // A bright disc with a short halo.
        glow = smoothstep(1.35, 0.7, r) * 0.85 + 0.25 * smoothstep(2.6, 0.6, r);
      }
      const i = (y * width + x) * 3;
      for (let c = 0; c < 3; c++) data[i + c] = data[i + c]! + strength * glow * (tint[c]! - data[i + c]! * 0.6);
    }
  }
}
