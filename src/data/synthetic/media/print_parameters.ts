/** What a print is: numbers with units, and their ranges. */
import { within, type Limits } from '../camera/ranges';
import { PI } from '../maths';
import type { Rgb } from '../raster';
import { PLACEMENT_LIMITS, type Placement } from './placement';
import { HANDS, type Hand } from './surroundings';

export const PROCESSES = ['halftone', 'ink-jet', 'photo'] as const;

export interface PrintParameters {
  placement: Placement;
  /** `halftone`: dots in a lattice (offset, laser); `ink-jet`: scattered droplets; `photo`: continuous dye. */
  process: (typeof PROCESSES)[number];
  /** Pixels of the frame between dots, or the size of a droplet's cluster, 1..8; dots under 3 do not survive cameras. */
  pitch: number;
  /** Radians by which the black screen is turned on the sheet, 0..pi; the other inks follow at 15, 30, 45 degrees. */
  screenAngle: number;
  /** Contrast of dots or grain, 0..1: how little the ink spreads in the paper. */
  dots: number;
  /** Part of grey that is printed in black ink, 0..1. */
  blackInk: number;
  /** How much larger than meant a half tone comes out, 0..0.25: light is caught below the dots. */
  dotGain: number;
  /** Reflectance of bare paper, linear 0.3..1, and of full ink, 0..0.4: together the range of tones. */
  paper: Rgb;
  black: number;
  /** Colourfulness that the inks reach, 0..1.2. */
  saturation: number;
  /** Loss of dye by light and age, 0..1: tones move to pale, colours to grey. */
  fade: number;
  /** Part of the subject's own light that was levelled, 0..1. */
  flatness: number;
  /** Curvature, -1.2..1.2: radians of turn per half of the frame's edge, up to a quarter turn; > 0 the edges come forward. */
  curl: number;
  /** Direction in the picture along which it bends, 0..pi: 0 the left and right edges come forward. */
  curlAxis: number;
  /** Where the room's lamp stands, radians in the picture, and how far off the axis of view, 0..1.2. */
  lampAngle: number;
  lampTilt: number;
  /** Irradiance on the sheet, 0.3..2, and how much it grows toward the lamp over half the frame, 0..0.6. */
  level: number;
  gradient: number;
  /** Colour of the lamp, 0.5..1.5, about 1. */
  lampColour: Rgb;
  /** Mirror-like part of the paper's reflection, 0 matte .. 1 glossy photo: a broad pale sheen. */
  gloss: number;
  /** Middle of the sheen, -1..1, and its half width, 0.1..1.5. */
  glossX: number;
  glossY: number;
  glossWidth: number;
  /** Unprinted border around the picture, in halves of the frame's edge, 0..0.5. */
  margin: number;
  /** Light of what lies behind, 0..1, and how mottled it is, 0..1. */
  backdrop: Rgb;
  mottle: number;
  /** Which side a thumb holds it from, the thumb's place along that side, -1..1, its reach, 0.1..0.8, and its colour. */
  hand: Hand;
  handAlong: number;
  handReach: number;
  handColour: Rgb;
  /** Seeds the grain of this sheet and the backdrop's mottle. */
  seed: number;
}

export const PRINT_LIMITS: Limits<PrintParameters> = {
  pitch: [1, 8],
  screenAngle: [0, PI],
  dots: [0, 1],
  blackInk: [0, 1],
  dotGain: [0, 0.25],
  paper: [0.3, 1],
  black: [0, 0.4],
  saturation: [0, 1.2],
  fade: [0, 1],
  flatness: [0, 1],
  curl: [-1.2, 1.2],
  curlAxis: [0, PI],
  lampAngle: [-2 * PI, 2 * PI],
  lampTilt: [0, 1.2],
  level: [0.3, 2],
  gradient: [0, 0.6],
  lampColour: [0.5, 1.5],
  gloss: [0, 1],
  glossX: [-1, 1],
  glossY: [-1, 1],
  glossWidth: [0.1, 1.5],
  margin: [0, 0.5],
  backdrop: [0, 1],
  mottle: [0, 1],
  handAlong: [-1, 1],
  handReach: [0.1, 0.8],
  handColour: [0, 1],
  seed: [-2147483648, 2147483647],
};

/** Throws a RangeError for the first parameter out of its range. */
export function validatePrint(print: PrintParameters): void {
  within('Print', print, PRINT_LIMITS);
  within('Print placement', print.placement, PLACEMENT_LIMITS);
  if (!PROCESSES.includes(print.process)) throw new RangeError(`Print: process is ${String(print.process)}`);
  if (!HANDS.includes(print.hand)) throw new RangeError(`Print: hand is ${String(print.hand)}`);
}
