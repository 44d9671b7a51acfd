/** Import fixtures as files, and pixels of what came of them. Browser tests only. */
const URLS = import.meta.glob<string>('../fixtures/data/*.{jpg,png,webp,mp4,mov,mkv,webm,avi,parquet}', {
  query: '?url',
  import: 'default',
  eager: true,
});

export async function fixture(name: string, as = name): Promise<File> {
  const url = URLS[`../fixtures/data/${name}`];
  if (url === undefined) throw new Error(`No fixture ${name}: run tools/fixtures.py`);
  return new File([await (await fetch(url)).arrayBuffer()], as);
}

/** `[x, y]` as shares of width and height; RGB in 0 .. 255. */
export async function pixels(picture: Blob, points: [number, number][]): Promise<[number, number, number][]> {
  const bitmap = await createImageBitmap(picture);
  const canvas = new OffscreenCanvas(bitmap.width, bitmap.height);
  const context = canvas.getContext('2d', { willReadFrequently: true })!;
  context.drawImage(bitmap, 0, 0);
  return points.map(([x, y]) => {
    const [r, g, b] = context.getImageData(Math.floor(x * bitmap.width), Math.floor(y * bitmap.height), 1, 1).data;
    return [r!, g!, b!];
  });
}

/** The colour word of each quadrant of the test picture, clockwise from the top left. */
export async function quadrants(picture: Blob): Promise<string> {
  const seen = await pixels(picture, [
    [0.25, 0.25],
    [0.75, 0.25],
    [0.75, 0.75],
    [0.25, 0.75],
  ]);
  const high = (value: number): boolean => value > 180;
  const low = (value: number): boolean => value < 75;
  return seen
    .map(([r, g, b]) => {
      if (high(r) && low(g) && low(b)) return 'red';
      if (low(r) && high(g) && low(b)) return 'green';
      if (low(r) && low(g) && high(b)) return 'blue';
      return high(r) && high(g) && high(b) ? 'white' : `rgb(${r},${g},${b})`;
    })
    .join(' ');
}

/** What `quadrants` says of the upright picture. */
export const UPRIGHT = 'red green white blue';
