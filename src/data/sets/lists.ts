/** Lists that lie beside the sets: what they name, and how they write labels. They are compared with, never obeyed blindly. */
import type { Label, OfficialPart } from '../../protocol';
import { extensionOf, folderOf, nameOf, stemOf } from '../paths';
import { promiseOf } from '../sniff';
import { partOf } from './places';

/** Most bytes of a list that is read. */
export const MAX_LIST_BYTES = 16 * 2 ** 20;

const LIST_FOLDERS = /^(?:protocols?(?:_\d)?|pro_\d_text|lists?|data_label|information|file_?lists?)$/i;
const LIST_NAMES =
  /^(?:(?:train|test|dev|devel)_sub_list|clients|(?:real|attack|recognition)-.*|(?:train|test)list_.*|(?:train|test)_[a-e]_.*|.*_(?:real|fake)_(?:train|test|shot|dev)|(?:.*_)?(?:video|image)_(?:train|dev|val|test)|(?:train|dev|devel|test|all)(?:_\d)?)$/i;
const JSON_NAMES = /(?:^|_)(?:train|test|valid|all|real|fake)_label|choose_.*label/i;

/**
 * True for a file that may be a list of a public set, by its name. Its text goes into the survey's options if
 * `holdsList` says that it is one: a table of the user may have such a name too.
 */
export function isList(path: string): boolean {
  const extension = extensionOf(path);
  if (extension === 'json') return JSON_NAMES.test(stemOf(path));
  if (extension !== 'txt' && extension !== 'lst') return false;
  // Eye positions and the like are named after their videos.
  if (/^(?:\d_\d_\d{2}_\d|(?:real|attack)_client.*)$/i.test(stemOf(path))) return false;
  return (
    LIST_NAMES.test(stemOf(path)) ||
    folderOf(path)
      .split('/')
      .some((part) => LIST_FOLDERS.test(part))
  );
}

/** Whether a file for which `isList` holds is read as a list. A JSON file with other columns stays a table. */
export function holdsList(path: string, text: string): boolean {
  return extensionOf(path) !== 'json' || text.includes('"photo_path"');
}

export interface Entry {
  /** A path or a video's name, as written. */
  name: string;
  /** As written: `0`, `1`, `+1`, `-2`. */
  value: string | null;
}

export interface NamedList {
  path: string;
  /** `clients`: two- or three-digit numbers of MSU-MFSD. */
  what: 'clients' | 'files';
  entries: Entry[];
  /** What the list's own name says of all its entries. */
  part: OfficialPart | undefined;
  label: Label | null;
  /** Values that mean live by this format's habit; null: the list has no values. */
  live: ReadonlySet<string> | null;
}

/** null: the text is no list. */
export function readList(path: string, text: string): NamedList | null {
  const stem = stemOf(path);
  const list: NamedList = {
    path,
    what: 'files',
    entries: [],
    // SiW-Mv2 writes `trainlist`.
    part: partOf(stem.replace(/list(?=_|$)/i, '')),
    label: /(?:^|_)real(?:_|-|$)/i.test(stem) ? 'live' : /(?:^|_)(?:fake|attack)(?:_|-|$)/i.test(stem) ? 'spoof' : null,
    live: null,
  };
  if (extensionOf(path) === 'json') return readJson(text, list);
  for (const line of text.replace(/^\uFEFF/, '').split(/\r?\n/)) {
    const row = line.trim();
    if (row === '' || row.startsWith('#')) continue;
    const entry = entryOf(row);
    if (entry !== null) list.entries.push(entry);
  }
  if (list.entries.length === 0) return null;
  if (list.entries.every(({ name, value }) => value === null && /^\d{1,3}$/.test(name))) list.what = 'clients';
  if (list.entries.some(({ value }) => value !== null)) {
    // OULU-NPU signs its values, +1 for live; a plain number beside a path is 0 for live (CASIA-FAS).
    list.live = new Set(list.entries.some(({ value }) => value !== null && /^[+-]/.test(value)) ? ['+1'] : ['0']);
    list.label = null;
  }
  return list;
}

function entryOf(row: string): Entry | null {
  const signed = /^([+-]\d)\s*[,;\s]\s*(\S+)$/.exec(row);
  if (signed !== null) return { name: signed[2]!, value: signed[1]! };
  const labelled = /^(.+?)\s*[,;\t ]\s*([+-]?\d)$/.exec(row);
  if (labelled !== null) return { name: labelled[1]!, value: labelled[2]! };
  return /\s/.test(row) && !promised(row) ? null : { name: row, value: null };
}

const promised = (row: string): boolean => promiseOf(extensionOf(row)) !== null;

/** SSDG's lists: `{"photo_path": ..., "photo_label": 1}`, 1 for live. */
function readJson(text: string, list: NamedList): NamedList | null {
  let rows: unknown;
  try {
    rows = JSON.parse(text);
  } catch {
    return null;
  }
  if (!Array.isArray(rows)) return null;
  for (const row of rows as unknown[]) {
    if (typeof row !== 'object' || row === null || !('photo_path' in row)) continue;
    const { photo_path: name } = row;
    const value = 'photo_label' in row ? row.photo_label : null;
    if (typeof name !== 'string') continue;
    list.entries.push({ name, value: typeof value === 'number' || typeof value === 'string' ? String(value) : null });
  }
  if (list.entries.length === 0) return null;
  list.live = new Set(['1']);
  list.label = null;
  return list;
}

/** `Protocol_1/Train.txt` in a sentence. */
export function shortName(path: string): string {
  const folder = nameOf(folderOf(path));
  return folder === '' ? nameOf(path) : `${folder}/${nameOf(path)}`;
}
