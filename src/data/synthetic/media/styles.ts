/** Prints and screens drawn from the ranges of a domain. */
import { draw, type Range } from '../camera/ranges';
import { PI } from '../maths';
import type { Random } from '../random';
import type { Rgb } from '../raster';
import type { CutStyle } from './cut';
import { drawPlacement, type PlacementStyle } from './placement';
import { validatePrint, type PROCESSES, type PrintParameters } from './print';
import { validateScreen, type GLARES, type ScreenParameters } from './screen';
import type { Hand } from './surroundings';

type Weighted<T> = readonly (readonly [T, number])[];

/** A range where the thing shows at all, and the probability that it does. */
export interface Sometimes {
  chance: number;
  range: Range;
}
const drawSometimes = (random: Random, { chance, range }: Sometimes): number => {
  // Both draws are always made, so that the chance alone does not change what follows.
  const shows = random.chance(chance);
  const value = draw(random, range);
  return shows ? value : 0;
};
const sign = (random: Random): number => (random.chance(0.5) ? 1 : -1);

/** See PrintParameters for units. */
export interface PrintStyle {
  placement: PlacementStyle;
  processes: Weighted<(typeof PROCESSES)[number]>;
  pitch: Range;
  dots: Range;
  blackInk: Range;
  dotGain: Range;
  papers: readonly Rgb[];
  black: Range;
  saturation: Range;
  fade: Sometimes;
  flatness: Range;
  /** Absolute curvature; the sign is drawn. */
  curl: Sometimes;
  level: Range;
  gradient: Range;
  lampTilt: Range;
  /** Red over blue of the lamp, -0.3..0.3. */
  lampWarmth: Range;
  gloss: Sometimes;
  glossWidth: Range;
  margin: Sometimes;
  backdrops: readonly Rgb[];
  mottle: Range;
  hands: Weighted<Hand>;
  handReach: Range;
  /** Cut out and held over a face. */
  cut?: CutStyle;
}

export function drawPrint(random: Random, style: PrintStyle): PrintParameters {
  const warmth = draw(random, style.lampWarmth);
  const skin = random.uniform(0.25, 1);
  const print: PrintParameters = {
    placement: drawPlacement(random, style.placement),
    process: random.weighted(style.processes),
    pitch: draw(random, style.pitch),
    screenAngle: random.uniform(0, PI / 2),
    dots: draw(random, style.dots),
    blackInk: draw(random, style.blackInk),
    dotGain: draw(random, style.dotGain),
    paper: random.pick(style.papers),
    black: draw(random, style.black),
    saturation: draw(random, style.saturation),
    fade: drawSometimes(random, style.fade),
    flatness: draw(random, style.flatness),
    curl: drawSometimes(random, style.curl) * sign(random),
    curlAxis: random.weighted([
      [random.uniform(0, 0.25), 3],
      [random.uniform(1.35, 1.75), 1],
    ]),
    lampAngle: random.uniform(-PI, PI),
    lampTilt: draw(random, style.lampTilt),
    level: draw(random, style.level),
    gradient: draw(random, style.gradient),
    lampColour: [1 + warmth, 1, 1 - warmth],
    gloss: drawSometimes(random, style.gloss),
    glossX: random.uniform(-0.8, 0.8),
    glossY: random.uniform(-0.8, 0.8),
    glossWidth: draw(random, style.glossWidth),
    margin: drawSometimes(random, style.margin),
    backdrop: random.pick(style.backdrops),
    mottle: draw(random, style.mottle),
    hand: random.weighted(style.hands),
    handAlong: random.uniform(-0.6, 0.6),
    handReach: draw(random, style.handReach),
    handColour: [0.62 * skin, 0.36 * skin, 0.25 * skin],
    seed: random.seed(),
  };
  validatePrint(print);
  return print;
}

/** See ScreenParameters for units. */
export interface ScreenStyle {
  placement: PlacementStyle;
  cast: Sometimes;
  bleed: Range;
  contrast: Range;
  saturation: Range;
  level: Range;
  gridPitch: Range;
  gridDepth: Sometimes;
  stripe: Range;
  moirePitch: Range;
  moireDepth: Sometimes;
  moireColour: Range;
  glares: Weighted<(typeof GLARES)[number]>;
  glareLight: Range;
  glareWidth: Range;
  bezel: Sometimes;
  bezels: readonly Rgb[];
  /** Dark bands alone: the captions' one word for a band is a bar of shade. */
  bandDepth: Sometimes;
  bandHeight: Range;
  flatness: Range;
  backdrops: readonly Rgb[];
  mottle: Range;
}

export function drawScreen(random: Random, style: ScreenStyle): ScreenParameters {
  const grid = drawSometimes(random, style.gridDepth);
  const stripe = draw(random, style.stripe);
  const screen: ScreenParameters = {
    placement: drawPlacement(random, style.placement),
    cast: drawSometimes(random, style.cast),
    bleed: draw(random, style.bleed),
    contrast: draw(random, style.contrast),
    saturation: draw(random, style.saturation),
    level: draw(random, style.level),
    gridPitch: draw(random, style.gridPitch),
    gridDepth: grid,
    stripe: grid > 0 ? stripe : 0,
    moirePitch: draw(random, style.moirePitch),
    moireDepth: drawSometimes(random, style.moireDepth),
    moireColour: draw(random, style.moireColour),
    glare: random.weighted(style.glares),
    glareLight: draw(random, style.glareLight),
    glareX: random.uniform(-0.75, 0.75),
    glareY: random.uniform(-0.75, 0.75),
    glareAngle: random.uniform(0.2, 1.1) * sign(random),
    glareWidth: draw(random, style.glareWidth),
    // Even a display without a frame ends in a thin rim of glass.
    bezel: Math.max(0.014, drawSometimes(random, style.bezel)),
    bezelColour: random.pick(style.bezels),
    bandDepth: drawSometimes(random, style.bandDepth),
    bandRow: random.uniform(-0.6, 0.6),
    bandHeight: draw(random, style.bandHeight),
    flatness: draw(random, style.flatness),
    backdrop: random.pick(style.backdrops),
    mottle: draw(random, style.mottle),
    seed: random.seed(),
  };
  validateScreen(screen);
  return screen;
}
