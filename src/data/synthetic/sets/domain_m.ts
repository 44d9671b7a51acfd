import { CLOSE_PHONE, CLOSE_SHEET, GOOD_CAMERA, ROOM, SHEET, TABLET } from './common';
import type { Domain } from './domain';

export const DOMAIN_M: Domain = {
  name: 'synthetic-M',
  prefix: 'M',
  about:
    "A laptop's built-in camera in an office, sharpened and warm; attackers hold up large glossy prints with visible edges and tablets with a dark frame.",
  attacks: ['print', 'replay'],
  camera: {
    edge: 128,
    blur: [0.5, 0.8],
    exposure: [0.95, 1.12],
    flare: [0.01, 0.03],
    vignetting: [0.05, 0.15],
    chromaticShift: [0, 0.3],
    fullWell: [900, 2000],
    readNoise: [2, 5],
    warmth: [0.05, 0.14],
    green: [0.98, 1.02],
    saturation: [0.95, 1.1],
    gamma: [0.95, 1.05],
    contrast: [0.2, 0.45],
    sharpening: [0.6, 1.1],
    halo: [0.9, 1.4],
    quality: [76, 90],
  },
  light: {
    ...ROOM,
    sides: [
      ['left', 2],
      ['right', 2],
      ['front', 1],
      ['above', 1],
    ],
    hardness: [0.64, 0.82],
    warmth: [0, 0.1],
  },
  backdrops: ['room', 'plain', 'striped', 'gradient'],
  scale: [0.27, 0.33],
  sway: 1,
  tremble: 0.012,
  attacker: GOOD_CAMERA,
  studio: ROOM,
  prints: [
    [
      {
        ...SHEET,
        processes: [
          ['ink-jet', 2],
          ['photo', 2],
          ['halftone', 1],
        ],
        pitch: [3.4, 4.8],
        dots: [0.4, 0.8],
        gloss: { chance: 0.75, range: [0.25, 0.7] },
        fade: { chance: 0.35, range: [0.1, 0.3] },
        saturation: [0.85, 1],
      },
      5,
    ],
    [{ ...CLOSE_SHEET, gloss: { chance: 0.7, range: [0.25, 0.6] } }, 1],
  ],
  screens: [
    [TABLET, 3],
    [{ ...CLOSE_PHONE, cast: { chance: 0.85, range: [0.35, 0.8] } }, 1],
  ],
};
