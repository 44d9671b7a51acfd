/**
 * What is left of a cue after the domain's camera. Cues are measured on the light before the camera; a caption may name
 * only what a viewer of the delivered frame can see.
 */
import type { CameraParameters } from '../camera/parameters';
import { PI, bell, clamp, log, smoothstep } from '../maths';
import type { Cue, Lighting } from '../types';

/** Pixels of one period of the fine structures whose period no parameter says. */
const PERIOD: Partial<Record<Cue['kind'], number>> = {
  pores: 4,
  'fine lines': 5,
  'catch lights': 6,
  'printed eyes': 12,
  'printed mouth': 12,
  'cut edge': 9,
  'paper rim': 9,
  'hard makeup line': 9,
  'mask seam': 9,
  'eye holes': 12,
  'folded paper': 12,
  'painted lines': 9,
  'painted hair': 9,
};
const DOTS: readonly Cue['kind'][] = ['halftone dots', 'ink grain', 'pixel grid'];

/** Deviation of lightness by photon noise: the root of light has the same at every level, 1 / (2 sqrt(electrons)). */
const grain = ({ fullWell }: CameraParameters): number => 0.5 / Math.sqrt(fullWell);

/**
 * Part 0..1 of a pattern of `period` pixels that the frame keeps: the lens leaves exp(-2 pi^2 sigma^2 / period^2) of a
 * wave, unsharp masking gives back some of it, coarse quantisation drops it, and noise of the same size hides it.
 */
export function kept(camera: CameraParameters, period: number): number {
  const lens = bell((2 * PI * camera.blur) / period);
  const sharper = 1 + camera.sharpening * (1 - bell((2 * PI * camera.halo) / period));
  const fine = 1 - smoothstep(3, 16, period);
  const coded = 1 - fine * (1 - smoothstep(5, 60, camera.quality));
  const noise = (grain(camera) / 0.06) * fine;
  return clamp((lens * Math.min(1.6, sharper) * coded) / (1 + noise * noise));
}

/** Is the sensor's noise itself seen as grain? From a deviation of four levels of 255 on. */
export const isGrainy = (camera: CameraParameters): boolean => grain(camera) > 4 / 255;

/** Periods in pixels of the frame: dots of a print or cells of a display, and moire bands; 0 where there are none. */
export interface Periods {
  dots: number;
  bands: number;
}

/** Red over blue of what falls on a grey face from the lamp and from all round. */
function warmthOf({ key, fill, keyColour, fillColour }: Lighting): number {
  return (key * keyColour[0] + fill * fillColour[0]) / (key * keyColour[2] + fill * fillColour[2]);
}

/** The cues of a frame after the camera, without those that it leaves invisible. */
export function throughCamera(
  cues: readonly Cue[],
  camera: CameraParameters,
  { dots, bands }: Periods,
  light: Lighting,
): Cue[] {
  const [red, , blue] = camera.whiteBalance;
  return cues
    .map((cue) => {
      const period = DOTS.includes(cue.kind) ? dots : cue.kind === 'moire bands' ? bands : PERIOD[cue.kind];
      let left = period === undefined ? 1 : period > 0 ? kept(camera, period) : 0;
      // Gains that warm the picture take a blue cast back.
      if (cue.kind === 'blue cast') left = clamp(1 - 1.6 * (red - blue), 0, 1);
      if (cue.kind === 'natural colours') {
        // A grey picture has no natural colours, nor one that lamp and white balance tint together: red over blue of
        // 1.35 or 0.74 halves the strength, about where the blue cast of a display is worth a word.
        const tint = Math.abs(log((warmthOf(light) * red) / blue));
        left = smoothstep(0.3, 0.8, camera.saturation) * (1 - smoothstep(0.15, 0.45, tint));
      }
      if (cue.kind === 'soft shadow' || cue.kind === 'rounded shading') left = 1 - 2 * camera.flare;
      return { ...cue, strength: clamp(cue.strength * left) };
    })
    .filter(({ strength }) => strength >= 0.02);
}

/** Cues that live in the finest waves of a picture, where video codecs save first. */
const FINEST: readonly Cue['kind'][] = [...DOTS, 'pores', 'fine lines'];

/**
 * The cues of a whole clip as a video file: those that both frames show, at the weaker of both strengths. A cue that
 * has moved to another side is left out: no word for its place would be true of both frames.
 */
export function throughVideo(early: readonly Cue[], middle: readonly Cue[]): Cue[] {
  return early.flatMap((cue) => {
    const later = middle.find(({ kind }) => kind === cue.kind);
    if (later === undefined || later.place !== cue.place) return [];
    const strength = Math.min(cue.strength, later.strength) * (FINEST.includes(cue.kind) ? 0.75 : 1);
    return [{ ...cue, strength }];
  });
}
