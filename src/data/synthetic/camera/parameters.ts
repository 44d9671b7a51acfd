/** What a camera is: numbers with units, their ranges, and drawing them from a domain's ranges. */
import type { Random } from '../random';
import type { Rgb } from '../raster';
import { draw, within, type Limits, type Range } from './ranges';

export interface CameraParameters {
  /** Edge in pixels of the square frame it delivers, 16..512, usually 96..160. */
  edge: number;
  /** Sigma in frame pixels of the lens's point spread (defocus and diffraction together), 0..4. */
  blur: number;
  /** Gain on the light before the sensor, 0.2..5: shutter and aperture. 1 puts paper white at full well. */
  exposure: number;
  /** Part of the frame's mean light that is scattered over all of it, 0..0.2: veiling glare lifts the blacks. */
  flare: number;
  /** Part of the light lost in the corners, 0..0.8: natural vignetting, the fourth power of the cosine. */
  vignetting: number;
  /** Pixels by which red lies outside green at the corner, and blue inside, -3..3: lateral chromatic aberration. */
  chromaticShift: number;
  /** Electrons of a full pixel, 30..100000. Photons arrive as a Poisson process: the fewer, the noisier (high ISO). */
  fullWell: number;
  /** Electrons of noise that reading a pixel adds, 0..100: seen in shadows. */
  readNoise: number;
  /** Gains on red, green and blue after the sensor, 0.4..2.5. Gains that do not cancel the lamp leave a cast. */
  whiteBalance: Rgb;
  /** 0 grey .. 1 as is .. 2: the colour matrix mixes each channel with luma. */
  saturation: number;
  /** Exponent on sRGB display values, 0.5..2; below 1 brightens the midtones. */
  gamma: number;
  /** 0 none .. 1: S-curve around middle grey, steeper middle, softer ends. */
  contrast: number;
  /** 0 none .. 2: part of the difference to a blurred luma that is added back; bright and dark halos along edges. */
  sharpening: number;
  /** Sigma in frame pixels of that blur, 0.5..3: the width of the halo. */
  halo: number;
  /** JPEG quality, whole number 1..100. */
  quality: number;
}

export const CAMERA_LIMITS: Limits<CameraParameters> = {
  edge: [16, 512],
  blur: [0, 4],
  exposure: [0.2, 5],
  flare: [0, 0.2],
  vignetting: [0, 0.8],
  chromaticShift: [-3, 3],
  fullWell: [30, 100000],
  readNoise: [0, 100],
  whiteBalance: [0.4, 2.5],
  saturation: [0, 2],
  gamma: [0.5, 2],
  contrast: [0, 1],
  sharpening: [0, 2],
  halo: [0.5, 3],
  quality: [1, 100],
};

/** Throws a RangeError for the first parameter out of its range. */
export function validateCamera(camera: CameraParameters): void {
  within('Camera', camera, CAMERA_LIMITS);
  for (const name of ['edge', 'quality'] as const) {
    if (!Number.isInteger(camera[name]))
      throw new RangeError(`Camera: ${name} is ${camera[name]}, and must be a whole number`);
  }
}

/** A camera without faults: what comes in goes out, but for rounding to bytes. */
export const IDEAL_CAMERA: Readonly<CameraParameters> = {
  edge: 128,
  blur: 0,
  exposure: 1,
  flare: 0,
  vignetting: 0,
  chromaticShift: 0,
  fullWell: 100000,
  readNoise: 0,
  whiteBalance: [1, 1, 1],
  saturation: 1,
  gamma: 1,
  contrast: 0,
  sharpening: 0,
  halo: 1,
  quality: 100,
};

/** The ranges of a domain's cameras. `warmth` > 0 raises red over blue: gains (1 + warmth, 1, 1 - warmth). */
export interface CameraStyle {
  edge: number;
  blur: Range;
  exposure: Range;
  flare: Range;
  vignetting: Range;
  chromaticShift: Range;
  fullWell: Range;
  readNoise: Range;
  warmth: Range;
  /** Gain on green, about 1. */
  green: Range;
  saturation: Range;
  gamma: Range;
  contrast: Range;
  sharpening: Range;
  halo: Range;
  quality: Range;
}

export function drawCamera(random: Random, style: CameraStyle): CameraParameters {
  const warmth = draw(random, style.warmth);
  const camera: CameraParameters = {
    edge: style.edge,
    whiteBalance: [1 + warmth, draw(random, style.green), 1 - warmth],
    blur: draw(random, style.blur),
    exposure: draw(random, style.exposure),
    flare: draw(random, style.flare),
    vignetting: draw(random, style.vignetting),
    chromaticShift: draw(random, style.chromaticShift),
    fullWell: draw(random, style.fullWell),
    readNoise: draw(random, style.readNoise),
    saturation: draw(random, style.saturation),
    gamma: draw(random, style.gamma),
    contrast: draw(random, style.contrast),
    sharpening: draw(random, style.sharpening),
    halo: draw(random, style.halo),
    quality: Math.round(draw(random, style.quality)),
  };
  validateCamera(camera);
  return camera;
}
