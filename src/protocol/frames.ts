/** Commands of the frames worker: decodes images and video into samples; has no network. */
import type { AuditReport, AuditRequest } from './audit';
import type { CaptionTables } from './captions';
import type { NetworkProof } from './proof';
import type { CaptionStyle, ImportReport, Label, SampleRow } from './samples';
import type { RequestSeen } from './watch';

/** A file the user gave, with its path inside what was dropped or chosen. */
export interface SourceFile {
  path: string;
  file: File;
}

/**
 * Which frames of a video are taken. `paper`: one early, one from the middle. `authors`: of every fifth frame's face
 * crops, those at 4 and 4 + floor(N / 2), as the paper's authors cut theirs.
 */
export const FRAME_RULES = ['paper', 'authors'] as const;
export type FrameRule = (typeof FRAME_RULES)[number];

/** What is kept of a frame: all of it, the face with a margin around it, or its tight box. */
export const FACE_CROPS = ['none', 'margin', 'tight'] as const;
export type FaceCrop = (typeof FACE_CROPS)[number];

export interface FrameOptions {
  rule: FrameRule;
  crop: FaceCrop;
}

export const USUAL_FRAMES: FrameOptions = { rule: 'paper', crop: 'none' };

/** What the face detector is made of; a thread without network gets it by message. */
export interface FaceAssets {
  /** The bytes of `ssd_mobilenetv1_model.bin`. */
  weights: ArrayBuffer;
  /** tfjs's WASM backend: `tfjs-backend-wasm-simd.wasm`. */
  wasm: { name: string; bytes: ArrayBuffer }[];
}

export interface ImportRequest {
  files: SourceFile[];
  /** Name for the set when the paths have no common folder. */
  fallbackSet: string;
  /** What `1` means in a numeric label column; null: decide from the file, and echo it. */
  numericOne: Label | null;
}

/** A set to generate. `checkRequest` of the generator says what may be asked for. */
export interface GenerateRequest {
  /** Name of the domain, which becomes the set's name: `synthetic-M`. */
  domain: string;
  /** Persons; each has `liveClips` live clips and `attackClips` of every attack. Two frames are kept of a clip. */
  subjects: number;
  liveClips: number;
  attackClips: number;
  attacks: readonly string[];
  /** Caption styles to write; none: the set trains the live/spoof head only. */
  styles: readonly CaptionStyle[];
  /** The same request and seed give the same frames and captions on every machine. */
  seed: number;
}

export type FramesCommands = {
  'network.prove': { params: { urls: string[] }; result: NetworkProof };
  /** Opens the face detector; needed before frames are cropped or taken by the authors' rule. Again changes nothing. */
  'faces.prepare': { params: FaceAssets; result: void };
  /** Progress counts files; cancelling keeps what was imported so far out of the result. */
  'import.run': { params: ImportRequest; result: ImportReport };
  /** Reads tables of captions for samples that are already there; matches nothing. Progress counts files. */
  'captions.read': { params: { files: SourceFile[] }; result: CaptionTables };
  /** Reads captions for what is wrong with them; no frame is opened. Progress counts captions. */
  'captions.audit': { params: AuditRequest; result: AuditReport };
  /** Progress counts frames; cancelling takes effect after the frame that is being drawn. */
  'generate.run': { params: GenerateRequest; result: ImportReport };
};

export type FramesEvents = {
  /** Samples as they come, for the table; of a call that was cancelled or failed, every one that it stored. */
  'import.samples': SampleRow[];
  /** `watchRequests` at work in this thread. */
  'network.request': RequestSeen;
};
