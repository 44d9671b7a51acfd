/** Clips that count their frames (`numbered` of tools/fixtures.py): a picture's number from its pixels. Browser tests. */
import type { ClipPicture } from '../../src/data/clip';

/** Paints a picture; `[x, y]` as shares of its size, RGB in 0 .. 255. */
export function painted(picture: ClipPicture): (x: number, y: number) => [number, number, number] {
  const canvas = new OffscreenCanvas(picture.width, picture.height);
  const context = canvas.getContext('2d', { willReadFrequently: true })!;
  picture.paint(context, picture.width, picture.height);
  const { data } = context.getImageData(0, 0, picture.width, picture.height);
  return (x, y) => {
    const at = 4 * (Math.floor(y * picture.height) * picture.width + Math.floor(x * picture.width));
    return [data[at]!, data[at + 1]!, data[at + 2]!];
  };
}

/** The number that the eight stripes of an upright picture say. @throws Error where it is not upright or not whole */
export function numberOf(picture: ClipPicture): number {
  const at = painted(picture);
  const [red, blue] = [at(0.2, 0.85), at(0.8, 0.85)];
  if (!(red[0] > 170 && red[1] < 80 && red[2] < 80)) throw new Error(`Red is ${String(red)}`);
  if (!(blue[2] > 170 && blue[0] < 80 && blue[1] < 80)) throw new Error(`Blue is ${String(blue)}`);
  let number = 0;
  for (let bit = 0; bit < 8; bit++) {
    const [, level] = at((bit + 0.5) / 8, 0.25);
    if (level > 90 && level < 165) throw new Error(`Stripe ${bit} is neither black nor white: ${level}`);
    number = number * 2 + (level > 127 ? 1 : 0);
  }
  return number;
}

/** Numbers of all pictures of an iteration; null stands for none. Closes each. */
export async function numbers(pictures: AsyncIterable<ClipPicture | null>): Promise<(number | null)[]> {
  const seen: (number | null)[] = [];
  for await (const picture of pictures) {
    try {
      seen.push(picture === null ? null : numberOf(picture));
    } finally {
      picture?.close();
    }
  }
  return seen;
}
