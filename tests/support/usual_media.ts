/** Plain styles of print, screen and camera. Tests hold bytes made with them, so they do not follow the domains' own. */
import type { CameraStyle } from '../../src/data/synthetic/camera/parameters';
import type { PlacementStyle } from '../../src/data/synthetic/media/placement';
import type { PrintStyle, ScreenStyle } from '../../src/data/synthetic/media/styles';

/** The medium fills the view, or nearly. */
export const FILLING: PlacementStyle = {
  x: [-0.06, 0.06],
  y: [-0.06, 0.06],
  size: [1.08, 1.25],
  aspect: [0.97, 1.05],
  turn: [-0.06, 0.06],
  tilt: [-0.05, 0.05],
};

/** One or two sides of the medium are in view. */
export const OFFSET: PlacementStyle = {
  x: [-0.2, 0.2],
  y: [-0.14, 0.14],
  size: [0.88, 1],
  aspect: [1, 1.25],
  turn: [-0.12, 0.12],
  tilt: [-0.08, 0.08],
};

export const USUAL_PRINT: PrintStyle = {
  placement: OFFSET,
  processes: [
    ['halftone', 4],
    ['ink-jet', 4],
    ['photo', 1],
  ],
  pitch: [3.3, 5],
  dots: [0.45, 0.9],
  blackInk: [0.4, 0.9],
  dotGain: [0, 0.15],
  papers: [
    [0.86, 0.85, 0.81],
    [0.8, 0.81, 0.84],
    [0.85, 0.8, 0.7],
  ],
  black: [0.02, 0.09],
  saturation: [0.75, 1],
  fade: { chance: 0.6, range: [0.15, 0.6] },
  flatness: [0.3, 0.9],
  curl: { chance: 0.5, range: [0.35, 0.8] },
  level: [0.85, 1.2],
  gradient: [0, 0.2],
  lampTilt: [0.3, 0.9],
  lampWarmth: [-0.04, 0.12],
  gloss: { chance: 0.4, range: [0.3, 0.8] },
  glossWidth: [0.3, 0.7],
  margin: { chance: 0.6, range: [0.04, 0.12] },
  backdrops: [
    [0.2, 0.15, 0.1],
    [0.05, 0.08, 0.1],
    [0.3, 0.3, 0.32],
    [0.12, 0.16, 0.12],
  ],
  mottle: [0.2, 1],
  hands: [
    ['none', 2],
    ['left', 1],
    ['right', 1],
    ['bottom', 1],
  ],
  handReach: [0.2, 0.36],
};

export const USUAL_SCREEN: ScreenStyle = {
  placement: OFFSET,
  cast: { chance: 0.6, range: [0.3, 0.8] },
  bleed: [0, 0.05],
  contrast: [0.9, 1.15],
  saturation: [0.9, 1.2],
  level: [0.85, 1.25],
  gridPitch: [2.8, 4.2],
  gridDepth: { chance: 0.55, range: [0.4, 1] },
  stripe: [0, 0.5],
  moirePitch: [0.47, 0.53],
  moireDepth: { chance: 0.55, range: [0.4, 1] },
  moireColour: [0, 0.8],
  glares: [
    ['none', 3],
    ['streak', 1],
    ['spot', 1],
  ],
  glareLight: [0.25, 0.7],
  glareWidth: [0.12, 0.3],
  bezel: { chance: 0.7, range: [0.06, 0.25] },
  bezels: [
    [0.01, 0.01, 0.012],
    [0.025, 0.025, 0.03],
  ],
  bandDepth: { chance: 0.4, range: [0.2, 0.45] },
  bandHeight: [0.3, 0.7],
  flatness: [0.3, 0.9],
  backdrops: USUAL_PRINT.backdrops,
  mottle: [0.2, 1],
};

export const USUAL_CAMERA: CameraStyle = {
  edge: 128,
  blur: [0.4, 0.6],
  exposure: [0.95, 1.1],
  flare: [0.005, 0.02],
  vignetting: [0.05, 0.2],
  chromaticShift: [0.1, 0.4],
  fullWell: [1500, 6000],
  readNoise: [2, 6],
  warmth: [-0.04, 0.05],
  green: [0.98, 1.02],
  saturation: [0.95, 1.1],
  gamma: [0.9, 1],
  contrast: [0.05, 0.25],
  sharpening: [0.2, 0.5],
  halo: [0.8, 1.2],
  quality: [75, 92],
};
