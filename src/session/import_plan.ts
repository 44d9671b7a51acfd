/** What an import is to do, how, and whom it tells of it. */
import {
  USUAL_FRAMES,
  type CaptionRow,
  type FileOutcome,
  type FrameOptions,
  type Label,
  type PlannedFile,
  type Progress,
  type SampleRow,
  type SourceFile,
  type Survey,
} from '../protocol';

export interface ImportPlan {
  files: readonly SourceFile[];
  numericOne: Label | null;
  survey: Survey;
  entries: PlannedFile[];
}

export interface RunHooks {
  signal: AbortSignal;
  gate(): Promise<void>;
  progress(progress: Progress): void;
  /** Rows that are saved, and ids of samples that are no more. */
  rows(rows: SampleRow[], gone: readonly string[]): void;
  /** Stored frames that no row means any more. */
  orphans(paths: readonly string[]): void;
  /** A portion is over. */
  outcomes(outcomes: readonly FileOutcome[], bytes: number): void;
  /** Gives the frames that are there the captions that name their videos; returns sentences. */
  match(rows: readonly CaptionRow[]): Promise<string[]>;
  /** Rows of these files, whether made now or earlier. */
  all(): SampleRow[];
}

export interface RunOptions extends FrameOptions {
  /** Try again what an earlier import could not use. */
  again: boolean;
}

export const USUAL_OPTIONS: RunOptions = { ...USUAL_FRAMES, again: false };
