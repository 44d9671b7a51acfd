/** An import over all frames threads: planned from names, tried on a few files, then decoded and saved as it comes. */
import { sortEarlier } from '../data/earlier';
import { isSameContent, refusal } from '../data/import_journal';
import { emptyPortion } from '../data/portion';
import { recipeOf } from '../data/recipe';
import { takenBy } from '../data/stills';
import {
  CancelledError,
  WorkerError,
  type FrameOptions,
  type ImportReport,
  type Label,
  type PlannedFile,
  type SourceFile,
  type Tried,
} from '../protocol';
import { leaveFinished, loadFinished, type FileKey, type ImportedFile } from '../store/imported';
import { LaneGone, decodeAll, goneBecause, type Lane } from './import_lanes';
import { ImportMeter } from './import_meter';
import { ImportLog } from './import_report';
import type { ImportPlan, RunHooks, RunOptions } from './import_plan';
import { listFiles } from './listing';
import { sortOutTwins } from './twins';
import type { FramesThread } from './threads';

/** Name of a set whose files lie in no folder. */
export const FALLBACK_SET = 'My files';
/** A thread says every few seconds that it is alive; on a busy machine a step of decoding may take as many, milliseconds. */
const SILENCE = 75_000;
/** Looking for faces in all of a long clip takes minutes on a slow machine, milliseconds. */
const PATIENCE = 15 * 60_000;

/** Files of an earlier import in one transaction. */
const PIECE = 500;

/** A frames thread as an import uses it. */
export type Decoder = Pick<FramesThread, 'call' | 'on' | 'crashes'>;

/** The frames threads as an import uses them. */
export interface Decoders {
  readonly threads: readonly Decoder[];
  /** Those that have proven their seal. */
  readonly proven: readonly Decoder[];
  take<T>(threads: readonly Decoder[], work: () => Promise<T>): Promise<T>;
  renew(thread: Decoder): Promise<void>;
  /** Opens what a thread needs to take frames in this way. */
  prepare(thread: Decoder, options: FrameOptions): Promise<void>;
}

export class Importer {
  private surveys = 0;
  private portions = 0;
  /** Set while a plan comes in pieces. */
  private planning: { survey: number; entries: PlannedFile[] } | null = null;
  private meter: ImportMeter | null = null;
  /** Told of the files of a portion. */
  private readonly listeners = new Map<number, Parameters<Lane['decode']>[2]>();

  constructor(
    private readonly pool: Decoders,
    private readonly fallbackSet = FALLBACK_SET,
  ) {
    for (const thread of pool.threads) {
      thread.on('import.planned', ({ survey, files }) => {
        if (this.planning?.survey === survey) this.planning.entries.push(...files);
      });
      thread.on('import.done', ({ portion, path }) => this.listeners.get(portion)?.done(path));
      thread.on('import.alive', ({ portion }) => this.listeners.get(portion)?.alive());
    }
  }

  /** Threads that would work. */
  get threads(): number {
    return this.pool.proven.length;
  }

  async plan(files: readonly SourceFile[], numericOne: Label | null, signal: AbortSignal): Promise<ImportPlan> {
    const { listing, tables } = await listFiles(files, signal);
    const survey = ++this.surveys;
    const entries: PlannedFile[] = [];
    this.planning = { survey, entries };
    const [thread] = this.ready();
    const request = { survey, listing, tables, fallbackSet: this.fallbackSet, numericOne };
    const transfer = [listing.sizes.buffer, listing.modified.buffer];
    try {
      const found = await thread.call('import.survey', request, { signal, transfer });
      return { files, numericOne, survey: found, entries };
    } finally {
      this.planning = null;
    }
  }

  /** Decodes some of the plan's files and throws the frames away; ends after about `seconds`. */
  async try(
    { files }: ImportPlan,
    places: readonly number[],
    { rule, crop }: FrameOptions,
    seconds: number,
    signal: AbortSignal,
  ): Promise<Tried[]> {
    const [thread] = this.ready();
    await this.pool.prepare(thread, { rule, crop });
    const chosen = places.flatMap((place) => files[place] ?? []);
    return thread.call('import.try', { files: chosen, options: { rule, crop }, seconds }, { signal });
  }

  /** Resolves when every file is over, the disk is full, or the signal has fired; what is done is saved. */
  async run(plan: ImportPlan, options: RunOptions, hooks: RunHooks): Promise<{ report: ImportReport; full: boolean }> {
    const began = performance.now();
    const log = new ImportLog();
    const { signal } = hooks;
    const { entries, twins } = await this.withoutTwins(
      { ...plan, entries: takenBy(plan.entries, options.rule) },
      log,
      hooks,
    );
    const meter = new ImportMeter(entries.length);
    this.meter = meter;
    let label = 'Starting';
    const tell = (): void => hooks.progress(meter.progress(label));
    tell();
    const threads = this.ready();
    await Promise.all(threads.map((thread) => this.pool.prepare(thread, options)));
    const decoding = this.pool.take(threads, () =>
      decodeAll(
        threads.map((thread) => this.lane(thread, plan, options)),
        entries,
        {
          signal,
          gate: hooks.gate,
          silence: SILENCE,
          patience: PATIENCE,
          done: (path) => {
            label = path;
            meter.add(1);
            tell();
          },
          undone: (paths) => meter.add(-paths.length),
          portion: ({ rows, gone, orphans, outcomes, captions, bytes }) => {
            for (const outcome of outcomes) log.take(outcome);
            log.captions(captions);
            hooks.rows(rows, gone);
            hooks.orphans(orphans);
            hooks.outcomes(outcomes, bytes);
          },
          gaveUp: async (file, why) => {
            const reason = `Decoding this file ended its thread, twice (${why}). It may be damaged: leave it out, or write it anew with ffmpeg.`;
            const key: FileKey = [file.known.set, file.known.file];
            await this.leave([key], log, hooks, refusal(file, recipeOf(options), reason));
            log.reject(file.path, reason);
          },
        },
      ),
    );
    const end = await decoding.finally(() => (this.meter = null));
    if (!signal.aborted && end.full === null) {
      const others = plan.survey.earlierStills.filter(({ rules }) => !rules.includes(options.rule));
      for (let from = 0; from < others.length; from += PIECE) {
        const keys = others.slice(from, from + PIECE).map(({ set, file }): FileKey => [set, file]);
        await this.leave(keys, log, hooks);
      }
      // Samples that an earlier import made of a twin that is read no more would stand beside the same ones.
      for (let from = 0; from < twins.length; from += PIECE) {
        const keys = twins.slice(from, from + PIECE).map(({ known }): FileKey => [known.set, known.file]);
        await this.leave(keys, log, hooks);
      }
    }
    if (plan.survey.captionRows.length > 0 && !signal.aborted)
      log.notes.push(...(await hooks.match(plan.survey.captionRows)));
    const seconds = (performance.now() - began) / 1000;
    return { report: log.report(plan.survey, hooks.all(), end, this.fallbackSet, seconds), full: end.full !== null };
  }

  pause(): void {
    this.meter?.pause();
  }

  resume(): void {
    this.meter?.resume();
  }

  /** @throws WorkerError when no thread has proven its seal */
  private ready(): [Decoder, ...Decoder[]] {
    const [first, ...others] = this.pool.proven;
    if (first !== undefined) return [first, ...others];
    throw new WorkerError({
      cause: 'No frames thread has proven that it cannot reach the network, so no file is opened.',
      remedy: 'Reload the page; the seal in the header shows what was tried.',
    });
  }

  private lane(thread: Decoder, { files, survey }: ImportPlan, { rule, crop, again }: RunOptions): Lane {
    return {
      decode: async (planned, signal, told) => {
        const portion = ++this.portions;
        this.listeners.set(portion, told);
        const { crashes } = thread;
        const withFiles = planned.flatMap((entry) => {
          const file = files[entry.index]?.file;
          return file === undefined ? [] : [{ ...entry, file }];
        });
        try {
          const request = { portion, files: withFiles, options: { rule, crop }, again, tables: survey.tables };
          return await thread.call('import.portion', request, { signal });
        } catch (error) {
          if (thread.crashes > crashes) throw new LaneGone(goneBecause(error));
          if (error instanceof CancelledError && signal.aborted) {
            // The signal had fired before the call went out: nothing was begun.
            return emptyPortion();
          }
          throw error;
        } finally {
          this.listeners.delete(portion);
        }
      },
      renew: () => this.pool.renew(thread),
    };
  }

  /** Takes out samples of an earlier import that this one does not give; those that a person edited stay. */
  private async leave(
    keys: readonly FileKey[],
    log: ImportLog,
    hooks: RunHooks,
    refused?: ImportedFile,
  ): Promise<void> {
    const { left, orphans } = await leaveFinished(keys, (earlier) => sortEarlier(earlier, []), refused);
    for (const { file, told } of left) if (told !== null) log.earlier.add(file, told);
    hooks.rows(
      left.flatMap(({ stay }) => stay),
      left.flatMap(({ gone }) => gone),
    );
    hooks.orphans(orphans);
  }

  /** The plan without videos that are there twice, and the twins that are not read. */
  private async withoutTwins(
    plan: ImportPlan,
    log: ImportLog,
    { signal, progress }: RunHooks,
  ): Promise<{ entries: PlannedFile[]; twins: PlannedFile[] }> {
    const { survey, files, entries } = plan;
    if (survey.sameSize.length === 0) return { entries, twins: [] };
    const [thread] = this.ready();
    const total = survey.sameSize.flat().length;
    let done = 0;
    const printsOf = async (places: readonly number[]): Promise<(string | null)[]> => {
      const label = 'Comparing videos of the same size';
      progress({ label, done, total, unit: 'files', rate: null, secondsLeft: null });
      done += places.length;
      return thread.call('import.compare', { files: places.flatMap((place) => files[place] ?? []) }, { signal });
    };
    const imported = await importedOf(survey.sameSize.flat(), entries);
    const { dropped, rejected, notes, ...left } = await sortOutTwins(survey.sameSize, entries, imported, printsOf);
    for (const { file, reason } of rejected) log.reject(file, reason);
    log.notes.push(...notes);
    return { entries: left.entries, twins: dropped };
  }
}

/** Those of these places whose file, as it is now, has samples of an earlier import. */
async function importedOf(places: readonly number[], entries: readonly PlannedFile[]): Promise<Set<number>> {
  const wanted = new Set(places);
  const asked = entries.filter(({ index }) => wanted.has(index));
  const imported = new Set<number>();
  for (let from = 0; from < asked.length; from += PIECE) {
    const piece = asked.slice(from, from + PIECE);
    const found = await loadFinished(piece.map(({ known }): FileKey => [known.set, known.file]));
    piece.forEach((file, at) => {
      const was = found[at] ?? null;
      if (was !== null && was.rows.length > 0 && isSameContent(was.entry, file)) imported.add(file.index);
    });
  }
  return imported;
}
