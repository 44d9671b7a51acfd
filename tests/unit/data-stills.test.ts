/** Videos that are there as stills: which two are taken, by number, by rule, and by what a table has captions for. */
import { describe, expect, it } from 'vitest';
import fc from 'fast-check';
import type { PlannedFile } from '../../src/protocol';
import { chooseStills, namesVideo, takenBy, videosOfStills, type Still } from '../../src/data/stills';

const still = (path: string, more: Partial<Still> = {}): Still => ({ path, video: 'v', captioned: false, ...more });
const numbered = (count: number, step = 1): Still[] =>
  Array.from({ length: count }, (_, n) => still(`v_f${n * step}.jpg`)).sort((a, b) => (a.path < b.path ? -1 : 1));
const taken = (stills: readonly Still[], rule: 'paper' | 'authors'): string[] => {
  const chosen = chooseStills(stills);
  const of = (role: string): string[] => [...chosen].flatMap(([path, by]) => (by[rule] === role ? [path] : []));
  return [...of('early'), ...of('middle')];
};

describe('of a video that is there as stills', () => {
  it('those at 10 % and 50 % of their numbers are taken, f2 before f10', () => {
    expect(taken(numbered(30), 'paper')).toEqual(['v_f3.jpg', 'v_f15.jpg']);
    expect(taken(numbered(3), 'paper')).toEqual(['v_f0.jpg', 'v_f1.jpg']);
  });

  it("a set's own numbers go before names", () => {
    const stills = [7, 3, 5, 1].map((frame) => still(`${10 - frame}.png`, { frame }));
    expect(taken(stills, 'paper')).toEqual(['9.png', '5.png']);
  });

  it('the rule of the authors counts every fifth still, or each where they are five apart', () => {
    // 60 crops: those at 4 and 34, so pictures 20 and 170.
    expect(taken(numbered(300), 'authors')).toEqual(['v_f20.jpg', 'v_f170.jpg']);
    expect(taken(numbered(60, 5), 'authors')).toEqual(['v_f20.jpg', 'v_f170.jpg']);
    expect(taken(numbered(4), 'authors')).toEqual(['v_f0.jpg', 'v_f3.jpg']);
  });

  it('both of two are taken, and a picture of its own has no say in it', () => {
    expect(taken(numbered(2), 'paper')).toEqual(['v_f0.jpg', 'v_f1.jpg']);
    expect(taken(numbered(2), 'authors')).toEqual(['v_f0.jpg', 'v_f1.jpg']);
    expect(chooseStills([still('a.jpg', { video: 'a' }), still('b.jpg', { video: 'b' })]).size).toBe(0);
  });

  it('those that have captions are taken before others', () => {
    const captioned = (...numbers: number[]): Still[] =>
      numbered(30).map((one) => ({ ...one, captioned: numbers.some((n) => one.path === `v_f${n}.jpg`) }));
    expect(taken(captioned(8, 22), 'paper')).toEqual(['v_f8.jpg', 'v_f22.jpg']);
    expect(taken(captioned(4), 'paper')).toEqual(['v_f4.jpg', 'v_f15.jpg']);
    expect(taken(captioned(29), 'paper')).toEqual(['v_f3.jpg', 'v_f29.jpg']);
  });

  it('each rule takes one or two of any number, in order (property)', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 2, max: 400 }),
        fc.constantFrom('paper', 'authors'),
        fc.array(fc.nat(399)),
        (count, rule, told) => {
          const stills = numbered(count).map((one) => ({
            ...one,
            captioned: told.some((n) => one.path === `v_f${n}.jpg`),
          }));
          const numbers = taken(stills, rule).map((path) => Number(/\d+/.exec(path)![0]));
          expect([1, 2]).toContain(numbers.length);
          expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
        },
      ),
    );
  });
});

it('the captions of a video reach the still that stands for the frame', () => {
  const entry = (path: string, role: PlannedFile['still']): PlannedFile => ({
    index: 0,
    path,
    size: 1,
    modified: 1,
    known: {
      ...{ set: 's', file: path, video: 's/v', label: 'live', attack: null, subject: null, overruled: false },
      captions: { early: { vanilla: 'Early.' }, middle: { vanilla: 'Middle.' } },
    },
    ...(role === undefined ? {} : { still: role }),
  });
  const entries = [
    entry('clip.mp4', undefined),
    entry('a', { paper: 'early' }),
    entry('b', { paper: 'middle' }),
    entry('c', {}),
  ];
  const found = takenBy(entries, 'paper');
  expect(found.map(({ path, known }) => [path, known.captions.image])).toEqual([
    ['clip.mp4', undefined],
    ['a', { vanilla: 'Early.' }],
    ['b', { vanilla: 'Middle.' }],
  ]);
  expect(takenBy(entries, 'authors').map(({ path }) => path)).toEqual(['clip.mp4']);
});

it('a class or a folder of any set is no video', () => {
  const videos = ['set/live', 'set/spoof/printed photo', 'set/spoof/mask', 'set/Train', 'set/images', 'set/live/test'];
  expect(videos.filter(namesVideo)).toEqual([]);
  const others = ['set/real/subject_01', 'set/real_1', 'set/live/vid', 'casia/train/1/HR_1', 'siw/Live_3', 'set/012'];
  expect(others.filter(namesVideo)).toEqual(others);
});

it('a video of stills is named by its folder, or by what its names have in common', () => {
  const named = (file: string, video: string) => [`set/${file}`, { file, video }] as const;
  const videos = videosOfStills(
    new Map([
      named('live/a/frame_1.jpg', 'live/a'),
      named('live/a/frame_2.jpg', 'live/a'),
      named('live/b_f1.jpg', 'live/b'),
      named('live/b_f2.jpg', 'live/b'),
      named('live/c.jpg', 'live/c.jpg'),
    ]),
  );
  expect([...videos]).toEqual([
    ['set/live/a', ['set/live/a/frame_1.jpg', 'set/live/a/frame_2.jpg']],
    ['set/live/b', ['set/live/b_f1.jpg', 'set/live/b_f2.jpg']],
  ]);
});
