/** Stills of one video together, in the order of their numbers. */
import type { SurveyedFile } from './types';

/**
 * Stills that were cut from videos, by set and video, each list ascending by `frame`. Videos and single pictures, which
 * have no `frame`, are not among them.
 * @returns paths by `set\0video`
 */
export function framesByVideo(files: ReadonlyMap<string, SurveyedFile>): Map<string, string[]> {
  const out = new Map<string, { path: string; frame: number }[]>();
  for (const [path, { set, video, frame }] of files) {
    if (frame === undefined) continue;
    const key = `${set}\0${video}`;
    const group = out.get(key);
    if (group) group.push({ path, frame });
    else out.set(key, [{ path, frame }]);
  }
  return new Map(
    [...out].map(([key, group]) => [
      key,
      group.sort((a, b) => a.frame - b.frame || (a.path < b.path ? -1 : 1)).map(({ path }) => path),
    ]),
  );
}
