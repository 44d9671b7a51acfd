/**
 * Video: two frames a clip, one early, one from the middle (paper, "Proposed Datasets": two frames a video, from its
 * early and its middle segment).
 *
 * Which frame exactly is not stated; here the early one is shown at 10 % of the duration, past the moment in which a
 * camera finds its exposure, and the middle one at 50 %.
 */
import { type FrameRole } from '../protocol';
import { CLIP_LIMIT } from './clip/guard';
import { damaged } from './clip/names';
import { openClip } from './clip/open';
import { storeFrame, type StoredFrame } from './frame';

export { CLIP_LIMIT } from './clip/guard';
export { converter } from './clip/names';

/** Where in a clip each frame is taken, as a share of its duration. */
export const MOMENTS = { early: 0.1, middle: 0.5 } as const;

export interface VideoFrameTaken extends StoredFrame {
  role: Exclude<FrameRole, 'image'>;
  /** When the frame is shown, seconds from the clip's start. */
  seconds: number;
}

/**
 * Decodes the two frames of a clip, rotation and pixel ratio applied. One frame only when both moments show the
 * same one.
 * @param name  the file's path, for sentences
 * @throws ImportError when the clip cannot be read or decoded; CancelledError when `signal` fires
 */
export async function decodeVideo(
  blob: Blob,
  name: string,
  signal: AbortSignal,
  limit = CLIP_LIMIT,
): Promise<VideoFrameTaken[]> {
  const clip = await openClip(blob, name, signal, { limit });
  try {
    const roles = ['early', 'middle'] as const;
    const frames: VideoFrameTaken[] = [];
    let last: number | null = null;
    let index = 0;
    for await (const picture of clip.at(roles.map((role) => MOMENTS[role] * clip.duration))) {
      const role = roles[index++];
      if (picture === null || role === undefined) continue;
      try {
        const { seconds, width, height } = picture;
        if (seconds === last) continue;
        last = seconds;
        frames.push({ ...(await storeFrame(picture.paint, width, height)), role, seconds });
      } finally {
        picture.close();
      }
    }
    if (frames.length === 0) throw damaged(name, 'The video holds no frame that can be decoded');
    return frames;
  } finally {
    clip.close();
  }
}
