/** A picture taken: lens, sensor, development, compression, in that order. */
import { clamp, pow, toDisplay, toLinear } from '../maths';
import { Random } from '../random';
import type { Raster } from '../raster';
import { compress } from './jpeg';
import { gaussian, resample } from './lens';
import { validateCamera, type CameraParameters } from './parameters';

const LINEAR = Float32Array.from({ length: 256 }, (_, i) => toLinear(i / 255));

/** Steps of the tone curve, even in the square root of light, which follows the eye and costs no power function. */
const STEPS = 2048;
const DISPLAY = Float32Array.from({ length: STEPS + 1 }, (_, i) => toDisplay((i / STEPS) * (i / STEPS)));

/** Unit normal deviates to pick from: drawing one for every channel of every pixel would cost more than the rest. */
const NORMALS = normals(4096);
function normals(count: number): Float32Array {
  const random = new Random('normal deviates');
  const out = Float32Array.from({ length: count }, () => random.normal());
  let mean = 0;
  let square = 0;
  for (const value of out) mean += value / count;
  for (const value of out) square += ((value - mean) * (value - mean)) / count;
  return out.map((value) => (value - mean) / Math.sqrt(square));
}

/** Light on the sensor, in place: vignetting and veiling glare. */
function shadeCorners(data: Float32Array, edge: number, { vignetting, flare, exposure }: CameraParameters): void {
  let mean = 0;
  if (flare > 0) {
    for (let i = 0; i < data.length; i++) mean += data[i]!;
    mean /= data.length;
  }
  // cos^4 of the angle off the axis is 1 / (1 + tan^2)^2, and tan grows with the distance from the middle.
  const tangent = 1 / Math.sqrt(1 - vignetting) - 1;
  const unit = tangent / (edge * edge * 0.5);
  for (let y = 0, i = 0; y < edge; y++) {
    const dy = y + 0.5 - edge / 2;
    for (let x = 0; x < edge; x++) {
      const dx = x + 0.5 - edge / 2;
      const fall = 1 + unit * (dx * dx + dy * dy);
      const gain = exposure / (fall * fall);
      for (let c = 0; c < 3; c++, i++) data[i] = gain * ((1 - flare) * data[i]! + flare * mean);
    }
  }
}

/** Electrons counted, in place: shot noise, read noise, and a well that overflows at 1. */
function count(data: Float32Array, { fullWell, readNoise }: CameraParameters, random: Random): void {
  let state = random.seed() | 1;
  const floor = (readNoise / fullWell) * (readNoise / fullWell);
  for (let i = 0; i < data.length; i++) {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    const light = data[i]! > 0 ? data[i]! : 0;
    const noisy = light + NORMALS[(state >>> 9) & 4095]! * Math.sqrt(light / fullWell + floor);
    data[i] = noisy < 0 ? 0 : noisy > 1 ? 1 : noisy;
  }
}

/** Raw light to display values 0..255, in place: white balance, colour matrix, tone curve. */
function develop(data: Float32Array, { whiteBalance, saturation, gamma, contrast }: CameraParameters): void {
  const curve = new Float32Array(STEPS + 1);
  for (let i = 0; i <= STEPS; i++) {
    const v = gamma === 1 ? DISPLAY[i]! : pow(DISPLAY[i]!, gamma);
    curve[i] = 255 * (v + contrast * v * (1 - v) * (2 * v - 1));
  }
  const [red, green, blue] = whiteBalance;
  for (let i = 0; i < data.length; i += 3) {
    const r = red * data[i]!;
    const g = green * data[i + 1]!;
    const b = blue * data[i + 2]!;
    const grey = (1 - saturation) * (0.2126 * r + 0.7152 * g + 0.0722 * b);
    data[i] = curve[Math.round(STEPS * Math.sqrt(clamp(grey + saturation * r)))]!;
    data[i + 1] = curve[Math.round(STEPS * Math.sqrt(clamp(grey + saturation * g)))]!;
    data[i + 2] = curve[Math.round(STEPS * Math.sqrt(clamp(grey + saturation * b)))]!;
  }
}

/** Unsharp masking of luma, in place, on display values. */
function sharpen(data: Float32Array, edge: number, { sharpening, halo }: CameraParameters): void {
  if (sharpening === 0) return;
  const luma = new Float32Array(edge * edge);
  for (let i = 0, p = 0; i < data.length; i += 3, p++) {
    luma[p] = 0.299 * data[i]! + 0.587 * data[i + 1]! + 0.114 * data[i + 2]!;
  }
  const soft = luma.slice();
  gaussian(soft, edge, edge, halo, 1);
  for (let i = 0, p = 0; i < data.length; i += 3, p++) {
    const add = sharpening * (luma[p]! - soft[p]!);
    data[i] = clamp(data[i]! + add, 0, 255);
    data[i + 1] = clamp(data[i + 1]! + add, 0, 255);
    data[i + 2] = clamp(data[i + 2]! + add, 0, 255);
  }
}

/**
 * The frame that a camera delivers of a picture: linear light in (any size; the middle square is seen), linear light
 * of what a viewer of the frame sees out, [edge, edge, 3], values 0..1 that stand for whole sRGB bytes.
 */
export function expose(picture: Raster, camera: CameraParameters, random: Random): Raster {
  validateCamera(camera);
  const { edge } = camera;
  const part = camera.chromaticShift / (edge * Math.sqrt(0.5));
  const frame = resample(picture, edge, [1 + part, 1, 1 - part]);
  const { data } = frame;
  gaussian(data, edge, edge, camera.blur);
  shadeCorners(data, edge, camera);
  count(data, camera, random);
  develop(data, camera);
  sharpen(data, edge, camera);
  compress(data, edge, edge, camera.quality);
  for (let i = 0; i < data.length; i++) data[i] = LINEAR[data[i]!]!;
  return frame;
}
