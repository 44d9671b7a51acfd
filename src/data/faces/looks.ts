/**
 * What the detector is shown of a picture: the whole of it in a black square.
 *
 * The network was trained on faces that are a part of a scene. One that fills the picture, as in sets of cropped faces
 * and before a phone's camera, it misses or boxes badly; with the same picture at half its size in the middle of the
 * square it finds it. So a picture in which nothing was found is shown again, smaller.
 */
import type { Face } from './types';

/** Edge of the square, pixels: the network's anchors are made for this one. */
export const SQUARE = 512;
/** Share of the square's edge that the picture's longer edge takes, look by look. */
export const LOOKS = [1, 0.5] as const;
/** Boxes that overlap by more (intersection over union) are of one face; the library's own value. */
const SAME_FACE = 0.5;

/** Where a picture lies in the square, pixels of the square. */
export interface Placed {
  x: number;
  y: number;
  width: number;
  height: number;
}

export function place(width: number, height: number, share: number): Placed {
  const scale = (SQUARE * share) / Math.max(width, height);
  const placed = { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
  return { x: Math.floor((SQUARE - placed.width) / 2), y: Math.floor((SQUARE - placed.height) / 2), ...placed };
}

/**
 * Faces from the network's answer.
 *
 * @param boxes   [boxes, 4]: top, left, bottom, right, as shares of the square
 * @param scores  [boxes]
 * @param placed  where the picture lay in the square
 * @param width   of the picture itself, pixels
 * @param height  likewise
 * @returns one box a face, clipped to the picture, in no order; those that lie outside it are left out
 */
export function facesOf(
  boxes: Float32Array,
  scores: Float32Array,
  leastScore: number,
  placed: Placed,
  width: number,
  height: number,
): Face[] {
  const toX = (share: number): number => clamp(((share * SQUARE - placed.x) * width) / placed.width, width);
  const toY = (share: number): number => clamp(((share * SQUARE - placed.y) * height) / placed.height, height);
  const found: Face[] = [];
  scores.forEach((score, index) => {
    if (!(score >= leastScore)) return;
    const [top = 0, left = 0, bottom = 0, right = 0] = boxes.subarray(4 * index, 4 * index + 4);
    const [x, y] = [toX(left), toY(top)];
    const face = { x, y, width: toX(right) - x, height: toY(bottom) - y, score };
    if (face.width >= 1 && face.height >= 1) found.push(face);
  });
  found.sort((a, b) => b.score - a.score);
  const kept: Face[] = [];
  for (const face of found) if (kept.every((other) => overlap(face, other) <= SAME_FACE)) kept.push(face);
  return kept;
}

/** Intersection over union. */
export function overlap(a: Omit<Face, 'score'>, b: Omit<Face, 'score'>): number {
  const across = Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x);
  const down = Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y);
  if (across <= 0 || down <= 0) return 0;
  const both = across * down;
  return both / (a.width * a.height + b.width * b.height - both);
}

const clamp = (value: number, most: number): number => Math.min(most, Math.max(0, value));
