/** A trial: a few files decoded and thrown away, to see whether they can be used and how long each takes. */
import type { SourceFile, Tried } from '../protocol';
import { decode } from './import';
import { reasonOf } from './reasons';
import type { Taking } from './rules';

/** Ends early once `seconds` have passed; at least one file is tried. */
export async function tryFiles(
  files: readonly SourceFile[],
  taking: Taking,
  seconds: number,
  signal: AbortSignal,
): Promise<Tried[]> {
  const began = performance.now();
  const tried: Tried[] = [];
  for (const { path, file } of files) {
    if (signal.aborted || (tried.length > 0 && performance.now() - began > seconds * 1000)) break;
    const start = performance.now();
    const result: Tried = { path, frames: 0, bytes: 0, seconds: 0, problem: null };
    try {
      const decoded = await decode(path, file, taking, undefined, signal);
      if (decoded === null) result.problem = 'This is neither an image nor a video.';
      for (const { png, thumbnail } of decoded?.frames ?? []) {
        result.frames++;
        result.bytes += png.size + thumbnail.size;
      }
    } catch (error) {
      result.problem = reasonOf(error);
    }
    tried.push({ ...result, seconds: (performance.now() - start) / 1000 });
  }
  return tried;
}
