/**
 * The paper's public caption set: its columns, the names it gives to videos, and how many rows it should have.
 *
 * A row names its video by (source, original_dir, spoof), never its frame: two rows a video, two frames, and which goes
 * with which was not kept. `original_dir` is the video's name as the set's authors renamed it.
 */
import { MAX_CAPTION, type CaptionRow, type FaceSet, type Label } from '../protocol';
import { captionStyle } from './captions';
import { attackOfValue } from './recognise';
import type { Table } from './table_reader';
import { quote } from './tables';

const CAPTION_COLUMNS = ['gpt_caption_holistic', 'caption', 'text'] as const;

/** `source`, without anything but letters and digits, to the set. */
const SOURCES = new Map<string, FaceSet>([
  ['msu', 'msu-mfsd'],
  ['msumfsd', 'msu-mfsd'],
  ['casia', 'casia-fasd'],
  ['casiafasd', 'casia-fasd'],
  ['idiap', 'replay-attack'],
  ['idiapreplay', 'replay-attack'],
  ['replay', 'replay-attack'],
  ['replayattack', 'replay-attack'],
  ['oulu', 'oulu-npu'],
  ['oulunpu', 'oulu-npu'],
  ['siw', 'siw-mv2'],
  ['siwmv2', 'siw-mv2'],
]);

/** Two rows for each video of the official training part: 120, 240, 360 and 1,800 videos. */
const EXPECTED: Partial<Record<FaceSet, number>> = {
  'msu-mfsd': 240,
  'casia-fasd': 480,
  'replay-attack': 720,
  'oulu-npu': 3600,
};

/** The sets' usual names. */
export const SET_NAMES: Record<FaceSet, string> = {
  'msu-mfsd': 'MSU-MFSD',
  'casia-fasd': 'CASIA-FASD',
  'replay-attack': 'Replay-Attack',
  'oulu-npu': 'OULU-NPU',
  'siw-mv2': 'SiW-Mv2',
};

/** True for a table with the columns that name videos as the caption set does. */
export function isCaptionSet(table: Table): boolean {
  const has = (name: string): boolean => table.rows.some(({ cells }) => cells.has(name));
  return has('original_dir') && has('source') && CAPTION_COLUMNS.some(has);
}

export interface CaptionSetRows {
  rows: CaptionRow[];
  /** Sentences about rows that were left out. */
  problems: string[];
  notes: string[];
}

/** @param path  the table's path, for sentences and as the captions' source */
export function readCaptionSet(table: Table, path: string): CaptionSetRows {
  const out: CaptionSetRows = { rows: [], problems: [], notes: [] };
  const column = CAPTION_COLUMNS.find((name) => table.rows.some(({ cells }) => cells.has(name))) ?? 'caption';
  const unit = table.unit.toLowerCase();
  for (const { line, cells } of table.rows) {
    const reject = (why: string): void => void out.problems.push(`${path}, ${unit} ${line}: ${why}`);
    const source = cells.get('source') ?? '';
    const faceSet = SOURCES.get(source.toLowerCase().replace(/[^a-z0-9]/g, ''));
    const dir = cells.get('original_dir') ?? '';
    const label = labelOf(cells.get('spoof') ?? '');
    const text = cells.get(column) ?? '';
    if (faceSet === undefined) {
      reject(`the source ${quote(source)} is not known; MSU-MFSD, CASIA, IDIAP, OULU-NPU and SiW-Mv2 are.`);
    } else if (dir === '') reject('the row names no video; fill in its original_dir.');
    else if (label === null) {
      reject(
        `spoof is ${quote(cells.get('spoof') ?? '')}, which is neither label: write 0, false or live for a live video, 1, true or spoof for a spoof one. The row was left out.`,
      );
    } else if (text === '') reject(`the caption of ${quote(dir)} is empty.`);
    else if (text.length > MAX_CAPTION) {
      reject(`the caption is ${text.length} characters long; at most ${MAX_CAPTION} are taken. Shorten it.`);
    } else {
      const attack = label === 'spoof' ? attackOfValue(cells.get('attack_type') ?? '') : null;
      // As it is written, for sentences; what compares names normalises them.
      const of = { kind: 'video', faceSet, originalDir: dir.trim(), label } as const;
      const row: CaptionRow = {
        table: path,
        line,
        of,
        style: captionStyle(text),
        text,
        attack,
        source: { kind: 'public set', from: path },
      };
      out.rows.push(row);
    }
  }
  out.problems.push(
    ...table.problems.map((problem) => `${path}, ${problem.charAt(0).toLowerCase()}${problem.slice(1)}`),
  );
  out.notes.push(...countRemarks(out.rows, path));
  return out;
}

function labelOf(value: string): Label | null {
  if (/^(?:1(?:\.0*)?|true|spoof)$/i.test(value)) return 'spoof';
  return /^(?:0(?:\.0*)?|false|live)$/i.test(value) ? 'live' : null;
}

/**
 * One name for each way of writing the same video: live videos of Replay-Attack with and without the authors' `real_`,
 * CASIA-FASD with and without `_NM_`, numbers with and without leading zeros, letters of either case.
 */
export function normaliseDir(faceSet: FaceSet, name: string, label: Label): string {
  const dir = name.trim().toLowerCase();
  switch (faceSet) {
    case 'replay-attack': {
      const plain = dir.replace(/(^|_)attk(?=_)/g, '$1attack');
      return label === 'live' ? plain.replace(/^real_/, '') : plain;
    }
    case 'casia-fasd': {
      const match = /^(\d{1,4})_(?:(nm|hr)_)?(\d)$/.exec(dir);
      return match === null ? dir : `${Number(match[1])}_${match[2] ?? 'nm'}_${match[3]}`;
    }
    case 'oulu-npu': {
      const parts = /^(\d)_(\d)_(\d{1,2})_(\d)$/.exec(dir);
      return parts === null ? dir : `${parts[1]}_${parts[2]}_${parts[3]!.padStart(2, '0')}_${parts[4]}`;
    }
    case 'msu-mfsd':
    case 'siw-mv2':
      return dir;
  }
}

/** What differs from the counts that the set's own description gives. */
function countRemarks(rows: readonly CaptionRow[], path: string): string[] {
  const bySet = new Map<FaceSet, number>();
  const byVideo = new Map<string, { name: string; rows: number }>();
  for (const { of } of rows) {
    if (of.kind !== 'video') continue;
    bySet.set(of.faceSet, (bySet.get(of.faceSet) ?? 0) + 1);
    const key = `${of.faceSet}/${normaliseDir(of.faceSet, of.originalDir, of.label)}/${of.label}`;
    const video = byVideo.get(key);
    if (video === undefined) byVideo.set(key, { name: of.originalDir, rows: 1 });
    else video.rows++;
  }
  const notes: string[] = [];
  const expected = [...bySet.keys()].reduce((sum, set) => sum + (EXPECTED[set] ?? NaN), 0);
  if (rows.length > 0 && rows.length !== expected && Number.isFinite(expected)) {
    const off = [...bySet].filter(([set, n]) => n !== EXPECTED[set]);
    const each = off.map(([set, n]) => `${SET_NAMES[set]} ${n} instead of ${EXPECTED[set]}`).join(', ');
    notes.push(
      `${path} has ${rows.length} ${rows.length === 1 ? 'caption' : 'captions'}; the public caption set has ${expected} for these sources, two a training video (${each}).`,
    );
  }
  const odd = [...byVideo.values()].filter(({ rows: n }) => n !== 2);
  if (odd.length > 0) {
    const examples = odd.slice(0, 3).map(({ name, rows: n }) => `${name} (${n})`);
    notes.push(
      `${odd.length} of ${byVideo.size} ${byVideo.size === 1 ? 'video' : 'videos'} in ${path} ${odd.length === 1 ? 'does' : 'do'} not have the usual two captions: ${examples.join(', ')}.`,
    );
  }
  return notes;
}
