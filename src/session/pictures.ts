/** Which pictures a run was trained on: a sample's id stays when its file is cut anew, its frame's path does not. */
import type { SampleRow } from '../protocol';

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
