/** Tables as text: CSV and its kin, JSON Lines and JSON, into rows of strings with the lines they stand on. */
import Papa from 'papaparse';
import { ImportError } from '../protocol';

/** Largest table read, bytes: it is held in memory as text. */
export const MAX_TABLE_BYTES = 256 * 2 ** 20;

/** How often reading begins anew behind a quote that is out of place: each time the rest is read once more. */
const MAX_BEGINS = 20;

export interface TableRow {
  /** 1-based line of the row's first character (for a JSON array: the number of its entry). */
  line: number;
  /** Column name, lower case and trimmed, to value as text. */
  cells: Map<string, string>;
}

export interface Table {
  rows: TableRow[];
  /** Broken rows, as sentences that name the line. */
  problems: string[];
  /** `Line`, `Entry` or `Row`, for sentences about rows. */
  unit: 'Line' | 'Entry' | 'Row';
}

/** Decodes by byte order mark, else UTF-8, else Windows-1252, which every byte sequence is valid in. */
export function decodeText(bytes: Uint8Array<ArrayBuffer>): { text: string; guessed: boolean } {
  const [a, b] = bytes;
  if (a === 0xff && b === 0xfe) return { text: new TextDecoder('utf-16le').decode(bytes), guessed: false };
  if (a === 0xfe && b === 0xff) return { text: new TextDecoder('utf-16be').decode(bytes), guessed: false };
  try {
    return { text: new TextDecoder('utf-8', { fatal: true }).decode(bytes), guessed: false };
  } catch {
    return { text: new TextDecoder('windows-1252').decode(bytes), guessed: true };
  }
}

/** CSV with any of the usual delimiters, quotes and line ends (RFC 4180 and what spreadsheets write). */
export function readDelimited(text: string): Table {
  const source = text.startsWith('\uFEFF') ? text.slice(1) : text;
  const rows: TableRow[] = [];
  const problems: string[] = [];
  let header: string[] | null = null;
  let at = 0;
  let line = 1;
  const count = (to: number): void => {
    for (; at < to; at++) {
      const code = source.charCodeAt(at);
      // CRLF counts once: by its LF.
      if (code === 10 || (code === 13 && source.charCodeAt(at + 1) !== 10)) line++;
    }
  };
  // Where a quote that is out of place has swallowed lines, reading begins anew with the second of them:
  // one bad row costs itself.
  const delimiter = delimiterOf(source);
  for (let begins = 0, from: number | null = 0; from !== null; begins++) {
    const offset: number = from;
    from = null;
    Papa.parse<string[]>(offset === 0 ? source : source.slice(offset), {
      delimiter,
      step: ({ data, errors, meta }, parser) => {
        const first = line;
        const end = Math.min(offset + meta.cursor, source.length);
        const wrong = errors.filter(({ type }) => type === 'Quotes').map(({ code }) => code);
        if (wrong.length > 0) {
          const next = lineEnd(source, at);
          const closed = !wrong.includes('MissingQuotes');
          const tooOften = end > next && begins === MAX_BEGINS;
          if (end > next && !tooOften) {
            from = next;
            parser.abort();
          }
          count(from ?? end);
          problems.push(
            `Line ${first}: a quote ${closed ? 'stands in the middle of a value' : 'is opened and never closed'}; ${tooOften && !closed ? 'this line and all that follow were left out' : 'the line was left out'}. Close it, or double it ("") where it belongs to the value.`,
          );
          return;
        }
        count(end);
        if (data.every((cell) => cell.trim() === '')) return;
        if (header === null) {
          header = data.map(columnName);
          return;
        }
        if (data.slice(header.length).some((cell) => cell.trim() !== '')) {
          problems.push(
            `Line ${first}: ${data.length} values for ${header.length} columns; put values that contain the delimiter in quotes.`,
          );
          return;
        }
        const cells = new Map<string, string>();
        header.forEach((name, index) => {
          const value = data[index]?.trim() ?? '';
          if (name !== '' && !(cells.get(name) ?? '')) cells.set(name, value);
        });
        rows.push({ line: first, cells });
      },
    });
  }
  return { rows, problems, unit: 'Line' };
}

const DELIMITERS: readonly string[] = ['\t', ',', ';', '|'];

/** The one that parts the header most: guessed from all rows, captions full of commas would decide. */
function delimiterOf(text: string): string {
  const counts = new Map<string, number>();
  let quoted = false;
  // Behind lines of blanks.
  const first = /^(?:[^\S\r\n]*(?:\r\n|\r|\n))*/.exec(text)![0].length;
  for (let i = first; i < text.length; i++) {
    const char = text[i]!;
    if (char === '"') quoted = !quoted;
    else if (!quoted && (char === '\n' || char === '\r')) break;
    else if (!quoted) counts.set(char, (counts.get(char) ?? 0) + 1);
  }
  const count = (delimiter: string): number => counts.get(delimiter) ?? 0;
  // Of equal counts a tab goes first: a comma may stand in a column's name, a tab hardly.
  return DELIMITERS.reduce((best, other) => (count(other) > count(best) ? other : best));
}

/** Behind the end of the line that `at` is in. */
function lineEnd(text: string, at: number): number {
  const end = text.slice(at).search(/\r\n|\n|\r/);
  return end < 0 ? text.length : at + end + (text.startsWith('\r\n', at + end) ? 2 : 1);
}

/** One JSON object a line. A broken line is a problem; the others go on. */
export function readJsonLines(text: string): Table {
  const rows: TableRow[] = [];
  const problems: string[] = [];
  text
    .replace(/^\uFEFF/, '')
    .split(/\r\n|\n|\r/)
    .forEach((raw, index) => {
      if (raw.trim() === '') return;
      const line = index + 1;
      const value = parseJson(raw);
      if (isRecord(value)) rows.push({ line, cells: cellsOf(value) });
      else
        problems.push(
          `Line ${line}: not a JSON object; each line has to be one, such as {"file": "a.jpg", "label": "live"}.`,
        );
    });
  return { rows, problems, unit: 'Line' };
}

/**
 * A JSON file with an array of objects, alone, as the only array in an object (`{"samples": [...]}`) or as the one of
 * several that is named `data` or `rows`; entries may be wrapped as `{"row": {...}}`, as data set viewers give them.
 * `null`: JSON of another shape, so not a table.
 * @throws ImportError when the text is not JSON.
 */
export function readJson(text: string, file: string): Table | null {
  const value = parseJson(text.replace(/^\uFEFF/, ''));
  if (value === undefined) {
    throw new ImportError({
      file,
      cause: 'The file is not valid JSON.',
      remedy: 'Check it with a JSON tool; one object a line belongs in a .jsonl file.',
    });
  }
  const lists = Array.isArray(value) ? [value] : isRecord(value) ? Object.values(value).filter(Array.isArray) : [];
  const named = isRecord(value) ? [value['data'], value['rows']].filter(Array.isArray) : [];
  const list: unknown[] | undefined = lists.length === 1 ? lists[0] : named[0];
  // A few broken entries cost themselves; a list of mostly something else is no table.
  if (list === undefined || list.filter(isRecord).length * 2 <= list.length) return null;
  const table: Table = { rows: [], problems: [], unit: 'Entry' };
  for (const [index, entry] of list.entries()) {
    if (!isRecord(entry)) {
      table.problems.push(`Entry ${index + 1}: not an object, such as {"file": "a.jpg", "label": "live"}.`);
      continue;
    }
    const inner = entry['row'];
    table.rows.push({ line: index + 1, cells: cellsOf(isRecord(inner) ? inner : entry) });
  }
  return table;
}

function cellsOf(record: Record<string, unknown>): Map<string, string> {
  const cells = new Map<string, string>();
  for (const [name, value] of Object.entries(record)) {
    if (typeof value === 'string') cells.set(columnName(name), value.trim());
    else if (typeof value === 'number' || typeof value === 'boolean') cells.set(columnName(name), String(value));
  }
  return cells;
}

/** As columns are looked up: lower case, words joined by `_`. */
export function columnName(name: string): string {
  return name
    .trim()
    .toLowerCase()
    .replace(/[\s-]+/g, '_');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
