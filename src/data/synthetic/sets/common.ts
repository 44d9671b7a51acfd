/** What several domains share: an ordinary camera, room, print and screen, from which each domain departs. */
import type { CameraStyle } from '../camera/parameters';
import type { CutStyle } from '../media/cut';
import type { PrintStyle, ScreenStyle } from '../media/styles';
import type { LightStyle } from './light';

/** A phone's camera of today, as attackers use it; `edge` is overruled by the domain's. */
export const GOOD_CAMERA: CameraStyle = {
  edge: 128,
  blur: [0.3, 0.6],
  exposure: [0.95, 1.08],
  flare: [0, 0.01],
  vignetting: [0, 0.06],
  chromaticShift: [0, 0.15],
  fullWell: [4000, 12000],
  readNoise: [1, 3],
  warmth: [-0.03, 0.05],
  green: [0.98, 1.02],
  saturation: [0.98, 1.1],
  gamma: [0.97, 1.03],
  contrast: [0, 0.15],
  sharpening: [0.2, 0.4],
  halo: [0.8, 1.2],
  quality: [88, 95],
};

/** A room with a lamp on any side. */
export const ROOM: LightStyle = {
  sides: [
    ['left', 1],
    ['right', 1],
    ['above', 1],
    ['front', 1],
  ],
  hardness: [0.62, 0.84],
  level: [0.94, 1.06],
  warmth: [-0.04, 0.1],
  fillWarmth: [-0.08, 0.04],
};

/** A sheet that shows its edges, held in the hand. */
export const SHEET: PrintStyle = {
  placement: {
    x: [-0.08, 0.08],
    y: [-0.08, 0.08],
    size: [0.74, 0.92],
    aspect: [0.97, 1.06],
    turn: [-0.09, 0.09],
    tilt: [-0.06, 0.06],
  },
  processes: [
    ['halftone', 1],
    ['ink-jet', 1],
  ],
  pitch: [3.2, 4.6],
  dots: [0.35, 0.8],
  blackInk: [0.2, 0.8],
  dotGain: [0.05, 0.15],
  papers: [
    [0.9, 0.9, 0.88],
    [0.84, 0.85, 0.86],
    [0.88, 0.86, 0.8],
  ],
  black: [0.03, 0.09],
  saturation: [0.7, 0.95],
  fade: { chance: 0.5, range: [0.12, 0.4] },
  flatness: [0.3, 0.85],
  curl: { chance: 0.5, range: [0.35, 0.85] },
  level: [0.85, 1.1],
  gradient: [0.03, 0.2],
  lampTilt: [0.2, 0.7],
  lampWarmth: [-0.04, 0.08],
  gloss: { chance: 0.3, range: [0.2, 0.5] },
  glossWidth: [0.4, 0.9],
  margin: { chance: 1, range: [0.035, 0.12] },
  backdrops: [
    [0.42, 0.4, 0.36],
    [0.16, 0.17, 0.2],
    [0.3, 0.22, 0.16],
    [0.6, 0.6, 0.58],
  ],
  mottle: [0.1, 0.5],
  hands: [
    ['none', 3],
    ['left', 1],
    ['right', 1],
    ['bottom', 1],
  ],
  handReach: [0.2, 0.36],
};

/** A sheet so near that its edges lie outside the frame. */
export const CLOSE_SHEET: PrintStyle = {
  ...SHEET,
  placement: {
    x: [-0.06, 0.06],
    y: [-0.06, 0.06],
    size: [1.2, 1.45],
    aspect: [0.98, 1.04],
    turn: [-0.08, 0.08],
    tilt: [-0.06, 0.06],
  },
  // Where a bend brings the edge into view after all, it is the edge of paper.
  margin: { chance: 1, range: [0.03, 0.08] },
  hands: [
    ['none', 5],
    ['left', 1],
    ['right', 1],
  ],
  handReach: [0.2, 0.3],
};

/** Cut out around a face, with holes through which the eyes of whoever holds it are seen. */
export const CUT_OUT: CutStyle = {
  width: [0.94, 1.06],
  height: [0.98, 1.08],
  holeWidth: [0.19, 0.27],
  holeHeight: [0.09, 0.14],
  ragged: [0.005, 0.025],
};

/**
 * A tablet whose frame is seen. Emitters `p` pixels apart and turned by `t` radians beat with sensor pixels half a pixel
 * apart in bands of 1 / sqrt((2 - 1 / p)^2 + (t / p)^2) pixels: with the pitch near 0.5 and a small turn these are wide
 * enough to be seen as bands, where more of either makes a weave that looks like a grid.
 */
export const TABLET: ScreenStyle = {
  placement: {
    x: [-0.07, 0.07],
    y: [-0.07, 0.07],
    size: [0.76, 0.92],
    aspect: [0.97, 1.06],
    turn: [-0.045, 0.045],
    tilt: [-0.05, 0.05],
  },
  cast: { chance: 0.65, range: [0.35, 0.8] },
  bleed: [0.01, 0.05],
  contrast: [0.95, 1.2],
  saturation: [0.9, 1.15],
  level: [0.9, 1.15],
  gridPitch: [2.8, 4],
  gridDepth: { chance: 0.6, range: [0.35, 0.7] },
  stripe: [0.05, 0.25],
  moirePitch: [0.484, 0.516],
  moireDepth: { chance: 0.6, range: [0.4, 0.8] },
  moireColour: [0, 0.8],
  glares: [
    ['none', 3],
    ['streak', 1],
    ['spot', 1],
  ],
  glareLight: [0.2, 0.6],
  glareWidth: [0.12, 0.4],
  bezel: { chance: 0.85, range: [0.06, 0.2] },
  bezels: [
    [0.012, 0.012, 0.014],
    [0.03, 0.03, 0.033],
    [0.05, 0.048, 0.045],
  ],
  bandDepth: { chance: 0.25, range: [0.1, 0.3] },
  bandHeight: [0.2, 0.6],
  flatness: [0.2, 0.7],
  backdrops: [
    [0.32, 0.3, 0.28],
    [0.12, 0.12, 0.14],
    [0.22, 0.17, 0.13],
  ],
  mottle: [0.1, 0.5],
};

/** A telephone held so near that its display fills the frame. */
export const CLOSE_PHONE: ScreenStyle = {
  ...TABLET,
  placement: {
    x: [-0.05, 0.05],
    y: [-0.05, 0.05],
    size: [1.14, 1.35],
    aspect: [0.98, 1.04],
    turn: [-0.03, 0.03],
    tilt: [-0.05, 0.05],
  },
  bezel: { chance: 0, range: [0, 0] },
};
