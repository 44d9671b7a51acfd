/**
 * The rule of the paper's authors, as their tool for putting pictures back to captions has it
 * (https://github.com/1jimin3/MCIO_public-image-reattach, `face_crop.py` and `reproduce_images.py`).
 *
 * Every fifth picture is looked at; where it shows no face, the one after it, and so on until one does; the next to be
 * looked at is then the next multiple of five. Each success is a crop, which they number 0, 5, 10, ...: five times its
 * place among the successes, not the place of its picture. Of N crops, those at 4 and at 4 + floor(N / 2) are kept,
 * the latter N - 1 at most.
 *
 * N is known only at the end, so the clip is read twice: boxes alone are kept of the first reading, and the second ends
 * at the later of the two pictures. Keeping the crops instead would hold half of them, without a limit.
 */
import { CancelledError, ImportError } from '../../protocol';
import type { Clip } from '../clip';
import type { Face } from '../faces/types';
import { canvasOf } from '../frame';
import type { TimedFrame } from '../keep';
import { EARLY_CROP, EVERY, keptCrops } from './moments';
import { cropped, faceOf, type Taken, type Taking } from './taking';

/** A picture that gave a crop. */
interface Success {
  /** Its place in the clip. */
  index: number;
  face: Face;
}

export async function takeByAuthors(clip: Clip, taking: Taking, signal: AbortSignal): Promise<Taken> {
  const successes = await findFaces(clip, taking, signal);
  if (successes.length === 0) return { frames: [], noFace: ['early', 'middle'], note: null };
  const kept = keptCrops(successes.length).flatMap((place) => successes[place] ?? []);
  return { frames: await readAgain(clip, kept, taking, signal), noFace: [], note: remark(successes.length) };
}

async function findFaces(clip: Clip, taking: Taking, signal: AbortSignal): Promise<Success[]> {
  const successes: Success[] = [];
  let missed = false;
  const looked = (index: number): boolean => missed || index % EVERY === 0;
  for await (const picture of clip.all(looked)) {
    try {
      if (signal.aborted) throw new CancelledError();
      const { index } = picture;
      if (index !== null && looked(index)) {
        const canvas = canvasOf(picture.width, picture.height, picture.paint);
        const face = await faceOf(canvas, taking);
        canvas.width = canvas.height = 0; // gives the memory back now
        missed = face === null;
        if (face !== null) successes.push({ index, face });
      }
    } finally {
      picture.close();
    }
  }
  return successes;
}

/** The frames of `kept`, whose faces are known, from a second reading. */
async function readAgain(
  clip: Clip,
  kept: readonly Success[],
  taking: Taking,
  signal: AbortSignal,
): Promise<TimedFrame[]> {
  const frames: TimedFrame[] = [];
  const places = new Set(kept.map(({ index }) => index));
  for await (const picture of clip.all((index) => places.has(index))) {
    try {
      if (signal.aborted) throw new CancelledError();
      const wanted = kept[frames.length];
      if (wanted !== undefined && wanted.index === picture.index) {
        const canvas = canvasOf(picture.width, picture.height, picture.paint);
        const stored = await cropped(canvas, wanted.face, taking);
        canvas.width = canvas.height = 0;
        const role = frames.length === 0 ? 'early' : 'middle';
        frames.push({ ...stored, role, seconds: picture.seconds, face: wanted.face });
      }
    } finally {
      picture.close();
    }
    if (frames.length === kept.length) return frames;
  }
  throw new ImportError({
    cause: 'The video ended earlier when it was read a second time.',
    remedy: 'It may be damaged, or have changed while it was read. Copy it again.',
  });
}

function remark(crops: number): string | null {
  if (crops > EARLY_CROP) return null;
  const faces = crops === 1 ? 'one face was' : `${crops} faces were`;
  return `Only ${faces} found in every fifth frame, and the authors’ rule takes the fifth: the first${crops === 1 ? ' is' : ' and the last are'} kept.`;
}
