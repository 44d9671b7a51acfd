/** The face detector's files, and generated pictures whose faces lie where the generator says. Browser tests only. */
import weightsUrl from '@vladmandic/face-api/model/ssd_mobilenetv1_model.bin?url';
import type { Face } from '../../src/data/faces/types';
import { canvasOf } from '../../src/data/frame';
import { domainOf, keptFrames, renderFrame, type DomainName } from '../../src/data/synthetic';
import { layFace } from '../../src/data/synthetic/face';
import { clipOf, shotAt } from '../../src/data/synthetic/sets/clip';
import type { FaceAssets } from '../../src/protocol';
import { wasmBinaries } from './backends';

export async function faceAssets(): Promise<FaceAssets> {
  const [weights, wasm] = await Promise.all([fetch(weightsUrl).then((file) => file.arrayBuffer()), wasmBinaries()]);
  return { weights, wasm };
}

export interface DrawnFace {
  picture: OffscreenCanvas;
  /** Both eyes and the mouth, pixels. */
  points: (readonly [number, number])[];
}

/** The early frame of a live clip. */
export function drawnFace(domain: DomainName, subject: number, seed = 1): DrawnFace {
  const clip = clipOf(domainOf(domain), seed, subject, null, 1);
  const index = keptFrames(clip).early;
  const { pixels, edge } = renderFrame(clip, index);
  const { leftEye, rightEye, mouth } = layFace(clip.person, shotAt(clip, index), edge).landmarks;
  const picture = canvasOf(edge, edge, (context) => context.putImageData(new ImageData(pixels, edge, edge), 0, 0));
  return { picture, points: [leftEye, rightEye, mouth] };
}

/** True when the box holds every point and is not much larger than what they span. */
export function fits({ x, y, width, height }: Face, points: DrawnFace['points']): boolean {
  const inside = points.every(([px, py]) => px > x && px < x + width && py > y && py < y + height);
  const [left, right, mouth] = points;
  if (left === undefined || right === undefined || mouth === undefined) return false;
  const span = Math.hypot((left[0] + right[0]) / 2 - mouth[0], (left[1] + right[1]) / 2 - mouth[1]);
  return inside && height < 5 * span;
}
