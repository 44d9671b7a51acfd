/** What a rule is given and what it gives, and the one way in which a picture becomes a stored frame. */
import { WorkerError, type FrameOptions, type FrameRole, type FrameRule } from '../../protocol';
import type { ClipPicture } from '../clip';
import { cutOf } from '../faces/crop';
import { mainFace, type Face, type FaceDetector } from '../faces/types';
import { canvasOf, storeFrame, type StoredFrame } from '../frame';
import type { TimedFrame } from '../keep';

/** Shorter edge of a face that is taken, pixels. The authors' is theirs; ours keeps crops that show something. */
export const LEAST_FACE: Record<FrameRule, number> = { paper: 32, authors: 70 };

export interface Taking extends FrameOptions {
  /** Null where no face has to be looked for. */
  detector: FaceDetector | null;
  /** Instead of `LEAST_FACE`. */
  leastFace?: number;
}

/** The frames of one file. */
export interface Taken {
  frames: TimedFrame[];
  /** Frames that are left out because no face was found, neither in them nor beside them. */
  noFace: FrameRole[];
  /** A remark on how they were chosen, as a sentence; null: as the rule says. */
  note: string | null;
}

export function looksForFaces({ rule, crop }: FrameOptions): boolean {
  return rule === 'authors' || crop !== 'none';
}

/** The picture's face. @throws WorkerError where the detector was not opened */
export async function faceOf(picture: OffscreenCanvas, { detector, rule, leastFace }: Taking): Promise<Face | null> {
  if (detector === null) {
    throw new WorkerError({
      file: 'face detector',
      cause: 'Faces have to be looked for, and the face detector is not open.',
      remedy: 'Reload the page and import again, or import whole frames by the paper’s rule.',
    });
  }
  return mainFace(await detector.detect(picture), leastFace ?? LEAST_FACE[rule]);
}

/** The picture as a stored frame, cropped; null: a face was to be cropped and none was found. */
export async function keepPicture(
  { width, height, seconds, paint }: Pick<ClipPicture, 'width' | 'height' | 'seconds' | 'paint'>,
  role: FrameRole,
  taking: Taking,
): Promise<TimedFrame | null> {
  if (taking.crop === 'none') return { ...(await storeFrame(paint, width, height)), role, seconds };
  const picture = canvasOf(width, height, paint);
  try {
    const face = await faceOf(picture, taking);
    return face === null ? null : { ...(await cropped(picture, face, taking)), role, seconds, face };
  } finally {
    picture.width = picture.height = 0; // gives the memory back now
  }
}

/** What is kept of a picture with this face, stored. */
export async function cropped(picture: OffscreenCanvas, face: Face, { crop }: FrameOptions): Promise<StoredFrame> {
  const cut = cutOf(crop, face, picture.width, picture.height);
  return storeFrame((context) => context.drawImage(picture, -cut.x, -cut.y), cut.width, cut.height);
}
