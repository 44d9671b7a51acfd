/** Video: opened whatever its container and codec, its frames taken by a rule. */
import { type FrameRole } from '../protocol';
import { CLIP_LIMIT } from './clip/guard';
import { damaged } from './clip/names';
import { openClip, type ClipOptions } from './clip/open';
import type { StoredFrame } from './frame';
import { takeFrames, type Taken, type Taking } from './rules';

export { CLIP_LIMIT } from './clip/guard';
export { converter } from './clip/names';

export interface VideoFrameTaken extends StoredFrame {
  role: Exclude<FrameRole, 'image'>;
  /** When the frame is shown, seconds from the clip's start. */
  seconds: number;
}

/**
 * Decodes the frames of a clip that `taking` asks for, rotation and pixel ratio applied.
 * @param name  the file's path, for sentences
 * @throws ImportError when the clip cannot be read or decoded; CancelledError when `signal` fires; WorkerError where
 *   faces are looked for and the detector is not open
 */
export async function takeVideo(
  blob: Blob,
  name: string,
  taking: Taking,
  signal: AbortSignal,
  options: ClipOptions = {},
): Promise<Taken> {
  const clip = await openClip(blob, name, signal, options);
  try {
    const taken = await takeFrames(clip, taking, signal);
    if (taken.frames.length === 0 && taken.noFace.length === 0) {
      throw damaged(name, 'The video holds no frame that can be decoded');
    }
    return clip.cut === true ? { ...taken, note: taken.note === null ? CUT : `${CUT} ${taken.note}` } : taken;
  } finally {
    clip.close();
  }
}

/** Of a clip whose file was cut off; the sentence begins with its name. */
const CUT = 'The file was cut off: frames were taken of what is left of it. Copy it again for the whole video.';

/** The two frames of the paper's rule, whole. @throws as `takeVideo` does */
export async function decodeVideo(
  blob: Blob,
  name: string,
  signal: AbortSignal,
  limit = CLIP_LIMIT,
): Promise<VideoFrameTaken[]> {
  const whole: Taking = { rule: 'paper', crop: 'none', detector: null };
  const { frames } = await takeVideo(blob, name, whole, signal, { limit });
  return frames.flatMap(({ role, ...frame }) => (role === 'image' ? [] : [{ ...frame, role }]));
}
