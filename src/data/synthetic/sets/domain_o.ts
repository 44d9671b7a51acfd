import { CLOSE_PHONE, CLOSE_SHEET, CUT_OUT, GOOD_CAMERA, ROOM, SHEET, TABLET } from './common';
import type { Domain } from './domain';

/** Good printers: dots near the limit of what the camera resolves, deep black, full colours. */
const FINE = {
  processes: [
    ['halftone', 2],
    ['ink-jet', 1],
    ['photo', 1],
  ],
  pitch: [2.5, 3.3],
  dots: [0.4, 0.8],
  black: [0.015, 0.05],
  saturation: [0.85, 1.02],
  fade: { chance: 0.3, range: [0.1, 0.28] },
  flatness: [0.3, 0.75],
  curl: { chance: 0.5, range: [0.35, 0.75] },
  gloss: { chance: 0.5, range: [0.2, 0.5] },
} as const;

export const DOMAIN_O: Domain = {
  name: 'synthetic-O',
  prefix: 'O',
  about:
    "A telephone's camera, large, sharp, contrasty and colourful; attackers have good printers with small dots, also to cut a face out of paper and hold it before their own, and bright screens with hardly a visible grid.",
  attacks: ['print', 'replay'],
  camera: {
    edge: 144,
    blur: [0.25, 0.5],
    exposure: [1, 1.15],
    flare: [0, 0.015],
    vignetting: [0, 0.08],
    chromaticShift: [0, 0.2],
    fullWell: [3500, 9000],
    readNoise: [1, 3],
    warmth: [-0.05, 0.04],
    green: [0.98, 1.02],
    saturation: [1.05, 1.25],
    gamma: [0.93, 1.02],
    contrast: [0.2, 0.45],
    sharpening: [0.4, 0.8],
    halo: [0.8, 1.2],
    quality: [86, 95],
  },
  light: {
    ...ROOM,
    sides: [
      ['front', 2],
      ['left', 1],
      ['right', 1],
      ['above', 1],
    ],
    hardness: [0.6, 0.8],
    level: [0.98, 1.1],
  },
  backdrops: ['room', 'gradient', 'striped', 'tiled'],
  scale: [0.28, 0.35],
  sway: 1.2,
  tremble: 0.016,
  attacker: GOOD_CAMERA,
  studio: ROOM,
  prints: [
    [{ ...SHEET, ...FINE }, 1],
    [{ ...CLOSE_SHEET, ...FINE }, 1],
    [{ ...CLOSE_SHEET, ...FINE, hands: [['none', 1]], cut: CUT_OUT }, 1],
  ],
  screens: [
    [
      {
        ...TABLET,
        cast: { chance: 0.5, range: [0.2, 0.55] },
        gridPitch: [2.4, 3.2],
        gridDepth: { chance: 0.6, range: [0.35, 0.8] },
        moireDepth: { chance: 0.4, range: [0.35, 0.7] },
      },
      1,
    ],
    [
      {
        ...CLOSE_PHONE,
        cast: { chance: 0.6, range: [0.2, 0.6] },
        gridPitch: [2.4, 3.2],
        gridDepth: { chance: 0.75, range: [0.45, 0.9] },
        moireDepth: { chance: 0.5, range: [0.4, 0.8] },
      },
      1,
    ],
  ],
};
