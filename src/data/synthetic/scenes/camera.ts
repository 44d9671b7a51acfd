/** The cameras of broad scenes, of which no caption speaks: a mild one for most, any camera at all for the rest. */
import type { CameraStyle } from '../camera/parameters';
import { clamp, pow } from '../maths';
import { lattice } from '../noise';
import type { Raster } from '../raster';
import { Random } from '../random';

/**
 * Any camera, good or poor: what a backbone should see through. Wider than any one domain's ranges, and drawn for one
 * scene at a time. `edge` is overruled by the size of the picture.
 */
export const ANY_CAMERA: CameraStyle = {
  edge: 128,
  blur: [0.2, 0.75],
  exposure: [0.65, 1.12],
  flare: [0, 0.04],
  vignetting: [0, 0.35],
  chromaticShift: [-0.2, 0.5],
  fullWell: [220, 2500],
  readNoise: [1, 8],
  warmth: [-0.1, 0.14],
  green: [0.96, 1.04],
  saturation: [0.85, 1.08],
  gamma: [0.85, 1.12],
  contrast: [0, 0.2],
  sharpening: [0, 0.8],
  halo: [0.8, 1.5],
  quality: [48, 94],
};

/** Changes brightness by at most a fifth, gamma by a tenth, and adds noise of 0.2 to 1.2 % of white, in place. */
export function photograph(picture: Raster, seed: number): void {
  const random = new Random(seed, 'camera');
  const { data } = picture;
  const gamma = random.uniform(0.92, 1.1);
  const level = random.uniform(0.88, 1.12);
  const gains = [0, 1, 2].map(() => level * random.uniform(0.975, 1.025));
  const amount = random.uniform(0.002, 0.012);
  const grain = random.seed();
  // A table of x^gamma on 0 .. 1: a pow per channel would cost more than the whole scene.
  const curve = Float32Array.from({ length: 1026 }, (_, i) => pow(Math.min(i, 1024) / 1024, gamma));
  for (let i = 0; i < data.length; i++) {
    const at = clamp(data[i]!) * 1024;
    const k = Math.floor(at);
    const v = curve[k]! + (curve[k + 1]! - curve[k]!) * (at - k);
    // Sum of two lattice draws: triangular, near enough to shot noise; its deviation grows with the root of the light.
    const n = lattice(i, 1, grain) + lattice(i, 2, grain) - 1;
    data[i] = v * gains[i % 3]! + n * 2.45 * amount * Math.sqrt(v + 0.03);
  }
}
