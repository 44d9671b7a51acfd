/** The plan of an import as its survey makes it: entries go out in pieces, counts stay. */
import {
  CancelledError,
  FRAME_RULES,
  USUAL_FRAMES,
  type FrameRule,
  type PlannedFile,
  type Rejection,
  type Survey,
  type SurveyedFormat,
  type SurveyedSet,
} from '../protocol';
import { eachFinished } from '../store/imported';
import type { ListedFile } from './listing';
import type { NamedTree } from './names';
import { extensionOf } from './paths';
import { ruleOf } from './recipe';
import { promiseOf } from './sniff';

/** Entries of the plan in one message. */
const PIECE = 512;
/** Most sentences about files that share set and path with others; the rest are counted. */
export const MAX_TWICE = 20;

export interface SurveyHooks {
  signal: AbortSignal;
  planned(files: PlannedFile[]): void;
}

export interface Candidate extends ListedFile {
  index: number;
}

export class Plan {
  readonly sets = new Map<string, SurveyedSet>();
  private readonly formats = new Map<string, SurveyedFormat>();
  private readonly places = new Map<SurveyedFormat, number[]>();
  /** Videos by size. */
  readonly bySize = new Map<number, number[]>();
  files = 0;
  /** Size and date by set and file, to be looked up in the journal; of a still, which rules take it. */
  private readonly keys = new Map<string, Pick<PlannedFile, 'size' | 'modified'> & { still: PlannedFile['still'] }>();
  private readonly owners = new Map<string, string>();
  /** Paths that give the same set and file as another, by the two folders. */
  private readonly shared = new Map<string, { path: string; owner: string }[]>();
  private piece: PlannedFile[] = [];

  constructor(
    private readonly tree: NamedTree,
    private readonly hooks: SurveyHooks,
  ) {}

  /** @param still  see `PlannedFile` */
  async add(
    path: string,
    { index, size, modified }: Candidate,
    known: PlannedFile['known'],
    still: PlannedFile['still'],
  ): Promise<void> {
    const key = keyOf(known.set, known.file);
    const owner = this.owners.get(key);
    if (owner !== undefined) {
      const folders = `${rootOf(owner, known.file)}\0${rootOf(path, known.file)}`;
      put(this.shared, folders, { path, owner });
      return;
    }
    this.owners.set(key, path);
    this.keys.set(key, { size, modified, still });
    if (still !== undefined && Object.keys(still).length === 0) return;
    // Each rule takes as many stills of a video: those of one are counted.
    if (still === undefined || still[USUAL_FRAMES.rule] !== undefined) {
      this.files++;
      this.countSet(known);
      this.countFormat(known.set, path, index, size);
    }
    this.piece.push({ index, path, size, modified, known, ...(still === undefined ? {} : { still }) });
    if (this.piece.length < PIECE) return;
    this.end();
    // A cancellation is a message: it has to get its turn.
    await new Promise((resolve) => setTimeout(resolve));
    if (this.hooks.signal.aborted) throw new CancelledError();
  }

  /** Sends what has not gone out yet. */
  end(): void {
    if (this.piece.length > 0) this.hooks.planned(this.piece);
    this.piece = [];
  }

  twice(): Rejection[] {
    const rejected: Rejection[] = [];
    for (const [folders, files] of this.shared) {
      const [first = '', second = ''] = folders.split('\0');
      for (const { path, owner } of files.slice(0, MAX_TWICE)) {
        rejected.push({
          file: path,
          reason: `The same set and path as ${owner}, which was imported; rename one of the folders.`,
        });
      }
      if (files.length > MAX_TWICE) {
        rejected.push({
          file: second === '' ? (files[MAX_TWICE]?.path ?? '') : second,
          reason: `So ${files.length === MAX_TWICE + 1 ? 'has 1 more file' : `have ${files.length - MAX_TWICE} more files`} here: ${first === '' ? 'another folder' : first} gives a set of the same name. Rename one of the two folders.`,
        });
      }
    }
    return rejected;
  }

  private countSet({ set, part, label, attack, overruled }: PlannedFile['known']): void {
    let found = this.sets.get(set);
    if (found === undefined) {
      found = { name: set, ...this.tree.about(set), files: 0, groups: [], overruled: 0 };
      this.sets.set(set, found);
    }
    found.files++;
    if (overruled) found.overruled++;
    const group = found.groups.find(
      (one) => one.part === (part ?? null) && one.label === label && one.attack === attack,
    );
    if (group === undefined) found.groups.push({ part: part ?? null, label, attack, files: 1 });
    else group.files++;
  }

  private countFormat(set: string, path: string, index: number, size: number): void {
    const format = extensionOf(path);
    const kind = promiseOf(format) ?? 'unknown';
    const key = `${set}\0${format}`;
    let found = this.formats.get(key);
    if (found === undefined) {
      found = { set, format, kind, files: 0, bytes: 0, samples: [] };
      this.formats.set(key, found);
      this.places.set(found, []);
    }
    found.files++;
    found.bytes += size;
    if (size === 0) return;
    this.places.get(found)?.push(index);
    if (kind === 'video') put(this.bySize, size, index);
  }

  /** What the journal says of these files: how many are finished, and stills of earlier imports that not every rule takes. */
  async journal(): Promise<Pick<Survey, 'finished' | 'earlierStills'>> {
    const finished: Survey['finished'] = {};
    const earlierStills: Survey['earlierStills'] = [];
    for (const set of this.sets.keys()) {
      await eachFinished(set, ({ file, size, modified, recipe, samples }) => {
        const now = this.keys.get(keyOf(set, file));
        if (now === undefined) return;
        const { still } = now;
        const rules = still === undefined ? null : (Object.keys(still) as FrameRule[]);
        if (rules !== null && rules.length < FRAME_RULES.length && samples.length > 0)
          earlierStills.push({ set, file, rules });
        const same = now.size === size && now.modified === modified;
        if (same && (rules?.includes(ruleOf(recipe)) ?? true)) finished[recipe] = (finished[recipe] ?? 0) + 1;
      });
    }
    return { finished, earlierStills };
  }

  /** Counts by set and type, the largest first, each with a few files from its beginning, middle and end. */
  formatsFound(): SurveyedFormat[] {
    for (const [found, places] of this.places) {
      const at = [0, Math.floor(places.length / 2), places.length - 1];
      found.samples = [...new Set(at)].flatMap((place) => places[place] ?? []);
    }
    return [...this.formats.values()].sort((a, b) => b.files - a.files);
  }
}

function put<K, V>(map: Map<K, V[]>, key: K, value: V): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}

const keyOf = (set: string, file: string): string => `${set}\0${file}`;

/** What stands before the path inside the set. */
function rootOf(path: string, file: string): string {
  return path.endsWith(file) ? path.slice(0, -file.length).replace(/\/$/, '') : '';
}
