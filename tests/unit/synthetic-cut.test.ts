import { describe, expect, it } from 'vitest';
import { layFace } from '../../src/data/synthetic/face';
import { CutOut, drawCut, validateCut, type Cut } from '../../src/data/synthetic/media/cut';
import { planeOf } from '../../src/data/synthetic/media/placement';
import { presentPrint } from '../../src/data/synthetic/media/print';
import { drawPrint } from '../../src/data/synthetic/media/styles';
import { Random, hash } from '../../src/data/synthetic/random';
import { raster, type Raster } from '../../src/data/synthetic/raster';
import { REGION } from '../../src/data/synthetic/types';
import { clipOf, wearerAt } from '../../src/data/synthetic/sets/clip';
import { CUT_OUT } from '../../src/data/synthetic/sets/common';
import { shiftAt } from '../../src/data/synthetic/sets/frame';
import { domainOf, renderFrame } from '../../src/data/synthetic';
import { USUAL_PRINT } from '../support/usual_media';

const EDGE = 64;
const GOLDEN = { 'synthetic-I': 888560130, 'synthetic-O': -1515957965 };
const CUT: Cut = { width: 1, height: 1, holeWidth: 0.24, holeHeight: 0.13, ragged: 0, seed: 1 };

function plain(light: number): Raster {
  const picture = raster(EDGE, EDGE);
  picture.data.fill(light);
  return picture;
}

/** The first clip of the domain that is a print before somebody's face, and its photographed face laid out. */
function heldClip(domain: 'synthetic-I' | 'synthetic-O') {
  for (let number = 1; number < 40; number++) {
    const clip = clipOf(domainOf(domain), 5, number, 'print', 1);
    if (clip.means.kind === 'print' && clip.means.held !== null)
      return { clip, means: clip.means, held: clip.means.held };
  }
  throw new Error(`${domain} has no cut photograph among 40 prints`);
}

describe('a cut photograph', () => {
  const { clip } = heldClip('synthetic-O');
  const face = layFace(clip.person, { ...clip.from, x: 0.5, y: 0.5, scale: 0.3, roll: 0.2 }, EDGE);
  const way = new CutOut(CUT, face);
  const picture = ([x, y]: readonly [number, number]): [number, number] => [(2 * x) / EDGE - 1, (2 * y) / EDGE - 1];

  it('has its holes at the eyes and its edge around the face', () => {
    for (const eye of [face.landmarks.leftEye, face.landmarks.rightEye])
      expect(way.hole(...picture(eye))).toBeLessThan(0);
    expect(way.hole(...picture(face.landmarks.noseTip))).toBeGreaterThan(0);
    for (const place of ['noseTip', 'mouth', 'chin'] as const)
      expect([place, way.outer(...picture(face.landmarks[place])) < 0]).toEqual([place, true]);
    expect(way.outer(-0.98, -0.98)).toBeGreaterThan(0);
  });

  it.each([-0.45, 0, 0.45])('keeps to the face of a head that is turned by %f', (yaw) => {
    const turned = layFace(clip.person, { ...clip.from, x: 0.5, y: 0.5, scale: 0.3, yaw }, EDGE);
    const cut = new CutOut(CUT, turned);
    let paper = 0;
    let wall = 0;
    for (let i = 0; i < EDGE * EDGE; i++) {
      if (cut.outer(...picture([(i % EDGE) + 0.5, Math.floor(i / EDGE) + 0.5])) > 0) continue;
      paper++;
      if (turned.region[i] === REGION.backdrop || turned.region[i] === REGION.clothes) wall++;
    }
    // About as much as an ellipse of that size covers, hardly any of it wall.
    expect(paper).toBeGreaterThan(0.12 * EDGE * EDGE);
    expect(wall / paper).toBeLessThan(0.08);
  });

  it('shows what is behind it around itself and through its holes, and paper between', () => {
    const print = {
      ...drawPrint(new Random(1), USUAL_PRINT),
      placement: { x: 0, y: 0, halfWidth: 1, halfHeight: 1, turn: 0, tiltX: 0, tiltY: 0 },
      process: 'photo' as const,
      gloss: 0,
      curl: 0,
      flatness: 0,
      hand: 'none' as const,
    };
    const held = (light: number) =>
      presentPrint(plain(0.5), print, new Random(2), EDGE, undefined, { cut: way, behind: plain(light) });
    const dark = held(0.02);
    const pale = held(0.9);
    const at = ({ picture: { data } }: typeof dark, [x, y]: readonly [number, number]): number =>
      data[(Math.floor(y) * EDGE + Math.floor(x)) * 3]!;
    // Far from the sheet nothing shades what is behind it.
    expect(at(dark, [0, 0])).toBeCloseTo(0.02, 6);
    expect(at(pale, [0, 0])).toBeCloseTo(0.9, 6);
    const eye = face.landmarks.leftEye;
    expect(at(pale, eye)).toBeGreaterThan(10 * at(dark, eye));
    expect(at(pale, face.landmarks.noseTip)).toBe(at(dark, face.landmarks.noseTip));
    const shown = Object.fromEntries(dark.cues.map(({ kind, strength }) => [kind, strength]));
    expect(shown['cut edge']).toBeGreaterThan(0.35);
    expect(shown['eye holes']).toBeGreaterThan(0.35);
    expect(shown['paper edge']).toBe(0);
  });

  it('is drawn from ranges and refused out of them', () => {
    const drawn = drawCut(new Random(3), CUT_OUT);
    expect(drawn).toEqual(drawCut(new Random(3), CUT_OUT));
    expect(() => validateCut({ ...drawn, holeWidth: 0.9 })).toThrow(/Cut photograph: holeWidth is 0.9/);
  });
});

describe.each(['synthetic-I', 'synthetic-O'] as const)('prints of %s', (domain) => {
  it('are cut out for some, and then the hair is that of whoever holds them', () => {
    const { clip, held } = heldClip(domain);
    const { facts } = renderFrame(clip, 1);
    expect(facts.person).toMatchObject({ hair: held.wearer.hair, hairStyle: held.wearer.hairStyle });
    expect(facts.person.skin).toBe(clip.person.skin);
    expect(facts.eyewear).toBe('none');
    const kinds = facts.cues.filter(({ strength }) => strength > 0.35).map(({ kind }) => kind);
    expect(kinds).toEqual(expect.arrayContaining(['cut edge', 'eye holes']));
  });

  it('are the same bytes on every machine', () => {
    const { clip } = heldClip(domain);
    expect(hash(clip.name, ...renderFrame(clip, 1).pixels)).toBe(GOLDEN[domain]);
  });

  it('are as often cut out as the domain says', () => {
    const { prints } = domainOf(domain);
    const sum = (weights: readonly number[]): number => weights.reduce((a, b) => a + b, 0);
    const share =
      sum(prints.map(([style, weight]) => (style.cut ? weight : 0))) / sum(prints.map(([, weight]) => weight));
    const held = Array.from({ length: 200 }, (_, i) => clipOf(domainOf(domain), 5, i + 1, 'print', 1).means).filter(
      (means) => means.kind === 'print' && means.held !== null,
    );
    // Three standard deviations of 200 draws are a tenth.
    expect(Math.abs(held.length / 200 - share)).toBeLessThan(0.1);
  });

  it('lie before a face whose eyes meet the holes, in every frame', () => {
    let met = 0;
    let all = 0;
    for (let number = 1; number <= 30; number++) {
      const clip = clipOf(domainOf(domain), 5, number, 'print', 1);
      if (clip.means.kind !== 'print' || clip.means.held === null) continue;
      const { held, print } = clip.means;
      const edge = clip.camera.edge;
      const way = new CutOut(held.cut, layFace(clip.person, clip.from, edge));
      for (const index of [0, clip.frames - 1]) {
        const { landmarks } = layFace(held.wearer, wearerAt(clip, held, index), edge);
        const plane = planeOf(print.placement, shiftAt(clip, index));
        for (const [px, py] of [landmarks.leftEye, landmarks.rightEye]) {
          const x = (2 * px) / edge - 1;
          const y = (2 * py) / edge - 1;
          const w = plane.g * x + plane.h * y + plane.i;
          const u = (plane.a * x + plane.b * y + plane.c) / w / print.placement.halfWidth;
          const v = (plane.d * x + plane.e * y + plane.f) / w / print.placement.halfHeight;
          all++;
          if (way.hole(u, v) < 0) met++;
        }
      }
    }
    expect(all).toBeGreaterThan(20);
    expect(met / all).toBeGreaterThan(0.9);
  });

  it('move with whoever holds them', () => {
    const { clip, held } = heldClip(domain);
    const still = wearerAt(clip, held, 0);
    const later = wearerAt(clip, held, clip.frames - 1);
    expect(later.x).not.toBe(still.x);
    const [from, to] = [shiftAt(clip, 0), shiftAt(clip, clip.frames - 1)];
    if (clip.domain.tremble === 0) expect(to.x - from.x).toBeCloseTo(2 * (later.x - still.x), 12);
    else expect(to).not.toEqual(from);
  });
});
