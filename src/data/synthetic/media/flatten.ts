/**
 * Flat light: what a medium shows was lit once, and printers and phones lift its shadows to fit a narrow range of
 * tones. The slow part of the light over the picture is estimated from a coarse copy and partly divided out.
 */
import { gaussian, resample } from '../camera/lens';
import { clamp, mix, pow } from '../maths';
import type { Raster } from '../raster';
import { Spread } from './measure';

const COARSE = 32;

/**
 * Divides the picture by its slow light to the power of `amount` (0 nothing .. 1), in place. Returns how much was
 * levelled: the deviation over the picture of the lightness that the division changed.
 */
export function flatten(picture: Raster, amount: number): number {
  if (amount <= 0) return 0;
  const small = resample(picture, COARSE).data;
  const light = new Float32Array(COARSE * COARSE);
  let mean = 0;
  for (let i = 0, p = 0; i < light.length; i++, p += 3) {
    light[i] = 0.2126 * small[p]! + 0.7152 * small[p + 1]! + 0.0722 * small[p + 2]!;
  }
  gaussian(light, COARSE, COARSE, 3.2, 1);
  for (let i = 0; i < light.length; i++) mean += light[i]! / (COARSE * COARSE);
  const spread = new Spread();
  for (let i = 0; i < light.length; i++) {
    const before = Math.sqrt(light[i]!);
    light[i] = pow((mean + 0.02) / (light[i]! + 0.02), amount);
    spread.add(before - before * Math.sqrt(light[i]!));
  }
  const { width, height, data } = picture;
  for (let y = 0, i = 0; y < height; y++) {
    const cy = clamp(((y + 0.5) * COARSE) / height - 0.5, 0, COARSE - 1);
    const y0 = Math.floor(cy);
    const above = y0 * COARSE;
    const below = Math.min(y0 + 1, COARSE - 1) * COARSE;
    for (let x = 0; x < width; x++, i += 3) {
      const cx = clamp(((x + 0.5) * COARSE) / width - 0.5, 0, COARSE - 1);
      const x0 = Math.floor(cx);
      const x1 = Math.min(x0 + 1, COARSE - 1);
      const top = mix(light[above + x0]!, light[above + x1]!, cx - x0);
      const bottom = mix(light[below + x0]!, light[below + x1]!, cx - x0);
      const gain = mix(top, bottom, cy - y0);
      for (let c = 0; c < 3; c++) data[i + c] = data[i + c]! * gain;
    }
  }
  return spread.deviation();
}
