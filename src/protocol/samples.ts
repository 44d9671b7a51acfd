/** Samples, labels and captions as they cross threads and lie in IndexedDB. */

export type Label = 'live' | 'spoof';

/** The two caption styles of the paper (section "Proposed Datasets"). */
export type CaptionStyle = 'vanilla' | 'reasoning';

/** The six stages of a reasoning caption, in the paper's order. */
export const REASONING_STAGES = [
  'Initial observation',
  'Artifact detection',
  'Feature analysis',
  'Lighting and shadows',
  'Context',
  'Final judgment',
] as const;

/** Public face anti-spoofing sets that are recognised by the names of their files. */
export const FACE_SETS = ['msu-mfsd', 'casia-fasd', 'replay-attack', 'oulu-npu', 'siw-mv2'] as const;
export type FaceSet = (typeof FACE_SETS)[number];

/** A part of a public set as its makers divide it. */
export type OfficialPart = 'train' | 'development' | 'test';

/** Where a caption comes from. */
export interface CaptionSource {
  /**
   * `table`: beside the files; `public set`: the rows of the paper's caption set; `draft`: written by a loaded backbone
   * that was told the label, and not looked at since; `edited`: written, changed or cleared by the user.
   */
  kind: 'table' | 'public set' | 'draft' | 'edited';
  /** The table's path, or the backbone's name; empty where a user wrote it. */
  from: string;
  /**
   * Of a `public set`: captions that fit the same video, this one among them, where the rows do not say which belongs to
   * which of its frames.
   */
  candidates?: number;
}

/** Which of a video's frames a sample is. `image` for a still. */
export type FrameRole = 'early' | 'middle' | 'image';

/** One frame with all that is known of it. The pixels are a PNG blob in OPFS at `frame`. */
export interface SampleRow {
  /** Stable over re-imports: derived from set, file and frame role. */
  id: string;
  /** Data set name, e.g. the dropped folder's name. */
  set: string;
  /** Path inside the set, as the user knows it. */
  file: string;
  /** The unit of splitting: all frames of one video share it. A still image is its own video. */
  video: string;
  role: FrameRole;
  /** Time of the frame in the video, seconds; 0 for stills. */
  seconds: number;
  /** null: not labelled; such a sample can be inspected, not trained or evaluated on. */
  label: Label | null;
  /** `print`, `replay`, `mask`, ... or null when live or unknown. */
  attack: string | null;
  subject: string | null;
  captions: Partial<Record<CaptionStyle, string>>;
  /** Upright size in pixels of the stored frame. */
  width: number;
  height: number;
  /** OPFS path of the stored frame (PNG, EXIF orientation already applied, longest edge <= 512). */
  frame: string;
  /** Small JPEG or WebP for tables, longest edge <= 96. */
  thumbnail: Blob;
  /** Seed of the generator that drew it; absent where the frame comes from a file. */
  seed?: number;
  /** The public set that the names are those of; absent where none was recognised. */
  faceSet?: FaceSet;
  /** Absent where the set has no official division, or the tree does not follow it. */
  part?: OfficialPart;
  /** What the names say of the recording: `phone`, `session`, `quality`, `camera`, `light`, ... */
  conditions?: Record<string, string>;
  /** The video's name in the paper's caption set (`original_dir`). */
  originalDir?: string;
  /** Absent for a style: the caption was there before sources were kept. Of an empty caption: the user cleared it. */
  captionSources?: Partial<Record<CaptionStyle, CaptionSource>>;
  /**
   * How it was chosen and cropped (`paper/none`): only of a sample that a later import of its file, by another recipe,
   * did not give, and that stayed because its captions were edited.
   */
  recipe?: string;
  /** The face found in the whole picture, pixels of the upright source; absent where none was looked for. */
  face?: { x: number; y: number; width: number; height: number; score: number };
}

export interface Rejection {
  file: string;
  /** One sentence: what is wrong and what to do. */
  reason: string;
}

export interface SetSummary {
  name: string;
  samples: number;
  live: number;
  spoof: number;
  unlabelled: number;
  /** Seed of a generated set; absent for files. */
  seed?: number;
}

/** What an import made of the files it was given. */
export interface ImportReport {
  samples: SampleRow[];
  sets: SetSummary[];
  rejected: Rejection[];
  /** Sentences that do not reject anything: polarity echoed, samples without caption, ... */
  notes: string[];
  /** Those of the notes that say what this import did, not what the data are: the next one makes them untrue. */
  passing?: string[];
  /** Files in whose frames no face was found, where faces were looked for; which frame, in words, if not all. */
  noFace: string[];
  seconds: number;
}

/** Where a sample's picture lies in the folder of frames: the stored frame's own name. */
export function framePath({ frame }: Pick<SampleRow, 'frame'>): string {
  return `frames/${frame.slice(frame.lastIndexOf('/') + 1)}`;
}
