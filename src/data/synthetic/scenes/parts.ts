/** What lies where in a broad scene: one part for every pixel, for heads that read the picture cell by cell. */
import type { Raster } from '../raster';
import { COLOURS, REGION, SHAPES, type Colour, type SceneFacts, type Shape } from '../types';

type Piece = NonNullable<SceneFacts['patch']>['outline'];
const PIECES = ['round', 'straight', 'torn'] as const satisfies readonly Piece[];
const OVER = ['writing', 'lines', 'border', 'glare'] as const;

/** Names of all parts, in the order of their numbers: the face's regions first. */
export const SCENE_PARTS: readonly string[] = [
  ...Object.keys(REGION),
  ...SHAPES,
  ...PIECES.map((piece) => `${piece} piece`),
  ...OVER,
];
const FIRST = { shape: Object.keys(REGION).length, piece: Object.keys(REGION).length + SHAPES.length };

export const shapePart = (shape: Shape): number => FIRST.shape + SHAPES.indexOf(shape);
export const piecePart = (piece: Piece): number => FIRST.piece + PIECES.indexOf(piece);
export const overPart = (over: (typeof OVER)[number]): number => FIRST.piece + PIECES.length + OVER.indexOf(over);

/** Filled while a scene is rendered; places are those before the sheet bends. */
export class PartMap {
  /** Index in `SCENE_PARTS` [size, size]; 0 is the backdrop. */
  readonly parts: Uint8Array;
  /** Index in `COLOURS` plus one where a thing or piece lies [size, size], else 0. */
  readonly colours: Uint8Array;

  constructor(size: number) {
    this.parts = new Uint8Array(size * size);
    this.colours = new Uint8Array(size * size);
  }

  /** Marks all pixels that `lay` changes by more than `least` (linear light, summed over the channels). */
  watch(picture: Raster, part: number, colour: Colour | null, least: number, lay: () => void): void {
    const before = picture.data.slice();
    lay();
    for (let p = 0, i = 0; p < this.parts.length; p++, i += 3) {
      let change = 0;
      for (let c = i; c < i + 3; c++) change += Math.abs(picture.data[c]! - before[c]!);
      if (change > least) this.set(p, part, colour);
    }
  }

  set(pixel: number, part: number, colour: Colour | null): void {
    this.parts[pixel] = part;
    this.colours[pixel] = colour === null ? 0 : COLOURS.indexOf(colour) + 1;
  }
}
