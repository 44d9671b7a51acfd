/** An import as the session runs it, with the frames threads' work done in this thread. Browser tests only. */
import type { FaceDetector } from '../../src/data/faces/types';
import { importPortion } from '../../src/data/import';
import { matchCaptions } from '../../src/data/match_captions';
import { contentPrints } from '../../src/data/same';
import { survey } from '../../src/data/survey';
import {
  CancelledError,
  type FramesCommands,
  type FramesEvents,
  type ImportReport,
  type Label,
  type Progress,
  type SampleRow,
} from '../../src/protocol';
import { USUAL_OPTIONS, type RunOptions } from '../../src/session/import_plan';
import { Importer, type Decoder, type Decoders } from '../../src/session/importer';
import { deleteFrames } from '../../src/store/samples';
import { ShownSamples } from '../../src/session/shown_samples';

export interface Here {
  fallbackSet?: string;
  numericOne?: Label | null;
  options?: Partial<RunOptions>;
  signal?: AbortSignal;
  progress?: (progress: Progress) => void;
  /** Rows as they are saved. */
  samples?: (rows: SampleRow[]) => void;
  write?: (path: string, png: Blob) => Promise<void>;
  /** Null unless said: no face is looked for. */
  detector?: FaceDetector;
  /** The threads; this one unless said. */
  decoders?: Decoders;
}

type Listeners = { [K in keyof FramesEvents]?: ((payload: FramesEvents[K]) => void)[] };

function here({ write, detector = null }: { write?: Here['write']; detector?: FaceDetector | null }): Decoder {
  const listeners: Listeners = {};
  const emit = <K extends keyof FramesEvents>(event: K, payload: FramesEvents[K]): void => {
    for (const listener of listeners[event] ?? []) listener(payload);
  };
  const run = async <K extends keyof FramesCommands>(
    command: K,
    params: FramesCommands[K]['params'],
    signal: AbortSignal,
  ): Promise<unknown> => {
    switch (command) {
      case 'import.survey': {
        const request = params as FramesCommands['import.survey']['params'];
        return survey(request, {
          signal,
          planned: (files) => emit('import.planned', { survey: request.survey, files }),
        });
      }
      case 'import.compare':
        return contentPrints((params as FramesCommands['import.compare']['params']).files, signal);
      case 'import.portion': {
        const request = params as FramesCommands['import.portion']['params'];
        return importPortion(request, {
          signal,
          write,
          detector,
          done: (path) => emit('import.done', { portion: request.portion, path }),
        });
      }
      case 'import.try':
      case 'faces.prepare':
      case 'captions.audit':
      case 'captions.read':
      case 'generate.run':
      case 'network.prove':
      default:
        throw new Error(`No ${command} here`);
    }
  };
  return {
    crashes: 0,
    on(event, listener) {
      const list = ((listeners as Record<string, unknown[]>)[event] ??= []);
      list.push(listener);
    },
    async call(command, params, { signal = new AbortController().signal } = {}) {
      if (signal.aborted) throw new CancelledError();
      return (await run(command, params, signal)) as never;
    },
  };
}

/** This thread, as the only one. */
export function importThread(how: Pick<Here, 'write' | 'detector'> = {}): Decoders {
  const thread = here(how);
  return {
    threads: [thread],
    proven: [thread],
    take: (_threads, work) => work(),
    prepare: () => Promise.resolve(),
    renew: () => Promise.reject(new Error('This thread cannot be started again')),
  };
}

/** Imports files, and gives the report with the rows that this import made or changed. */
export async function importHere(
  entries: readonly [path: string, file: File][],
  { fallbackSet = 'dropped', numericOne = null, options = {}, ...how }: Here = {},
): Promise<ImportReport> {
  const importer = new Importer(how.decoders ?? importThread(how), fallbackSet);
  const signal = how.signal ?? new AbortController().signal;
  const plan = await importer.plan(
    entries.map(([path, file]) => ({ path, file })),
    numericOne,
    signal,
  );
  const shown = new ShownSamples([], () => undefined);
  const orphans: string[] = [];
  const { report } = await importer.run(
    plan,
    { ...USUAL_OPTIONS, ...options },
    {
      signal,
      gate: () => Promise.resolve(),
      progress: how.progress ?? (() => undefined),
      rows: (rows, gone) => {
        shown.put(rows, gone);
        how.samples?.(rows);
      },
      orphans: (paths) => orphans.push(...paths),
      outcomes: () => undefined,
      match: async (captions) => {
        const { changed, notes } = matchCaptions(captions, shown.all());
        shown.put(changed, []);
        return notes;
      },
      all: () => shown.all(),
    },
  );
  shown.end();
  await deleteFrames(orphans.map((frame) => ({ frame })));
  const order = ({ set, file, seconds }: SampleRow): string => `${set}\0${file}\0${String(seconds).padStart(9, '0')}`;
  return { ...report, samples: report.samples.sort((a, b) => (order(a) < order(b) ? -1 : 1)) };
}
