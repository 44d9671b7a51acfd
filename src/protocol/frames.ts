/** Commands of the frames workers: survey names, decode images and video into samples; they have no network. */
import type { AuditReport, AuditRequest } from './audit';
import type { CaptionRow, CaptionTables } from './captions';
import type { NetworkProof } from './proof';
import type {
  CaptionSource,
  CaptionStyle,
  FaceSet,
  FrameRole,
  ImportReport,
  Label,
  OfficialPart,
  Rejection,
  SampleRow,
} from './samples';
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

/** Names, sizes and dates of many files in a form that crosses threads in one copy. */
export interface FileListing {
  /** Paths, each ended by U+0000, which no path holds. */
  paths: string;
  /** Bytes, and dates of change in milliseconds since the epoch; one entry a path. */
  sizes: Float64Array<ArrayBuffer>;
  modified: Float64Array<ArrayBuffer>;
}

export interface SurveyRequest {
  /** Comes back with every `import.planned` of this survey. */
  survey: number;
  listing: FileListing;
  /** The files whose content says something of others (`saysOfOthers`), by their place in the listing. */
  tables: { index: number; file: File }[];
  /** Name for the set when the paths have no common folder. */
  fallbackSet: string;
  /** What `1` means in a numeric label column; null: decide from the file, and echo it. */
  numericOne: Label | null;
}

/** What is known of a file before it is decoded. */
export type Known = Pick<SampleRow, 'set' | 'file' | 'video' | 'label' | 'attack' | 'subject'> &
  Partial<Pick<SampleRow, 'seed' | 'faceSet' | 'part' | 'conditions' | 'originalDir'>> & {
    /** By frame role; `all` holds for every frame without a caption of its own in that style. */
    captions: Partial<Record<FrameRole | 'all', Partial<Record<CaptionStyle, string>>>>;
    /** Where each of `captions` is from; absent for a generated frame, whose captions have no source but the generator. */
    sources?: Partial<Record<FrameRole | 'all', Partial<Record<CaptionStyle, CaptionSource>>>>;
    /** Degrees by which the set's makers recorded it turned. */
    turn?: 180;
    /** Table and name give different labels: the table was believed. */
    overruled: boolean;
  };

/** A file that is to be decoded, as the survey leaves it. */
export interface PlannedFile {
  /** Its place in the listing. */
  index: number;
  path: string;
  size: number;
  modified: number;
  known: Known;
  /**
   * Of a still whose video has others: which frame of the video it is by each rule that takes it. Absent: the file is
   * taken by every rule.
   */
  still?: Partial<Record<FrameRule, 'early' | 'middle'>>;
}

/** Files of one part, label and attack of a set. */
export interface SurveyGroup {
  part: OfficialPart | null;
  label: Label | null;
  attack: string | null;
  files: number;
}

export interface SurveyedSet {
  name: string;
  /** The public set that the names are those of; null where none was recognised. */
  faceSet: FaceSet | null;
  /** How it was recognised, as a sentence. */
  how: string;
  files: number;
  groups: SurveyGroup[];
  /** Files whose label a table and a folder's name give differently. */
  overruled: number;
}

/** Files of one set and type, by the ending of their names. */
export interface SurveyedFormat {
  set: string;
  /** `mp4`, `jpg`, ...; empty for files without an ending. */
  format: string;
  kind: 'image' | 'video' | 'unknown';
  files: number;
  bytes: number;
  /** Up to three of them, from beginning, middle and end, by their place in the listing: to try what they are. */
  samples: number[];
}

/** What an import would do, from names, dates and tables alone. */
export interface Survey {
  /** Files that would be decoded. */
  files: number;
  /** Frames that they would give at most. */
  frames: number;
  /** Bytes of these files. */
  bytes: number;
  sets: SurveyedSet[];
  formats: SurveyedFormat[];
  /** Files that would not be opened, and why. */
  passedOver: { why: string; files: number; examples: string[] }[];
  /** Files that an earlier import has finished, by its recipe; those that it could not use, by `refusedBy` of it. */
  finished: Record<string, number>;
  /** Stills with samples of an earlier import, of videos that have others: only these rules take them. */
  earlierStills: { set: string; file: string; rules: FrameRule[] }[];
  /** Videos of the same size, which may be the same, by their places in the listing. */
  sameSize: number[][];
  /** Captions that name videos instead of files, to be matched once frames are there. */
  captionRows: CaptionRow[];
  /** Normalised paths of the tables that were read. */
  tables: string[];
  rejected: Rejection[];
  notes: string[];
  seconds: number;
}

/** What came of trying a file. */
export interface Tried {
  path: string;
  /** Frames that it gave, their stored bytes, and how long that took. */
  frames: number;
  bytes: number;
  seconds: number;
  /** Why it cannot be used, as a sentence; null where it can. */
  problem: string | null;
}

export interface PortionRequest {
  /** Comes back with every `import.done` of this portion. */
  portion: number;
  files: (PlannedFile & { file: File })[];
  options: FrameOptions;
  /** Decode again what an earlier import could not use. */
  again: boolean;
  /** Tables of this import: a caption of theirs that they no longer hold goes. */
  tables: string[];
}

/** What became of one file of a portion. */
export interface FileOutcome {
  path: string;
  /**
   * `imported`: decoded and stored. `kept`: an earlier import had done so. `refused`: it cannot be used, see `reason`;
   * `refused before`: an earlier import found that out. `other`: neither image nor video. `left`: not dealt with,
   * because the disk is full or the import was ended.
   */
  what: 'imported' | 'kept' | 'refused' | 'refused before' | 'other' | 'left';
  reason: string | null;
  /** Frames in which no face was found, where faces were looked for. */
  noFace: FrameRole[];
  /** A remark on how its frames were chosen, as a sentence; null: as the rule says. */
  note: string | null;
  /** This file's share of the thread's time. */
  seconds: number;
  /** A file of this set and name with other content or date was imported before, and gave way. */
  replaced?: true;
  /** Samples of an earlier import that this one does not give; absent where there are none. */
  earlier?: EarlierSamples;
}

/** What becomes of a file's samples that an earlier import made and this one does not. */
export interface EarlierSamples {
  /** The recipe that they were made by, as the journal has it. */
  recipe: string;
  /** How many are gone, and how many stay because a person edited their captions. */
  gone: number;
  stay: number;
}

export interface PortionResult {
  /** Rows that are new or say something else than before. They and the journal are saved, and their frames stored. */
  rows: SampleRow[];
  /** Ids of samples that an earlier import had made of these files and this one did not, but for those that stay. */
  gone: string[];
  /** Paths of stored frames that no row means any more. */
  orphans: string[];
  /** One a file, in the order of the request. */
  outcomes: FileOutcome[];
  /**
   * Captions that stood against a new table's word, drafts that gave way to one, and edited captions that went with
   * their picture: files' names.
   */
  captions: { kept: string[]; replaced: string[]; lost: string[] };
  /** Stored bytes of the frames of the imported files. */
  bytes: number;
  /** Why nothing more can be stored, as two sentences; null: it can. */
  full: { cause: string; remedy: string } | null;
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
  /** Reads names and tables; the plan comes in pieces (`import.planned`) before the result does. */
  'import.survey': { params: SurveyRequest; result: Survey };
  /** Decodes a few files to see whether and how fast that goes; stores nothing. Ends early after `seconds`. */
  'import.try': { params: { files: SourceFile[]; options: FrameOptions; seconds: number }; result: Tried[] };
  /** A word for each file, the same for the same content among those given; null for one that cannot be read. */
  'import.compare': { params: { files: SourceFile[] }; result: (string | null)[] };
  /** Decodes and stores files. Cancelling leaves the rest of the portion undone; what is done is told and kept. */
  'import.portion': { params: PortionRequest; result: PortionResult };
  /** Reads tables of captions for samples that are already there; matches nothing. Progress counts files. */
  'captions.read': { params: { files: SourceFile[] }; result: CaptionTables };
  /** Reads captions for what is wrong with them; no frame is opened. Progress counts captions. */
  'captions.audit': { params: AuditRequest; result: AuditReport };
  /** Progress counts frames; cancelling takes effect after the frame that is being drawn. */
  'generate.run': { params: GenerateRequest; result: ImportReport };
};

export type FramesEvents = {
  /** A piece of a survey's plan, in the order of the paths. */
  'import.planned': { survey: number; files: PlannedFile[] };
  /** A file of a portion is over, whatever came of it. */
  'import.done': { portion: number; path: string };
  /** Every few seconds while a portion is in work: the thread can still speak. */
  'import.alive': { portion: number };
  /** Generated samples as they come, for the table; of a call that was cancelled or failed, every one that it stored. */
  'import.samples': SampleRow[];
  /** `watchRequests` at work in this thread. */
  'network.request': RequestSeen;
};
