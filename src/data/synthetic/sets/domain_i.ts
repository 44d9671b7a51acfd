import type { PrintStyle } from '../media/styles';
import { CLOSE_SHEET, CUT_OUT, GOOD_CAMERA, ROOM, SHEET, TABLET } from './common';
import type { Domain } from './domain';

/** What both of its prints share: coarse dots under one hard warm lamp, no hand. */
const ON_A_STAND = {
  pitch: [3.4, 4.6],
  dots: [0.4, 0.85],
  gradient: [0.2, 0.5],
  level: [0.7, 0.95],
  lampTilt: [0.4, 0.9],
  lampWarmth: [0.04, 0.14],
  hands: [['none', 1]],
} as const satisfies Partial<PrintStyle>;

export const DOMAIN_I: Domain = {
  name: 'synthetic-I',
  prefix: 'I',
  about:
    'A dim room with one hard warm lamp and a noisy camera on a tripod; prints and tablets stand still before it, glass mirrors the lamp, and some hold a cut-out photograph before their face.',
  attacks: ['print', 'replay'],
  camera: {
    edge: 128,
    blur: [0.5, 0.85],
    exposure: [0.5, 0.75],
    flare: [0.01, 0.05],
    vignetting: [0.2, 0.42],
    chromaticShift: [0, 0.4],
    fullWell: [160, 420],
    readNoise: [3, 7],
    warmth: [0.06, 0.18],
    green: [0.95, 1],
    saturation: [0.8, 1],
    gamma: [0.8, 0.92],
    contrast: [0, 0.2],
    sharpening: [0.05, 0.3],
    halo: [1, 1.5],
    quality: [70, 86],
  },
  light: {
    sides: [
      ['left', 2],
      ['right', 2],
      ['above', 2],
      ['front', 1],
    ],
    hardness: [0.76, 0.9],
    level: [0.7, 1],
    warmth: [0.06, 0.16],
    fillWarmth: [-0.06, 0.06],
  },
  backdrops: ['plain', 'gradient', 'spotted', 'room'],
  scale: [0.26, 0.32],
  sway: 0.9,
  tremble: 0,
  attacker: GOOD_CAMERA,
  studio: ROOM,
  prints: [
    [
      {
        ...SHEET,
        processes: [
          ['halftone', 3],
          ['ink-jet', 1],
        ],
        ...ON_A_STAND,
        margin: { chance: 1, range: [0.05, 0.14] },
      },
      2,
    ],
    [
      {
        ...CLOSE_SHEET,
        processes: [['halftone', 1]],
        ...ON_A_STAND,
      },
      1,
    ],
    [
      {
        ...CLOSE_SHEET,
        processes: [
          ['halftone', 1],
          ['ink-jet', 1],
        ],
        ...ON_A_STAND,
        cut: CUT_OUT,
      },
      2,
    ],
  ],
  screens: [
    [
      {
        ...TABLET,
        placement: { ...TABLET.placement, size: [0.84, 1.06], turn: [-0.04, 0.04] },
        level: [0.75, 1],
        cast: { chance: 0.6, range: [0.3, 0.7] },
        glares: [
          ['none', 1],
          ['streak', 2],
          ['spot', 2],
        ],
        glareLight: [0.3, 0.9],
        bezel: { chance: 0.7, range: [0.05, 0.16] },
        moireDepth: { chance: 0.3, range: [0.35, 0.8] },
        backdrops: [
          [0.16, 0.13, 0.1],
          [0.07, 0.06, 0.06],
        ],
      },
      1,
    ],
  ],
};
