import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MARGIN, cutOf } from '../../src/data/faces/crop';
import { LOOKS, SQUARE, facesOf, overlap, place } from '../../src/data/faces/looks';
import { bySize, mainFace, type Face } from '../../src/data/faces/types';

const face = (x: number, y: number, width: number, height: number, score = 0.9): Face => ({
  x,
  y,
  width,
  height,
  score,
});
const from = (least: number): fc.Arbitrary<number> => fc.double({ min: least, max: least + 0.4, noNaN: true });
const edge = fc.integer({ min: 1, max: 4000 });

describe('the face of a picture', () => {
  it('is the largest, then the surest, then the one further left and up', () => {
    const faces = [face(9, 0, 4, 4), face(5, 0, 4, 4), face(0, 0, 4, 4, 0.95), face(0, 0, 5, 5, 0.5)].sort(bySize);
    expect(faces.map(({ x, width, score }) => [x, width, score])).toEqual([
      [0, 5, 0.5],
      [0, 4, 0.95],
      [5, 4, 0.9],
      [9, 4, 0.9],
    ]);
    expect(mainFace(faces)).toBe(faces[0]);
    expect(mainFace([])).toBeNull();
  });

  it('has a shorter edge of at least what is asked', () => {
    const narrow = face(0, 0, 69, 200);
    const small = face(0, 0, 70, 71);
    expect(mainFace([narrow, small], 70)).toBe(small);
    expect(mainFace([narrow], 70)).toBeNull();
  });
});

describe('a look', () => {
  it('shows the whole picture, in its shape, in the middle of the square', () => {
    expect(place(1280, 720, 1)).toEqual({ x: 0, y: 112, width: 512, height: 288 });
    expect(place(100, 200, 0.5)).toEqual({ x: 192, y: 128, width: 128, height: 256 });
    fc.assert(
      fc.property(edge, edge, fc.constantFrom(...LOOKS), (width, height, share) => {
        const placed = place(width, height, share);
        expect(Math.max(placed.width, placed.height)).toBe(SQUARE * share);
        expect(placed.x).toBeGreaterThanOrEqual(0);
        expect(placed.y).toBeGreaterThanOrEqual(0);
        expect(placed.x + placed.width).toBeLessThanOrEqual(SQUARE);
        expect(placed.y + placed.height).toBeLessThanOrEqual(SQUARE);
      }),
    );
  });

  it('gives boxes back in pixels of the picture', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 60, max: 4000 }),
        fc.integer({ min: 60, max: 4000 }),
        fc.constantFrom(...LOOKS),
        from(0.05),
        from(0.15),
        from(0.3),
        from(0.2),
        (width, height, share, left, top, across, down) => {
          const placed = place(width, height, share);
          const shares = [
            (placed.y + top * placed.height) / SQUARE,
            (placed.x + left * placed.width) / SQUARE,
            (placed.y + Math.min(1, top + down) * placed.height) / SQUARE,
            (placed.x + Math.min(1, left + across) * placed.width) / SQUARE,
          ];
          const [found] = facesOf(new Float32Array(shares), new Float32Array([0.7]), 0.5, placed, width, height);
          expect(found!.x).toBeCloseTo(left * width, 0);
          expect(found!.y).toBeCloseTo(top * height, 0);
          expect(found!.x + found!.width).toBeCloseTo(Math.min(1, left + across) * width, 0);
          expect(found!.y + found!.height).toBeCloseTo(Math.min(1, top + down) * height, 0);
        },
      ),
    );
  });

  it('keeps the surest of boxes of one face, and of no face none', () => {
    const placed = place(512, 512, 1);
    const boxes = new Float32Array([
      ...[0.1, 0.1, 0.5, 0.5],
      ...[0.12, 0.1, 0.52, 0.5],
      ...[0.6, 0.6, 0.9, 0.9],
      ...[0.1, 0.6, 0.2, 0.7],
      ...[0.1, 0.6, 0.2, 0.7],
    ]);
    const found = facesOf(boxes, new Float32Array([0.6, 0.8, 0.55, 0.49, Number.NaN]), 0.5, placed, 512, 512);
    expect(found.map(({ score }) => score.toFixed(2))).toEqual(['0.80', '0.55']);
  });

  it('leaves out what lies outside the picture, and clips what reaches over its edge', () => {
    const placed = place(512, 256, 1);
    const boxes = new Float32Array([...[0, 0.4, 0.2, 0.6], ...[0.2, 0.9, 0.6, 1.2]]);
    const [found, ...others] = facesOf(boxes, new Float32Array([0.9, 0.9]), 0.5, placed, 512, 256);
    expect(others).toEqual([]);
    expect(found!.y).toBe(0);
    expect(found!.x + found!.width).toBe(512);
  });

  it('tells how far two boxes are of one thing', () => {
    expect(overlap(face(0, 0, 2, 2), face(0, 0, 2, 2))).toBe(1);
    expect(overlap(face(0, 0, 2, 2), face(1, 0, 2, 2))).toBeCloseTo(1 / 3, 12);
    expect(overlap(face(0, 0, 2, 2), face(2, 0, 2, 2))).toBe(0);
    expect(overlap(face(0, 0, 2, 2), face(3, 3, 2, 2))).toBe(0);
  });
});

describe('a crop', () => {
  it('is whole pixels inside the picture, at least one, whatever the box', () => {
    const any = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(
        edge,
        edge,
        any,
        any,
        any,
        any,
        fc.constantFrom('tight', 'margin'),
        (width, height, x, y, w, h, crop) => {
          const box = face(x * (width - 1), y * (height - 1), 0, 0);
          box.width = Math.max(1, w * (width - box.x));
          box.height = Math.max(1, h * (height - box.y));
          const cut = cutOf(crop, box, width, height);
          for (const value of Object.values(cut)) expect(Number.isInteger(value)).toBe(true);
          expect(cut.x).toBeGreaterThanOrEqual(0);
          expect(cut.y).toBeGreaterThanOrEqual(0);
          expect(cut.width).toBeGreaterThanOrEqual(1);
          expect(cut.height).toBeGreaterThanOrEqual(1);
          expect(cut.x + cut.width).toBeLessThanOrEqual(width);
          expect(cut.y + cut.height).toBeLessThanOrEqual(height);
        },
      ),
    );
  });

  it('grows the box on each side by the margin, or not at all, or is the whole picture', () => {
    const box = face(100, 200, 100, 200);
    expect(MARGIN).toBe(0.3);
    expect(cutOf('margin', box, 1000, 1000)).toEqual({ x: 70, y: 140, width: 160, height: 320 });
    expect(cutOf('tight', face(100.9, 200.9, 100.3, 200), 1000, 1000)).toEqual({
      x: 100,
      y: 200,
      width: 101,
      height: 200,
    });
    expect(cutOf('none', box, 1000, 900)).toEqual({ x: 0, y: 0, width: 1000, height: 900 });
    expect(cutOf('tight', null, 1000, 900)).toEqual({ x: 0, y: 0, width: 1000, height: 900 });
  });
});
