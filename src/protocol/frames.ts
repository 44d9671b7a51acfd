/** Commands of the frames worker: decodes images and video into samples; has no network. */
import type { NetworkProof } from './proof';
import type { ImportReport, Label, SampleRow } from './samples';
import type { RequestSeen } from './watch';

/** A file the user gave, with its path inside what was dropped or chosen. */
export interface SourceFile {
  path: string;
  file: File;
}

export interface ImportRequest {
  files: SourceFile[];
  /** Name for the set when the paths have no common folder. */
  fallbackSet: string;
  /** What `1` means in a numeric label column; null: decide from the file, and echo it. */
  numericOne: Label | null;
}

export type FramesCommands = {
  'network.prove': { params: { urls: string[] }; result: NetworkProof };
  /** Progress counts files; cancelling keeps what was imported so far out of the result. */
  'import.run': { params: ImportRequest; result: ImportReport };
};

export type FramesEvents = {
  /** Samples as they come, for the table. */
  'import.samples': SampleRow[];
  /** `watchRequests` at work in this thread. */
  'network.request': RequestSeen;
};
