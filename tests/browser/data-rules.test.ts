import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { FaceCrop, FrameRule } from '../../src/protocol';
import { takeFrames, takeStill, type Taking } from '../../src/data/rules';
import { keptCrops } from '../../src/data/rules/moments';
import type { FaceDetector } from '../../src/data/faces/types';
import { takeVideo } from '../../src/data/video';
import { numberOf } from '../support/clips';
import { fixture } from '../support/data_fixtures';
import { face, fakeClip, fakeDetector, numberIn, shownAt } from '../support/fake_clip';

const never = new AbortController().signal;
const taking = (rule: FrameRule, crop: FaceCrop, detector: FaceDetector | null, leastFace = 1): Taking => ({
  rule,
  crop,
  detector,
  leastFace,
});

/**
 * What the authors' program makes of a video, step by step as it goes through it: files named by a number that grows by
 * five with each, sorted by name, of which two are picked. Here with room for any number of digits.
 */
function byTheirProgram(hasFace: readonly boolean[]): { looked: number[]; picked: number[] } {
  const files: { name: number; picture: number }[] = [];
  const looked: number[] = [];
  let name = 0;
  let checking = false;
  for (let picture = 0; picture < hasFace.length; picture++) {
    const due = picture % 5 === 0 && name % 5 === 0;
    if (!due && !checking) continue;
    looked.push(picture);
    if (hasFace[picture] !== true) {
      checking = true;
      continue;
    }
    files.push({ name, picture });
    checking = false;
    name += 5;
  }
  files.sort((a, b) => a.name - b.name);
  const n = files.length;
  // Too few: the program leaves the video out; the page keeps the first and the last.
  let two = n === 0 ? [] : [0, n - 1];
  if (n > 4) {
    let second = 4 + Math.floor(n / 2);
    if (second >= n) second = n - 1;
    if (second <= 4) second = 4 + 1 < n ? 4 + 1 : 4;
    two = [4, second];
  }
  return { looked, picked: [...new Set(two)].map((at) => files[at]!.picture) };
}

/** The number that is painted into the pictures of a fixture. */
async function counterOf(png: Blob): Promise<number> {
  const bitmap = await createImageBitmap(png);
  const { width, height } = bitmap;
  const paint = (context: OffscreenCanvasRenderingContext2D): void => context.drawImage(bitmap, 0, 0);
  return numberOf({ index: null, seconds: 0, width, height, paint, close: () => bitmap.close() });
}

describe('the authors’ rule', () => {
  it('keeps the crops at 4 and 4 + floor(N / 2), N - 1 at most', () => {
    expect([0, 1, 2, 4, 5, 6, 7, 8, 9, 10, 11, 60, 61].map(keptCrops)).toEqual([
      [],
      [0],
      [0, 1],
      [0, 3],
      [4],
      [4, 5],
      [4, 6],
      [4, 7],
      [4, 8],
      [4, 9],
      [4, 9],
      [4, 34],
      [4, 34],
    ]);
  });

  it('looks at and picks what their program does, whatever is missed', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ run: fc.integer({ min: 1, max: 12 }), hit: fc.boolean() }), { maxLength: 24 }),
        async (runs) => {
          const hasFace = runs.flatMap(({ run, hit }) => Array<boolean>(run).fill(hit));
          const clip = fakeClip(hasFace.length);
          const detector = fakeDetector((index) => (hasFace[index] ? [face()] : []));
          const { frames, noFace } = await takeFrames(clip, taking('authors', 'tight', detector), never);
          const theirs = byTheirProgram(hasFace);
          expect(detector.asked).toEqual(theirs.looked);
          expect(await Promise.all(frames.map(({ png }) => numberIn(png)))).toEqual(theirs.picked);
          expect(frames.map(({ seconds }) => Math.round(seconds * 25))).toEqual(theirs.picked);
          expect(frames.map(({ role }) => role)).toEqual(['early', 'middle'].slice(0, theirs.picked.length));
          expect(noFace).toEqual(frames.length === 0 ? ['early', 'middle'] : []);
          expect([clip.open, clip.most]).toEqual([0, hasFace.length === 0 ? 0 : 1]);
        },
      ),
      { numRuns: 120, seed: 4 },
    );
  });

  it('of a clip of 320 pictures takes picture 20 and picture 180', async () => {
    const { frames, note } = await takeFrames(
      fakeClip(320),
      taking(
        'authors',
        'tight',
        fakeDetector(() => [face()]),
      ),
      never,
    );
    expect(await Promise.all(frames.map(({ png }) => numberIn(png)))).toEqual([20, 180]);
    expect(note).toBeNull();
  });

  it('says so where there are too few faces for it', async () => {
    const detector = fakeDetector((index) => (index === 3 || index === 10 ? [face()] : []));
    const { frames, note } = await takeFrames(fakeClip(14), taking('authors', 'tight', detector), never);
    expect(await Promise.all(frames.map(({ png }) => numberIn(png)))).toEqual([3, 10]);
    expect(note).toMatch(/Only 2 faces were found in every fifth frame.*the first and the last are kept/);
  });

  it('keeps the whole picture where no crop is asked for, and still says where the face is', async () => {
    const detector = fakeDetector(() => [face()]);
    const { frames } = await takeFrames(fakeClip(60), taking('authors', 'none', detector), never);
    expect(frames.map(({ width, height }) => [width, height])).toEqual([
      [16, 12],
      [16, 12],
    ]);
    expect(frames[0]!.face).toEqual(face());
  });
});

describe('the paper’s rule', () => {
  it('takes 10 % and 50 %, without a look for faces where none is cropped', async () => {
    const { frames, noFace } = await takeFrames(fakeClip(100), taking('paper', 'none', null), never);
    expect(await Promise.all(frames.map(({ png }) => numberIn(png)))).toEqual([10, 50]);
    expect(frames.map(({ role, face: found }) => [role, found])).toEqual([
      ['early', undefined],
      ['middle', undefined],
    ]);
    expect(noFace).toEqual([]);
  });

  it('takes the nearest picture with a face, up to four tenths of a second away', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 160 }),
        fc.constantFrom(5, 10, 25, 30),
        fc.array(fc.boolean(), { minLength: 160, maxLength: 160 }),
        fc.integer({ min: 0, max: 100 }),
        async (count, rate, coin, rarity) => {
          // Faces are rare in some clips and frequent in others.
          const hasFace = (index: number): boolean => coin[index] === true && (index * 37) % 101 >= rarity;
          const duration = count / rate;
          const taken = new Map<string, number>();
          const seen = new Set<number>();
          const at = (moment: number): number => Math.min(count - 1, shownAt(moment, rate));
          const roles = { early: 0.1 * duration, middle: 0.5 * duration };
          const late: (keyof typeof roles)[] = [];
          for (const role of ['early', 'middle'] as const) {
            const first = at(roles[role]);
            if (seen.has(first)) continue;
            seen.add(first);
            if (hasFace(first)) taken.set(role, first);
            else late.push(role);
          }
          for (const role of late) {
            for (const away of [-0.1, 0.1, -0.2, 0.2, -0.1 * 3, 0.1 * 3, -0.4, 0.4]) {
              const moment = roles[role] + away;
              if (taken.has(role) || Math.abs(away) >= 0.2 * duration || moment < 0 || moment > duration) continue;
              const index = at(moment);
              if (seen.has(index)) continue;
              seen.add(index);
              if (hasFace(index)) taken.set(role, index);
            }
          }
          const clip = fakeClip(count, rate);
          const detector = fakeDetector((index) => (hasFace(index) ? [face()] : []));
          const { frames, noFace } = await takeFrames(clip, taking('paper', 'tight', detector), never);
          const got = new Map<string, number>();
          for (const { role, png } of frames) got.set(role, await numberIn(png));
          expect(Object.fromEntries(got)).toEqual(Object.fromEntries(taken));
          expect(noFace).toEqual(late.filter((role) => !taken.has(role)));
          expect(clip.open).toBe(0);
          expect(clip.most).toBe(1);
          // Nothing is looked at twice.
          expect(new Set(detector.asked).size).toBe(detector.asked.length);
        },
      ),
      { numRuns: 120, seed: 8 },
    );
  });

  it('gives up after eight pictures a frame', async () => {
    const detector = fakeDetector(() => []);
    const { frames, noFace } = await takeFrames(fakeClip(250), taking('paper', 'margin', detector), never);
    expect([frames.length, noFace]).toEqual([0, ['early', 'middle']]);
    expect(detector.asked).toHaveLength(18);
  });
});

describe('both rules, on clips of the containers and codecs of the sets', () => {
  it.each(['count-h264.mp4', 'count-h264.avi', 'count-mjpeg.mov', 'count-xvid.avi', 'count-fmp4-b.avi'])(
    'take the right pictures: %s',
    async (name) => {
      const whole = fakeDetector(() => [face(0, 0, 40, 40)]);
      for (const [rule, pictures] of [
        ['authors', [20, 35]],
        ['paper', [4, 20]],
      ] as const) {
        const { frames } = await takeVideo(await fixture(name), name, taking(rule, 'none', whole), never);
        expect(frames.map(({ seconds }) => Math.round(seconds * 20))).toEqual(pictures);
        expect(await Promise.all(frames.map(({ png }) => counterOf(png)))).toEqual(pictures);
      }
    },
  );
});

describe('what is kept of a picture', () => {
  const still = { width: 100, height: 80, paint: (context: OffscreenCanvasRenderingContext2D) => stripes(context) };
  /** Red is the column, green the row. */
  const stripes = (context: OffscreenCanvasRenderingContext2D): void => {
    const image = new ImageData(100, 80);
    for (let p = 0; p < 8000; p++) image.data.set([p % 100, Math.floor(p / 100), 0, 255], 4 * p);
    context.putImageData(image, 0, 0);
  };
  const corners = async (png: Blob): Promise<number[][]> => {
    const bitmap = await createImageBitmap(png);
    const context = new OffscreenCanvas(bitmap.width, bitmap.height).getContext('2d')!;
    context.drawImage(bitmap, 0, 0);
    const read = (x: number, y: number): number[] => [...context.getImageData(x, y, 1, 1).data.slice(0, 2)];
    return [read(0, 0), read(bitmap.width - 1, bitmap.height - 1)];
  };
  const faces = (...all: ReturnType<typeof face>[]): FaceDetector => fakeDetector(() => all);

  it('tight: the box in whole pixels', async () => {
    const { frames } = await takeStill(still, taking('paper', 'tight', faces(face(20.9, 10.2, 30.5, 40.1))), never);
    expect([frames[0]!.width, frames[0]!.height, frames[0]!.role, frames[0]!.seconds]).toEqual([31, 40, 'image', 0]);
    expect(await corners(frames[0]!.png)).toEqual([
      [20, 10],
      [50, 49],
    ]);
    expect(frames[0]!.face).toEqual(face(20.9, 10.2, 30.5, 40.1));
  });

  it('margin: the box and three tenths of it on each side, up to the picture’s edges', async () => {
    const { frames } = await takeStill(still, taking('paper', 'margin', faces(face(40, 30, 20, 20))), never);
    expect(await corners(frames[0]!.png)).toEqual([
      [34, 24],
      [65, 55],
    ]);
    const edge = await takeStill(still, taking('authors', 'margin', faces(face(0, 0, 90, 78))), never);
    expect(await corners(edge.frames[0]!.png)).toEqual([
      [0, 0],
      [99, 79],
    ]);
  });

  it('of several faces the largest, not the surest', async () => {
    const two = faces(face(0, 0, 10, 10, 0.99), face(50, 40, 30, 20, 0.6));
    const { frames } = await takeStill(still, taking('paper', 'tight', two), never);
    expect(await corners(frames[0]!.png)).toEqual([
      [50, 40],
      [79, 59],
    ]);
  });

  it('nothing of one without a face, or with one that is too small', async () => {
    for (const detector of [faces(), faces(face(0, 0, 69, 75))]) {
      const { frames, noFace } = await takeStill(still, { rule: 'authors', crop: 'tight', detector }, never);
      expect([frames, noFace]).toEqual([[], ['image']]);
    }
  });
});

describe('a rule', () => {
  it.each(['paper', 'authors'] as const)('ends when it is cancelled, and closes its picture: %s', async (rule) => {
    const controller = new AbortController();
    const clip = fakeClip(200);
    const detector = fakeDetector((index) => {
      if (index >= 10) controller.abort();
      return [];
    });
    await expect(takeFrames(clip, taking(rule, 'tight', detector), controller.signal)).rejects.toMatchObject({
      name: 'CancelledError',
    });
    expect(clip.open).toBe(0);
    expect(clip.given).toBeLessThan(20);
  });

  it.each(['paper', 'authors'] as const)('says that the detector is not open, where it is needed: %s', async (rule) => {
    const clip = fakeClip(50);
    await expect(takeFrames(clip, taking(rule, 'tight', null), never)).rejects.toThrow(/the face detector is not open/);
    expect(clip.open).toBe(0);
  });
});
