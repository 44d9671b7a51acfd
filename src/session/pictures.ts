/** Which pictures a run was trained on: a sample's id stays when its file is cut anew, its frame's path does not. */
import type { SampleRow } from '../protocol';
import { chance } from './chance';

/** The digests of a run that goes on with the pictures of `now`; not given: its first ones were not kept. */
export function picturesSince(before: readonly string[] | undefined, now: string): string[] | undefined {
  if (before === undefined) return undefined;
  return before.at(-1) === now ? [...before] : [...before, now];
}

/** Why a run's numbers are of two kinds of pictures, as a sentence; null: they are not. */
export function otherPictures(pictures: readonly string[] | undefined): string | null {
  if (pictures === undefined || pictures.length < 2) return null;
  return 'The training went on with other pictures than it began with: frames were cut anew, or replaced, in between.';
}

/** A digest (the sum of hashes, 32 bits, in hexadecimal) of samples and their stored frames, in any order. */
export function picturesOf(samples: readonly Pick<SampleRow, 'id' | 'frame'>[]): string {
  return samples.reduce((sum, { id, frame }) => (sum + chance(`${id} ${frame}`)) >>> 0, 0).toString(16);
}
