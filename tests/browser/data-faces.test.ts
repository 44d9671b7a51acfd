import * as tf from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDetector } from '../../src/data/faces/detector';
import { mainFace, type FaceDetector } from '../../src/data/faces/types';
import { canvasOf } from '../../src/data/frame';
import { FaceFiles } from '../../src/session/face_files';
import type { Threads } from '../../src/session/threads';
import { drawnFace, faceAssets, fits } from '../support/face_assets';
import { OWN, endFramesWorkers, framesWorker } from '../support/frames_worker';

let detector: FaceDetector;
beforeAll(async () => {
  detector = await openDetector(await faceAssets());
});
afterAll(() => {
  detector.close();
  endFramesWorkers();
});

/** `picture` at a place and size on a grey canvas. */
const placed = (width: number, height: number, ...pictures: [OffscreenCanvas, number, number, number][]) =>
  canvasOf(width, height, (context) => {
    context.fillStyle = 'rgb(150 150 150)';
    context.fillRect(0, 0, width, height);
    for (const [picture, x, y, edge] of pictures) context.drawImage(picture, x, y, edge, edge);
  });

describe('the face detector', () => {
  it('finds drawn faces where they are, and leaves the picture as it was', async () => {
    let found = 0;
    for (const [domain, subject] of [
      ['synthetic-O', 1],
      ['synthetic-O', 2],
      ['synthetic-M', 1],
      ['synthetic-W', 1],
    ] as const) {
      const { picture, points } = drawnFace(domain, subject);
      const before = picture.getContext('2d')!.getImageData(0, 0, picture.width, picture.height).data;
      const face = mainFace(await detector.detect(picture));
      expect(picture.getContext('2d')!.getImageData(0, 0, picture.width, picture.height).data).toEqual(before);
      if (face === null) continue;
      expect(fits(face, points), `${domain} ${subject}: ${JSON.stringify(face)} around ${points.join(' ')}`).toBe(true);
      expect(face.score).toBeGreaterThanOrEqual(0.5);
      expect(face.x).toBeGreaterThanOrEqual(0);
      expect(face.x + face.width).toBeLessThanOrEqual(picture.width);
      found++;
    }
    expect(found).toBeGreaterThanOrEqual(3);
  });

  it('gives boxes in pixels of the picture, whatever its size and shape, the larger face first', async () => {
    const [near, far] = [drawnFace('synthetic-O', 1), drawnFace('synthetic-O', 2)];
    const scene = placed(1200, 500, [far.picture, 60, 150, 220], [near.picture, 700, 40, 420]);
    const faces = await detector.detect(scene);
    const scale = ([x, y]: readonly [number, number], from: number, left: number, top: number, edge: number) =>
      [left + (x * edge) / from, top + (y * edge) / from] as const;
    expect(faces).toHaveLength(2);
    expect(
      fits(
        faces[0]!,
        near.points.map((point) => scale(point, near.picture.width, 700, 40, 420)),
      ),
    ).toBe(true);
    expect(
      fits(
        faces[1]!,
        far.points.map((point) => scale(point, far.picture.width, 60, 150, 220)),
      ),
    ).toBe(true);
  });

  it('finds none where there is none, and one that is too small is not taken', async () => {
    const plain = placed(320, 240);
    expect(await detector.detect(plain)).toEqual([]);
    const { picture } = drawnFace('synthetic-O', 1);
    const tiny = await detector.detect(placed(640, 480, [picture, 300, 200, 40]));
    expect(mainFace(tiny, 32)).toBeNull();
  });

  it('keeps no tensor of a picture', async () => {
    const { picture } = drawnFace('synthetic-O', 3);
    await detector.detect(picture);
    const before = tf.memory().numTensors;
    await detector.detect(picture);
    expect(tf.memory().numTensors).toBe(before);
  });

  it('opens in the sealed thread once that has proved its seal, and refuses other bytes', async () => {
    const client = await framesWorker(
      "default-src 'none'; script-src 'self' blob: 'unsafe-inline' 'wasm-unsafe-eval'; connect-src 'none'",
    );
    const assets = await faceAssets();
    await expect(client.call('faces.prepare', assets)).rejects.toThrow(/has not proved/);
    expect((await client.call('network.prove', { urls: [OWN] })).sealed).toBe(true);
    const short = { ...assets, weights: assets.weights.slice(0, 1000) };
    await expect(client.call('faces.prepare', short)).rejects.toThrow(
      /ssd_mobilenetv1_model\.bin: The face detector's weights have 1000 bytes instead of 5616957/,
    );
    // What the page does: the hub thread fetches, once for all threads and imports.
    const asked: string[] = [];
    const expected: ((url: string, thread: string) => boolean)[] = [];
    const files = new FaceFiles(
      { hub: { call: (_: 'bytes.fetch', { urls }: { urls: string[] }) => fetchAll(urls, asked) } as Threads['hub'] },
      { expect: (_, is) => expected.push(is) },
    );
    await files.prepare(client);
    await files.prepare(client);
    expect(asked.map((url) => url.replace(/^.*\/|\?.*$/g, ''))).toEqual([
      'ssd_mobilenetv1_model.bin',
      'tfjs-backend-wasm-simd.wasm',
    ]);
    const [is] = expected;
    const script = new URL('/assets/ssd-a1b2.js', location.origin).href;
    expect(asked.map((url) => is!(url, 'hub'))).toEqual([true, true]);
    expect([is!(script, 'frames'), is!(script, 'hub'), is!('https://elsewhere.invalid/ssd-a.js', 'frames')]).toEqual([
      true,
      false,
      false,
    ]);
  });
});

/** In the reverse order, as no order is promised. */
async function fetchAll(urls: string[], asked: string[]): Promise<{ url: string; bytes: ArrayBuffer }[]> {
  asked.push(...urls);
  const files = urls.map(async (url) => ({ url, bytes: await (await fetch(url)).arrayBuffer() }));
  return (await Promise.all(files)).reverse();
}
