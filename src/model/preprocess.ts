/**
 * Pictures as the vision tower takes them, as transformers' Idefics3ImageProcessor makes them without splitting:
 * the longest edge to `size.longest_edge` (aspect kept), then a square of `image_size`, then scaled and normalised.
 * Resizing is Pillow's: antialiased by a filter that widens with the reduction, 8 bits between passes.
 */
import { fitLongestEdge, ONE, windows, type FilterName, type Window } from '../ops/resample';
import { ModelError } from '../protocol';
import type { Pixels, RgbaImage } from './api';
import { parseJson } from './config';

export { fitLongestEdge, type FilterName } from '../ops/resample';

export interface PreprocessConfig {
  imageSize: number;
  /** Longest edge of the first resize. */
  longestEdge: number;
  filter: FilterName;
  scale: number;
  mean: readonly [number, number, number];
  std: readonly [number, number, number];
}

/** Pillow's numbers for its filters, as `resample` in the file. */
const FILTER_BY_NUMBER: Record<number, FilterName> = { 1: 'lanczos', 2: 'bilinear', 3: 'bicubic' };

/**
 * `json`: `preprocessor_config.json`. A folder that splits pictures into tiles is used with one tile: every picture is
 * then one square of `imageSize`.
 * @throws ModelError
 */
export function parsePreprocessConfig(json: string, imageSize: number): PreprocessConfig {
  const file = 'preprocessor_config.json';
  const bad = (cause: string): ModelError => new ModelError({ file, cause, remedy: 'Get the file again.' });
  const value = parseJson(json, file);
  if (typeof value !== 'object' || value === null) throw bad('It is not a JSON object.');
  const { resample, rescale_factor, image_mean, image_std, size, do_image_splitting } = value as Record<
    string,
    unknown
  >;
  const filter = FILTER_BY_NUMBER[Number(resample ?? 1)];
  if (filter === undefined)
    throw bad(`Its resample ${JSON.stringify(resample)} is not 1 (Lanczos), 2 (bilinear) or 3 (bicubic).`);
  const edge = (size as { longest_edge?: unknown } | undefined)?.longest_edge;
  const longestEdge = do_image_splitting === false && typeof edge === 'number' ? edge : imageSize;
  if (!Number.isInteger(longestEdge) || longestEdge < 1 || longestEdge > 8192) {
    throw bad(`Its size.longest_edge is ${longestEdge}.`);
  }
  const triple = (numbers: unknown, name: string): [number, number, number] => {
    const list = numbers ?? [0.5, 0.5, 0.5];
    if (!Array.isArray(list) || list.length !== 3 || !list.every((n) => typeof n === 'number' && Number.isFinite(n))) {
      throw bad(`Its ${name} is not three numbers.`);
    }
    return list as [number, number, number];
  };
  const std = triple(image_std, 'image_std');
  if (std.includes(0)) throw bad('Its image_std holds a zero.');
  return {
    imageSize,
    longestEdge,
    filter,
    scale: typeof rescale_factor === 'number' ? rescale_factor : 1 / 255,
    mean: triple(image_mean, 'image_mean'),
    std,
  };
}

/** Upright RGBA to normalised `[imageSize, imageSize, 3]`. */
export function preprocess(image: RgbaImage, config: PreprocessConfig): Pixels {
  const { imageSize, longestEdge, filter, scale, mean, std } = config;
  const [width, height] = fitLongestEdge(image.width, image.height, longestEdge);
  const fitted = resize(dropAlpha(image), image.width, image.height, width, height, filter);
  const square = resize(fitted, width, height, imageSize, imageSize, filter);
  const pixels = new Float32Array(square.length);
  for (let i = 0; i < square.length; i++) pixels[i] = (square[i]! * scale - mean[i % 3]!) / std[i % 3]!;
  return pixels;
}

/** RGB bytes of one size to another, as Pillow's `Image.resize` computes them (its fixed-point weights included). */
export function resize(
  rgb: Uint8Array,
  width: number,
  height: number,
  toWidth: number,
  toHeight: number,
  filter: FilterName,
): Uint8Array {
  let pixels = rgb;
  if (toWidth !== width) {
    const weights = windows(width, toWidth, filter);
    const out = new Uint8Array(toWidth * height * 3);
    for (let y = 0; y < height; y++) {
      for (let x = 0; x < toWidth; x++) blend(pixels, y * width * 3, 3, weights[x]!, out, (y * toWidth + x) * 3);
    }
    pixels = out;
  }
  if (toHeight !== height) {
    const weights = windows(height, toHeight, filter);
    const row = toWidth * 3;
    const out = new Uint8Array(row * toHeight);
    for (let y = 0; y < toHeight; y++) {
      for (let x = 0; x < toWidth; x++) blend(pixels, x * 3, row, weights[y]!, out, y * row + x * 3);
    }
    pixels = out;
  }
  return pixels;
}

function blend(
  from: Uint8Array,
  start: number,
  stride: number,
  { first, weights }: Window,
  to: Uint8Array,
  at: number,
): void {
  let r = ONE / 2;
  let g = r;
  let b = r;
  for (let j = 0, i = start + first * stride; j < weights.length; j++, i += stride) {
    const w = weights[j]!;
    r += w * from[i]!;
    g += w * from[i + 1]!;
    b += w * from[i + 2]!;
  }
  to[at] = clip(r);
  to[at + 1] = clip(g);
  to[at + 2] = clip(b);
}

function clip(fixed: number): number {
  return Math.min(255, Math.max(0, Math.floor(fixed / ONE)));
}

function dropAlpha({ data, width, height }: RgbaImage): Uint8Array {
  const rgb = new Uint8Array(width * height * 3);
  for (let i = 0, j = 0; j < rgb.length; i += 4) {
    rgb[j++] = data[i]!;
    rgb[j++] = data[i + 1]!;
    rgb[j++] = data[i + 2]!;
  }
  return rgb;
}
