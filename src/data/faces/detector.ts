/** The face detector of a frames thread. */
import { WorkerError, type FaceAssets } from '../../protocol';
import { canvasOf, shrink } from '../frame';
import { LOOKS, SQUARE, facesOf, place } from './looks';
import { LEAST_SCORE, bySize, type Face, type FaceDetector } from './types';

/**
 * Opens the detector from bytes that another thread fetched. The library's own code is loaded now, so that a page on
 * which nobody looks for faces does without it.
 *
 * @throws ModelError when the weights are not the detector's; DeviceError when WASM cannot start; WorkerError when the
 *   library's code cannot be loaded
 */
export async function openDetector({ weights, wasm }: FaceAssets, leastScore = LEAST_SCORE): Promise<FaceDetector> {
  const { openNetwork } = await import('./ssd').catch((error: unknown) => {
    throw new WorkerError({
      file: 'face detector',
      cause: `The face detector's code could not be loaded (${error instanceof Error ? error.message : String(error)}).`,
      remedy: 'Reload the page, or import whole frames without looking for faces.',
    });
  });
  const network = await openNetwork(weights, wasm);
  return {
    detect: async (picture) => {
      for (const share of LOOKS) {
        const faces = look(picture, share);
        if (faces.length > 0) return faces.sort(bySize);
        // Between two looks, each a good part of a second, a cancellation may be heard.
        await new Promise((resolve) => setTimeout(resolve));
      }
      return [];
    },
    close: () => network.close(),
  };

  function look(picture: OffscreenCanvas, share: number): Face[] {
    const { width, height } = picture;
    const placed = place(width, height, share);
    const { boxes, scores } = network.run(squareOf(picture, placed));
    return facesOf(boxes, scores, leastScore, placed, width, height);
  }
}

/** The picture in its place on black, RGB 0 .. 255 [SQUARE, SQUARE, 3]. */
function squareOf(picture: OffscreenCanvas, placed: ReturnType<typeof place>): Float32Array {
  const { x, y, width, height } = placed;
  const small = shrink(picture, Math.max(width, height));
  const square = canvasOf(SQUARE, SQUARE, (context) => context.drawImage(small, x, y, width, height));
  const { data } = square.getContext('2d')!.getImageData(0, 0, SQUARE, SQUARE);
  const rgb = new Float32Array(SQUARE * SQUARE * 3);
  for (let from = 0, to = 0; to < rgb.length; from += 4, to += 3) {
    rgb[to] = data[from]!;
    rgb[to + 1] = data[from + 1]!;
    rgb[to + 2] = data[from + 2]!;
  }
  for (const canvas of [small, square]) if (canvas !== picture) canvas.width = canvas.height = 0;
  return rgb;
}
