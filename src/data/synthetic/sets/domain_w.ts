import { ATTACKS, BACKDROPS } from '../types';
import type { PrintStyle, ScreenStyle } from '../media/styles';
import { CLOSE_PHONE, CLOSE_SHEET, GOOD_CAMERA, ROOM, SHEET, TABLET } from './common';
import type { Domain } from './domain';

// Media that no other domain has, so that its prints and screens are not quite known to a model either.
const PRESSES: PrintStyle['processes'] = [
  ['halftone', 2],
  ['photo', 1],
];

/** A small picture on thin paper that bends, printed on a press: little colour, uneven light. */
const POSTER: PrintStyle = {
  ...SHEET,
  placement: { ...SHEET.placement, size: [0.64, 0.84], turn: [-0.16, 0.16], tilt: [-0.1, 0.1] },
  processes: PRESSES,
  pitch: [2.7, 3.8],
  dots: [0.3, 0.65],
  papers: [
    [0.86, 0.84, 0.76],
    [0.8, 0.8, 0.8],
  ],
  saturation: [0.6, 0.9],
  curl: { chance: 0.8, range: [0.3, 0.9] },
  gradient: [0.1, 0.3],
  margin: { chance: 0.6, range: [0.02, 0.09] },
};

const WEAK_CAST: ScreenStyle['cast'] = { chance: 0.4, range: [0.15, 0.5] };

/** A telephone with coloured emitters and a narrow frame, held a little farther off than a tablet. */
const TELEPHONE: ScreenStyle = {
  ...TABLET,
  placement: { ...TABLET.placement, size: [0.66, 0.84], turn: [-0.1, 0.1], tilt: [-0.09, 0.09] },
  cast: WEAK_CAST,
  contrast: [1.05, 1.35],
  saturation: [1.05, 1.3],
  gridPitch: [2.3, 3.2],
  stripe: [0.25, 0.5],
  moirePitch: [0.478, 0.522],
  bezel: { chance: 0.85, range: [0.025, 0.08] },
};

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
    [POSTER, 2],
    [{ ...CLOSE_SHEET, processes: PRESSES }, 1],
  ],
  screens: [
    [TELEPHONE, 2],
    [{ ...CLOSE_PHONE, cast: WEAK_CAST, stripe: [0.25, 0.5] }, 1],
  ],
};
