/** A clip whose pictures carry their own number, and a detector that reads it. Browser tests only. */
import type { Clip, ClipPicture } from '../../src/data/clip';
import type { Face, FaceDetector } from '../../src/data/faces/types';
import { bySize } from '../../src/data/faces/types';
import { pixels } from './data_fixtures';

export interface FakeClip extends Clip {
  /** Most pictures that were open at the same time, and how many are now. */
  most: number;
  open: number;
  /** Pictures handed out so far. */
  given: number;
}

/** `count` pictures, `rate` a second; each is one colour, red and green its number. */
export function fakeClip(count: number, rate = 25, width = 16, height = 12): FakeClip {
  const picture = (index: number): ClipPicture => {
    clip.given++;
    clip.most = Math.max(clip.most, ++clip.open);
    let closed = false;
    return {
      index,
      seconds: index / rate,
      width,
      height,
      paint: (context) => {
        if (closed) throw new Error(`Picture ${index} was painted after it was closed`);
        context.fillStyle = `rgb(${index % 256} ${Math.floor(index / 256)} 0)`;
        context.fillRect(0, 0, width, height);
      },
      close: () => {
        if (!closed) clip.open--;
        closed = true;
      },
    };
  };
  const clip: FakeClip = {
    most: 0,
    open: 0,
    given: 0,
    format: 'numbers',
    width,
    height,
    duration: count / rate,
    async *at(moments) {
      if (moments.some((moment, i) => i > 0 && moment < moments[i - 1]!)) throw new Error('Moments must ascend');
      for (const moment of moments) yield count === 0 ? null : picture(Math.min(count - 1, shownAt(moment, rate)));
    },
    async *all() {
      for (let index = 0; index < count; index++) yield picture(index);
    },
    close: () => undefined,
  };
  return clip;
}

/** Number of the picture shown at a moment. */
export const shownAt = (moment: number, rate: number): number => Math.floor(moment * rate + 1e-4);

/** The number that a picture carries. */
export function numberOf(picture: OffscreenCanvas): number {
  const [low = 0, high = 0] = picture.getContext('2d')!.getImageData(0, 0, 1, 1).data;
  return low + 256 * high;
}

export async function numberIn(png: Blob): Promise<number> {
  const [[low, high]] = (await pixels(png, [[0.5, 0.5]])) as [[number, number, number]];
  return low + 256 * high;
}

/** Finds the faces that `facesIn` says are in the picture of that number; `asked` is what it was shown. */
export function fakeDetector(facesIn: (index: number) => Face[]): FaceDetector & { asked: number[] } {
  const asked: number[] = [];
  return {
    asked,
    detect: async (picture) => {
      const index = numberOf(picture);
      asked.push(index);
      return facesIn(index).sort(bySize);
    },
    close: () => undefined,
  };
}

export const face = (x = 4, y = 2, width = 8, height = 6, score = 0.9): Face => ({ x, y, width, height, score });
