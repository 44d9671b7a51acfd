/** What is kept of a run. Metrics and captions lie in stores of their own, so that a step appends one small row. */
import type {
  CaptionResult,
  CaptionStyle,
  DeviceInfo,
  Evaluation,
  Label,
  ModelInfo,
  Rejection,
  RunConfig,
  RunPhase,
  SetSummary,
  StepEvent,
} from '../protocol';

/** How a captioned frame is named in reports, kept so that clearing the data does not orphan a run's captions. */
export interface SampleName {
  /** Set and path, as the user knows it. */
  sample: string;
  label: Label | null;
  attack: string | null;
}

/** What IndexedDB keeps of a run. */
export interface RunRecord {
  id: string;
  name: string;
  /** Milliseconds since the epoch. */
  created: number;
  updated: number;
  phase: RunPhase;
  /** True when the tab or the trainer died during the run: it can go on from `checkpointStep`. */
  interrupted?: boolean;
  /** Not trained here: an adapter folder that was loaded from disk, and what was said of it. */
  adapter?: { folder: string; notes: string[] };
  /** The run whose parameters this one began with. */
  startedFrom?: { id: string; name: string };
  config: RunConfig;
  model: ModelInfo;
  device: DeviceInfo;
  trainIds: string[];
  /** Of the training samples, those with a caption of each style; absent in older records. */
  captioned?: Record<CaptionStyle, number>;
  /** Of those captions, drafts of a model that nobody has changed; absent in older records. */
  drafted?: number;
  /**
   * Digest of the frames that train, by which another cut of the same files is told, and a further one each time that it
   * went on with such. Absent in older records.
   */
  pictures?: string[];
  testIds: string[];
  probeIds: string[];
  sets: SetSummary[];
  rejected: Rejection[];
  steps: StepEvent[];
  evaluations: Evaluation[];
  captions: CaptionResult[];
  /** Names of the samples in `captions`, by id. */
  names?: Record<string, SampleName>;
  /** Optimiser step of the last checkpoint that verified, or null. */
  checkpointStep: number | null;
  trainableParameters: number;
  /** Seconds of training, pauses excluded. */
  seconds: number;
}

/** The part of a record that is rewritten as a whole. */
export type RunHead = Omit<RunRecord, 'steps' | 'evaluations' | 'captions'>;

/** The head of a record. */
export function headOf(record: RunRecord): RunHead {
  const head: RunHead & Partial<RunRecord> = { ...record };
  delete head.steps;
  delete head.evaluations;
  delete head.captions;
  return head;
}
