/** Faces in a picture, and who finds them. */
import type { SampleRow } from '../../protocol';

/** A face's box in pixels of the upright picture, inside it, and how sure the detector is, 0 .. 1. */
export type Face = NonNullable<SampleRow['face']>;

export interface FaceDetector {
  /**
   * @param picture  upright, at its own size; it is left as it was
   * @returns every face found, the largest first
   */
  detect(picture: OffscreenCanvas): Promise<Face[]>;
  /** Gives the weights' memory back. */
  close(): void;
}

/** A face is taken from this score on: what the library itself takes, and no box on generated faces was wrong at it. */
export const LEAST_SCORE = 0.5;

/** The largest first; of two of one size the surer; then from left to right and from above, so that the order is one. */
export function bySize(a: Face, b: Face): number {
  return b.width * b.height - a.width * a.height || b.score - a.score || a.x - b.x || a.y - b.y;
}

/**
 * The face that a picture is of: the largest one, as MTCNN gives it where it is asked for one face only
 * (`keep_all=False` in facenet-pytorch, which the paper's authors use). Smaller ones are bystanders, or a poster behind.
 *
 * @param faces  in the order of `bySize`
 * @param least  shorter edge of a face that is taken, pixels
 */
export function mainFace(faces: readonly Face[], least = 0): Face | null {
  return faces.find(({ width, height }) => Math.min(width, height) >= least) ?? null;
}
