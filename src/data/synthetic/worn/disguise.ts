/** Paint over parts of the face that hides whose it is: blocks, stripes, scars. */
import { within, type Limits } from '../camera/ranges';
import { segment } from '../distances';
import { ASPECT } from '../face/head';
import { clamp, cos, sin, smoothstep } from '../maths';
import { fractal, noise } from '../noise';
import { Random } from '../random';
import type { Rgb } from '../raster';
import { REGION, type Cue } from '../types';
import { MARK, type Bench } from './bench';
import { Evidence } from './evidence';
import { drawPaints } from './pigments';

export const PATTERNS = ['blocks', 'stripes', 'half', 'scars', 'camouflage'] as const;

export interface MakeupObfuscation {
  kind: 'makeup-obfuscation';
  pattern: (typeof PATTERNS)[number];
  /** Two paints (a scar and the swelling beside it) and how opaque they are, 0..1. */
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
  const [first, second] = drawPaints(random);
  return {
    kind: 'makeup-obfuscation',
    pattern,
    first: scars ? [random.uniform(0.08, 0.22), 0.012, 0.016] : first,
    second: scars ? [random.uniform(0.6, 0.75), random.uniform(0.3, 0.42), random.uniform(0.28, 0.4)] : second,
    opacity: random.uniform(0.8, 0.96),
    size: random.uniform(0.18, 0.34),
    angle: random.uniform(-1.2, 1.2),
    count: scars ? random.int(4, 6) : random.int(4, 7),
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

/** Shapes of one pattern: x, y, direction (cosine, sine) and half sizes, six numbers each. */
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
  const cosine = cos(makeup.angle);
  const sine = sin(makeup.angle);
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
        distance = Math.max(x * cosine + 0.3 * y * sine + wave, Math.sqrt(x * x + (y * y) / (ASPECT * ASPECT)) - 0.92);
        break;
      case 'scars':
        for (let n = 0; n < makeup.count; n++) {
          const o = n * 6;
          const dx = shapes[o + 2]! * shapes[o + 4]! * 1.4;
          const dy = shapes[o + 3]! * shapes[o + 4]! * 1.4;
          const px = shapes[o]!;
          const py = shapes[o + 1]!;
          const d = segment(x + wave, y + wave, px - dx, py - dy, px + dx, py + dy) - 0.04;
          // Stitches cross the scar.
          const s = ((x - px) * dx + (y - py) * dy) / (dx * dx + dy * dy);
          const beat = s * 4 - Math.floor(s * 4);
          const stitch =
            Math.abs(s) < 1
              ? Math.max(Math.abs(beat - 0.5) * 0.25 * makeup.size - 0.016, Math.abs(d + 0.04) - 0.13)
              : 9;
          const nearest = Math.min(d, stitch);
          const swelling = d - 0.045;
          if (Math.min(nearest, swelling) < distance) {
            second = nearest > 0;
            distance = Math.min(nearest, swelling);
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
