/** What happens to the whole picture's tones and focus: faded, stepped, cast, blurred. In place, linear light. */
import { bell, clamp, toDisplay, toLinear } from '../maths';
import type { Raster } from '../raster';
import type { Random } from '../random';
import type { Cast } from '../types';

/** Display value (sRGB 0..1) of linear light and back, tabled: both are needed for every value of a picture. */
const STEPS = 2048;
const DISPLAY = Float32Array.from({ length: STEPS + 2 }, (_, i) => toDisplay(Math.min(1, i / STEPS)));
const LINEAR = Float32Array.from({ length: STEPS + 2 }, (_, i) => toLinear(Math.min(1, i / STEPS)));
function lookUp(table: Float32Array, v: number): number {
  const at = clamp(v) * STEPS;
  const k = Math.floor(at);
  return table[k]! + (table[k + 1]! - table[k]!) * (at - k);
}
export const displayOf = (v: number): number => lookUp(DISPLAY, v);
export const linearOf = (v: number): number => lookUp(LINEAR, v);

/** Old ink and haze: contrast halved around a pale grey, a third of the colour gone. */
export function fadeTones({ data }: Raster, random: Random): void {
  const keep = random.uniform(0.4, 0.54);
  const colour = random.uniform(0.6, 0.8);
  const pale = random.uniform(0.6, 0.7);
  for (let i = 0; i < data.length; i += 3) {
    const r = displayOf(data[i]!);
    const g = displayOf(data[i + 1]!);
    const b = displayOf(data[i + 2]!);
    const grey = 0.3 * r + 0.59 * g + 0.11 * b;
    const base = pale + (grey - 0.5) * keep;
    data[i] = linearOf(base + (r - grey) * colour * 0.8);
    data[i + 1] = linearOf(base + (g - grey) * colour * 0.8);
    data[i + 2] = linearOf(base + (b - grey) * colour * 0.8);
  }
}

/**
 * Few levels, as few inks or a poor display show them: gradients break into flat steps. Either the lightness has five or
 * six and the hue stays, or each channel has seven or eight of its own, and hues jump a little at the steps.
 */
export function stepTones({ data }: Raster, random: Random): void {
  const whole = random.chance(0.6);
  const levels = whole ? random.int(4, 5) : random.int(6, 7);
  const shift = random.uniform(-0.25, 0.25);
  const step = (v: number): number => {
    const level = Math.round(displayOf(v) * levels + shift) - shift;
    return linearOf(Math.max(0.3, level) / levels);
  };
  for (let i = 0; i < data.length; i += 3) {
    if (whole) {
      const light = Math.max(data[i]!, data[i + 1]!, data[i + 2]!, 1e-4);
      const gain = step(light) / light;
      for (let c = 0; c < 3; c++) data[i + c] = data[i + c]! * gain;
    } else for (let c = 0; c < 3; c++) data[i + c] = step(data[i + c]!);
  }
}

const GAINS: Record<Exclude<Cast, 'none'>, readonly [number, number, number]> = {
  bluish: [0.62, 0.84, 1.3],
  yellowish: [1.12, 0.98, 0.48],
  greenish: [0.7, 1.14, 0.68],
  reddish: [1.28, 0.72, 0.7],
};
/** Coloured light over everything, by 80 to 120 % of the named cast times `weight`. */
export function castTones({ data }: Raster, cast: Cast, weight: number, random: Random): void {
  if (cast === 'none') return;
  const amount = weight * random.uniform(0.8, 1.2);
  const [r, g, b] = GAINS[cast].map((gain) => 1 + (gain - 1) * amount) as [number, number, number];
  for (let i = 0; i < data.length; i += 3) {
    data[i] = data[i]! * r;
    data[i + 1] = data[i + 1]! * g;
    data[i + 2] = data[i + 2]! * b;
  }
}

/** A Gaussian of the given deviation in pixels, separable, edges repeated. */
export function blurTones({ width, height, data }: Raster, deviation: number): void {
  const reach = Math.ceil(deviation * 2.6);
  const kernel = Float32Array.from({ length: 2 * reach + 1 }, (_, i) => bell((i - reach) / deviation));
  const total = kernel.reduce((sum, weight) => sum + weight, 0);
  for (let i = 0; i < kernel.length; i++) kernel[i] = kernel[i]! / total;
  const line = new Float32Array((Math.max(width, height) + 2 * reach) * 3);
  const pass = (count: number, length: number, between: number, along: number): void => {
    for (let l = 0; l < count; l++) {
      const start = l * between;
      for (let k = -reach; k < length + reach; k++) {
        const from = start + clamp(k, 0, length - 1) * along;
        const to = (k + reach) * 3;
        line[to] = data[from]!;
        line[to + 1] = data[from + 1]!;
        line[to + 2] = data[from + 2]!;
      }
      for (let k = 0; k < length; k++) {
        let r = 0;
        let g = 0;
        let b = 0;
        for (let j = 0, at = k * 3; j < kernel.length; j++, at += 3) {
          const weight = kernel[j]!;
          r += weight * line[at]!;
          g += weight * line[at + 1]!;
          b += weight * line[at + 2]!;
        }
        const to = start + k * along;
        data[to] = r;
        data[to + 1] = g;
        data[to + 2] = b;
      }
    }
  };
  pass(height, width, width * 3, 3);
  pass(width, height, 3, width * 3);
}
