/**
 * The paper's rule: two frames a video, one from its early and one from its middle segment ("Proposed Datasets").
 *
 * Which frame exactly is not stated; here the early one is shown at 10 % of the duration, past the moment in which a
 * camera finds its exposure, and the middle one at 50 %. Where a face is to be cropped and none is found, pictures
 * around that moment are looked at, the nearest first; then the frame goes without.
 */
import { CancelledError } from '../../protocol';
import type { Clip } from '../clip';
import type { TimedFrame } from '../keep';
import { MOMENTS } from './moments';
import { keepPicture, type Taken, type Taking } from './taking';

/** Seconds between the pictures that are looked at around a moment without a face: a blink or a blur is over by then. */
export const NEAR_STEP = 0.1;
/** How many of them on either side. */
export const NEAR_STEPS = 4;

const ROLES = ['early', 'middle'] as const;
type Role = (typeof ROLES)[number];

/** One frame only where both moments show the same one. */
export async function takeByPaper(clip: Clip, taking: Taking, signal: AbortSignal): Promise<Taken> {
  const seen = new Set<number>();
  const found: Partial<Record<Role, TimedFrame>> = {};
  const missed: Role[] = [];
  let next = 0;
  for await (const picture of clip.at(ROLES.map((role) => MOMENTS[role] * clip.duration))) {
    const role = ROLES[next++];
    try {
      if (signal.aborted) throw new CancelledError();
      if (picture === null || role === undefined || seen.has(picture.seconds)) continue;
      seen.add(picture.seconds);
      const frame = await keepPicture(picture, role, taking);
      if (frame === null) missed.push(role);
      else found[role] = frame;
    } finally {
      picture?.close();
    }
  }
  const noFace: Role[] = [];
  for (const role of missed) {
    const frame = await takeNear(clip, role, taking, seen, signal);
    if (frame === null) noFace.push(role);
    else found[role] = frame;
  }
  const frames = ROLES.flatMap((role) => found[role] ?? []);
  return { frames, noFace, note: frames.length === 1 && noFace.length === 0 ? ALONE : null };
}

/** Of a clip that gave one frame; the sentence begins with its name. */
const ALONE =
  'Only one frame could be taken: the clip holds one picture, or was cut off. Copy it again where it should be longer.';

/** The nearest picture with a face, the earlier one of two that are as near; `seen`: those that have none, or are taken. */
async function takeNear(
  clip: Clip,
  role: Role,
  taking: Taking,
  seen: Set<number>,
  signal: AbortSignal,
): Promise<TimedFrame | null> {
  const moment = MOMENTS[role] * clip.duration;
  // The two frames' neighbourhoods do not meet.
  const reach = ((MOMENTS.middle - MOMENTS.early) * clip.duration) / 2;
  for (let step = 1; step <= NEAR_STEPS && step * NEAR_STEP < reach; step++) {
    const away = step * NEAR_STEP;
    const moments = [moment - away, moment + away].filter((each) => each >= 0 && each <= clip.duration);
    for await (const picture of clip.at(moments)) {
      try {
        if (signal.aborted) throw new CancelledError();
        if (picture === null || seen.has(picture.seconds)) continue;
        seen.add(picture.seconds);
        const frame = await keepPicture(picture, role, taking);
        if (frame !== null) return frame;
      } finally {
        picture?.close();
      }
    }
  }
  return null;
}
