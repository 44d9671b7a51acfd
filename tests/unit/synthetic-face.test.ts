/** The head: solid under light, turned as it is told, every word of its description reachable, the same on every machine. */
import { describe, expect, test } from 'vitest';
import {
  drawLighting,
  drawPerson,
  drawShot,
  layFace,
  liveCues,
  paintBackdrop,
  shade,
  stir,
} from '../../src/data/synthetic/face';
import { Random } from '../../src/data/synthetic/random';
import { toBytes, type Raster } from '../../src/data/synthetic/raster';
import {
  BACKDROPS,
  BEARDS,
  EXPRESSIONS,
  EYEWEAR,
  HAIR_COLOURS,
  HAIR_STYLES,
  LIGHT_SIDES,
  REGION,
  SKIN_TONES,
  type Person,
  type Shot,
} from '../../src/data/synthetic/types';

const person = (seed: number, options: Partial<Person> = {}): Person => ({
  ...drawPerson(new Random('person', seed)),
  ...options,
});
const shot = (seed: number, options: Partial<Shot> = {}): Shot =>
  drawShot(new Random('shot', seed), { yaw: 0, pitch: 0, roll: 0, eyewear: 'none', ...options });
const bare = { hairStyle: 'bald', beard: 'none', age: 0, freckles: 0 } as const;

/** FNV-1a over the bytes a viewer gets. */
function digest(picture: Raster): string {
  let h = 0x811c9dc5;
  for (const byte of toBytes(picture)) h = Math.imul(h ^ byte, 0x01000193);
  return (h >>> 0).toString(16);
}
function meanOf(picture: Raster, inside: (x: number, y: number, at: number) => boolean): number {
  let sum = 0;
  let n = 0;
  for (let at = 0; at < picture.width * picture.height; at++) {
    if (!inside(at % picture.width, Math.floor(at / picture.width), at)) continue;
    sum += picture.data[3 * at]! + picture.data[3 * at + 1]! + picture.data[3 * at + 2]!;
    n += 3;
  }
  return sum / n;
}

test('the bytes of a face are these, wherever it is rendered', () => {
  const who = drawPerson(new Random(1, 'golden'));
  const how = drawShot(new Random(2, 'golden'));
  expect(digest(shade(layFace(who, how, 96), how.light))).toBe('a445f411');
});

test.each([64, 96, 128])(
  'at %d pixels normals have length one, landmarks lie on the face and nothing is NaN',
  (size) => {
    for (let i = 0; i < 4; i++) {
      const how = drawShot(new Random('size', i));
      const layers = layFace(person(i), how, size);
      for (let at = 0; at < size * size; at++) {
        const [x, y, z] = layers.normal.subarray(3 * at, 3 * at + 3) as unknown as [number, number, number];
        expect(Math.abs(x * x + y * y + z * z - 1)).toBeLessThan(1e-4);
      }
      for (const [x, y] of Object.values(layers.landmarks))
        expect(layers.region[Math.floor(y) * size + Math.floor(x)]).not.toBe(REGION.backdrop);
      expect(shade(layers, how.light).data.every(Number.isFinite)).toBe(true);
    }
  },
);

test('a turn of the head moves the nose to that side and the far cheek behind it', () => {
  const at = (yaw: number): readonly [number, number] => layFace(person(1), shot(1, { yaw }), 96).landmarks.noseTip;
  expect(at(0.4)[0]).toBeGreaterThan(at(0)[0] + 8);
  expect(at(-0.4)[0]).toBeLessThan(at(0)[0] - 8);
});

test('a lamp on the left brightens the left cheek, one above the forehead against the chin', () => {
  const who = person(3, bare);
  const lit = (side: Shot['light']['side'], where: (x: number, y: number) => boolean): number => {
    const how = shot(3, { x: 0.5, y: 0.5, light: drawLighting(new Random('lamp', side), side) });
    const layers = layFace(who, how, 96);
    return meanOf(shade(layers, how.light), (x, y, at) => layers.region[at] === REGION.skin && where(x, y));
  };
  expect(lit('left', (x) => x < 40)).toBeGreaterThan(1.5 * lit('left', (x) => x > 56));
  expect(lit('right', (x) => x > 56)).toBeGreaterThan(1.5 * lit('right', (x) => x < 40));
  expect(lit('above', (_, y) => y < 40)).toBeGreaterThan(1.3 * lit('above', (_, y) => y > 70));
});

test('without a lamp the face has no form: two halves of it are equally bright', () => {
  const how = shot(4, { x: 0.5, light: { ...drawLighting(new Random('flat'), 'left'), key: 0, fill: 1 } });
  const layers = layFace(person(4, bare), how, 96);
  const picture = shade(layers, how.light);
  const half = (left: boolean): number =>
    meanOf(picture, (x, _, at) => layers.region[at] === REGION.skin && x < 48 === left);
  expect(half(true) / half(false)).toBeCloseTo(1, 1);
});

test('pores roughen the skin, and without them it is smooth', () => {
  const rough = (pores: number): number => {
    const layers = layFace(person(5, bare), shot(5, { pores }), 96);
    const { data, width } = shade(layers, shot(5).light);
    let sum = 0;
    // The second difference: form is smooth over three pixels, pores are not.
    for (let at = 1; at < width * width - 1; at++)
      if ([at - 1, at, at + 1].every((near) => layers.region[near] === REGION.skin))
        sum += Math.abs(data[3 * at - 3]! - 2 * data[3 * at]! + data[3 * at + 3]!);
    return sum;
  };
  expect(rough(1.4)).toBeGreaterThan(1.3 * rough(0));
});

test('every word is reachable, none hogs', () => {
  const people = Array.from({ length: 400 }, (_, i) => drawPerson(new Random('all', i)));
  const shots = Array.from({ length: 400 }, (_, i) => drawShot(new Random('all', i)));
  const columns: [readonly string[], string[]][] = [
    [SKIN_TONES, people.map(({ skin }) => skin)],
    [HAIR_COLOURS, people.map(({ hair }) => hair)],
    [HAIR_STYLES, people.map(({ hairStyle }) => hairStyle)],
    [BEARDS, people.map(({ beard }) => beard)],
    [EYEWEAR, shots.map(({ eyewear }) => eyewear)],
    [EXPRESSIONS, shots.map(({ expression }) => expression)],
    [LIGHT_SIDES, shots.map(({ light }) => light.side)],
    [BACKDROPS, shots.map(({ backdrop }) => backdrop)],
  ];
  for (const [words, drawn] of columns)
    for (const word of words) {
      const share = drawn.filter((one) => one === word).length / drawn.length;
      expect(share, word).toBeGreaterThan(0.08);
      expect(share, word).toBeLessThan(0.6);
    }
});

test('a moment later the head has moved a little, lamp and wall have not', () => {
  const before = shot(6);
  const after = stir(before, new Random('stir'), 1);
  expect(after).not.toEqual(before);
  expect(Math.abs(after.yaw - before.yaw)).toBeLessThanOrEqual(0.06);
  expect({ ...after.light }).toEqual({ ...before.light });
  expect(after.seed).toBe(before.seed);
});

describe('live cues', () => {
  const kinds = (who: Person, how: Shot): string[] =>
    liveCues(who, how, layFace(who, how, 128))
      .filter(({ strength }) => strength > 0.35)
      .map(({ kind }) => kind);

  test('follow what is there: pores, age, an open eye', () => {
    expect(kinds(person(7), shot(7, { pores: 1.2 }))).toContain('pores');
    expect(kinds(person(7), shot(7, { pores: 0 }))).not.toContain('pores');
    expect(kinds(person(7, { age: 0.9 }), shot(7))).toContain('fine lines');
    expect(kinds(person(7, { age: 0.2 }), shot(7))).not.toContain('fine lines');
    expect(kinds(person(7), shot(7, { eyewear: 'sunglasses' }))).not.toContain('catch lights');
  });

  test('the shadow lies on the side away from the lamp', () => {
    const how = shot(8, { light: drawLighting(new Random('lamp'), 'left') });
    const shadow = liveCues(person(8), how, layFace(person(8), how, 128)).find(({ kind }) => kind === 'soft shadow');
    expect(shadow?.place).toBe('right');
  });
});

test('walls of different kinds differ, and a seed fixes their layout', () => {
  const digests = BACKDROPS.map((kind) => digest(paintBackdrop(kind, 'blue', 48, 5)));
  expect(new Set(digests).size).toBe(BACKDROPS.length);
  expect(digest(paintBackdrop('room', 'blue', 48, 5))).toBe(digests[BACKDROPS.indexOf('room')]);
  expect(digest(paintBackdrop('room', 'blue', 48, 6))).not.toBe(digests[BACKDROPS.indexOf('room')]);
});
