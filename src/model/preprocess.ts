/**
 * Pictures as the vision tower takes them: one square of `image_size`, scaled and normalised. Idefics3ImageProcessor
 * without splitting fits the longest edge to `size.longest_edge` (aspect kept) and then makes the square;
 * LlavaOnevisionImageProcessor (for several pictures) pads to a square in the mean colour first. Resizing is Pillow's:
 * antialiased by a filter that widens with the reduction, 8 bits between passes, the same bytes as transformers' PIL
 * processors. Its torchvision processors, the default where torchvision is installed, differ by a few steps of 255.
 */
import { fitLongestEdge, ONE, windows, type FilterName, type Window } from '../ops/resample';
import { ModelError } from '../protocol';
import type { Pixels, RgbaImage } from './api';
import type { BackboneConfig } from './config';
import { parseJson } from './config_fields';

import type { ModelFolder } from './folder';
import { profileOf, type PictureForm } from './profiles';

export { fitLongestEdge, type FilterName } from '../ops/resample';

export interface PreprocessConfig {
  imageSize: number;
  fit: PictureForm['fit'];
  /** `squeezed`: longest edge of the first resize. */
  longestEdge: number;
  filter: FilterName;
  scale: number;
  mean: readonly [number, number, number];
  std: readonly [number, number, number];
}

/** Pillow's numbers for its filters, as `resample` in the file. */
const FILTER_BY_NUMBER: Record<number, FilterName> = { 1: 'lanczos', 2: 'bilinear', 3: 'bicubic' };

const FILE = 'preprocessor_config.json';
/** Where transformers 5 writes the same fields, under `image_processor`. */
const WHOLE = 'processor_config.json';

/** Of a folder, in either of the two files. @throws ModelError */
export async function loadPreprocessConfig(folder: ModelFolder, config: BackboneConfig): Promise<PreprocessConfig> {
  const { picture } = profileOf(config);
  if (folder.find(FILE) === null) {
    const whole = parseJson((await folder.optionalText(WHOLE)) ?? '{}', WHOLE) as { image_processor?: unknown } | null;
    if (typeof whole?.image_processor === 'object')
      return parsePreprocessConfig(JSON.stringify(whole.image_processor), config.vision.imageSize, picture);
  }
  return parsePreprocessConfig(await folder.text(FILE), config.vision.imageSize, picture);
}

/**
 * `json`: `preprocessor_config.json`. A folder that splits pictures into tiles is used with one tile: every picture is
 * then one square of `imageSize`.
 * @throws ModelError
 */
export function parsePreprocessConfig(json: string, imageSize: number, form: PictureForm): PreprocessConfig {
  const bad = (cause: string): ModelError => new ModelError({ file: FILE, cause, remedy: 'Get the file again.' });
  const value = parseJson(json, FILE);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw bad('It is not a JSON object.');
  const fields = value as Record<string, unknown>;
  const filter = FILTER_BY_NUMBER[Number(fields['resample'] ?? form.resample)];
  if (filter === undefined)
    throw bad(`Its resample ${JSON.stringify(fields['resample'])} is not 1 (Lanczos), 2 (bilinear) or 3 (bicubic).`);
  const object = (name: string): Record<string, unknown> => {
    const inner = fields[name] ?? {};
    if (typeof inner !== 'object' || Array.isArray(inner)) throw bad(`Its ${name} is no object of edges.`);
    return inner as Record<string, unknown>;
  };
  const size = object('size');
  const tile = form.fit === 'squeezed' ? object('max_image_size') : size;
  for (const name of ['longest_edge', 'shortest_edge', 'height', 'width']) {
    const edge = tile[name];
    if (edge !== undefined && edge !== null && edge !== imageSize)
      throw bad(`It makes pictures of ${JSON.stringify(edge)} pixels, but config.json asks for ${imageSize}.`);
  }
  const edge = size['longest_edge'];
  const longestEdge = fields['do_image_splitting'] === false && typeof edge === 'number' ? edge : imageSize;
  if (!Number.isInteger(longestEdge) || longestEdge < 1 || longestEdge > 8192) {
    throw bad(`Its size.longest_edge is ${longestEdge}.`);
  }
  const triple = (name: string, otherwise: readonly [number, number, number]): [number, number, number] => {
    const list = fields[name] ?? otherwise;
    if (!Array.isArray(list) || list.length !== 3 || !list.every((n) => typeof n === 'number' && Number.isFinite(n))) {
      throw bad(`Its ${name} is not three numbers.`);
    }
    return list as [number, number, number];
  };
  const std = triple('image_std', form.std);
  if (std.includes(0)) throw bad('Its image_std holds a zero.');
  return {
    imageSize,
    fit: form.fit,
    longestEdge,
    filter,
    scale: typeof fields['rescale_factor'] === 'number' ? fields['rescale_factor'] : 1 / 255,
    mean: triple('image_mean', form.mean),
    std,
  };
}

/** Upright RGBA to normalised `[imageSize, imageSize, 3]`. */
export function preprocess(image: RgbaImage, config: PreprocessConfig): Pixels {
  const { scale, mean, std } = config;
  const square = config.fit === 'squeezed' ? squeezed(image, config) : padded(image, config);
  const pixels = new Float32Array(square.length);
  for (let i = 0; i < square.length; i++) pixels[i] = (square[i]! * scale - mean[i % 3]!) / std[i % 3]!;
  return pixels;
}

function squeezed(image: RgbaImage, { imageSize, longestEdge, filter }: PreprocessConfig): Uint8Array {
  const [width, height] = fitLongestEdge(image.width, image.height, longestEdge);
  const fitted = resize(dropAlpha(image), image.width, image.height, width, height, filter);
  return resize(fitted, width, height, imageSize, imageSize, filter);
}

/** An odd band is one pixel wider on the right or below. */
function padded(image: RgbaImage, { imageSize, filter, mean }: PreprocessConfig): Uint8Array {
  const { width, height } = image;
  const side = Math.max(width, height);
  const rgb = dropAlpha(image);
  const square = new Uint8Array(side * side * 3);
  for (let i = 0; i < square.length; i++) square[i] = Math.floor(mean[i % 3]! * 255);
  const [left, top] = [Math.floor((side - width) / 2), Math.floor((side - height) / 2)];
  for (let y = 0; y < height; y++) {
    square.set(rgb.subarray(y * width * 3, (y + 1) * width * 3), ((top + y) * side + left) * 3);
  }
  return resize(square, side, side, imageSize, imageSize, filter);
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
