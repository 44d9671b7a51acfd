import { ATTACKS, BACKDROPS } from '../types';
import { CLOSE_PHONE, CLOSE_SHEET, GOOD_CAMERA, ROOM, SHEET, TABLET } from './common';
import type { Domain } from './domain';

export const DOMAIN_W: Domain = {
  name: 'synthetic-W',
  prefix: 'W',
  about:
    'Many rooms and middling cameras; besides prints and screens it has twelve attacks that are worn on the face, which no other domain has.',
  attacks: ATTACKS,
  camera: {
    edge: 128,
    blur: [0.35, 0.8],
    exposure: [0.85, 1.12],
    flare: [0, 0.04],
    vignetting: [0, 0.2],
    chromaticShift: [0, 0.4],
    fullWell: [900, 5000],
    readNoise: [1, 5],
    warmth: [-0.07, 0.1],
    green: [0.97, 1.03],
    saturation: [0.88, 1.12],
    gamma: [0.92, 1.06],
    contrast: [0, 0.35],
    sharpening: [0.1, 0.6],
    halo: [0.9, 1.4],
    quality: [70, 92],
  },
  light: { ...ROOM, level: [0.88, 1.08] },
  backdrops: BACKDROPS,
  scale: [0.27, 0.35],
  sway: 1.1,
  tremble: 0.014,
  attacker: GOOD_CAMERA,
  studio: ROOM,
  prints: [
    [SHEET, 2],
    [CLOSE_SHEET, 1],
  ],
  screens: [
    [TABLET, 2],
    [CLOSE_PHONE, 1],
  ],
};
