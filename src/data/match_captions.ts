/**
 * Captions of tables given to samples: of the public caption set by video, of our own tables by file and frame.
 *
 * The public set has two captions a video and does not say which of its two frames each was written for. They are given
 * in the order of the rows, the first to the earlier frame, and marked with the number of candidates; a pair that the
 * user swapped stays swapped. What a person wrote or changed here is never replaced.
 */
import type { CaptionRow, CaptionSource, CaptionStyle, FaceSet, SampleRow } from '../protocol';
import { normaliseDir } from './caption_set';
import { CaptionTargets, inTime, type NoTarget } from './caption_targets';
import { MatchCounts } from './match_counts';

const STYLES: readonly CaptionStyle[] = ['vanilla', 'reasoning'];

export interface CaptionMatch {
  /** Samples that got another caption or source, as new rows. */
  changed: SampleRow[];
  /** Sentences: what was found, what was not, what is ambiguous, what was kept. */
  notes: string[];
}

/** Pure; `samples` are left as they are. */
export function matchCaptions(rows: readonly CaptionRow[], samples: readonly SampleRow[]): CaptionMatch {
  const steps = matchingCaptions(rows, samples);
  for (;;) {
    const { done, value } = steps.next();
    if (done) return value;
  }
}

/** The same in steps of well under a millisecond, for a thread that has to give way in between. */
export function* matchingCaptions(
  rows: readonly CaptionRow[],
  samples: readonly SampleRow[],
): Generator<void, CaptionMatch, void> {
  const matching = new Matching(samples);
  yield* matching.videos(rows);
  yield* matching.files(rows);
  return { changed: [...matching.changed.values()], notes: matching.counts.notes() };
}

const PROBLEMS: Record<NoTarget, string> = {
  missing: 'file absent',
  ambiguous: 'file ambiguous',
  'not taken': 'still not taken',
};

/** Rows or samples between two steps where each is little work. */
const STRIDE = 64;

/** Rows of one video in one style, of one table; `rank` counts them among all rows of the video there. */
type Candidate = CaptionRow & { rank: number };

class Matching {
  readonly changed = new Map<string, SampleRow>();
  /** By frame and style, what rows that name files have given: the text, and whether it names the very frame. */
  private readonly given = new Map<string, { text: string; exact: boolean }>();
  readonly counts = new MatchCounts();

  constructor(private readonly samples: readonly SampleRow[]) {}

  *videos(rows: readonly CaptionRow[]): Generator<void, void, void> {
    const groups = new Map<string, CaptionRow[]>();
    for (const [index, row] of rows.entries()) {
      if (index % STRIDE === 0) yield;
      if (row.of.kind !== 'video') continue;
      const key = videoKey(row.of.faceSet, row.of.originalDir, row.of.label);
      const group = groups.get(key);
      if (group === undefined) groups.set(key, [row]);
      else group.push(row);
    }
    if (groups.size === 0) return;
    const videos = yield* this.videosByKey();
    for (const [key, group] of groups) {
      yield;
      const found = videos.get(key);
      if (found === undefined) this.absent(group[0]!, group.length, videos);
      else this.give(group, found);
    }
  }

  *files(rows: readonly CaptionRow[]): Generator<void, void, void> {
    const named = rows.filter(({ of }) => of.kind === 'file');
    if (named.length === 0) return;
    const targets = new CaptionTargets(this.samples);
    for (const row of named) {
      yield;
      if (row.of.kind !== 'file') continue;
      const { file, role } = row.of;
      const frames = targets.find(row.of);
      if (typeof frames === 'string') this.counts.add(PROBLEMS[frames], file);
      else if (frames.length === 0) this.counts.add('file absent', `${file}, ${role}`);
      else for (const frame of frames) this.giveFile(frame, row, role !== null);
    }
  }

  /** An earlier row stands, unless this one alone names the very frame. */
  private giveFile(frame: SampleRow, row: CaptionRow, exact: boolean): void {
    if (row.label !== undefined && frame.label !== null && row.label !== frame.label)
      return this.counts.add('label differs', `${frame.file} (${row.label}, here ${frame.label})`);
    const key = `${row.style} ${frame.id}`;
    const earlier = this.given.get(key);
    if (earlier !== undefined && (earlier.exact || !exact)) {
      if (earlier.exact === exact && earlier.text !== row.text) this.counts.add('contradicted', frame.file);
      return;
    }
    this.given.set(key, { text: row.text, exact });
    this.put(frame, row, row.source, earlier !== undefined);
  }

  /** Frames by key, data set and video. */
  private *videosByKey(): Generator<void, Map<string, Map<string, Map<string, SampleRow[]>>>, void> {
    const all = new Map<string, Map<string, Map<string, SampleRow[]>>>();
    for (const [index, sample] of this.samples.entries()) {
      if (index % STRIDE === 0) yield;
      if (!isCaptioned(sample)) continue;
      const key = videoKey(sample.faceSet!, sample.originalDir!, sample.label!);
      const sets = all.get(key) ?? new Map<string, Map<string, SampleRow[]>>();
      const videos = sets.get(sample.set) ?? new Map<string, SampleRow[]>();
      videos.set(sample.video, [...(videos.get(sample.video) ?? []), sample]);
      all.set(key, sets.set(sample.set, videos));
    }
    return all;
  }

  private absent({ of }: CaptionRow, captions: number, videos: ReadonlyMap<string, unknown>): void {
    if (of.kind !== 'video') return;
    const other = of.label === 'live' ? 'spoof' : 'live';
    const contradicted = videos.has(videoKey(of.faceSet, of.originalDir, other));
    if (contradicted) this.counts.add('label differs', of.originalDir, captions);
    else this.counts.add(`absent ${of.faceSet}`, of.originalDir, captions);
  }

  private give(group: readonly CaptionRow[], sets: ReadonlyMap<string, ReadonlyMap<string, SampleRow[]>>): void {
    for (const videos of sets.values()) {
      const [frames] = videos.values();
      if (videos.size > 1)
        this.counts.add('several videos', [...videos.keys()].slice(0, 2).join(' and '), group.length);
      else if (frames !== undefined) {
        frames.sort(inTime);
        for (const style of STYLES) this.giveStyle(this.candidates(group, style), style, frames);
      }
    }
  }

  /** Captions of the first table that has this style; those of others are the same ones again, or are counted. */
  private candidates(group: readonly CaptionRow[], style: CaptionStyle): Candidate[] {
    const ranks = new Map<string, number>();
    const ranked = group.map((row) => {
      const rank = ranks.get(row.table) ?? 0;
      ranks.set(row.table, rank + 1);
      return { ...row, rank };
    });
    const ofStyle = ranked.filter((row) => row.style === style);
    const [first] = ofStyle;
    if (first === undefined) return [];
    const chosen = ofStyle.filter(({ table }) => table === first.table);
    const texts = new Set(chosen.map(({ text }) => text));
    for (const row of ofStyle) {
      if (row.table !== first.table && !texts.has(row.text)) this.counts.add('superseded', row.table);
    }
    return chosen;
  }

  private giveStyle(candidates: readonly Candidate[], style: CaptionStyle, frames: readonly SampleRow[]): void {
    if (candidates.length === 0) return;
    const present = frames.map((frame) => this.now(frame));
    if (candidates.length > 1 && frames.length > 1) this.counts.add('pairs', candidates[0]!.table);
    if (candidates.length > frames.length)
      this.counts.add('left over', frames[0]!.file, candidates.length - frames.length);
    if (candidates.length < frames.length) this.counts.add('one caption', frames[0]!.file);
    const edited = arranged(present, candidates, style);
    if (edited !== null) {
      this.counts.add('found', style, Math.min(candidates.length, frames.length));
      for (const { file } of edited) this.counts.add('edited kept', file);
      return;
    }
    const free = [...frames];
    for (const candidate of candidates.slice(0, frames.length)) {
      // Where a video has fewer captions of a style than frames, its other rows are of the other style.
      const wanted = candidates.length < frames.length ? frames[candidate.rank] : undefined;
      const frame = wanted !== undefined && free.includes(wanted) ? wanted : free[0]!;
      free.splice(free.indexOf(frame), 1);
      this.counts.add('found', style);
      if (candidate.attack !== null && frame.attack !== null && candidate.attack !== frame.attack) {
        this.counts.add('attack differs', `${frame.file} (${candidate.attack}, here ${frame.attack})`);
      }
      this.put(frame, candidate, { ...candidate.source, candidates: candidates.length });
    }
  }

  private now(sample: SampleRow): SampleRow {
    return this.changed.get(sample.id) ?? sample;
  }

  /** @param again  What stands there was given by an earlier row of the same tables. */
  private put(sample: SampleRow, { style, text, of }: CaptionRow, source: CaptionSource, again = false): void {
    const row = this.now(sample);
    const old = row.captions[style]?.trim() ?? '';
    const kind = row.captionSources?.[style]?.kind ?? 'table';
    if (of.kind === 'file' && !again) this.counts.add('found', style);
    if (old === text) {
      if (row.captionSources?.[style] !== undefined) return;
    } else if (kind === 'edited') {
      return this.counts.add('edited kept', row.file);
    } else if (old !== '' && !again) {
      if (of.kind === 'video' && kind === 'table') return this.counts.add('own kept', row.file);
      this.counts.add(kind === 'draft' ? 'drafts replaced' : 'replaced', row.file);
    }
    const captions = { ...row.captions, [style]: text };
    // What the user cleared has a source, and no text.
    if (text === '') delete captions[style];
    this.changed.set(row.id, {
      ...row,
      captions,
      captionSources: { ...row.captionSources, [style]: source },
    });
  }
}

/** Users of CASIA-FASD's two parts have the same numbers, and the captions are of its training part. */
function isCaptioned({ faceSet, originalDir, label, part }: SampleRow): boolean {
  if (faceSet === undefined || originalDir === undefined || label === null) return false;
  return faceSet !== 'casia-fasd' || part === undefined || part === 'train';
}

function videoKey(faceSet: FaceSet, dir: string, label: NonNullable<SampleRow['label']>): string {
  return `${faceSet}/${normaliseDir(faceSet, dir, label)}/${label}`;
}

/**
 * Frames that the user edited, where each of the others has one of these very captions from the public set already, in
 * whatever order: the user may have swapped them. null: they are not arranged so.
 */
function arranged(
  frames: readonly SampleRow[],
  candidates: readonly Candidate[],
  style: CaptionStyle,
): SampleRow[] | null {
  const of = (kind: CaptionSource['kind']): SampleRow[] =>
    frames.filter(({ captionSources }) => captionSources?.[style]?.kind === kind);
  const public_ = of('public set');
  const edited = of('edited');
  if (public_.length === 0 || public_.length + edited.length !== Math.min(frames.length, candidates.length))
    return null;
  const left = candidates.map(({ text }) => text);
  const all = public_.every(({ captions }) => {
    const at = left.indexOf(captions[style] ?? '');
    if (at >= 0) left.splice(at, 1);
    return at >= 0;
  });
  return all ? edited : null;
}
