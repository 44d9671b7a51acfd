/**
 * Pictures named `<base>_f<number>`: frames of one video, or no such thing (`age30_f1` beside `age30_m1`, `IMG_2024_f1`).
 * One name alone cannot tell; its neighbours can.
 */
import { extensionOf, folderOf, stemOf } from './paths';
import { promiseOf } from './sniff';

const LETTERED = /^(.+)[ _-]([a-z])(\d+)$/i;
/** A video gives more frames than anybody numbers pictures of one thing by hand. */
const MANY = 10;

interface Base {
  /** Pictures with an `f`. */
  paths: string[];
  /** Their numbers look like those of frames: they begin at 0, are padded, or go far. */
  counted: boolean;
  /** The same base has numbers behind another letter. */
  others: boolean;
}

/**
 * Those whose `f` is taken for no frame: the same base is there with another letter, or it is the only base in its
 * folder and its numbers do not look like those of frames.
 */
export function noFrames(paths: Iterable<string>): Set<string> {
  const folders = new Map<string, Map<string, Base>>();
  for (const path of paths) {
    const match = promiseOf(extensionOf(path)) === 'image' ? LETTERED.exec(stemOf(path)) : null;
    if (match === null) continue;
    const [, name = '', letter = '', number = ''] = match;
    const folder = folderOf(path);
    const bases = folders.get(folder) ?? new Map<string, Base>();
    folders.set(folder, bases);
    const base = bases.get(name.toLowerCase()) ?? { paths: [], counted: false, others: false };
    bases.set(name.toLowerCase(), base);
    if (letter.toLowerCase() !== 'f') {
      base.others = true;
      continue;
    }
    base.paths.push(path);
    base.counted ||= number.startsWith('0') || Number(number) >= MANY;
  }
  const lone = new Set<string>();
  for (const bases of folders.values()) {
    const several = [...bases.values()].filter(({ paths: framed }) => framed.length > 0).length > 1;
    for (const base of bases.values()) {
      if (base.others || !(several || base.counted)) for (const path of base.paths) lone.add(path);
    }
  }
  return lone;
}
