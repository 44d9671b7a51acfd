/**
 * The import of a portion of files: decoded, stored, and saved with its rows in one transaction. One bad file costs its
 * own samples and gets a sentence; a full disk or a cancellation leaves the rest of the portion undone, and what is
 * done is kept.
 */
import {
  ImportError,
  StorageError,
  WhyLiveError,
  errorToData,
  type FileOutcome,
  type FrameOptions,
  type PortionRequest,
  type PortionResult,
  type SampleRow,
} from '../protocol';
import type { ImportedFile } from '../store/database';
import { loadFinished, saveFinished } from '../store/imported';
import { sortEarlier } from './earlier';
import type { FaceDetector } from './faces/types';
import { takeImage } from './image';
import { keepFrames, type KeepHooks } from './keep';
import { keepCaptions, nothingKept } from './keep_captions';
import { extensionOf } from './paths';
import { reasonOf } from './reasons';
import { finishedEntry, isFinished, isSameContent, refusal, versionOf } from './import_journal';
import { otherPictures } from './other_pictures';
import { keeping } from './portion';
import { recipeOf } from './recipe';
import type { Taken, Taking } from './rules';
import { retold, sameWords } from './rows';
import { SNIFF_BYTES, promiseOf, sniff, type Kind } from './sniff';
import { converter, takeVideo } from './video';

/** Files in work at once in a thread: one decodes while another is encoded or written. */
const IN_WORK = 3;

export interface PortionHooks extends Pick<KeepHooks, 'signal' | 'write'> {
  /** Null where no face has to be looked for. */
  detector: FaceDetector | null;
  /** Called once a file is over, whatever came of it. */
  done(path: string): void;
}

/** What the portion has made so far, not yet saved. */
interface Made {
  rows: SampleRow[];
  gone: string[];
  /** Ids of samples that show another picture than the stored ones of the same id. */
  others: Set<string>;
  journal: ImportedFile[];
  bytes: number;
}

type Planned = PortionRequest['files'][number];
/** What the journal says of a file, and the samples that are there of it. */
type Before = { entry: ImportedFile; rows: SampleRow[] };

/**
 * Decodes, stores and saves the files of a portion. The frames are in OPFS, rows and journal in IndexedDB when it
 * resolves. What a file, a full disk or a cancellation does, the outcomes say.
 * @throws StorageError where the journal cannot be read
 */
export async function importPortion(request: PortionRequest, hooks: PortionHooks): Promise<PortionResult> {
  const { files, options, again } = request;
  const tables = new Set(request.tables);
  const captions = nothingKept();
  const recipe = recipeOf(options);
  const before = await loadFinished(files.map(({ known }) => [known.set, known.file]));
  const outcomes: FileOutcome[] = files.map(({ path }) => outcome(path, 'left'));
  const made: Made = { rows: [], gone: [], others: new Set(), journal: [], bytes: 0 };
  const busy = new Array<number>(files.length).fill(0);
  let full: PortionResult['full'] = null;
  const began = performance.now();

  const one = async (index: number, file: Planned): Promise<void> => {
    const was = before[index] ?? null;
    const { path, known } = file;
    const kept = was !== null && isFinished(was, file, recipe, again);
    if (!kept) {
      outcomes[index] = await decodeOne(file, was, options, made, hooks);
      return;
    }
    // Decoded before; names and tables may say something else by now.
    const {
      rows,
      kept: edited,
      replaced,
    } = keepCaptions(
      was.rows,
      was.rows.map((row) => retold(row, known)),
      tables,
    );
    captions.kept.push(...edited);
    captions.replaced.push(...replaced);
    made.rows.push(...rows.filter((row, at) => !sameWords(row, was.rows[at] ?? row)));
    const { rejected, note = null, noFace = [] } = was.entry;
    outcomes[index] =
      rejected === null
        ? { ...outcome(path, 'kept'), note, noFace }
        : { ...outcome(path, 'refused before'), reason: rejected };
  };

  const queue = files.map((file, index) => ({ file, index }));
  const work = async (): Promise<void> => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) {
      if (hooks.signal.aborted || full !== null) return;
      const { file, index } = next;
      const start = performance.now();
      try {
        await one(index, file);
      } catch (error) {
        if (hooks.signal.aborted) return;
        if (error instanceof StorageError) full ??= reasons(error);
        else outcomes[index] = { ...outcome(file.path, 'refused'), reason: reasonOf(error) };
        // A file that was moved or locked may be there the next time: only what is wrong with its content is noted.
        if (error instanceof ImportError) {
          // Samples of an earlier recipe or content would stand among those of this one.
          const { stay, told } = leaveEarlier(file, before[index] ?? null, [], made);
          made.journal.push(refusal(file, recipe, reasonOf(error), stay));
          outcomes[index] = { ...outcomes[index]!, ...told };
        }
      }
      busy[index] = performance.now() - start;
      hooks.done(file.path);
    }
  };
  await Promise.all(Array.from({ length: IN_WORK }, work));

  let rows: SampleRow[] = [];
  let orphans: string[] = [];
  try {
    const finished = { rows: made.rows, gone: made.gone, files: made.journal };
    ({ rows, orphans } = await saveFinished(finished, keeping(captions, tables, made.others)));
  } catch (error) {
    full ??= reasons(error);
    made.gone = [];
    outcomes.forEach(({ path, what }, index) => {
      if (what !== 'kept') outcomes[index] = outcome(path, 'left');
    });
  }
  share(outcomes, busy, (performance.now() - began) / 1000);
  return { rows, gone: made.gone, orphans, outcomes, captions, bytes: made.bytes, full };
}

async function decodeOne(
  file: Planned,
  was: Before | null,
  options: FrameOptions,
  made: Made,
  hooks: PortionHooks,
): Promise<FileOutcome> {
  const { path, known } = file;
  const taking = { ...options, detector: hooks.detector };
  const taken = await decode(path, file.file, taking, known.turn, hooks.signal);
  if (taken === null) return outcome(path, 'other');
  const { frames, noFace, note } = taken;
  if (frames.length === 0) {
    throw new ImportError({
      file: path,
      cause: 'No face was found in it.',
      remedy: 'Leave it out, or import it without cropping faces.',
    });
  }
  const rows = await keepFrames(known, frames, hooks.write, await versionOf(file, recipeOf(options)));
  const ids = rows.map(({ id }) => id);
  made.rows.push(...rows);
  const { stay, told } = leaveEarlier(file, was, ids, made);
  made.journal.push(finishedEntry(file, recipeOf(options), [...ids, ...stay], { note, noFace }));
  made.bytes += frames.reduce((sum, { png, thumbnail }) => sum + png.size + thumbnail.size, 0);
  const entry = was?.entry;
  const other = entry !== undefined && entry.samples.length > 0 && !isSameContent(entry, file);
  if (was !== null && other) {
    for (const id of await otherPictures(was, file, recipeOf(options), rows)) made.others.add(id);
  }
  return { ...outcome(path, 'imported'), noFace, note, ...(other ? { replaced: true } : {}), ...told };
}

/** Takes a file's earlier samples out of the way, but for those that stay, which names and tables may tell anew. */
function leaveEarlier(
  { known }: Planned,
  was: Before | null,
  ids: readonly string[],
  made: Made,
): { stay: string[]; told: Pick<FileOutcome, 'earlier'> } {
  if (was === null) return { stay: [], told: {} };
  const { stay, told } = sortEarlier({ rows: was.rows, recipe: was.entry.recipe }, ids);
  const stays = new Set(stay.map(({ id }) => id));
  made.rows.push(...stay.map((row) => retold(row, known)));
  made.gone.push(...was.entry.samples.filter((id) => !ids.includes(id) && !stays.has(id)));
  return { stay: [...stays], told: told === null ? {} : { earlier: told } };
}

function outcome(path: string, what: FileOutcome['what']): FileOutcome {
  return { path, what, reason: null, noFace: [], note: null, seconds: 0 };
}

function reasons(error: unknown): { cause: string; remedy: string } {
  if (error instanceof WhyLiveError) {
    const { cause, remedy } = errorToData(error);
    return { cause, remedy };
  }
  return { cause: reasonOf(error), remedy: '' };
}

/** Divides the portion's time among its files in the ratio of the time that each was in work. */
function share(outcomes: FileOutcome[], busy: readonly number[], seconds: number): void {
  const all = busy.reduce((sum, one) => sum + one, 0);
  if (all === 0) return;
  outcomes.forEach((one, index) => (one.seconds = (seconds * (busy[index] ?? 0)) / all));
}

/**
 * Frames of a file; null for one that neither is nor claims to be an image or a video.
 *
 * @param turn  degrees by which its set's makers recorded it turned
 * @throws ImportError when the file claims to be one and cannot be used; WorkerError where faces are looked for and the
 *   detector is not open
 */
export async function decode(
  path: string,
  file: File,
  taking: Taking,
  turn: 180 | undefined,
  signal: AbortSignal,
): Promise<Taken | null> {
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
      return takeImage(file, kind.kind, path, taking, signal);
    case 'video':
      return takeVideo(file, path, taking, signal, turn === undefined ? {} : { turn });
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
