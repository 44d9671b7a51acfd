import { describe, expect, it } from 'vitest';
import { expose } from '../../src/data/synthetic/camera/expose';
import { compress } from '../../src/data/synthetic/camera/jpeg';
import { gaussian, resample } from '../../src/data/synthetic/camera/lens';
import { IDEAL_CAMERA, validateCamera, type CameraParameters } from '../../src/data/synthetic/camera/parameters';
import { drawCamera } from '../../src/data/synthetic/camera/parameters';
import { USUAL_CAMERA } from '../support/usual_media';
import { noise } from '../../src/data/synthetic/noise';
import { Random, hash } from '../../src/data/synthetic/random';
import { raster, toBytes, type Raster } from '../../src/data/synthetic/raster';

const GOLDEN = -1246630064;

const camera = (changes: Partial<CameraParameters> = {}): CameraParameters => ({
  ...IDEAL_CAMERA,
  edge: 64,
  ...changes,
});

function grey(light: number, edge = 64): Raster {
  const picture = raster(edge, edge);
  picture.data.fill(light);
  return picture;
}

/** Something with edges, slopes and fine detail. */
function motley(edge: number): Raster {
  const picture = raster(edge, edge);
  for (let y = 0, i = 0; y < edge; y++) {
    for (let x = 0; x < edge; x++, i += 3) {
      const inside = (x - edge / 2) * (x - edge / 2) + (y - edge / 2) * (y - edge / 2) < (edge * edge) / 9;
      const fine = 0.06 * noise(x * 0.7, y * 0.7, 5);
      picture.data[i] = (inside ? 0.55 : 0.1) + fine + (0.2 * x) / edge;
      picture.data[i + 1] = (inside ? 0.3 : 0.2) + fine + (0.2 * y) / edge;
      picture.data[i + 2] = (inside ? 0.2 : 0.4) + fine;
    }
  }
  return picture;
}

function deviation(values: Float32Array): { mean: number; sd: number } {
  let mean = 0;
  let square = 0;
  for (const value of values) mean += value / values.length;
  for (const value of values) square += ((value - mean) * (value - mean)) / values.length;
  return { mean, sd: Math.sqrt(square) };
}

describe('the camera', () => {
  it('passes a picture on unchanged when it has no faults, but for rounding to bytes', () => {
    const picture = grey(0.25);
    const frame = expose(picture, camera({ fullWell: 100000 }), new Random(1));
    const { mean } = deviation(frame.data);
    expect(mean).toBeGreaterThan(0.243);
    expect(mean).toBeLessThan(0.257);
  });

  it('gives the same bytes for the same seed, and others for another', () => {
    const bytes = (seed: number): number =>
      hash(...toBytes(expose(motley(96), drawCamera(new Random(3), { ...USUAL_CAMERA, edge: 64 }), new Random(seed))));
    expect(bytes(1)).toBe(bytes(1));
    expect(bytes(1)).not.toBe(bytes(2));
    expect(bytes(1)).toBe(GOLDEN);
  });

  it('counts photons: noise over light grows as light falls, and as the well shrinks', () => {
    const relative = (light: number, fullWell: number): number => {
      const { mean, sd } = deviation(expose(grey(light), camera({ fullWell }), new Random(4)).data);
      return sd / mean;
    };
    expect(relative(0.1, 800)).toBeGreaterThan(1.5 * relative(0.6, 800));
    expect(relative(0.4, 200)).toBeGreaterThan(1.5 * relative(0.4, 2000));
  });

  it('darkens corners by the vignetting it is given', () => {
    const frame = expose(grey(0.5), camera({ vignetting: 0.5 }), new Random(5));
    const middle = frame.data[(32 * 64 + 32) * 3]!;
    const corner = frame.data[0]!;
    expect(corner / middle).toBeGreaterThan(0.45);
    expect(corner / middle).toBeLessThan(0.56);
  });

  it('rings at edges when it sharpens', () => {
    const step = raster(64, 64);
    for (let i = 0; i < step.data.length; i++) step.data[i] = Math.floor(i / 3) % 64 < 32 ? 0.1 : 0.5;
    const at = (frame: Raster, x: number): number => frame.data[(32 * 64 + x) * 3]!;
    const soft = expose(step, camera({ blur: 0.8 }), new Random(6));
    const sharp = expose(step, camera({ blur: 0.8, sharpening: 1.2 }), new Random(6));
    expect(at(sharp, 34)).toBeGreaterThan(at(soft, 34) + 0.008);
    expect(at(sharp, 29)).toBeLessThan(at(soft, 29) - 0.005);
  });

  it('shifts red outward and blue inward', () => {
    const bar = raster(64, 64);
    for (let i = 0; i < bar.data.length; i++) bar.data[i] = Math.abs((Math.floor(i / 3) % 64) - 54) < 3 ? 0.8 : 0.05;
    const frame = expose(bar, camera({ chromaticShift: 2 }), new Random(7));
    const centre = (c: number): number => {
      let sum = 0;
      let weight = 0;
      for (let x = 44; x < 64; x++) {
        const light = frame.data[(32 * 64 + x) * 3 + c]! - 0.04;
        sum += x * light;
        weight += light;
      }
      return sum / weight;
    };
    expect(centre(0)).toBeGreaterThan(centre(1) + 0.3);
    expect(centre(2)).toBeLessThan(centre(1) - 0.3);
  });

  it('names the parameter, its value and its range', () => {
    expect(() => validateCamera(camera({ blur: 9 }))).toThrow(/Camera: blur is 9, and must be 0 to 4/);
    expect(() => validateCamera(camera({ whiteBalance: [1, 7, 1] }))).toThrow(RangeError);
    expect(() => validateCamera(camera({ quality: 80.5 }))).toThrow(/whole number/);
    expect(() => validateCamera(camera({ exposure: Number.NaN }))).toThrow(/exposure is NaN/);
  });
});

describe('resampling', () => {
  it('keeps the mean of what it shrinks, and does not alias', () => {
    const lines = raster(256, 256);
    for (let i = 0; i < lines.data.length; i++) lines.data[i] = Math.floor(i / 3) % 2;
    const { mean, sd } = deviation(resample(lines, 100).data);
    expect(mean).toBeCloseTo(0.5, 2);
    expect(sd).toBeLessThan(0.15);
  });

  it('takes the middle square, and enlarges smoothly', () => {
    const wide = raster(96, 32);
    for (let i = 0; i < wide.data.length; i++) {
      const x = Math.floor(i / 3) % 96;
      wide.data[i] = x < 32 || x >= 64 ? 9 : (x - 32) / 32;
    }
    const out = resample(wide, 64);
    // Half a pixel beyond the square is seen through its edge, as by a lens.
    const row = Array.from({ length: 62 }, (_, x) => out.data[(x + 1) * 3]!);
    expect(Math.max(...row)).toBeLessThan(1);
    expect(row.every((value, x) => x === 0 || value >= row[x - 1]!)).toBe(true);
  });

  it('blurs without changing the mean of an even field', () => {
    const field = grey(0.3).data;
    gaussian(field, 64, 64, 1.7);
    expect(Math.max(...field) - Math.min(...field)).toBeLessThan(1e-6);
  });
});

describe('JPEG', () => {
  const error = (quality: number): number => {
    const before = Float32Array.from(motley(60).data, (value) => 255 * Math.sqrt(value));
    const after = before.slice();
    compress(after, 60, 60, quality);
    let sum = 0;
    for (let i = 0; i < before.length; i++) sum += (after[i]! - before[i]!) * (after[i]! - before[i]!);
    return Math.sqrt(sum / before.length);
  };

  it('loses little at 90 and more at 20, also where the sides are no multiple of 16', () => {
    expect(error(90)).toBeLessThan(9);
    expect(error(20)).toBeGreaterThan(1.4 * error(90));
    expect(error(5)).toBeGreaterThan(error(20));
  });

  it('leaves whole numbers and an even field in place', () => {
    const field = new Float32Array(32 * 32 * 3).fill(100);
    compress(field, 32, 32, 50);
    expect(field.every((value) => Math.abs(value - 100) <= 2 && Number.isInteger(value))).toBe(true);
  });

  it('refuses a quality that is none', () => {
    expect(() => compress(new Float32Array(192), 8, 8, 0)).toThrow(RangeError);
  });
});
