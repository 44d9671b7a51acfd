/** What is behind: six kinds of wall in eleven colours, blurred a little as a lens that looks at the face would. */
import { clamp, mix, sin, cos, smoothstep, TAU } from '../maths';
import { lattice, noise } from '../noise';
import { Random } from '../random';
import { hex, raster, type Raster, type Rgb } from '../raster';
import { COLOURS, type Backdrop, type Colour } from '../types';

const ALBEDO: Record<Colour, Rgb> = {
  red: hex('#b8322e'),
  orange: hex('#e0812d'),
  yellow: hex('#e6cf4a'),
  green: hex('#3f8f4a'),
  blue: hex('#3566b5'),
  purple: hex('#74439a'),
  pink: hex('#e59ab8'),
  brown: hex('#6e4a2e'),
  white: hex('#ecebe6'),
  grey: hex('#8b8d90'),
  black: hex('#202124'),
};

/** Diffuse reflectance of a named colour, linear. */
export const colourAlbedo = (colour: Colour): Rgb => ALBEDO[colour];

/** The wall as albedo, linear [size, size, 3]; `seed` fixes its layout. */
export function paintBackdrop(kind: Backdrop, colour: Colour, size: number, seed: number): Raster {
  const picture = raster(size, size);
  const paint = backdropAt(kind, colour, seed);
  for (let y = 0, at = 0; y < size; y++) {
    for (let x = 0; x < size; x++, at += 3) paint((x + 0.5) / size, (y + 0.5) / size, picture.data, at);
  }
  return picture;
}

/** Writes the albedo of a place of the wall, 0..1 both ways, to three numbers of `out` from `at` on. */
export type Wall = (x: number, y: number, out: Float32Array, at: number) => void;

/** The wall place by place: most of it is hidden by whoever stands before it. */
export function backdropAt(kind: Backdrop, colour: Colour, seed: number): Wall {
  const random = new Random(seed, 'backdrop');
  const base = ALBEDO[colour];
  const light = (base[0] + base[1] + base[2]) / 3 > 0.35;
  /** The second tone of a pattern: the same colour, darker on light walls and lighter on dark ones. */
  const other = base.map((v) => (light ? v * 0.45 : mix(v, 0.75, 0.4))) as unknown as Rgb;
  const shareAt = pattern(kind, random);
  const blocks = kind === 'room' ? room(random) : [];
  return (x, y, out, at) => {
    const share = shareAt(x, y);
    const grain = 1 + 0.04 * noise(x * 60, y * 60, seed);
    for (let c = 0; c < 3; c++) out[at + c] = mix(base[c]!, other[c]!, share) * grain;
    for (const { left, right, top, bottom, albedo } of blocks) {
      const soft = 0.015;
      const cover =
        smoothstep(left - soft, left + soft, x) *
        smoothstep(right + soft, right - soft, x) *
        smoothstep(top - soft, top + soft, y) *
        smoothstep(bottom + soft, bottom - soft, y);
      for (let c = 0; c < 3; c++) out[at + c] = mix(out[at + c]!, albedo[c]! * grain, cover);
    }
  };
}

/** Share of the second tone at a place, 0..1. */
function pattern(kind: Backdrop, random: Random): (x: number, y: number) => number {
  const angle = random.uniform(-0.3, 0.3) + (random.chance(0.5) ? TAU / 4 : 0);
  const ax = cos(angle);
  const ay = sin(angle);
  const period = random.uniform(0.1, 0.15);
  const phase = random.uniform(0, 1);
  const seed = random.seed();
  switch (kind) {
    case 'plain':
    case 'room':
      return () => 0;
    case 'gradient':
      return (x, y) => clamp(0.5 + (x - 0.5) * ax + (y - 0.5) * ay);
    case 'striped':
      return (x, y) => {
        const t = (x * ax + y * ay) / period + phase;
        return smoothstep(0.2, 0.3, Math.abs(t - Math.floor(t) - 0.5));
      };
    case 'spotted':
      return (x, y) => {
        const row = Math.floor(y / period);
        const sx = x / period + phase + (row % 2 === 0 ? 0 : 0.5);
        const dx = sx - Math.floor(sx) - 0.5;
        const dy = y / period - row - 0.5;
        return smoothstep(0.34, 0.24, Math.sqrt(dx * dx + dy * dy));
      };
    case 'tiled':
      return (x, y) => {
        const tx = x / (period * 1.3) + phase;
        const ty = y / (period * 1.3);
        const joint = Math.min(tx - Math.floor(tx), ty - Math.floor(ty));
        return joint < 0.12 ? 1 : 0.18 * lattice(Math.floor(tx), Math.floor(ty), seed);
      };
  }
}

interface Block {
  left: number;
  right: number;
  top: number;
  bottom: number;
  albedo: Rgb;
}

/** Furniture out of focus: a shelf, a door or a picture at either side. */
function room(random: Random): Block[] {
  return Array.from({ length: random.int(3, 5) }, (_, i) => {
    const left = (i % 2 === 0 ? random.uniform(-0.1, 0.2) : random.uniform(0.62, 0.85)) + random.uniform(-0.04, 0.04);
    const top = random.uniform(-0.05, 0.6);
    return {
      left,
      right: left + random.uniform(0.14, 0.3),
      top,
      bottom: top + random.uniform(0.15, 0.5),
      albedo: ALBEDO[random.pick(COLOURS)],
    };
  });
}
