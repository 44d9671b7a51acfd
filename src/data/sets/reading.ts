/** From a path to what the grammars read in it, and to the folder that holds the set. */
import type { FaceSet, Label, OfficialPart } from '../../protocol';
import { stemOf } from '../paths';
import { GRAMMARS } from './grammars';
import { commonLayout, labelOf, partOf, stillOf, unprefixed, withoutVideoExtension } from './places';
import type { Grammar, Reading } from './types';

/** One grammar's reading of one path. */
export interface Candidate {
  grammar: Grammar;
  reading: Reading;
  place: Place;
  /** Said by a prefix of the name, as `oulu_train_live_...`. */
  prefix: { part: OfficialPart; label: Label } | null;
  /** What the still's name says that it shows: `crop`, `org`. */
  kind: string;
  /** Of a still; null where its name has no number. */
  frame: number | null;
}

/** What the folders around a name say, as one grammar sees them. */
export interface Place {
  /** Path of the folder that holds the set; '' for the top. */
  root: string;
  /** The nearest folder's word. */
  part: OfficialPart | undefined;
  label: Label | null;
  /** A folder of this path speaks of the set. */
  hinted: boolean;
  /** Folders of the set's layout lie between root and name. */
  laidOut: boolean;
}

/** What browsers and file managers add to a second copy: `Mask_Half_1 (1)`, `1_3 - Copy`. */
const COPY = /\s*(?:\(\d{1,3}\)|-\s?copy(?:\s?\(\d{1,3}\))?)$/i;

/** Reads paths; keeps what it found about folders, of which there are few. */
export class Reader {
  private readonly places = new Map<string, Place>();
  private readonly splits = new Map<string, readonly string[]>();

  /** @param path normalised; a path without an extension is a video's name */
  candidates(path: string, still: boolean): Candidate[] {
    const cut = path.lastIndexOf('/');
    const folders = this.foldersOf(cut < 0 ? '' : path.slice(0, cut));
    const stem = stemOf(path).replace(COPY, '');
    const cutFrom = still ? stillOf(stem) : null;
    const found: Candidate[] = [];
    for (const grammar of GRAMMARS) {
      const candidate = still
        ? this.still(grammar, stem, folders, cutFrom)
        : this.named(grammar, stem, folders, false, null, '');
      if (candidate === null) continue;
      if (candidate.reading.sure) return [candidate];
      found.push(candidate);
    }
    return found;
  }

  private foldersOf(folder: string): readonly string[] {
    let parts = this.splits.get(folder);
    if (parts === undefined) this.splits.set(folder, (parts = folder === '' ? [] : folder.split('/')));
    return parts;
  }

  /** A still is named after its video, or lies in a folder that is. */
  private still(
    grammar: Grammar,
    stem: string,
    folders: readonly string[],
    cut: ReturnType<typeof stillOf>,
  ): Candidate | null {
    const inFolder = (): Candidate | null => {
      const parent = folders.at(-1);
      if (parent === undefined) return null;
      const name = withoutVideoExtension(parent);
      return this.named(grammar, name, folders.slice(0, -1), true, cut?.number ?? null, cut?.kind ?? '');
    };
    // A bare number under `1/3/` is a frame of video 3, not another video of person 3.
    if (cut?.base === '') return inFolder() ?? this.named(grammar, stem, folders, true, null, '');
    return (
      this.named(grammar, stem, folders, true, null, '') ??
      (cut === null ? null : this.named(grammar, cut.base, folders, true, cut.number, cut.kind)) ??
      inFolder()
    );
  }

  private named(
    grammar: Grammar,
    name: string,
    folders: readonly string[],
    still: boolean,
    frame: number | null,
    kind: string,
  ): Candidate | null {
    let prefix: Candidate['prefix'] = null;
    let reading = grammar.read(name, folders, still);
    if (reading === null) {
      const inner = unprefixed(name);
      if (inner === null) return null;
      reading = grammar.read(inner.name, folders, still);
      if (reading === null) return null;
      prefix = { part: inner.part, label: inner.label };
    }
    const place = this.placeOf(grammar, folders, reading.consumed ?? 0);
    return { grammar, reading, place, prefix, kind, frame: reading.frame ?? frame };
  }

  private placeOf(grammar: Grammar, folders: readonly string[], consumed: number): Place {
    const key = `${grammar.faceSet}\0${consumed}\0${folders.join('/')}`;
    const known = this.places.get(key);
    if (known !== undefined) return known;
    let end = folders.length - consumed;
    let part: OfficialPart | undefined;
    let label: Label | null = null;
    const isLayout = (at: number): boolean => {
      const lower = folders[at]?.toLowerCase() ?? '';
      return lower !== '' && (grammar.layout(lower) || commonLayout(lower));
    };
    // One folder more below those of the layout, as of each video's own; a set's own has the set's name.
    if (end > 1 && !isLayout(end - 1) && isLayout(end - 2) && !grammar.hint.test(folders[end - 1]!)) end--;
    for (; end > 0; end--) {
      const folder = folders[end - 1]!;
      if (!isLayout(end - 1)) break;
      part ??= partOf(folder);
      label ??= labelOf(folder);
    }
    // The set's own folder may be one part of it: `CASIA_train/1/HR_1.avi`.
    if (end > 0) part ??= partOf(folders[end - 1]!);
    const place = {
      root: folders.slice(0, end).join('/'),
      part,
      label,
      hinted: folders.some((folder) => grammar.hint.test(folder)),
      laidOut: end < folders.length,
    };
    this.places.set(key, place);
    return place;
  }
}

/** Of a list's lines: the first candidate of a set that is there. */
export function firstOf(candidates: readonly Candidate[], sets: ReadonlySet<FaceSet>): Candidate | undefined {
  return candidates.find(({ grammar }) => sets.has(grammar.faceSet));
}
