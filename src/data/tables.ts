/**
 * Tables beside the files: what each row says about one file, checked value by value.
 *
 * Columns (any case): file, label, attack, subject, set, style, caption, caption_vanilla, caption_reasoning, video,
 * frame, and, as this page exports them, where each caption is from: vanilla_kind, vanilla_from, vanilla_candidates.
 * A row whose label this page cannot read is rejected with a sentence, and the file it names goes without a label
 * rather than with a guessed one; a caption that cannot be taken is left out alone.
 */
import { MAX_CAPTION, type CaptionSource, type CaptionStyle, type FrameRole, type Label } from '../protocol';
import { captionStyle } from './captions';
import { attackOfValue, labelOfValue } from './recognise';
import type { Table, TableRow } from './table_reader';

const COLUMNS = {
  file: [
    'file',
    'path',
    'file_name',
    'filename',
    'file_path',
    'filepath',
    'image',
    'image_path',
    'img',
    'img_path',
    'video_path',
    'frame_path',
  ],
  label: [
    'label',
    'class',
    'target',
    'ground_truth',
    'gt',
    'spoof',
    'is_spoof',
    'fake',
    'is_fake',
    'live',
    'is_live',
    'real',
    'is_real',
    'bonafide',
    'is_bonafide',
    'liveness',
  ],
  attack: ['attack', 'attack_type', 'spoof_type', 'pai'],
  subject: ['subject', 'subject_id', 'client', 'client_id', 'person', 'person_id', 'identity', 'user', 'user_id'],
  caption: ['caption', 'text', 'description', 'explanation'],
  vanilla: ['caption_vanilla', 'vanilla', 'vanilla_caption'],
  reasoning: ['caption_reasoning', 'reasoning', 'reasoning_caption'],
  set: ['set', 'dataset', 'data_set', 'source'],
  style: ['style', 'caption_style'],
  video: ['video', 'video_id', 'clip'],
  frame: ['frame', 'role', 'frame_role'],
} as const;
type Column = keyof typeof COLUMNS;

const SPOOF_COLUMN = /^(?:is_)?(?:spoof|fake)$/;
const LIVE_COLUMN = /^(?:is_)?(?:live|real|bonafide)$|^liveness$/;

const ALLOWED =
  'live, real, bonafide, genuine (read as live), spoof, fake, attack, print, replay, mask (read as spoof)';

/** What a row says of its file. `undefined`: it says nothing, so the file's name may. */
export interface RowFacts {
  line: number;
  /** As written. */
  file: string;
  label: Label | undefined;
  attack: string | null | undefined;
  subject: string | undefined;
  set: string | undefined;
  video: string | undefined;
  /** null: for every frame of the file. */
  frame: FrameRole | null;
  /** An empty one was cleared by the user. */
  captions: Partial<Record<CaptionStyle, string>>;
  /** Of every caption in `captions`. */
  sources: Partial<Record<CaptionStyle, CaptionSource>>;
}

export interface RejectedRow {
  line: number;
  /** As written, or null when the row names none. */
  file: string | null;
  reason: string;
  /** True when the row's word on the label could not be read: the file then goes without one. */
  blocks: boolean;
}

export interface TableFacts {
  facts: RowFacts[];
  rejected: RejectedRow[];
  /** Sentences for the import's notes: polarity, ... */
  notes: string[];
}

/** True when the table has a column that names files. */
export function namesFiles(table: Table): boolean {
  return [...COLUMNS.file, 'video'].some((name) => table.rows.some(({ cells }) => cells.has(name)));
}

/**
 * @param name        the table's path, for sentences
 * @param numericOne  what `1` means in a numeric label column; null: decided by the column's name (`spoof`: 1 = spoof,
 *                    `live`: 1 = live, anything else: 1 = spoof) and echoed in the notes
 */
export function readTable(table: Table, name: string, numericOne: Label | null): TableFacts {
  const out: TableFacts = { facts: [], rejected: [], notes: [] };
  const columns = columnsOf(table);
  const polarity = new Polarity(columns.label ?? 'label', numericOne);
  const line = (row: TableRow): string => `${name}, ${table.unit.toLowerCase()} ${row.line}`;

  for (const row of table.rows) {
    const cell = (column: Column): string | undefined => {
      const key = columns[column];
      const value = key === undefined ? undefined : row.cells.get(key);
      return value === undefined || value === '' ? undefined : value;
    };
    const file = cell('file') ?? null;
    const reject = (reason: string, blocks = false): void =>
      void out.rejected.push({ line: row.line, file, reason: `${line(row)}: ${reason}`, blocks });
    if (file === null) {
      reject('the row names no file; fill in its file column.');
      continue;
    }
    const label = readLabel(cell('label'), cell('attack'), polarity);
    if (typeof label === 'string') {
      reject(`${label} The row was left out, and its file goes without a label.`, true);
      continue;
    }
    const frame = readFrame(cell('frame'));
    const captions = readCaptions(cell('caption'), cell('vanilla'), cell('reasoning'), cell('style'));
    // A caption that cannot be taken does not take the label with it.
    if (typeof captions === 'string') reject(`${captions} The caption was left out.`);
    else if (frame === undefined) {
      reject(
        `the frame ${quote(cell('frame')!)} is not known; allowed are early and middle. The caption was left out.`,
      );
    }
    const taken = typeof captions === 'string' || frame === undefined ? {} : { ...cleared(row.cells), ...captions };
    out.facts.push({
      line: row.line,
      file,
      label: label.label,
      attack: label.attack,
      subject: cell('subject'),
      set: cell('set'),
      video: cell('video'),
      frame: frame ?? null,
      captions: taken,
      sources: readSources(row.cells, Object.keys(taken) as CaptionStyle[], name),
    });
  }
  for (const problem of table.problems) {
    out.rejected.push({
      line: 0,
      file: null,
      reason: `${name}, ${problem.charAt(0).toLowerCase()}${problem.slice(1)}`,
      blocks: false,
    });
  }
  out.notes.push(...polarity.notes(name));
  return out;
}

/** The first known name of each column that the table has. */
function columnsOf(table: Table): Partial<Record<Column, string>> {
  const present = new Set(table.rows.flatMap(({ cells }) => [...cells.keys()]));
  const found: Partial<Record<Column, string>> = {};
  for (const column of Object.keys(COLUMNS) as Column[]) {
    const name = COLUMNS[column].find((candidate) => present.has(candidate));
    if (name !== undefined) found[column] = name;
  }
  if (found.file === undefined && found.video !== undefined) {
    found.file = found.video;
    delete found.video;
  }
  return found;
}

/** Label and attack of a row, or the sentence that rejects it. */
function readLabel(
  value: string | undefined,
  attackValue: string | undefined,
  polarity: Polarity,
): { label: Label | undefined; attack: string | null | undefined } | string {
  const attack = attackValue === undefined ? undefined : attackOfValue(attackValue);
  if (value === undefined) {
    // A named attack is a label; an empty one, or `none`, is not: the name of the file may know better.
    return typeof attack === 'string' ? { label: 'spoof', attack } : { label: undefined, attack: undefined };
  }
  const word = polarity.read(value) ?? labelOfValue(value);
  if (word === null)
    return `the label ${quote(value)} is not known; allowed are ${ALLOWED} and ${polarity.values}. Write one of them.`;
  if (word.label === 'live') {
    if (typeof attack === 'string') {
      return `the label ${quote(value)} says live and the attack ${quote(attackValue!)} says spoof; correct one of them.`;
    }
    return { label: 'live', attack: null };
  }
  return { label: 'spoof', attack: attack ?? word.attack ?? undefined };
}

/** Reads numeric labels by one rule for the whole table, and says which rule it was. */
class Polarity {
  private readonly one: Label;
  private readonly counts = { '1': 0, '0': 0, '-1': 0 };

  constructor(
    private readonly column: string,
    private readonly given: Label | null,
  ) {
    this.one = given ?? (LIVE_COLUMN.test(column) ? 'live' : 'spoof');
  }

  /** What the two numbers are read as. */
  get values(): string {
    const [zero, one] = this.one === 'live' ? ['spoof', 'live'] : ['live', 'spoof'];
    return `in the column ${quote(this.column)} 0 (${zero}) or 1 (${one})`;
  }

  read(value: string): { label: Label; attack: null } | null {
    const flag = SPOOF_COLUMN.test(this.column) || LIVE_COLUMN.test(this.column);
    const text = value.toLowerCase();
    const yes = /^\+?1(?:\.0*)?$/.test(text) || (flag && /^(?:true|yes)$/.test(text));
    const no = /^(?:0|-1)(?:\.0*)?$/.test(text) || (flag && /^(?:false|no)$/.test(text));
    if (!yes && !no) return null;
    this.counts[yes ? '1' : text.startsWith('-') ? '-1' : '0']++;
    const zero: Label = this.one === 'live' ? 'spoof' : 'live';
    return { label: yes ? this.one : zero, attack: null };
  }

  notes(table: string): string[] {
    const { '1': ones, '0': zeros, '-1': minus } = this.counts;
    if (ones + zeros + minus === 0) return [];
    const other = this.one === 'live' ? 'spoof' : 'live';
    const rest = minus > 0 ? "'-1'" : "'0'";
    return [
      `'1' was read as ${this.one} and ${rest} as ${other} in ${table} (column ${quote(this.column)}, ` +
        `${ones} and ${zeros + minus} rows)${this.given === null ? '; switch it if that is wrong' : ', as you chose'}.`,
    ];
  }
}

function readFrame(value: string | undefined): FrameRole | null | undefined {
  if (value === undefined) return null;
  const word = value.toLowerCase();
  return word === 'early' || word === 'middle' || word === 'image'
    ? word
    : /^(?:all|any|both)$/.test(word)
      ? null
      : undefined;
}

function readCaptions(
  caption: string | undefined,
  vanilla: string | undefined,
  reasoning: string | undefined,
  style: string | undefined,
): Partial<Record<CaptionStyle, string>> | string {
  for (const text of [caption, vanilla, reasoning]) {
    if (text !== undefined && text.length > MAX_CAPTION) {
      return `the caption is ${text.length} characters long; at most ${MAX_CAPTION} are taken. Shorten it.`;
    }
  }
  const bare = [caption, vanilla, reasoning].find((text) => text !== undefined && !/\p{L}/u.test(text));
  if (bare !== undefined) return `the caption is ${quote(bare)}, which holds no word.`;
  const captions: Partial<Record<CaptionStyle, string>> = {};
  if (caption !== undefined) {
    const named = style?.toLowerCase();
    if (named !== undefined && named !== 'vanilla' && named !== 'reasoning') {
      return `the style ${quote(style!)} is not known; allowed are vanilla and reasoning.`;
    }
    captions[named ?? captionStyle(caption)] = caption;
  }
  if (vanilla !== undefined) captions.vanilla = vanilla;
  if (reasoning !== undefined) captions.reasoning = reasoning;
  return captions;
}

/** Captions that an export of this page says the user cleared: edited, without a text. */
function cleared(cells: TableRow['cells']): Partial<Record<CaptionStyle, string>> {
  const styles = (['vanilla', 'reasoning'] as const).filter((style) => cells.get(`${style}_kind`) === 'edited');
  return Object.fromEntries(styles.map((style) => [style, '']));
}

/** Where each caption is from: what an export of this page says of it, else the table itself. */
function readSources(
  cells: TableRow['cells'],
  styles: readonly CaptionStyle[],
  table: string,
): Partial<Record<CaptionStyle, CaptionSource>> {
  const sources: Partial<Record<CaptionStyle, CaptionSource>> = {};
  for (const style of styles) {
    const kind = SOURCE_KINDS.find((each) => each === cells.get(`${style}_kind`));
    const candidates = Number(cells.get(`${style}_candidates`));
    sources[style] =
      kind === undefined
        ? { kind: 'table', from: table }
        : {
            kind,
            from: cells.get(`${style}_from`) ?? '',
            ...(Number.isInteger(candidates) && candidates > 0 ? { candidates } : {}),
          };
  }
  return sources;
}

const SOURCE_KINDS: readonly CaptionSource['kind'][] = ['table', 'public set', 'draft', 'edited'];

/** A value in a sentence: quoted, and cut when long. */
export function quote(value: string): string {
  return `"${value.length > 60 ? `${value.slice(0, 57)}...` : value}"`;
}
