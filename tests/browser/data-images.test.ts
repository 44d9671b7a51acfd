import { describe, expect, it } from 'vitest';
import { FRAME_EDGE, THUMBNAIL_EDGE } from '../../src/data/frame';
import { decodeImage } from '../../src/data/image';
import { readImageHeader } from '../../src/data/image_header';
import type { ImageKind } from '../../src/data/sniff';
import { UPRIGHT, fixture, pixels, quadrants } from '../support/data_fixtures';

const bytesOf = async (file: Blob): Promise<Uint8Array<ArrayBuffer>> => new Uint8Array(await file.arrayBuffer());

describe('images', () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8])('are turned upright from EXIF orientation %i', async (orientation) => {
    const file = await fixture(`exif-${orientation}.jpg`);
    const frame = await decodeImage(file, 'jpeg', file.name);
    expect([frame.width, frame.height]).toEqual([48, 32]);
    expect(await quadrants(frame.png)).toBe(UPRIGHT);
    expect(await quadrants(frame.thumbnail)).toBe(UPRIGHT);
    // What is stored carries no orientation of its own.
    expect(frame.png.type).toBe('image/png');
  });

  it.each([
    ['quadrants.png', 'png'],
    ['quadrants.webp', 'webp'],
    ['quadrants-lossy.webp', 'webp'],
  ] as const)('%s is decoded', async (name, kind) => {
    const frame = await decodeImage(await fixture(name), kind, name);
    expect([frame.width, frame.height]).toEqual([48, 32]);
    expect(await quadrants(frame.png)).toBe(UPRIGHT);
  });

  it('are scaled to 512 pixels, thumbnails to 96, with their mean kept', async () => {
    const file = await fixture('noise-640x160.jpg');
    const frame = await decodeImage(file, 'jpeg', file.name);
    expect([frame.width, frame.height]).toEqual([FRAME_EDGE, 128]);
    const small = await createImageBitmap(frame.thumbnail);
    expect([small.width, small.height]).toEqual([THUMBNAIL_EDGE, 24]);
    const mean = async (blob: Blob): Promise<number> => {
      const grid = Array.from({ length: 96 * 24 }, (_, i): [number, number] => [
        (i % 96) / 96,
        Math.floor(i / 96) / 24,
      ]);
      const values = await pixels(blob, grid);
      return values.reduce((sum, [r]) => sum + r, 0) / values.length;
    };
    expect(Math.abs((await mean(frame.thumbnail)) - (await mean(file)))).toBeLessThan(4);
  });

  it('do not turn fine stripes into coarse ones when scaled', async () => {
    // One-pixel stripes, 2048 wide: skipping pixels would leave strong bands; averaging leaves grey.
    const canvas = new OffscreenCanvas(2048, 64);
    const context = canvas.getContext('2d')!;
    for (let x = 0; x < 2048; x += 2) context.fillRect(x, 0, 1, 64);
    context.globalCompositeOperation = 'destination-over';
    context.fillStyle = 'white';
    context.fillRect(0, 0, 2048, 64);
    const frame = await decodeImage(await canvas.convertToBlob(), 'png', 'stripes.png');
    const seen = await pixels(
      frame.png,
      Array.from({ length: 200 }, (_, i) => [0.1 + i * 0.004, 0.5]),
    );
    const levels = seen.map(([r]) => r);
    expect(Math.max(...levels) - Math.min(...levels)).toBeLessThan(30);
  });

  it.each(['jpeg', 'png', 'webp'] as const)('cut off anywhere get a sentence: %s', async (kind) => {
    const name = { jpeg: 'noise-640x160.jpg', png: 'quadrants.png', webp: 'quadrants-lossy.webp' }[kind];
    const bytes = await bytesOf(await fixture(name));
    for (const share of [0.05, 0.3, 0.6, 0.9, 0.99]) {
      const cut = new Blob([bytes.subarray(0, Math.floor(bytes.length * share))]);
      await expect(decodeImage(cut, kind, name), `${share}`).rejects.toThrow(
        /: The (?:header of this|JPEG|PNG|WebP).*(?:damaged|cut off|decoded)/,
      );
    }
  });

  it('whole but damaged inside get a sentence, or a picture, but never anything else', async () => {
    const bytes = await bytesOf(await fixture('quadrants.png'));
    const broken = bytes.slice();
    broken.fill(0x55, 45, 60);
    await expect(decodeImage(new Blob([broken]), 'png', 'b.png')).rejects.toThrow(
      /b\.png: The PNG file cannot be decoded/,
    );
  });

  it('of 20,000 x 20,000 pixels are refused before they are decoded', async () => {
    const bytes = (await bytesOf(await fixture('quadrants.png'))).slice();
    new DataView(bytes.buffer).setUint32(16, 20_000);
    new DataView(bytes.buffer).setUint32(20, 20_000);
    const began = performance.now();
    await expect(decodeImage(new Blob([bytes]), 'png', 'huge.png')).rejects.toThrow(
      /huge\.png: The image has 20000 x 20000 pixels \(400 megapixels\); at most 64 megapixels are decoded\. Scale it down/,
    );
    expect(performance.now() - began).toBeLessThan(1000);
  });

  it.each([
    ['exif-6.jpg', 'jpeg', 32, 48],
    ['noise-640x160.jpg', 'jpeg', 640, 160],
    ['quadrants.png', 'png', 48, 32],
    ['quadrants.webp', 'webp', 48, 32],
    ['quadrants-lossy.webp', 'webp', 48, 32],
  ] as [string, ImageKind, number, number][])(
    '%s tells its size before decoding',
    async (name, kind, width, height) => {
      const bytes = await bytesOf(await fixture(name));
      expect(readImageHeader(bytes, kind)).toEqual({ width, height, whole: true });
      // Bytes behind the end, as some cameras write, are no harm.
      const longer = new Uint8Array(bytes.length + 9);
      longer.set(bytes);
      expect(readImageHeader(longer, kind)).toMatchObject({ whole: true });
    },
  );

  it('of the extended WebP kind and with transparency are read', async () => {
    const canvas = new OffscreenCanvas(300, 20);
    canvas.getContext('2d')!.clearRect(0, 0, 300, 20);
    for (const quality of [0.5, 1]) {
      const blob = await canvas.convertToBlob({ type: 'image/webp', quality });
      expect(readImageHeader(await bytesOf(blob), 'webp')).toEqual({ width: 300, height: 20, whole: true });
      const frame = await decodeImage(blob, 'webp', 'clear.webp');
      expect(await pixels(frame.png, [[0.5, 0.5]])).toEqual([[0, 0, 0]]);
    }
  });
});
