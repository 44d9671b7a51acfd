import { describe, expect, it } from 'vitest';
import { Screen } from '../../src/data/synthetic/media/ink';
import { presentPrint, validatePrint, type PrintParameters } from '../../src/data/synthetic/media/print';
import { presentScreen, validateScreen, type ScreenParameters } from '../../src/data/synthetic/media/screen';
import { drawPrint, drawScreen } from '../../src/data/synthetic/media/styles';
import * as textures from '../../src/data/synthetic/media/textures';
import { FILLING, USUAL_PRINT, USUAL_SCREEN } from '../support/usual_media';
import { Random, hash } from '../../src/data/synthetic/random';
import { raster, toBytes, type Raster } from '../../src/data/synthetic/raster';
import type { AttackCue, Staged } from '../../src/data/synthetic/types';

const EDGE = 64;
const GOLDEN_PRINT = -697760473;
const GOLDEN_SCREEN = 1789978112;

function grey(light: number, edge = EDGE): Raster {
  const picture = raster(edge, edge);
  picture.data.fill(light);
  return picture;
}
/** A ball on a plain ground, lit from the left. */
function ball(edge = EDGE): Raster {
  const picture = raster(edge, edge);
  for (let y = 0, i = 0; y < edge; y++) {
    for (let x = 0; x < edge; x++, i += 3) {
      const u = (2 * x + 1) / edge - 1;
      const v = (2 * y + 1) / edge - 1;
      const d = u * u + v * v;
      const lit = d < 0.5 ? 0.15 + 0.85 * Math.max(0, 0.5 * Math.sqrt(1 - 2 * d) - 0.9 * u) : 0;
      picture.data.set(d < 0.5 ? [0.62 * lit, 0.38 * lit, 0.28 * lit] : [0.12, 0.2, 0.3], i);
    }
  }
  return picture;
}
const mean = ({ data }: Raster): number => data.reduce((sum, value) => sum + value, 0) / data.length;
const strength = ({ cues }: Staged, kind: AttackCue): number => cues.find((cue) => cue.kind === kind)?.strength ?? 0;

const AHEAD = { x: 0, y: 0, halfWidth: 1.2, halfHeight: 1.2, turn: 0, tiltX: 0, tiltY: 0 };

/** A print that shows nothing of itself. */
const plainPrint: PrintParameters = {
  ...drawPrint(new Random(1), USUAL_PRINT),
  placement: AHEAD,
  process: 'photo',
  paper: [1, 1, 1],
  black: 0,
  saturation: 1,
  fade: 0,
  flatness: 0,
  curl: 0,
  gradient: 0,
  level: 1,
  lampColour: [1, 1, 1],
  gloss: 0,
  margin: 0,
  dotGain: 0,
  hand: 'none',
};
const plainScreen: ScreenParameters = {
  ...drawScreen(new Random(1), USUAL_SCREEN),
  placement: AHEAD,
  cast: 0,
  bleed: 0,
  contrast: 1,
  saturation: 1,
  level: 1,
  gridDepth: 0,
  stripe: 0,
  moireDepth: 0,
  glare: 'none',
  bezel: 0,
  bandDepth: 0,
  flatness: 0,
};
const print = (changes: Partial<PrintParameters>): Staged =>
  presentPrint(ball(), { ...plainPrint, ...changes }, new Random(2), EDGE);
const screen = (changes: Partial<ScreenParameters>): Staged =>
  presentScreen(ball(), { ...plainScreen, ...changes }, new Random(2), EDGE);

describe('prints', () => {
  it('claim nothing when nothing shows, and each cue when its cause is there', () => {
    for (const { kind, strength: shown } of print({}).cues) expect([kind, shown < 0.05]).toEqual([kind, true]);
    expect(strength(print({ process: 'halftone', pitch: 4, dots: 0.8 }), 'halftone dots')).toBeGreaterThan(0.35);
    expect(strength(print({ process: 'ink-jet', pitch: 3, dots: 0.9 }), 'ink grain')).toBeGreaterThan(0.35);
    expect(strength(print({ fade: 0.7 }), 'faded colours')).toBeGreaterThan(0.35);
    expect(strength(print({ curl: 0.8, curlAxis: 0, lampTilt: 0.8, lampAngle: 0 }), 'paper curl')).toBeGreaterThan(
      0.35,
    );
    expect(strength(print({ flatness: 0.9 }), 'flat light')).toBeGreaterThan(0.2);
    const gloss = print({ gloss: 0.8, glossX: -0.7, glossY: 0, glossWidth: 0.4 });
    expect(strength(gloss, 'sheet glare')).toBeGreaterThan(0.35);
    expect(gloss.cues.find(({ kind }) => kind === 'sheet glare')?.place).toBe('left');
  });

  it('tell which side of the sheet shows', () => {
    const edge = (x: number, y: number): string | undefined =>
      print({ placement: { ...AHEAD, x, y }, margin: 0.06 }).cues.find(({ kind }) => kind === 'paper edge')?.place;
    expect(edge(-0.5, 0)).toBe('right');
    expect(edge(0.5, 0)).toBe('left');
    expect(edge(0, 0.5)).toBe('top');
    const whole = print({ placement: { ...AHEAD, halfWidth: 0.7, halfHeight: 0.7 }, margin: 0.06 });
    expect(whole.cues.find(({ kind }) => kind === 'paper edge')).toMatchObject({ place: 'all over' });
    expect(strength(whole, 'paper edge')).toBeGreaterThan(0.8);
  });

  it('keep the mean tone in dots', () => {
    for (const light of [0.08, 0.3, 0.7]) {
      const dotted = presentPrint(
        grey(light),
        { ...plainPrint, process: 'halftone', pitch: 4.3, dots: 1, screenAngle: 0.4 },
        new Random(1),
        EDGE,
      );
      expect(Math.abs(mean(dotted.picture) / light - 1)).toBeLessThan(0.12);
    }
    const dots = new Screen(5, 0.3);
    for (const coverage of [0.1, 0.3, 0.5, 0.8]) {
      let sum = 0;
      for (let y = 0; y < 100; y++) for (let x = 0; x < 100; x++) sum += dots.covered(x, y, coverage) / 10000;
      expect(Math.abs(sum - coverage)).toBeLessThan(0.04);
    }
  });

  it('move as one sheet', () => {
    const still = {
      ...plainPrint,
      process: 'halftone' as const,
      placement: { ...AHEAD, halfWidth: 0.8, halfHeight: 0.8 },
    };
    const first = presentPrint(ball(), still, new Random(2), EDGE).picture;
    const second = presentPrint(ball(), still, new Random(3), EDGE, { x: 8 / EDGE, y: 0, turn: 0 }).picture;
    // Four pixels to the right, dots and all.
    let error = 0;
    for (let x = 20; x < 44; x++) {
      const at = (32 * EDGE + x) * 3;
      error = Math.max(error, Math.abs(second.data[at + 12]! - first.data[at]!));
    }
    expect(error).toBeLessThan(1e-4);
  });

  it('are the same bytes for the same draws', () => {
    const drawn = drawPrint(new Random('golden'), USUAL_PRINT);
    const bytes = toBytes(presentPrint(ball(), drawn, new Random(4), EDGE).picture);
    expect(hash(...bytes)).toBe(GOLDEN_PRINT);
  });

  it('refuse what they are not', () => {
    expect(() => validatePrint({ ...plainPrint, curl: 2 })).toThrow(/Print: curl is 2, and must be -1.2 to 1.2/);
    expect(() => validatePrint({ ...plainPrint, placement: { ...AHEAD, halfWidth: 0 } })).toThrow(/halfWidth is 0/);
    expect(() => validatePrint({ ...plainPrint, paper: [1, 2, 1] })).toThrow(RangeError);
  });
});

describe('screens', () => {
  it('claim nothing when nothing shows, and each cue when its cause is there', () => {
    for (const { kind, strength: shown } of screen({}).cues) expect([kind, shown < 0.05]).toEqual([kind, true]);
    expect(strength(screen({ gridDepth: 0.8, gridPitch: 3.5 }), 'pixel grid')).toBeGreaterThan(0.35);
    expect(strength(screen({ moireDepth: 0.9, moirePitch: 0.48 }), 'moire bands')).toBeGreaterThan(0.35);
    expect(strength(screen({ cast: 0.7 }), 'blue cast')).toBeGreaterThan(0.35);
    expect(strength(screen({ bandDepth: 0.35, bandHeight: 0.4 }), 'refresh band')).toBeGreaterThan(0.35);
    const glare = screen({ glare: 'spot', glareLight: 0.8, glareX: 0, glareY: 0.7, glareWidth: 0.3 });
    expect(strength(glare, 'glare spot')).toBeGreaterThan(0.35);
    expect(strength(glare, 'glare streak')).toBe(0);
    expect(glare.cues.find(({ kind }) => kind === 'glare spot')?.place).toBe('bottom');
    expect(strength(screen({ glare: 'streak', glareLight: 0.8, glareWidth: 0.3 }), 'glare streak')).toBeGreaterThan(
      0.35,
    );
    const framed = screen({ placement: { ...AHEAD, x: 0.4 }, bezel: 0.3 });
    expect(strength(framed, 'bezel')).toBeGreaterThan(0.35);
    expect(framed.cues.find(({ kind }) => kind === 'bezel')?.place).toBe('left');
  });

  it('beat with the sensor at the difference of the two lattices', () => {
    // Ten more columns of emitters than pairs of sensor pixels over the frame.
    const edge = 128;
    const { picture } = presentScreen(
      grey(0.4, edge),
      { ...plainScreen, moirePitch: 1 / (2 + 10 / edge), moireDepth: 0.9, moireColour: 0 },
      new Random(1),
      edge,
    );
    const power = (waves: number): number => {
      let re = 0;
      let im = 0;
      for (let x = 0; x < edge; x++) {
        let column = 0;
        for (let y = 0; y < edge; y++) column += picture.data[(y * edge + x) * 3 + 1]! / edge;
        re += column * Math.cos((2 * Math.PI * waves * x) / edge);
        im += column * Math.sin((2 * Math.PI * waves * x) / edge);
      }
      return Math.hypot(re, im) / edge;
    };
    expect(power(10)).toBeGreaterThan(0.01);
    for (const other of [3, 5, 7, 9, 11, 14, 17]) expect(power(other)).toBeLessThan(0.1 * power(10));
  });

  it('are the same bytes for the same draws', () => {
    const drawn = drawScreen(new Random('golden'), USUAL_SCREEN);
    const bytes = toBytes(presentScreen(ball(), drawn, new Random(4), EDGE).picture);
    expect(hash(...bytes)).toBe(GOLDEN_SCREEN);
  });

  it('refuse what they are not', () => {
    expect(() => validateScreen({ ...plainScreen, gridPitch: 1 })).toThrow(
      /Screen: gridPitch is 1, and must be 2 to 8/,
    );
    expect(() => validateScreen({ ...plainScreen, cast: -1 })).toThrow(RangeError);
  });

  it('draw only from the style', () => {
    for (let i = 0; i < 20; i++) {
      const drawn = drawScreen(new Random(i), {
        ...USUAL_SCREEN,
        placement: FILLING,
        moireDepth: { chance: 0, range: [0.5, 1] },
        gridDepth: { chance: 1, range: [0.5, 0.6] },
      });
      expect(drawn.moireDepth).toBe(0);
      expect(drawn.gridDepth).toBeGreaterThanOrEqual(0.5);
      expect(drawn.placement.halfWidth).toBeGreaterThan(1);
    }
  });
});

describe('textures', () => {
  const ways: readonly [string, (picture: Raster, strength: number) => void][] = [
    ['halftone', (picture, s) => textures.halftone(picture, s, 4, 0.5)],
    ['grain', (picture, s) => textures.grain(picture, s, 1.8, 5)],
    ['pixelGrid', (picture, s) => textures.pixelGrid(picture, s, 3.6, 0.05)],
    ['moireBands', (picture, s) => textures.moireBands(picture, s, 14, 0.6)],
    ['refreshBand', (picture, s) => textures.refreshBand(picture, s, 16, 0.2)],
    ['streak', (picture, s) => textures.streak(picture, s, 12, 0.6, 0.2, 0)],
    ['spot', (picture, s) => textures.spot(picture, s, 16, -0.4, 0.3)],
    ['bend', (picture, s) => textures.bend(picture, s, 0.1)],
  ];
  it.each(ways)('%s does nothing at no strength and much at full', (_, apply) => {
    const change = (s: number): number => {
      const before = ball();
      const after = ball();
      apply(after, s);
      return Math.max(...before.data.map((value, i) => Math.abs(value - after.data[i]!)));
    };
    expect(change(0)).toBeLessThan(1e-4);
    expect(change(1)).toBeGreaterThan(0.1);
  });

  it('keep the mean tone in dots and grid', () => {
    for (const light of [0.2, 0.5]) {
      for (const apply of [ways[0]![1], ways[2]![1]]) {
        const picture = grey(light);
        apply(picture, 1);
        expect(Math.abs(mean(picture) / light - 1)).toBeLessThan(0.08);
      }
    }
  });
});
