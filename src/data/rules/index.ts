/** Which frames of a video, and which part of a picture, become samples. */
import { CancelledError } from '../../protocol';
import type { Clip } from '../clip';
import type { Painter } from '../frame';
import { takeByAuthors } from './authors';
import { takeByPaper } from './paper';
import { keepPicture, type Taken, type Taking } from './taking';

export { looksForFaces, type Taken, type Taking } from './taking';

/**
 * The frames of a clip, stored. No more than one decoded picture is held at a time.
 *
 * @throws CancelledError when `signal` fires, WorkerError where the detector is needed and not open, and what the clip
 *   throws
 */
export function takeFrames(clip: Clip, taking: Taking, signal: AbortSignal): Promise<Taken> {
  return taking.rule === 'authors' ? takeByAuthors(clip, taking, signal) : takeByPaper(clip, taking, signal);
}

/** A still picture, stored; both rules crop it alike. @throws as `takeFrames` does */
export async function takeStill(
  picture: { width: number; height: number; paint: Painter },
  taking: Taking,
  signal: AbortSignal,
): Promise<Taken> {
  if (signal.aborted) throw new CancelledError();
  const frame = await keepPicture({ ...picture, seconds: 0 }, 'image', taking);
  return { frames: frame === null ? [] : [frame], noFace: frame === null ? ['image'] : [], note: null };
}
