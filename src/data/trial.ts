/** A trial: a few files decoded and thrown away, to see whether they can be used and how long each takes. */
import type { SourceFile, Tried } from '../protocol';
import { decode } from './import';
import { reasonOf } from './reasons';
import type { Taking } from './rules';

/** Ends early once `seconds` have passed; a file that takes twice as long by itself is given up, and not told of. */
export async function tryFiles(
  files: readonly SourceFile[],
  taking: Taking,
  seconds: number,
  signal: AbortSignal,
): Promise<Tried[]> {
  const began = performance.now();
  const tried: Tried[] = [];
  const either = AbortSignal.any([signal, AbortSignal.timeout(2000 * seconds)]);
  for (const { path, file } of files) {
    if (either.aborted || (tried.length > 0 && performance.now() - began > seconds * 1000)) break;
    const start = performance.now();
    const result: Tried = { path, frames: 0, bytes: 0, seconds: 0, problem: null };
    try {
      const decoded = await decode(path, file, taking, undefined, either);
      if (decoded === null) result.problem = 'This is neither an image nor a video.';
      for (const { png, thumbnail } of decoded?.frames ?? []) {
        result.frames++;
        result.bytes += png.size + thumbnail.size;
      }
    } catch (error) {
      if (either.aborted) break;
      result.problem = reasonOf(error);
    }
    tried.push({ ...result, seconds: (performance.now() - start) / 1000 });
  }
  return tried;
}
