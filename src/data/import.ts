/**
 * The import: files in, sample rows out. One bad file costs its own sample and gets a sentence; only cancelling ends
 * the import as an error, and only a full disk ends it early.
 */
import {
  CancelledError,
  ImportError,
  StorageError,
  type ImportReport,
  type ImportRequest,
  type Rejection,
  type SampleRow,
} from '../protocol';
import { isTable, readAnnotations } from './annotations';
import { decodeImage } from './image';
import { keepFrames, type KeepHooks, type TimedFrame } from './keep';
import { matchCaptions } from './match_captions';
import { extensionOf, isClutter, normalise } from './paths';
import { Batches, Meter } from './progress';
import { reasonOf } from './reasons';
import { combine, remarks } from './rows';
import { MAX_LIST_BYTES, holdsList, isList, survey } from './sets';
import { summarise } from './summary';
import { SNIFF_BYTES, promiseOf, sniff, type Kind } from './sniff';
import { converter, decodeVideo } from './video';

/** Files in work at once: one decodes while another is encoded or written. */
const WORKERS = 3;

/**
 * Imports files into samples. The frames are in OPFS when it resolves.
 * @throws CancelledError when the signal fires; frames written until then stay until they are written again or
 *   cleared, because an earlier import may own the same ones
 */
export async function importFiles(request: ImportRequest, hooks: KeepHooks): Promise<ImportReport> {
  const began = performance.now();
  const { media, tables, notes } = sortOut(request);
  const lists = await takeLists(media, tables);
  const surveyed = survey(media.keys(), { fallbackSet: request.fallbackSet, lists });
  notes.push(...surveyed.notes);
  const annotations = await readAnnotations(tables, media.keys(), request.numericOne);
  notes.push(...annotations.notes);
  const rejected: Rejection[] = [...annotations.rejected];
  const passedOver = new Tally(annotations.passedOver);
  const meter = new Meter(hooks.progress, media.size + tables.size, tables.size);
  const batches = new Batches(hooks.samples);

  const found: SampleRow[][] = [];
  const owners = new Map<string, string>();
  let overruled = 0;
  let full: StorageError | null = null;
  let skipped = 0;

  const one = async (index: number, path: string, file: File): Promise<void> => {
    const name = surveyed.files.get(path);
    // The survey's notes say why.
    if (name === undefined) return;
    const known = combine(name, annotations.byPath.get(path));
    const key = `${known.set}\0${known.file}`;
    const owner = owners.get(key);
    if (owner !== undefined) {
      rejected.push({
        file: path,
        reason: `The same set and path as ${owner}, which was imported; rename one of the folders.`,
      });
      return;
    }
    owners.set(key, path);
    const decoded = await decode(path, file, hooks.signal);
    if (decoded === null) {
      passedOver.add(path);
      return;
    }
    const rows = await keepFrames(known, decoded, hooks.write);
    if (known.overruled) overruled++;
    found[index] = rows;
    batches.add(rows);
  };

  const queue = [...media].map(([path, file], index) => ({ path, file, index }));
  const work = async (): Promise<void> => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      if (hooks.signal.aborted) throw new CancelledError();
      if (full !== null) {
        skipped++;
        continue;
      }
      meter.begin(next.path);
      try {
        await one(next.index, next.path, next.file);
      } catch (error) {
        if (hooks.signal.aborted) throw new CancelledError();
        if (error instanceof StorageError) full ??= error;
        rejected.push({ file: next.path, reason: reasonOf(error) });
      }
      meter.end(next.path);
    }
  };
  // Every worker ends before the call does, so that the rows told of are all that was stored.
  const ended = await Promise.allSettled(Array.from({ length: WORKERS }, work));
  batches.flush();
  for (const end of ended) if (end.status === 'rejected') throw end.reason;

  if (skipped > 0) {
    const cause = full as StorageError | null;
    rejected.push({
      file: request.fallbackSet,
      reason: `${skipped} more files were not imported after that. ${cause?.remedy ?? ''}`.trim(),
    });
  }
  // After all files: a caption of the public set names a video, and which frames that gave is known only now.
  const stored = found.flat();
  const matched = matchCaptions(annotations.captionRows, stored);
  const captioned = new Map(matched.changed.map((row) => [row.id, row]));
  const samples = stored.map((row) => captioned.get(row.id) ?? row);
  notes.push(...matched.notes);
  const sets = summarise(samples);
  if (overruled > 0) {
    notes.push(
      `${overruled} ${overruled === 1 ? 'file has' : 'files have'} another label in a table than in the folder's name; the table was believed.`,
    );
  }
  notes.push(...remarks(samples, sets), ...passedOver.notes());
  if (samples.length === 0 && rejected.length === 0) {
    rejected.push({
      file: request.fallbackSet,
      reason:
        'There is no image or video in what was given. JPEG, PNG, WebP, MP4, MOV, WebM, MKV and AVI files are read.',
    });
  }
  rejected.sort((a, b) => (a.file < b.file ? -1 : a.file > b.file ? 1 : 0));
  return { samples, sets, rejected, notes, seconds: (performance.now() - began) / 1000 };
}

/** Tables, candidates for media, and remarks on what is neither; in the order of their paths. */
function sortOut(request: ImportRequest): {
  media: Map<string, File>;
  tables: Map<string, File>;
  notes: string[];
} {
  const media = new Map<string, File>();
  const tables = new Map<string, File>();
  let twice = 0;
  const files = request.files
    .map(({ path, file }) => ({ path: normalise(path), file }))
    .sort((a, b) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0));
  for (const { path, file } of files) {
    if (isClutter(path) || /(?:^|\/)manifest\.json$/i.test(path)) continue;
    const shelf = isTable(path) ? tables : media;
    if (shelf.has(path)) twice++;
    else shelf.set(path, file);
  }
  const notes =
    twice === 0
      ? []
      : [`${twice} ${twice === 1 ? 'file was' : 'files were'} given twice under the same path and read once.`];
  return { media, tables, notes };
}

/** Texts of lists of public sets. They are neither media nor tables then, and are taken out of both. */
async function takeLists(media: Map<string, File>, tables: Map<string, File>): Promise<Map<string, string>> {
  const texts = new Map<string, string>();
  for (const shelf of [media, tables]) {
    for (const [path, file] of shelf) {
      if (!isList(path) || file.size > MAX_LIST_BYTES) continue;
      const text = await file.text();
      if (!holdsList(path, text)) continue;
      texts.set(path, text);
      shelf.delete(path);
    }
  }
  return texts;
}

/** Frames of a file; null for a file that neither is nor claims to be an image or a video. */
async function decode(path: string, file: File, signal: AbortSignal): Promise<TimedFrame[] | null> {
  const promised = promiseOf(extensionOf(path));
  if (file.size === 0 && promised !== null) {
    throw new ImportError({
      file: path,
      cause: 'The file is empty (0 bytes).',
      remedy: 'Copy it again from its source.',
    });
  }
  const kind = sniff(new Uint8Array(await file.slice(0, SNIFF_BYTES).arrayBuffer()));
  switch (kind.type) {
    case 'image':
      return [{ ...(await decodeImage(file, kind.kind, path)), role: 'image', seconds: 0 }];
    case 'video':
      return decodeVideo(file, path, signal);
    case 'foreign':
      throw foreign(path, kind);
    case 'unknown':
      if (promised === null) return null;
      throw new ImportError({
        file: path,
        cause: `The file is named .${extensionOf(path)}, but its content is not ${promised === 'image' ? 'an image' : 'a video'}.`,
        remedy: 'Copy it again from its source, or leave it out.',
      });
  }
}

function foreign(path: string, { kind }: Extract<Kind, { type: 'foreign' }>): ImportError {
  const still = kind === 'HEIC' || kind === 'AVIF' || kind === 'GIF' || kind === 'BMP' || kind === 'TIFF';
  return new ImportError({
    file: path,
    cause: `${kind} ${still ? 'images' : 'files'} cannot be opened yet.`,
    remedy: still ? 'Save the image as JPEG, PNG or WebP.' : `Convert it: ${converter(path)}`,
  });
}

/** Counts passed-over files by type, for one sentence. */
class Tally {
  private readonly counts = new Map<string, number>();

  constructor(paths: readonly string[]) {
    for (const path of paths) this.add(path);
  }

  add(path: string): void {
    const extension = extensionOf(path);
    const type = extension === '' ? 'without a type' : `.${extension}`;
    this.counts.set(type, (this.counts.get(type) ?? 0) + 1);
  }

  notes(): string[] {
    const list = [...this.counts].sort().map(([type, count]) => `${count} ${type}`);
    return list.length === 0 ? [] : [`Passed over, being neither image, video nor table: ${list.join(', ')}.`];
  }
}
