/** Which samples a table's row of captions means: the frames of a file, or of a video that is there as stills. */
import type { CaptionOf, SampleRow } from '../protocol';
import { Lookup } from './lookup';
import { videoOf } from './recognise';
import { withoutVideoExtension } from './sets/places';
import { byNumber, namesVideo } from './stills';

/** Why a row means no sample; `not taken`: a still of a video of which others were taken. */
export type NoTarget = 'missing' | 'ambiguous' | 'not taken';

/** Frames of one video in its order; stills have no time, but numbers in their names. */
export function inTime(a: SampleRow, b: SampleRow): number {
  return a.seconds - b.seconds || (a.role < b.role ? -1 : a.role > b.role ? 1 : 0) || byNumber(a.file, b.file);
}

export class CaptionTargets {
  private readonly files: Frames;
  /** Videos of several stills. */
  private readonly videos: Frames;

  constructor(samples: readonly SampleRow[]) {
    this.files = new Frames(samples, ({ set, file }) => `${set}/${file}`);
    const stills = samples.filter(({ role, video }) => role === 'image' && namesVideo(video));
    this.videos = new Frames(stills, ({ video }) => video, 2);
  }

  /** Samples, none where the file has no frame of that role. */
  find({ set, file, role }: Extract<CaptionOf, { kind: 'file' }>): SampleRow[] | NoTarget {
    const written = set === null ? file : `${set}/${file}`;
    const found = this.files.find(written);
    if (typeof found !== 'string') return found.filter((sample) => role === null || sample.role === role);
    if (found !== 'missing') return found;
    const video = this.videos.find(withoutVideoExtension(written));
    if (typeof video === 'string') {
      const cutFrom = videoOf(written);
      return cutFrom !== written && this.videos.find(cutFrom) !== 'missing' ? 'not taken' : video;
    }
    return video.sort(inTime).filter((_, at) => role === null || role === 'image' || at === (role === 'early' ? 0 : 1));
  }
}

/** Samples by a path. */
class Frames {
  private readonly byPath = new Map<string, SampleRow[]>();
  private readonly lookup: Lookup;

  /** @param least  so many samples have to share a path */
  constructor(samples: readonly SampleRow[], pathOf: (sample: SampleRow) => string, least = 1) {
    for (const sample of samples) {
      const path = pathOf(sample);
      const group = this.byPath.get(path);
      if (group === undefined) this.byPath.set(path, [sample]);
      else group.push(sample);
    }
    for (const [path, { length }] of this.byPath) if (length < least) this.byPath.delete(path);
    this.lookup = new Lookup(this.byPath.keys());
  }

  find(written: string): SampleRow[] | 'missing' | 'ambiguous' {
    const found = this.lookup.find(written, '');
    return 'path' in found ? this.byPath.get(found.path)! : found.problem;
  }
}
