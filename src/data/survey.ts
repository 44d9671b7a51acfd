/**
 * The survey: what an import would do, from names, sizes, dates and tables alone. No image or video is opened. Its plan
 * goes out in pieces, so that neither thread handles tens of thousands of entries in one go.
 */
import {
  CancelledError,
  type PlannedFile,
  type Rejection,
  type Survey,
  type SurveyRequest,
  type SurveyedFormat,
  type SurveyedSet,
} from '../protocol';
import { eachFinished } from '../store/imported';
import { readAnnotations } from './annotations';
import { unpackListing, type ListedFile } from './listing';
import { nameTree, type NamedTree } from './names';
import { extensionOf, isClutter, isTable, normalise } from './paths';
import { combine } from './rows';
import { MAX_LIST_BYTES, holdsList, isList } from './sets';
import { promiseOf } from './sniff';
import { Tally } from './tally';

/** Entries of the plan in one message. */
const PIECE = 512;
/** Most sentences about files that share set and path with others; the rest are counted. */
const MAX_TWICE = 20;
/** Files of these types lie beside faces in many sets and hold none. */
const NEVER =
  /^(?:txt|md|rst|face|pdf|html?|xml|ya?ml|log|ini|cfg|py|m|mat|npy|npz|pkl|h5|pts|doc|docx|xls|xlsx|rtf|zip|tar|gz|7z|rar|db|exe|wav|mp3|srt)$/;

export interface SurveyHooks {
  signal: AbortSignal;
  planned(files: PlannedFile[]): void;
}

interface Candidate extends ListedFile {
  index: number;
}

export async function survey(request: SurveyRequest, hooks: SurveyHooks): Promise<Survey> {
  const began = performance.now();
  const { media, beside, tables, passedOver, rejected, notes } = sortOut(request);
  const lists = await takeLists(request, tables);
  const annotations = await readAnnotations(tables, media.keys(), request.numericOne);
  for (const path of annotations.passedOver) passedOver.add(typeOf(path), path);
  rejected.push(...annotations.rejected);
  notes.push(...annotations.notes);

  const tree = nameTree([...media.keys(), ...beside, ...lists.keys()], lists, request.fallbackSet);
  // Files beside pictures are told apart by their set, where it knows them, or else by their type.
  for (const path of beside) if (!lists.has(path)) passedOver.add(tree.passOver(path) ?? typeOf(path), path);
  notes.push(...tree.notes);
  const plan = new Plan(tree, hooks);
  for (const [path, file] of media) {
    const why = tree.passOver(path);
    if (why !== null) {
      passedOver.add(why, path);
      continue;
    }
    const name = tree.of(path);
    if (name !== undefined) await plan.add(path, file, combine(name, annotations.byPath.get(path)));
  }
  plan.end();
  rejected.push(...plan.twice());
  const finished: Survey['finished'] = {};
  for (const set of plan.sets.keys()) await countFinished(set, plan.keys, finished);

  const formats = plan.formatsFound();
  return {
    files: plan.files,
    frames: formats.reduce((sum, { kind, files }) => sum + files * (kind === 'video' ? 2 : 1), 0),
    bytes: formats.reduce((sum, { bytes }) => sum + bytes, 0),
    sets: [...plan.sets.values()].sort((a, b) => (a.name < b.name ? -1 : 1)),
    formats,
    passedOver: passedOver.list(),
    finished,
    sameSize: [...plan.bySize.values()].filter(({ length }) => length > 1),
    captionRows: annotations.captionRows,
    tables: [...tables.keys()],
    rejected,
    notes,
    seconds: (performance.now() - began) / 1000,
  };
}

/** Texts of lists of public sets. They are no tables then. */
async function takeLists({ listing, tables: contents }: SurveyRequest, tables: Map<string, File>) {
  const texts = new Map<string, string>();
  const paths = unpackListing(listing);
  for (const { index, file } of contents) {
    const path = normalise(paths[index]?.path ?? '');
    if (!isList(path) || file.size > MAX_LIST_BYTES) continue;
    const text = await file.text();
    if (!holdsList(path, text)) continue;
    texts.set(path, text);
    tables.delete(path);
  }
  return texts;
}

/** Candidates for media, in the order of their paths; files of types that hold no picture; tables. */
function sortOut({ listing, tables: contents }: SurveyRequest): {
  media: Map<string, Candidate>;
  beside: string[];
  tables: Map<string, File>;
  passedOver: Tally;
  rejected: Rejection[];
  notes: string[];
} {
  const media = new Map<string, Candidate>();
  const beside: string[] = [];
  const tables = new Map<string, File>();
  const passedOver = new Tally();
  const rejected: Rejection[] = [];
  const opened = new Map(contents.map(({ index, file }) => [index, file]));
  let same = 0;
  const other: string[] = [];
  const files = unpackListing(listing)
    .map((file, index) => ({ ...file, path: normalise(file.path), index }))
    .sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : a.index - b.index));
  const sizes = new Map<string, number>();
  for (const file of files) {
    const { path, size, index } = file;
    if (isClutter(path) || /(?:^|\/)manifest\.json$/i.test(path)) continue;
    const before = sizes.get(path);
    if (before !== undefined) {
      if (before === size) same++;
      else other.push(path);
      continue;
    }
    sizes.set(path, size);
    if (isTable(path)) {
      const table = opened.get(index);
      if (table !== undefined) tables.set(path, table);
    } else if (NEVER.test(extensionOf(path))) beside.push(path);
    else media.set(path, file);
  }
  for (const path of other.slice(0, MAX_TWICE)) {
    rejected.push({
      file: path,
      reason:
        'Another file was given under the same path, with other content, and was imported: two folders of one name were given together. Rename one of them.',
    });
  }
  if (other.length > MAX_TWICE) {
    rejected.push({
      file: other[MAX_TWICE] ?? '',
      reason: `So are ${other.length - MAX_TWICE} more files of folders of the same name; rename one of the folders.`,
    });
  }
  const notes =
    same === 0
      ? []
      : [`${same} ${same === 1 ? 'file was' : 'files were'} given twice under the same path and read once.`];
  return { media, beside, tables, passedOver, rejected, notes };
}

/** The plan as it grows: entries go out in pieces, counts stay. */
class Plan {
  readonly sets = new Map<string, SurveyedSet>();
  private readonly formats = new Map<string, SurveyedFormat>();
  private readonly places = new Map<SurveyedFormat, number[]>();
  /** Videos by size. */
  readonly bySize = new Map<number, number[]>();
  /** Size and date by set and file, to be looked up in the journal. */
  readonly keys = new Map<string, { size: number; modified: number }>();
  files = 0;
  private readonly owners = new Map<string, string>();
  /** Paths that give the same set and file as another, by the two folders. */
  private readonly shared = new Map<string, { path: string; owner: string }[]>();
  private piece: PlannedFile[] = [];

  constructor(
    private readonly tree: NamedTree,
    private readonly hooks: SurveyHooks,
  ) {}

  async add(path: string, { index, size, modified }: Candidate, known: PlannedFile['known']): Promise<void> {
    const key = keyOf(known.set, known.file);
    const owner = this.owners.get(key);
    if (owner !== undefined) {
      const folders = `${rootOf(owner, known.file)}\0${rootOf(path, known.file)}`;
      put(this.shared, folders, { path, owner });
      return;
    }
    this.owners.set(key, path);
    this.keys.set(key, { size, modified });
    this.files++;
    this.countSet(known);
    this.countFormat(known.set, path, index, size);
    this.piece.push({ index, path, size, modified, known });
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
          reason: `So have ${files.length - MAX_TWICE} more files here: ${first === '' ? 'another folder' : first} gives a set of the same name. Rename one of the two folders.`,
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

function typeOf(path: string): string {
  const extension = extensionOf(path);
  return extension === '' ? 'without a type' : `.${extension}`;
}

async function countFinished(set: string, keys: Plan['keys'], finished: Survey['finished']): Promise<void> {
  await eachFinished(set, ({ file, size, modified, recipe }) => {
    const now = keys.get(keyOf(set, file));
    if (now?.size === size && now.modified === modified) finished[recipe] = (finished[recipe] ?? 0) + 1;
  });
}
