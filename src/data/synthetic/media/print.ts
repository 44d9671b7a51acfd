/** A picture printed on paper and held before the camera. */
import { resample } from '../camera/lens';
import { clamp, cos, sin, PI } from '../maths';
import type { Random } from '../random';
import { raster, sample, type Raster } from '../raster';
import type { Cue, Staged } from '../types';
import { Bend } from './bend';
import type { CutOut } from './cut';
import { flatten } from './flatten';
import { grainAt, grainTile } from './grain';
import { Screen, gained, separate } from './ink';
import { Sides, Spread, Step, lightness, placeOf, strengthOf } from './measure';
import { AT_REST, planeOf, type Shift } from './placement';
import { validatePrint, type PrintParameters } from './print_parameters';
import { backdrop, thumb } from './surroundings';

export * from './print_parameters';

/** Contrast that the finest screen keeps: light spreads sideways in paper and comes out between the dots. */
const SHARPEST = 0.6;
/** Width of the white line along a cut, pixels. */
const CORE = 0.7;

/** The picture in the tones and colours that ink reaches, reflectance, in place. Returns how much liveliness it lost, 0..1. */
function toInk(source: Raster, { paper, black, saturation, fade }: PrintParameters): number {
  const { data } = source;
  const before = new Spread();
  const after = new Spread();
  let chromaBefore = 0;
  let chromaAfter = 0;
  const keep = saturation * (1 - 0.75 * fade);
  const low = black + 0.22 * fade;
  for (let i = 0; i < data.length; i += 3) {
    const r = clamp(data[i]!);
    const g = clamp(data[i + 1]!);
    const b = clamp(data[i + 2]!);
    const grey = 0.2126 * r + 0.7152 * g + 0.0722 * b;
    before.add(lightness(r, g, b));
    chromaBefore += Math.abs(Math.sqrt(r) - Math.sqrt(g)) + Math.abs(Math.sqrt(b) - Math.sqrt(g));
    for (let c = 0; c < 3; c++) {
      const v = clamp(grey + keep * (clamp(data[i + c]!) - grey));
      data[i + c] = (low + (1 - low) * v) * paper[c]!;
    }
    after.add(lightness(data[i]!, data[i + 1]!, data[i + 2]!));
    chromaAfter +=
      Math.abs(Math.sqrt(data[i]! / paper[0]) - Math.sqrt(data[i + 1]! / paper[1])) +
      Math.abs(Math.sqrt(data[i + 2]! / paper[2]) - Math.sqrt(data[i + 1]! / paper[1]));
  }
  const pixels = data.length / 3;
  const tones = before.deviation() > 0.01 ? 1 - after.deviation() / before.deviation() : 0;
  const colours = chromaBefore / pixels > 0.02 ? 1 - chromaAfter / chromaBefore : 0;
  return clamp(0.4 * tones + 0.6 * colours);
}

/** A print that is cut out and held over somebody: the scissors' way, and the light of what is behind it, `size` square. */
export interface Over {
  cut: CutOut;
  behind: Raster;
}

/**
 * A captured picture (any square size) as a print that a camera looks at: `size` x `size` light, with what shows that
 * it is a print. `shift` moves the whole sheet against its own parameters, for the other frame of a clip. With `over`
 * what is left of the sheet is seen before `over.behind`, and no wall of its own.
 */
export function presentPrint(
  picture: Raster,
  print: PrintParameters,
  random: Random,
  size: number,
  shift: Shift = AT_REST,
  over: Over | null = null,
): Staged {
  validatePrint(print);
  const { placement, paper, margin } = print;
  const source = resample(picture, Math.min(size, picture.width, picture.height));
  const levelled = flatten(source, print.flatness);
  const faded = toInk(source, print);
  // An unsteady hand: between two frames the sheet bends a little more or less.
  const bend = new Bend(print.curl * random.uniform(0.92, 1.08), print.curlAxis);
  const plane = planeOf(placement, shift);
  const toPixels = size / 2;
  const out = raster(size, size);
  const { data } = out;
  const grain = print.process === 'ink-jet' && print.dots > 0 ? grainTile(print.seed) : null;
  const halftone = print.process === 'halftone' && print.dots > 0;
  // Offset printers' usual order: black at 45 degrees, cyan 15, magenta 75, yellow 0.
  const screens = [-PI / 6, PI / 6, -PI / 4, 0].map(
    (angle, i) => new Screen(print.pitch, print.screenAngle + angle, 0.31 * i),
  );
  const inks = new Float32Array(4);
  const colour = new Float32Array(3);
  const behind = new Float32Array(3);
  const finger = new Float32Array(2);
  const lampX = cos(print.lampAngle);
  const lampY = sin(print.lampAngle);
  const tangent = sin(print.lampTilt) / cos(print.lampTilt);
  const texture = new Spread();
  const sheen = new Spread();
  const curl = new Spread();
  const sides = new Sides();
  const rim = new Step();
  const holes = new Step();
  for (let j = 0, o = 0; j < size; j++) {
    const y = (j + 0.5) / toPixels - 1;
    for (let i = 0; i < size; i++, o += 3) {
      const x = (i + 0.5) / toPixels - 1;
      const w = plane.g * x + plane.h * y + plane.i;
      bend.flat((plane.a * x + plane.b * y + plane.c) / w, (plane.d * x + plane.e * y + plane.f) / w);
      const u = bend.x / placement.halfWidth;
      const v = bend.y / placement.halfHeight;
      // Pixels inside the sheet's edge; half a pixel of it is the edge's own softness.
      const overX = Math.abs(bend.x) - placement.halfWidth;
      const overY = Math.abs(bend.y) - placement.halfHeight;
      let inside = clamp(0.5 + toPixels * (margin - Math.max(overX, overY)));
      let edge = Math.max(overX, overY) * toPixels;
      let inHole = false;
      if (over !== null) {
        const outer = over.cut.outer(u, v);
        const hole = over.cut.hole(u, v);
        inHole = hole < 0.5 * Math.abs(outer);
        const past = Math.max(outer, -hole) * placement.halfWidth * toPixels;
        inside = clamp(0.5 - past);
        // The white core of the sheet shows as a thin line where it was cut.
        edge = past + CORE;
      }
      if (inside < 1) {
        // The sheet keeps the lamp's light from what is close behind it.
        const away = Math.max(0, over === null ? edge - margin * toPixels : edge) / toPixels;
        const shadow = 1 - 0.45 * clamp(1 - away / 0.12);
        if (over === null) {
          backdrop(x, y, print.backdrop, print.mottle, print.seed, behind);
          for (let c = 0; c < 3; c++) behind[c] = behind[c]! * shadow * print.level * print.lampColour[c]!;
        } else for (let c = 0; c < 3; c++) behind[c] = over.behind.data[o + c]! * shadow;
      }
      if (inside > 0) {
        const printed = clamp(0.5 - edge);
        sample(source, (u * 0.5 + 0.5) * source.width - 0.5, (v * 0.5 + 0.5) * source.height - 0.5, colour);
        const plain = lightness(colour[0]!, colour[1]!, colour[2]!);
        if (printed > 0 && (halftone || grain)) {
          const px = bend.x * toPixels;
          const py = bend.y * toPixels;
          if (halftone) {
            const low = print.black;
            for (let c = 0; c < 3; c++) colour[c] = clamp((colour[c]! / paper[c]! - low) / (1 - low));
            separate(colour[0]!, colour[1]!, colour[2]!, print.blackInk, inks);
            for (let n = 0; n < 4; n++) {
              const meant = gained(inks[n]!, print.dotGain);
              inks[n] = meant + SHARPEST * print.dots * (screens[n]!.covered(px, py, meant) - meant);
            }
            const k = 1 - inks[3]!;
            for (let c = 0; c < 3; c++) colour[c] = (low + (1 - low) * (1 - inks[c]!) * k) * paper[c]!;
          } else if (grain) {
            const q = 1 / Math.max(1, print.pitch * 0.6);
            const shared = grainAt(grain, px * q, py * q);
            const own = grainAt(grain, px * q + 23.5, py * q + 41.25);
            for (let c = 0; c < 3; c++) {
              const ink = clamp(1 - colour[c]! / paper[c]!);
              const deviation = print.dots * 0.32 * ink * (1.08 - ink);
              colour[c] = Math.max(0.01, colour[c]! + deviation * (0.8 * shared + (c - 1) * 0.45 * own) * paper[c]!);
            }
          }
          texture.add(lightness(colour[0]!, colour[1]!, colour[2]!) - plain);
        }
        for (let c = 0; c < 3; c++) colour[c] = paper[c]! * 0.97 + (colour[c]! - paper[c]! * 0.97) * printed;
        // Lambert's law on the bent sheet, relative to a flat one under the same lamp.
        const shade = bend.shade(lampX, lampY, tangent);
        const light = print.level * shade * (1 + print.gradient * (lampX * x + lampY * y));
        const sx = (x - print.glossX) / print.glossWidth;
        const sy = (y - print.glossY) / print.glossWidth;
        const s = 1 - (sx * sx + sy * sy) * 0.5;
        // A bent glossy sheet mirrors the lamp in a band across the bend; a flat one in a broad patch.
        const mirror = s > 0 ? print.gloss * 0.55 * s * s * bend.mirror(print.glossX, print.glossY) : 0;
        if (inside === 1) {
          curl.add(Math.sqrt(light) - Math.sqrt(light / shade));
          sheen.add(mirror);
        }
        for (let c = 0; c < 3; c++) colour[c] = (colour[c]! * light + mirror) * print.lampColour[c]!;
      }
      if (over === null && (overX > 0 || overY > 0)) sides.add(overX > overY ? u : 0, overX > overY ? 0 : v, 1);
      if (inside > 0 && inside < 1) (inHole ? holes : rim).add(colour, behind);
      for (let c = 0; c < 3; c++)
        data[o + c] = inside * (inside > 0 ? colour[c]! : 0) + (1 - inside) * (inside < 1 ? behind[c]! : 0);
      thumb(print.hand, x - shift.x, y - shift.y, print.handAlong, print.handReach, finger);
      if (finger[0]! > 0) {
        for (let c = 0; c < 3; c++) {
          const skin = print.handColour[c]! * finger[1]! * print.level * print.lampColour[c]!;
          data[o + c] = data[o + c]! + finger[0]! * (skin - data[o + c]!);
        }
      }
    }
  }
  const bare = sides.total() / (size * size);
  const contrast = rim.count > 0 ? rim.mean() : margin > 0 ? 0.3 : 0;
  const cues: Cue[] = [
    {
      kind: print.process === 'ink-jet' ? 'ink grain' : 'halftone dots',
      place: 'all over',
      strength: print.process === 'photo' ? 0 : strengthOf(texture.deviation(), 0.004, grain ? 0.019 : 0.026),
    },
    { kind: 'faded colours', place: 'all over', strength: strengthOf(faded, 0.1, 0.28) },
    {
      kind: 'paper edge',
      place: sides.place(),
      strength: Math.min(strengthOf(bare, 0.002, 0.03), strengthOf(contrast, 0.02, 0.08)),
    },
    {
      kind: 'paper curl',
      place: 'all over',
      strength:
        // Shade over the sheet, and edges that are seen to be curved.
        clamp(strengthOf(curl.deviation(), 0.01, 0.05) + 0.3 * Math.abs(print.curl) * clamp(bare / 0.06)),
    },
    { kind: 'flat light', place: 'all over', strength: strengthOf(levelled, 0.01, 0.05) },
    {
      kind: 'sheet glare',
      place: placeOf(print.glossX, print.glossY),
      strength: strengthOf(sheen.deviation(), 0.01, 0.05),
    },
  ];
  if (over !== null) {
    cues.push(
      { kind: 'cut edge', place: 'all over', strength: strengthOf(rim.mean(), 0.03, 0.12) },
      { kind: 'eye holes', place: 'centre', strength: strengthOf(holes.mean(), 0.03, 0.12) },
    );
  }
  return { picture: out, cues };
}
