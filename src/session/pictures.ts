/** Which pictures a run was trained on: a sample's id stays when its file is cut anew, its frame's path does not. */
import type { SampleRow } from '../protocol';

const THEN = ', then ';

/** What stands for the pictures of a run that goes on: both digests where they are others than those it began with. */
export function picturesSince(before: string | undefined, now: string): string | undefined {
  return before === undefined || before === now || before.endsWith(THEN + now) ? before : before + THEN + now;
}

/** Why a run's numbers are of two kinds of pictures, as a sentence; null: they are not. */
export function otherPictures(pictures: string | undefined): string | null {
  if (pictures?.includes(THEN) !== true) return null;
  return 'The training went on with other pictures than it began with: frames were cut anew, or replaced, in between.';
}

/** A digest (the sum of FNV-1a hashes, 32 bits) of samples and their stored frames, in any order. */
export function picturesOf(samples: readonly Pick<SampleRow, 'id' | 'frame'>[]): string {
  let sum = 0;
  for (const { id, frame } of samples) {
    let hash = 0x811c9dc5;
    for (const char of `${id} ${frame}`) hash = Math.imul(hash ^ char.codePointAt(0)!, 0x01000193);
    sum = (sum + hash) >>> 0;
  }
  return sum.toString(16);
}
