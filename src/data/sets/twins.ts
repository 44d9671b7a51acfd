/** Files of one set that show the same: videos that lie there twice, stills of which one is cut from another. */
import { extensionOf, nameOf } from '../paths';

export interface Shown {
  path: string;
  still: boolean;
  video: string;
  frame: number | null;
  /** `crop`, `org`, `square400` or ''. */
  kind: string;
}

export interface Twins {
  /** Why a file is left out, by path. */
  dropped: Map<string, string>;
  /** Distinct videos of which a second file was left out. */
  twice: string[];
  /** Distinct videos that are there as a video and as stills. */
  both: string[];
}

/** What any browser opens first: a user's own conversion lies beside what it was made from. */
const PREFERRED = ['mp4', 'm4v', 'webm', 'mkv', 'mov', 'avi'];

/** @param files of one set, in the order of their paths */
export function twinsOf(files: readonly Shown[]): Twins {
  const out: Twins = { dropped: new Map(), twice: [], both: [] };
  const byVideo = new Map<string, Shown[]>();
  for (const file of files) {
    const group = byVideo.get(file.video);
    if (group) group.push(file);
    else byVideo.set(file.video, [file]);
  }
  for (const [video, group] of byVideo) {
    if (group.length === 1) continue;
    const whole = group.filter(({ still }) => !still);
    if (whole.length > 0 && whole.length < group.length) out.both.push(video);
    if (whole.length > 1) {
      // Of two that are alike the shorter name: a copy has a mark behind it.
      const order = ({ path }: Shown): [number, number] => [rank(path), path.length];
      const best = whole.reduce((a, b) => (compare(order(b), order(a)) < 0 ? b : a));
      out.twice.push(video);
      for (const { path } of whole) if (path !== best.path) out.dropped.set(path, `the same video as ${best.path}`);
    }
    dropWholePictures(group, out.dropped);
  }
  return out;
}

const compare = ([a, b]: [number, number], [c, d]: [number, number]): number => a - c || b - d;

function rank(path: string): number {
  const at = PREFERRED.indexOf(extensionOf(path));
  return at < 0 ? PREFERRED.length : at;
}

/** Where a frame is there as a face crop and as the whole picture, the crop is taken. */
function dropWholePictures(group: readonly Shown[], dropped: Map<string, string>): void {
  const crops = new Map(group.filter(({ kind }) => kind === 'crop').map(({ frame, path }) => [frame, path]));
  if (crops.size === 0) return;
  for (const { path, kind, frame } of group) {
    const crop = kind === 'org' || kind.startsWith('square') ? crops.get(frame) : undefined;
    if (crop !== undefined) dropped.set(path, `another cut of ${nameOf(crop)} beside it`);
  }
}
