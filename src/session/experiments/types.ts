/** What a panel knows of experiments, and what it can do about them. */
import type { CurvePoint, McNemar, ReadersCompared } from '../../evaluate/numbers/index';
import type { Format, Table, TableNumber } from '../../evaluate/report/index';
import type {
  FailedFrame,
  Measures,
  Protocol,
  Reader,
  RunConfig,
  ScoringReaders,
  ScoringSetting,
  ThresholdPolicy,
} from '../../protocol';
import type { RunRecord } from '../../store/record';

/** Where the whole of an experiment stands. */
export interface QueueProgress {
  /** What is being done: `Training OCI, vanilla` */
  label: string;
  jobs: { done: number; failed: number; skipped: number; all: number };
  /** Optimiser steps of all trainings. */
  steps: { done: number; all: number };
  /** Frames judged, over all trained models and tests. */
  frames: { done: number; all: number };
  /** As measured so far; null: not yet. */
  stepsPerSecond: number | null;
  framesPerSecond: number | null;
  /** By the measured rates; null while one that is needed is not known. */
  secondsLeft: number | null;
}

export interface QueueState {
  /** The experiment that is worked on, or was last. */
  experimentId: string | null;
  phase: 'idle' | 'going' | 'paused' | 'stopping';
  /** Another tab of this page works through one: nothing of it can be changed here. */
  elsewhere: boolean;
  progress: QueueProgress | null;
  /** Why it stopped before its end, as a sentence; null where nothing stopped it. */
  note: string | null;
}

/** What one side of a protocol comes to. */
export interface SideCount {
  frames: number;
  live: number;
  spoof: number;
  videos: number;
}

export interface PreviewTest {
  name: string;
  /** The data set, where one is loaded. */
  set: string | null;
  count: SideCount;
  /** Frames whose text is generated. */
  text: number;
  /** Attacks of which none is. */
  textless: string[];
  /** Why it cannot be tested on, as sentences. */
  problem: string | null;
}

/** What a protocol would train on what, with the data that are loaded. */
export interface ProtocolPreview {
  id: string;
  /** Data sets by the protocol's names; null: not loaded. */
  train: { name: string; set: string | null }[];
  trainCount: SideCount;
  developmentCount: SideCount;
  tests: PreviewTest[];
  problem: string | null;
  notes: string[];
}

export interface Preview {
  protocols: ProtocolPreview[];
  /** Each distinct training counted once. */
  trainings: number;
  scorings: number;
  steps: number;
  frames: number;
  /** Of `frames`, those whose text is generated. */
  text: number;
  /** Of the chosen protocols, jobs that cannot run with these data: none of the other numbers counts them. */
  left: number;
  /** By what earlier runs on this machine and model took; null where there were none. */
  seconds: number | null;
}

export interface ExperimentRequest {
  name: string;
  protocols: Protocol[];
  /** Data set by role or name. */
  sets: Record<string, string>;
  config: RunConfig;
  readers: Reader[];
  textFrames: number | null;
}

/** Frames to judge with a trained run, all in the same way. */
export interface Judging {
  scoringId: string;
  experimentId: string;
  /** `development`, or the name of the set. */
  test: string;
  sampleIds: string[];
  readers: ScoringReaders;
  setting: ScoringSetting;
  /** Frames of the same judgment that could not be read: kept beside those that will be. */
  failed: readonly FailedFrame[];
}

/**
 * Judges what has not been judged yet, and keeps each answer. Progress counts all frames that the scoring has by then.
 * A cancellation rejects; what came before holds. Resolves with the frames that could not be judged.
 */
export type Judge = (
  run: RunRecord,
  judging: Judging,
  options: { signal: AbortSignal; onProgress: (done: number) => void },
) => Promise<readonly FailedFrame[]>;

/** Who judges, by which threshold, counted by what. */
export interface Way {
  reader: Reader;
  policy: ThresholdPolicy;
  unit: Measures['unit'];
}

/** One variant of a protocol on one test. */
export interface VariantDetail {
  variant: string;
  runId: string;
  measures: Measures;
  /** Of ROC and DET; empty for text, and where a class is missing. */
  points: CurvePoint[];
  /** Each two readers that judged: kappa, and where they contradict each other. */
  agreements: ReadersCompared[];
}

export interface ResultDetail {
  protocol: string;
  test: string;
  way: Way;
  variants: VariantDetail[];
  /** Each two variants on the same videos: by video, whatever `way` counts. */
  tests: (McNemar & { first: string; second: string })[];
}

/** Each reports its failure as a notice at `train`, or `runs` where it is about results. */
export interface ExperimentActions {
  /** What the protocols would train on what; in slices, so that the page stays responsive. */
  preview(request: Omit<ExperimentRequest, 'name'>): Promise<Preview>;
  /** Makes an experiment and works through it; resolves when that has ended, either way. */
  start(request: ExperimentRequest): Promise<void>;
  /** Works through what is left of a stored one. */
  goOn(experimentId: string): Promise<void>;
  /** Shows where another experiment stands; not while one is going here. */
  show(experimentId: string): void;
  pause(): Promise<void>;
  resume(): Promise<void>;
  /** Ends what is going; it can be gone on with from there. */
  stop(): Promise<void>;
  /** Leaves a job out. */
  skip(experimentId: string, jobId: string): Promise<void>;
  /** Lets a job that was left out wait again, with what it has kept; a training with all that would judge it. */
  putBack(experimentId: string, jobId: string): Promise<void>;
  /** Lets failed jobs wait again. */
  retry(experimentId: string): Promise<void>;
  /** Gives a role or a name another data set, for the jobs that are left; those that failed with it wait again. */
  assign(experimentId: string, name: string, set: string): Promise<void>;
  rename(experimentId: string, name: string): Promise<void>;
  /** With its predictions; the runs stay. */
  remove(experimentId: string): Promise<void>;
  /** One of the paper's tables, or every number (null), judged in one way. Rejects with CancelledError. */
  table(experimentId: string, number: TableNumber | null, way: Way, signal?: AbortSignal): Promise<Table>;
  detail(experimentId: string, protocol: string, test: string, way: Way): Promise<ResultDetail>;
  /** Readers that have judged anything that is done. */
  readers(experimentId: string): Promise<Reader[]>;
  /** One table as a file. */
  exportTable(table: Table, format: Format): Blob;
  /** A zip with all tables, every number, every answer and the experiment itself. */
  exportAll(experimentId: string, onProgress?: (done: number, total: number) => void): Promise<Blob>;
  /** Keeps the user's own protocols. */
  saveProtocols(own: Protocol[]): Promise<void>;
}

/** For the panels. */
export type { CurvePoint, Format, McNemar, ReadersCompared, Table, TableNumber };
