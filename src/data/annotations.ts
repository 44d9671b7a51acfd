/** All tables of an import, merged into what is known of each file. */
import {
  ImportError,
  type CaptionRow,
  type CaptionSource,
  type CaptionStyle,
  type FrameRole,
  type Label,
  type Rejection,
} from '../protocol';
import { isCaptionSet, readCaptionSet } from './caption_set';
import { Lookup, type Found } from './lookup';
import { extensionOf } from './paths';
import { readParquet } from './parquet';
import { reasonOf } from './reasons';
import { withoutVideoExtension } from './sets/places';
import { counted } from './sets/sentences';
import { MAX_TABLE_BYTES, decodeText, readDelimited, readJson, readJsonLines, type Table } from './table_reader';
import { namesFiles, quote, readTable, type RowFacts } from './tables';

/** Most sentences about one table; the rest are counted. */
const MAX_SENTENCES = 200;

/** What tables say of one file. `undefined`: nothing, so its name may speak. */
export interface FileFacts {
  label: Label | null | undefined;
  attack: string | null | undefined;
  subject: string | undefined;
  set: string | undefined;
  video: string | undefined;
  /** By frame role; `all` holds for every frame without a caption of its own in that style. */
  captions: Partial<Record<FrameRole | 'all', Partial<Record<CaptionStyle, string>>>>;
  /** Where each of `captions` is from. */
  sources: Partial<Record<FrameRole | 'all', Partial<Record<CaptionStyle, CaptionSource>>>>;
  /** The table that gave the label. */
  table: string | null;
}

export interface Annotations {
  byPath: Map<string, FileFacts>;
  /** Captions of the public caption set, which name videos instead of files: see `matchCaptions`. */
  captionRows: CaptionRow[];
  rejected: Rejection[];
  notes: string[];
  /** Paths that turned out to be no tables (JSON of another shape). */
  passedOver: string[];
}

/**
 * @param tables      table files by normalised path
 * @param paths       normalised paths of all files of the import
 * @param numericOne  see `readTable`
 * @param videos      paths of stills by the path of their video (`videosOfStills`): a row that names it speaks of all
 */
export async function readAnnotations(
  tables: ReadonlyMap<string, Blob>,
  paths: Iterable<string>,
  numericOne: Label | null,
  videos: ReadonlyMap<string, readonly string[]> = new Map(),
): Promise<Annotations> {
  const out: Annotations = { byPath: new Map(), captionRows: [], rejected: [], notes: [], passedOver: [] };
  const lookup = new FilesOrStills(new Lookup(paths), new Lookup(videos.keys()), videos);
  for (const [path, blob] of tables) {
    const sentences: string[] = [];
    try {
      const table = await readTableFile(path, blob, out.notes);
      if (table === null) out.passedOver.push(path);
      else if (isCaptionSet(table)) {
        const read = readCaptionSet(table, path);
        out.captionRows.push(...read.rows);
        out.notes.push(...read.notes);
        sentences.push(...read.problems);
      } else merge(table, path, lookup, numericOne, out, sentences);
    } catch (error) {
      sentences.push(reasonOf(error));
    }
    for (const reason of sentences.slice(0, MAX_SENTENCES)) out.rejected.push({ file: path, reason });
    if (sentences.length > MAX_SENTENCES) {
      const more = sentences.length - MAX_SENTENCES;
      out.rejected.push({
        file: path,
        reason: `${counted(more, 'more row', 'more rows')} of ${path} ${more === 1 ? 'was' : 'were'} rejected for reasons like those above.`,
      });
    }
  }
  return out;
}

/** A table of any kind by its extension; null for JSON of another shape. @throws ImportError */
export async function readTableFile(path: string, blob: Blob, notes: string[]): Promise<Table | null> {
  if (blob.size === 0) {
    throw new ImportError({
      file: path,
      cause: 'The table is empty (0 bytes).',
      remedy: 'Copy it again from its source, or leave it out.',
    });
  }
  if (blob.size > MAX_TABLE_BYTES) {
    const limit = MAX_TABLE_BYTES / 2 ** 20;
    throw new ImportError({
      file: path,
      cause: `The table has ${Math.round(blob.size / 2 ** 20)} MiB; at most ${limit} are read.`,
      remedy: 'Split it into several tables.',
    });
  }
  if (extensionOf(path) === 'parquet') return readParquet(blob, path);
  const { text, guessed } = decodeText(new Uint8Array(await blob.arrayBuffer()));
  if (guessed) notes.push(`${path} is not UTF-8 and was read as Windows-1252; save it as UTF-8 if letters look wrong.`);
  const extension = extensionOf(path);
  if (extension === 'json') return readJson(text, path);
  return extension === 'jsonl' || extension === 'ndjson' ? readJsonLines(text) : readDelimited(text);
}

/** Of a table with a header at most. */
export function noRows(path: string): string {
  return `${path} has no row below its header, so it says nothing of any file: write a row for each file, or leave the table out.`;
}

function merge(
  table: Table,
  path: string,
  lookup: FilesOrStills,
  numericOne: Label | null,
  out: Annotations,
  sentences: string[],
): void {
  if (!namesFiles(table)) {
    if (extensionOf(path) === 'json') out.passedOver.push(path);
    else if (table.rows.length === 0 && table.problems.length === 0) sentences.push(noRows(path));
    else sentences.push('No column of the table names files; name one of them file.');
    if (table.problems.length === 0) return;
  }
  const read = readTable(table, path, numericOne);
  out.notes.push(...read.notes);
  sentences.push(...read.rejected.map(({ reason }) => reason));
  const unit = table.unit.toLowerCase();
  const where = (line: number): string => `${path}, ${unit} ${line}`;

  for (const { file, blocks } of read.rejected) {
    if (!blocks || file === null) continue;
    const found = lookup.find(file, path);
    if ('paths' in found) for (const each of found.paths) factsOf(out, each).label ??= null;
  }
  for (const row of read.facts) {
    const found = findRow(row, lookup, path);
    if ('paths' in found) {
      const conflicts = found.paths.map((each) => join(factsOf(out, each), row, path));
      const conflict = conflicts.find((each) => each !== null);
      if (conflict !== undefined) sentences.push(`${where(row.line)}: ${conflict}`);
    } else if (found.problem === 'missing') {
      sentences.push(
        `${where(row.line)}: the file ${quote(row.file)} is not among the files given; add it or remove the row.`,
      );
    } else {
      sentences.push(`${where(row.line)}: ${quote(row.file)} fits more than one file; write more of its path.`);
    }
  }
}

/** Finds the file that a row means, or the stills of the video that it means. */
class FilesOrStills {
  constructor(
    private readonly files: Lookup,
    private readonly names: Lookup,
    private readonly videos: ReadonlyMap<string, readonly string[]>,
  ) {}

  find(written: string, table: string): { paths: readonly string[] } | Exclude<Found, { path: string }> {
    const file = this.files.find(written, table);
    if ('path' in file) return { paths: [file.path] };
    if (file.problem === 'ambiguous') return file;
    const video = this.names.find(withoutVideoExtension(written), table);
    return 'path' in video ? { paths: this.videos.get(video.path) ?? [] } : video;
  }
}

/** A row that names its set means a file of that set first. */
function findRow({ set, file }: RowFacts, lookup: FilesOrStills, table: string): ReturnType<FilesOrStills['find']> {
  const inSet = set === undefined ? null : lookup.find(`${set}/${file}`, table);
  return inSet !== null && 'paths' in inSet ? inSet : lookup.find(file, table);
}

function factsOf(out: Annotations, path: string): FileFacts {
  let facts = out.byPath.get(path);
  if (facts === undefined) {
    facts = {
      label: undefined,
      attack: undefined,
      subject: undefined,
      set: undefined,
      video: undefined,
      captions: {},
      sources: {},
      table: null,
    };
    out.byPath.set(path, facts);
  }
  return facts;
}

/** Adds a row to a file's facts. Returns a sentence when it contradicts an earlier row, which then stands. */
function join(facts: FileFacts, row: RowFacts, table: string): string | null {
  if (row.label !== undefined) {
    if (facts.table !== null && facts.label !== row.label) {
      return `${quote(row.file)} is ${row.label} here and ${String(facts.label)} in an earlier row of ${facts.table}; the earlier row stands.`;
    }
    facts.label = row.label;
    facts.table = table;
    facts.attack = row.attack ?? facts.attack;
  }
  facts.subject ??= row.subject;
  facts.set ??= row.set;
  facts.video ??= row.video;
  const captions = (facts.captions[row.frame ?? 'all'] ??= {});
  const sources = (facts.sources[row.frame ?? 'all'] ??= {});
  for (const style of ['vanilla', 'reasoning'] as const) {
    const text = row.captions[style];
    if (text === undefined) continue;
    if (captions[style] !== undefined && captions[style] !== text) {
      return `${quote(row.file)} has another ${style} caption in an earlier row, which stands; add a frame column (early, middle) to give each frame its own.`;
    }
    captions[style] = text;
    sources[style] = row.sources[style]!;
  }
  return null;
}
