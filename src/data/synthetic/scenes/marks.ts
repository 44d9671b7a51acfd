/** Marks on the scene: rows like writing, or long painted lines. */
import { colourAlbedo } from '../face';
import type { Raster, Rgb } from '../raster';
import { Random } from '../random';
import type { SceneFacts } from '../types';
import { boxAround, luminance, stroke } from './paint';
import { position } from './places';

/** Lays the marks that the facts name, in a colour that stands out from what is under them; `bold` scales the pen. */
export function layMarks(picture: Raster, marks: NonNullable<SceneFacts['marks']>, bold: number, seed: number): void {
  const random = new Random(seed, 'marks');
  const [x, y] = position(marks.place, random, 0.06, 0.03).map((part) => part * picture.width) as [number, number];
  if (marks.kind === 'writing') writeRows(picture, x, y, bold, random);
  else paintLines(picture, x, y, bold, random);
}

const DARK: readonly Rgb[] = [
  [0.012, 0.012, 0.02],
  [0.02, 0.03, 0.2],
  [0.22, 0.012, 0.02],
];
const PALE: readonly Rgb[] = [
  [0.92, 0.92, 0.9],
  [0.95, 0.85, 0.35],
];

/** Two to four rows of words; each word a handful of short upright, slanting and level strokes. */
function writeRows(picture: Raster, x: number, y: number, bold: number, random: Random): void {
  const size = picture.width;
  const ink = random.pick(luminance(picture, boxAround(picture, x, y, size * 0.16)) > 0.16 ? DARK : PALE);
  const rows = random.int(2, 4);
  const high = size * random.uniform(0.046, 0.06);
  const pitch = high * random.uniform(1.55, 1.8);
  const wide = size * random.uniform(0.27, 0.38);
  const pen = bold * size * random.uniform(0.0068, 0.0095);
  const slant = random.uniform(-0.1, 0.3);
  const tilt = random.uniform(-0.12, 0.12);
  for (let row = 0; row < rows; row++) {
    const end = wide * (row === rows - 1 ? random.uniform(0.55, 0.9) : random.uniform(0.9, 1));
    let along = 0;
    let letters = random.int(2, 6);
    while (along < end) {
      const letter = high * random.uniform(0.5, 0.8);
      const at = (part: number, up: number): [number, number] => {
        const px = along + part * letter + up * slant * high - wide / 2;
        const py = (row - (rows - 1) / 2) * pitch + (0.5 - up) * high;
        return [x + px - py * tilt, y + py + px * tilt];
      };
      const line = (a: [number, number], b: [number, number]): void =>
        stroke(picture, a[0], a[1], b[0], b[1], pen, ink, 0.95);
      const tall = random.chance(0.35) ? 1.1 : 0.72;
      line(at(0, 0), at(0, tall));
      const rest = random.int(0, 3);
      if (rest === 0) line(at(0.7, 0), at(0.7, 0.72));
      if (rest <= 1) line(at(0, 0.68), at(0.7, random.uniform(0.4, 0.72)));
      if (rest === 2) line(at(0, 0.3), at(0.75, random.uniform(0, 0.7)));
      if (rest >= 2) line(at(0, 0.02), at(0.65, 0.02));
      along += letter * 1.15;
      if (--letters === 0) {
        along += high * 0.6;
        letters = random.int(2, 6);
      }
    }
  }
}

/** Three to five brush lines side by side, or two crossing pairs, each bowed a little. */
function paintLines(picture: Raster, x: number, y: number, bold: number, random: Random): void {
  const size = picture.width;
  const pale = luminance(picture, boxAround(picture, x, y, size * 0.16)) > 0.16;
  const colour = random.pick(
    pale ? (['black', 'blue', 'red', 'green', 'purple'] as const) : (['white', 'yellow', 'pink', 'orange'] as const),
  );
  const paint = colourAlbedo(colour);
  const count = random.int(3, 5);
  const reach = size * random.uniform(0.12, 0.18);
  const gap = size * random.uniform(0.05, 0.068);
  const brush = bold * size * random.uniform(0.009, 0.014);
  const bow = random.uniform(-0.35, 0.35) * reach;
  const crossing = random.chance(0.25);
  // The direction as a unit vector without an angle: one axis and a share of the other.
  const lean = random.uniform(-1, 1);
  const norm = 1 / Math.sqrt(1 + lean * lean);
  const [ux, uy] = random.chance(0.5) ? [norm, lean * norm] : [lean * norm, norm];
  for (let i = 0; i < count; i++) {
    const turned = crossing && i % 2 === 1;
    const [dx, dy] = turned ? [-uy, ux] : [ux, uy];
    const off = (i - (count - 1) / 2) * gap;
    const far = reach * random.uniform(0.8, 1.1);
    let last: [number, number] | null = null;
    for (let k = 0; k <= 6; k++) {
      const t = k / 3 - 1;
      const side = off + bow * (1 - t * t) + random.uniform(-0.15, 0.15) * brush;
      const next: [number, number] = [x + dx * far * t - dy * side, y + dy * far * t + dx * side];
      if (last) stroke(picture, last[0], last[1], next[0], next[1], brush, paint, 0.92);
      last = next;
    }
  }
}
