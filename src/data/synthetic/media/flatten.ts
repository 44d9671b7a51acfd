/**
 * Flat light: what a medium shows was lit once, and printers and phones lift its shadows to fit a narrow range of
 * tones. The slow part of the light over the picture is estimated from a coarse copy and partly divided out.
 */
import { gaussian, resample } from '../camera/lens';
import { pow } from '../maths';
import { sample, type Raster } from '../raster';
import { Spread } from './measure';

const COARSE = 32;

/**
 * Divides the picture by its slow light to the power of `amount` (0 nothing .. 1), in place. Returns how much was
 * levelled: the deviation over the picture of the lightness that the division changed.
 */
export function flatten(picture: Raster, amount: number): number {
  if (amount <= 0) return 0;
  const small = resample(picture, COARSE);
  const light = small.data;
  let mean = 0;
  for (let i = 0; i < light.length; i += 3) {
    const y = 0.2126 * light[i]! + 0.7152 * light[i + 1]! + 0.0722 * light[i + 2]!;
    light[i] = light[i + 1] = light[i + 2] = y;
  }
  gaussian(light, COARSE, COARSE, 3.2);
  for (let i = 0; i < light.length; i += 3) mean += light[i]! / (COARSE * COARSE);
  const spread = new Spread();
  for (let i = 0; i < light.length; i += 3) {
    const before = Math.sqrt(light[i]!);
    light[i] = pow((mean + 0.02) / (light[i]! + 0.02), amount);
    spread.add(before - before * Math.sqrt(light[i]!));
  }
  const { width, height, data } = picture;
  const gain = [1, 1, 1];
  for (let y = 0, i = 0; y < height; y++) {
    for (let x = 0; x < width; x++, i += 3) {
      sample(small, ((x + 0.5) * COARSE) / width - 0.5, ((y + 0.5) * COARSE) / height - 0.5, gain);
      for (let c = 0; c < 3; c++) data[i + c] = data[i + c]! * gain[0]!;
    }
  }
  return spread.deviation();
}
