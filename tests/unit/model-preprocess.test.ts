/** Resizing against Pillow, byte by byte, and normalisation against what the Python model was given. */
import { beforeAll, describe, expect, test } from 'vitest';
import { fitLongestEdge, parsePreprocessConfig, preprocess, type FilterName } from '../../src/model/preprocess';
import { IDEFICS3 } from '../../src/model/profiles/idefics3';
import type { RgbaImage } from '../../src/model/api';
import { ModelError } from '../../src/protocol';
import { GoldenTensors } from '../support/golden';
import { readGolden } from '../support/golden_node';

const NUMBERS: Record<FilterName, number> = { lanczos: 1, bilinear: 2, bicubic: 3 };
const FORM = IDEFICS3.picture;
let golden: GoldenTensors;

beforeAll(async () => {
  golden = await GoldenTensors.open(readGolden);
});

async function picture(i: number): Promise<RgbaImage> {
  const [height, width] = golden.shape(`image.${i}`) as [number, number];
  const rgb = await golden.read(`image.${i}`);
  // Alpha differs from pixel to pixel: it must not matter.
  const data = Uint8ClampedArray.from({ length: width * height * 4 }, (_, j) =>
    j % 4 === 3 ? j % 251 : rgb[(j >> 2) * 3 + (j % 4)]!,
  );
  return { width, height, data };
}

describe.each(['lanczos', 'bilinear', 'bicubic'] as const)('%s', (filter) => {
  test.each([0, 1, 2])('picture %i, byte for byte as Pillow', async (i) => {
    const config = parsePreprocessConfig(
      JSON.stringify({
        resample: NUMBERS[filter],
        do_image_splitting: false,
        size: { longest_edge: 32 },
        image_mean: [0, 0, 0],
        image_std: [1, 1, 1],
        rescale_factor: 1,
      }),
      32,
      FORM,
    );
    expect(preprocess(await picture(i), config)).toEqual(await golden.read(`resized.${filter}.${i}`));
  });
});

test('normalised as the Python model saw it', async () => {
  const config = parsePreprocessConfig(await (await readGolden('tiny/preprocessor_config.json')).text(), 32, FORM);
  const expected = await golden.read('pixels');
  for (let i = 0; i < 3; i++) {
    const pixels = preprocess(await picture(i), config);
    const slice = expected.slice(i * pixels.length, (i + 1) * pixels.length);
    expect(Math.max(...pixels.map((value, j) => Math.abs(value - slice[j]!)))).toBeLessThan(1e-6);
  }
});

test('the longest edge fits, the other is even, and nothing vanishes', () => {
  expect(fitLongestEdge(60, 44, 32)).toEqual([32, 24]);
  expect(fitLongestEdge(50, 90, 32)).toEqual([18, 32]);
  expect(fitLongestEdge(7, 7, 32)).toEqual([32, 32]);
  expect(fitLongestEdge(5000, 1, 32)).toEqual([32, 1]);
});

test("a folder that splits pictures is used with one tile of the tower's size", () => {
  const config = parsePreprocessConfig(
    JSON.stringify({ do_image_splitting: true, size: { longest_edge: 2048 }, resample: 1 }),
    512,
    FORM,
  );
  expect(config).toMatchObject({ longestEdge: 512, imageSize: 512, filter: 'lanczos' });
});

test.each([
  '{',
  '[1]'.slice(1),
  '[1]',
  '{"max_image_size":5}',
  '{"size":[32]}',
  '{"resample":7}',
  '{"image_std":[0,1,1]}',
  '{"image_mean":[1]}',
  '{"do_image_splitting":false,"size":{"longest_edge":1e9}}',
])('refuses %s', (json) => {
  expect(() => parsePreprocessConfig(json, 32, FORM)).toThrow(ModelError);
});
