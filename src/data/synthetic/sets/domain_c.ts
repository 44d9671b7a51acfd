import { CLOSE_PHONE, CLOSE_SHEET, GOOD_CAMERA, ROOM } from './common';
import type { Domain } from './domain';

export const DOMAIN_C: Domain = {
  name: 'synthetic-C',
  prefix: 'C',
  about:
    'A cheap webcam, small, blurred, cool and coarsely coded; attackers hold matte prints and telephones so near that hardly an edge shows, and fine dots are lost while bends, fading and moire remain.',
  attacks: ['print', 'replay'],
  camera: {
    edge: 112,
    blur: [0.7, 1.05],
    exposure: [0.9, 1.1],
    flare: [0.02, 0.05],
    vignetting: [0.1, 0.3],
    chromaticShift: [0.2, 0.7],
    fullWell: [350, 800],
    readNoise: [4, 9],
    warmth: [-0.1, -0.02],
    green: [0.98, 1.05],
    saturation: [0.85, 1],
    gamma: [0.98, 1.12],
    contrast: [0, 0.15],
    sharpening: [0, 0.3],
    halo: [1, 1.6],
    quality: [48, 68],
  },
  light: {
    ...ROOM,
    sides: [
      ['above', 2],
      ['left', 1],
      ['right', 1],
      ['front', 1],
    ],
    hardness: [0.6, 0.8],
    warmth: [-0.08, 0.04],
  },
  backdrops: ['plain', 'tiled', 'room', 'spotted'],
  scale: [0.29, 0.35],
  sway: 1.1,
  tremble: 0.02,
  attacker: GOOD_CAMERA,
  studio: ROOM,
  prints: [
    [
      {
        ...CLOSE_SHEET,
        placement: { ...CLOSE_SHEET.placement, size: [1.4, 1.7] },
        processes: [['ink-jet', 1]],
        pitch: [3.5, 5],
        dots: [0.6, 1],
        black: [0.05, 0.13],
        fade: { chance: 0.7, range: [0.15, 0.36] },
        flatness: [0.45, 0.95],
        curl: { chance: 0.85, range: [0.6, 1.05] },
        gloss: { chance: 0.1, range: [0.15, 0.3] },
      },
      1,
    ],
  ],
  screens: [
    [
      {
        ...CLOSE_PHONE,
        cast: { chance: 0.7, range: [0.4, 0.8] },
        gridDepth: { chance: 0.4, range: [0.55, 0.9] },
        gridPitch: [3.4, 5],
        moirePitch: [0.486, 0.514],
        moireDepth: { chance: 0.85, range: [0.5, 0.95] },
        bandDepth: { chance: 0.4, range: [0.2, 0.4] },
        flatness: [0.2, 0.6],
      },
      1,
    ],
  ],
};
