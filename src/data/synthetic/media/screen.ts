/** A picture shown on the screen of a phone, tablet or monitor, and filmed. */
import { resample } from '../camera/lens';
import { within, type Limits } from '../camera/ranges';
import { clamp, cos, pow, sin, PI } from '../maths';
import type { Random } from '../random';
import { raster, sample, type Raster, type Rgb } from '../raster';
import type { Cue, Staged } from '../types';
import { flatten } from './flatten';
import { Lattice, rollingBand, streakAt } from './gratings';
import { Sides, Spread, lightness, placeOf, strengthOf } from './measure';
import { AT_REST, PLACEMENT_LIMITS, planeOf, type Placement, type Shift } from './placement';
import { backdrop } from './surroundings';

export const GLARES = ['none', 'streak', 'spot'] as const;

export interface ScreenParameters {
  placement: Placement;
  /** 0 the picture's own white .. 1 a backlight of about 12000 K: less red, more blue. */
  cast: number;
  /** Light of a black pixel, 0..0.25: liquid crystals block no light entirely. */
  bleed: number;
  /** Exponent on the shown light, 0.6..1.6; above 1 the display is more contrasty than the scene was. */
  contrast: number;
  /** Colourfulness of its primaries, 0.5..1.5. */
  saturation: number;
  /** Light of its white, 0.4..2. */
  level: number;
  /** Pixels of the frame between the dark lines of the lattice that the camera still resolves, 2..8, and their depth, 0..1. */
  gridPitch: number;
  gridDepth: number;
  /** How far each colour is confined to its own third of that lattice, 0..1. */
  stripe: number;
  /**
   * Pixels of the frame between emitters that the camera no longer resolves, 0.3..0.8, and their contrast on the
   * sensor, 0..1. The sensor has two pixels per pixel of the frame: emitters close to 0.5 apart beat with them.
   */
  moirePitch: number;
  moireDepth: number;
  /** 0 grey bands (one emitter) .. 1 bands of three colours (stripes). */
  moireColour: number;
  /** A lamp mirrored in the glass: its form, its light 0..1.5, its middle, -1..1, its direction and its half width. */
  glare: (typeof GLARES)[number];
  glareLight: number;
  glareX: number;
  glareY: number;
  /** Radians of a streak from the vertical, clockwise, -pi..pi. */
  glareAngle: number;
  /** In halves of the frame's edge, 0.03..1. */
  glareWidth: number;
  /** Width of the frame around the display, in halves of the frame's edge, 0..0.6, and its light. */
  bezel: number;
  bezelColour: Rgb;
  /** Loss of light in the band of a rolling shutter, -0.6..0.6, below 0 a bright band; its middle, -1..1; its height, 0.05..1.5. */
  bandDepth: number;
  bandRow: number;
  bandHeight: number;
  /** Part of the subject's own light that was levelled, 0..1. */
  flatness: number;
  /** Light of what lies behind, 0..1, and how mottled it is, 0..1. */
  backdrop: Rgb;
  mottle: number;
  seed: number;
}

export const SCREEN_LIMITS: Limits<ScreenParameters> = {
  cast: [0, 1],
  bleed: [0, 0.25],
  contrast: [0.6, 1.6],
  saturation: [0.5, 1.5],
  level: [0.4, 2],
  gridPitch: [2, 8],
  gridDepth: [0, 1],
  stripe: [0, 1],
  moirePitch: [0.3, 0.8],
  moireDepth: [0, 1],
  moireColour: [0, 1],
  glareLight: [0, 1.5],
  glareX: [-1, 1],
  glareY: [-1, 1],
  glareAngle: [-PI, PI],
  glareWidth: [0.03, 1],
  bezel: [0, 0.6],
  bezelColour: [0, 1],
  bandDepth: [-0.6, 0.6],
  bandRow: [-1, 1],
  bandHeight: [0.05, 1.5],
  flatness: [0, 1],
  backdrop: [0, 1],
  mottle: [0, 1],
  seed: [-2147483648, 2147483647],
};

/** Throws a RangeError for the first parameter out of its range. */
export function validateScreen(screen: ScreenParameters): void {
  within('Screen', screen, SCREEN_LIMITS);
  within('Screen placement', screen.placement, PLACEMENT_LIMITS);
  if (!GLARES.includes(screen.glare)) throw new RangeError(`Screen: glare is ${String(screen.glare)}`);
}

/** Gains of the backlight at a cast of 1; luminance stays about the same. */
const COLD: Rgb = [0.66, 1.0, 1.75];

/** The picture in the light that the display gives off, in place. */
function emit(source: Raster, { cast, bleed, contrast, saturation }: ScreenParameters): void {
  const gains = COLD.map((gain) => 1 + cast * (gain - 1));
  const curve =
    contrast === 1 ? null : Float32Array.from({ length: 513 }, (_, i) => pow((i / 512) * (i / 512), contrast));
  const { data } = source;
  for (let i = 0; i < data.length; i += 3) {
    const grey = 0.2126 * data[i]! + 0.7152 * data[i + 1]! + 0.0722 * data[i + 2]!;
    for (let c = 0; c < 3; c++) {
      let v = clamp(grey + saturation * (data[i + c]! - grey));
      if (curve) v = curve[Math.round(512 * Math.sqrt(v))]!;
      data[i + c] = gains[c]! * (bleed + (1 - bleed) * v);
    }
  }
}

/**
 * A captured picture (any square size) as a display that a camera looks at: `size` x `size` light, with what shows that
 * it is a display. `shift` moves the device; the band of the shutter is elsewhere in every frame.
 */
export function presentScreen(
  picture: Raster,
  screen: ScreenParameters,
  random: Random,
  size: number,
  shift: Shift = AT_REST,
): Staged {
  validateScreen(screen);
  const { placement, bezel, level } = screen;
  const source = resample(picture, Math.min(size, picture.width, picture.height));
  const levelled = flatten(source, screen.flatness);
  emit(source, screen);
  const plane = planeOf(placement, shift);
  const toPixels = size / 2;
  const out = raster(size, size);
  const { data } = out;
  const grid =
    screen.gridDepth > 0 || screen.stripe > 0
      ? new Lattice(screen.gridPitch, 0.7 * screen.gridDepth, 0.5 * screen.stripe)
      : null;
  // The optics of the sensor's own filter leave less than half of what is as fine as its pixels.
  const beatDepth = 0.45 * screen.moireDepth;
  const fine =
    beatDepth > 0
      ? new Lattice(screen.moirePitch, beatDepth * (1 - 0.6 * screen.moireColour), 0.7 * beatDepth * screen.moireColour)
      : null;
  const row = clamp(screen.bandRow + random.uniform(-0.35, 0.35), -0.9, 0.9);
  const slant = [cos(screen.glareAngle), sin(screen.glareAngle)] as const;
  // The mirror image of a lamp turns by twice the turn of the glass.
  const glareX = screen.glareX - 0.5 * shift.x;
  const glareY = screen.glareY - 0.5 * shift.y;
  const colour = new Float32Array(3);
  const factor = new Float32Array(3);
  const total = new Float32Array(3);
  const gridTotal = new Float32Array(3);
  const behind = new Float32Array(3);
  const cells = new Spread();
  const beat = new Spread();
  const glare = new Spread();
  const sides = new Sides();
  for (let j = 0, o = 0; j < size; j++) {
    const y = (j + 0.5) / toPixels - 1;
    const band = screen.bandDepth === 0 ? 1 : rollingBand(y, row, screen.bandHeight, screen.bandDepth);
    for (let i = 0; i < size; i++, o += 3) {
      const x = (i + 0.5) / toPixels - 1;
      const w = plane.g * x + plane.h * y + plane.i;
      const px = (plane.a * x + plane.b * y + plane.c) / w;
      const py = (plane.d * x + plane.e * y + plane.f) / w;
      const over = Math.max(Math.abs(px) - placement.halfWidth, Math.abs(py) - placement.halfHeight);
      const lit = clamp(0.5 - over * toPixels);
      const device = clamp(0.5 - (over - bezel) * toPixels);
      for (let c = 0; c < 3; c++) colour[c] = 0;
      if (lit > 0) {
        sample(
          source,
          ((px / placement.halfWidth) * 0.5 + 0.5) * source.width - 0.5,
          ((py / placement.halfHeight) * 0.5 + 0.5) * source.height - 0.5,
          colour,
        );
        if (grid || fine) {
          for (let c = 0; c < 3; c++) total[c] = gridTotal[c] = 0;
          // Four sensor pixels make one of the frame; each sees a point of the lattices, which is where moire comes from.
          for (let n = 0; n < 4; n++) {
            const sx = x + ((n & 1) - 0.5) / size;
            const sy = y + ((n >> 1) - 0.5) / size;
            const sw = toPixels / (plane.g * sx + plane.h * sy + plane.i);
            const qx = (plane.a * sx + plane.b * sy + plane.c) * sw;
            const qy = (plane.d * sx + plane.e * sy + plane.f) * sw;
            for (let c = 0; c < 3; c++) factor[c] = 0.25;
            if (grid) grid.multiply(qx, qy, factor);
            for (let c = 0; c < 3; c++) gridTotal[c] = gridTotal[c]! + factor[c]!;
            if (fine) fine.multiply(qx, qy, factor);
            for (let c = 0; c < 3; c++) total[c] = total[c]! + factor[c]!;
          }
          if (lit === 1) {
            const plain = lightness(colour[0]!, colour[1]!, colour[2]!);
            const gridded = lightness(
              colour[0]! * gridTotal[0]!,
              colour[1]! * gridTotal[1]!,
              colour[2]! * gridTotal[2]!,
            );
            cells.add(gridded - plain);
            if (fine)
              beat.add(colour[1]! > 0 ? Math.sqrt(colour[1]! * total[1]!) - Math.sqrt(colour[1]! * gridTotal[1]!) : 0);
          }
          for (let c = 0; c < 3; c++) colour[c] = colour[c]! * total[c]!;
        }
        for (let c = 0; c < 3; c++) colour[c] = colour[c]! * lit * level * band;
      }
      if (lit < 1) {
        // The rim of the frame catches a little of the room's light.
        const rim = 1 + 1.5 * clamp(1 - Math.abs(over - bezel) * toPixels * 0.7);
        for (let c = 0; c < 3; c++) colour[c] = colour[c]! + (1 - lit) * screen.bezelColour[c]! * rim;
        const away = Math.abs(px) - placement.halfWidth > Math.abs(py) - placement.halfHeight;
        if (device > 0) sides.add(away ? px / placement.halfWidth : 0, away ? 0 : py / placement.halfHeight, device);
      }
      if (screen.glare !== 'none' && device > 0) {
        const dx = (x - glareX) / screen.glareWidth;
        const dy = (y - glareY) / screen.glareWidth;
        const light =
          screen.glare === 'streak'
            ? streakAt(slant[0] * dx + slant[1] * dy)
            : 1 / (1 + (dx * dx + dy * dy) * (dx * dx + dy * dy));
        const mirrored = screen.glareLight * light * device;
        glare.add(
          lightness(colour[0]! + mirrored, colour[1]! + mirrored, colour[2]! + mirrored) -
            lightness(colour[0]!, colour[1]!, colour[2]!),
        );
        for (let c = 0; c < 3; c++) colour[c] = colour[c]! + mirrored;
      }
      if (device < 1) {
        backdrop(x, y, screen.backdrop, screen.mottle, screen.seed, behind);
        for (let c = 0; c < 3; c++) colour[c] = colour[c]! * device + behind[c]! * (1 - device);
      }
      for (let c = 0; c < 3; c++) data[o + c] = colour[c]!;
    }
  }
  const area = size * size;
  const cues: Cue[] = [
    // Worth a word from where the eye finds cells or bands in a delivered frame, judged on enlarged frames of M and C.
    { kind: 'pixel grid', place: 'all over', strength: strengthOf(cells.deviation(), 0.004, 0.02) },
    { kind: 'moire bands', place: 'all over', strength: strengthOf(beat.deviation(), 0.005, 0.022) },
    { kind: 'blue cast', place: 'all over', strength: strengthOf(screen.cast, 0.05, 0.35) },
    { kind: 'bezel', place: sides.place(), strength: strengthOf(sides.total() / area, 0.002, 0.03) },
    {
      kind: 'refresh band',
      place: row < -0.34 ? 'top' : row > 0.34 ? 'bottom' : 'centre',
      strength: strengthOf(Math.abs(screen.bandDepth) * Math.min(1, screen.bandHeight / 0.3), 0.03, 0.16),
    },
    {
      kind: screen.glare === 'spot' ? 'glare spot' : 'glare streak',
      place: placeOf(glareX, glareY),
      strength: strengthOf(glare.deviation(), 0.01, 0.05),
    },
    { kind: 'flat light', place: 'all over', strength: strengthOf(levelled, 0.01, 0.05) },
  ];
  return { picture: out, cues };
}
