/** Experiments as data: which sets train, which test, in which variants; and the queue that carries them out. */
import type { RunConfig } from './config';
import type { ErrorData } from './errors';
import type { Reader } from './measures';
import type { CaptionStyle } from './samples';
import type { FailedFrame } from './scoring';

/** The paper's names of its sets: MSU-MFSD, CASIA-FASD, Replay-Attack (Idiap), OULU-NPU, SiW-Mv2. */
export const SET_ROLES = ['M', 'C', 'I', 'O', 'W'] as const;
export type SetRole = (typeof SET_ROLES)[number];

/** One way to train on the same data: `vanilla`, `vanilla+reasoning`, `w/o cls loss`. */
export interface Variant {
  name: string;
  config: Partial<RunConfig>;
}

/**
 * One training source with what it is tested on. A name is a role, or a data set's own name; roles are given sets when
 * the queue is made.
 */
export interface Protocol {
  /** Unique in the queue: `OCI`, `MICO`. */
  id: string;
  about: string;
  origin: 'paper' | 'own';
  train: string[];
  tests: string[];
  variants: Variant[];
  /**
   * `official`: the sets' own train parts train and their test parts test, all of a set without parts; `all`: everything
   * of a set on either side.
   */
  parts: 'official' | 'all';
  /** Share of the training sources' subjects held back as development data where they have no part of that name. */
  developmentShare: number;
}

export type JobPhase = 'waiting' | 'going' | 'done' | 'failed' | 'skipped';

/** One training run. */
export interface TrainJob {
  id: string;
  protocol: string;
  variant: string;
  phase: JobPhase;
  runId: string | null;
  error: ErrorData | null;
}

/** One trained run on one test set, or (`development`) on the development data of its sources. */
export interface ScoreJob {
  id: string;
  /** Id of the `TrainJob`. */
  training: string;
  /** As in `Protocol.tests`, or `development`. */
  test: string;
  phase: JobPhase;
  scoringId: string | null;
  error: ErrorData | null;
}

/** A queue of protocols, as it is kept. */
export interface Experiment {
  id: string;
  name: string;
  /** Milliseconds since the epoch. */
  created: number;
  updated: number;
  protocols: Protocol[];
  /** Data set by role or name. */
  sets: Record<string, string>;
  /** Common to all; a variant's own values go before it. */
  config: RunConfig;
  readers: Reader[];
  /** Most frames of one test set whose text is generated, balanced over live and the attacks; null: all. */
  textFrames: number | null;
  trainings: TrainJob[];
  scorings: ScoreJob[];
}

/** One of the sets of a run. */
export interface UsedSet {
  /** `M`, `C`, `I`, `O`, `W`, or the name that a protocol of one's own gives it. */
  role: string;
  /** The loaded data set. */
  name: string;
  side: 'train' | 'test';
  /** Made by the generator of faces: whatever is measured with it is no benchmark result. */
  generated: boolean;
  /** Only the part that the set's makers divide off for this side; null: that set's samples were not there any more. */
  official: boolean | null;
}

/** All that a reader of a number must know of how it came about, as it was when the judging began. */
export interface ScoringSetting {
  /** The backbone. */
  model: string;
  config: RunConfig;
  /** Frames that trained. */
  trainFrames: number;
  /** Of these, frames with a caption of each style; absent where it was not kept. */
  captioned?: Record<CaptionStyle, number>;
  /** Of those captions, drafts of a model that nobody has changed. */
  drafted?: number;
  sets: UsedSet[];
  /** Most frames of a test set whose text was generated; null: all. */
  textFrames: number | null;
  /** Attacks of which no text was generated; absent where there was one of each, and in older records. */
  textless?: string[];
  parts: Protocol['parts'];
  /** Share of the sources' persons held back where they have no development part. */
  developmentShare: number;
}

/** What is kept of one scoring beside its predictions. */
export interface ScoringRecord {
  id: string;
  experimentId: string | null;
  runId: string;
  runName: string;
  /** `development`, or the name of the set. */
  test: string;
  created: number;
  /** Frames that it is to have in the end. */
  frames: number;
  /** True when every frame is there, or among those that cannot be read. */
  whole: boolean;
  seconds: number;
  /** Of an experiment's scoring; absent in older records and where nobody asked for it to be kept. */
  setting?: ScoringSetting;
  /** Frames that could not be read; tried again when the scoring is gone on with. */
  failed: FailedFrame[];
}
