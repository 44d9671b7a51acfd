/** Commands and events of the trainer worker: the GPU thread, which holds every tensor and has no network. */
import type { BackendChoice, RunConfig } from './config';
import type {
  CaptionPiece,
  CaptionResult,
  CheckpointEvent,
  Evaluation,
  MemoryInfo,
  RunRecovery,
  RunStateEvent,
  StepEvent,
} from './events';
import type { ErrorData } from './errors';
import type { KernelChoices, KernelReport } from './kernels';
import type { NetworkProof } from './proof';
import type { CaptionStyle, SampleRow } from './samples';
import type {
  CaptionDraft,
  DraftRequest,
  DraftSummary,
  FailedFrame,
  Prediction,
  ScoringRequest,
  ScoringSummary,
} from './scoring';
import type { RequestSeen } from './watch';

/** A file of a model folder. A Blob crosses threads by reference; nothing is copied until it is read. */
export interface ModelFile {
  /** Path inside the folder, e.g. `model.safetensors`. */
  path: string;
  blob: Blob;
}

export interface DeviceInfo {
  backend: 'webgpu' | 'wasm';
  /** Adapter's own words (vendor, architecture, description), or the processor for WASM. */
  adapter: string;
  /** True when WebGPU runs on the processor (SwiftShader and the like). */
  software: boolean;
  /** Why this backend, as a sentence for the page. */
  reason: string;
  forced: boolean;
}

export interface ModelInfo {
  name: string;
  architecture: string;
  /** All parameters of the backbone. */
  parameters: number;
  imageSize: number;
  imageTokens: number;
  vocabulary: number;
  visionLayers: number;
  textLayers: number;
  /** True for the embedded backbone, which never saw a photograph. */
  synthetic: boolean;
  /** Hash of the weights in their files and of `config.json`: two models of one name may differ. */
  fingerprint: string;
  /** The hub's commit, where it came from there. */
  revision: string | null;
  /** How frozen weights are held; on WASM always as in the file. */
  weights: WeightChoice;
  loadSeconds: number;
}

export interface StartRun {
  runId: string;
  config: RunConfig;
  train: SampleRow[];
  test: SampleRow[];
  /** Ids of held-out samples whose captions stream at each evaluation. */
  probes: string[];
  /** Go on from the last checkpoint of `runId` instead of from initial weights. */
  resume: boolean;
  /** Begin with the parameters of this other run (its last checkpoint) instead of with initial ones. */
  startFrom?: string | null;
  /** Of the backbone that the page takes the run to be on; refused where another is loaded. Not looked at if not given. */
  fingerprint?: string;
}

/** What a PEFT folder became: the last checkpoint of its run, at step 0. */
export interface LoadedAdapter {
  /** The settings that its tensors fix. */
  config: Pick<RunConfig, 'loraRank' | 'loraAlpha' | 'loraVision' | 'lmHead'>;
  trainableParameters: number;
  /** True where the folder had a live/spoof head that was trained. */
  head: boolean;
  /** What the user should know, as sentences. */
  notes: string[];
}

/** What a run needs to be continued outside the page, besides its rows: see `docs/formats.md`. */
export interface BundleRequest {
  runId: string;
  config: RunConfig;
  train: SampleRow[];
  test: SampleRow[];
  probes: string[];
}

export interface RunSummary {
  runId: string;
  outcome: 'finished' | 'stopped';
  /** Optimiser steps done in all. */
  step: number;
  seconds: number;
  samplesPerSecond: number;
  peakBytes: number;
  trainableParameters: number;
}

/** Words of a caption drawn instead of the likeliest ones taken. */
export interface CaptionSampling {
  /** Above 0; below 1 the likely words get likelier. */
  temperature: number;
  /** Only the k likeliest tokens; 0: all. */
  topK: number;
  /** The fewest likeliest tokens that together reach this probability; 1: all. */
  topP: number;
  /** The same seed draws the same caption of the same frame. */
  seed: number;
}

export interface ExplainRequest {
  requestId: string;
  sample: SampleRow;
  style: CaptionStyle;
  adapter: 'on' | 'off';
  /** The run whose adapter to use with `on`: the running one, or one restored from its last checkpoint. */
  runId: string | null;
  maxTokens: number;
  /** null, or not given: greedy, as at evaluations. */
  sampling?: CaptionSampling | null;
}

/** A file made for the user, by name inside the export's folder. */
export interface ExportFile {
  path: string;
  bytes: Uint8Array<ArrayBuffer>;
}

/** How frozen weights are held on WebGPU: in the bits of the file, or rounded to 8 or 4 bits. */
export const WEIGHT_CHOICES = ['file', 'int8', 'int4'] as const;
export type WeightChoice = (typeof WEIGHT_CHOICES)[number];

export interface BackboneMemoryRow {
  /** `owner/name` on the hub. */
  id: string;
  weights: WeightChoice;
  bytes: number;
}

export type TrainerCommands = {
  /** Tries to reach the network and says what happened; run before any frame is accepted. */
  'network.prove': { params: { urls: string[] }; result: NetworkProof };
  'device.open': {
    params: {
      backend: BackendChoice;
      /** tfjs's WASM binaries by file name: this thread cannot fetch them itself. */
      wasm: { name: string; bytes: ArrayBuffer }[];
    };
    result: DeviceInfo;
  };
  /**
   * Settles which kernels run on the open device: those of `forced`, else the fastest as timed at the first use of this
   * GPU (a software adapter keeps its defaults), timed anew with `again`. None on WASM.
   */
  'kernels.prepare': { params: { forced: KernelChoices; again: boolean }; result: KernelReport[] };
  'model.load': {
    params: { name: string; files: ModelFile[]; synthetic: boolean; weights: WeightChoice; revision?: string | null };
    result: ModelInfo;
  };
  /** Resolves when the run has finished or was stopped; rejects when it failed. */
  'run.start': { params: StartRun; result: RunSummary };
  'run.pause': { params: { runId: string }; result: null };
  'run.resume': { params: { runId: string }; result: null };
  /** Stops after the current micro-batch and writes a checkpoint. */
  'run.stop': { params: { runId: string }; result: null };
  'caption.explain': { params: ExplainRequest; result: CaptionResult };
  /** The PEFT folder of a run's adapter: current weights when it is loaded, else its last checkpoint. */
  'adapter.export': { params: { runId: string; config: RunConfig }; result: ExportFile[] };
  /**
   * Reads a PEFT folder for the loaded backbone and keeps it as the checkpoint of `runId`. `config` fills in what the
   * folder does not say.
   */
  'adapter.import': {
    params: { runId: string; name: string; files: ModelFile[]; config: RunConfig; fingerprint?: string };
    result: LoadedAdapter;
  };
  /** The files that `tools/continue` goes on from; the adapter folder is not among them. */
  'run.bundle': { params: BundleRequest; result: ExportFile[] };
  /**
   * Judges samples with a run's last checkpoint. Progress counts frames; answers come as `scoring.predictions`, in the
   * samples' order, and those that came before a cancellation or a failure hold. One scoring or drafting at a time, and
   * none beside a run: both are refused, as are changes of device, model and kernels while one is going.
   */
  'scoring.run': { params: ScoringRequest; result: ScoringSummary };
  /** Writes captions; each comes as `caption.draft` when it is done, in no promised order. Progress counts frames. */
  'caption.drafts': { params: DraftRequest; result: DraftSummary };
  'memory.read': { params: null; result: MemoryInfo };
  /** What a run with these settings would hold on a GPU, bytes, for each known backbone and each way to hold weights. */
  'backbones.memory': { params: { config: RunConfig }; result: BackboneMemoryRow[] };
};

export type TrainerEvents = {
  /** The device was lost and opened again, the model loaded again; `run` is null where none was going. */
  'device.reopened': { device: DeviceInfo; run: RunRecovery | null };
  /** Before a run's first allocation on a GPU: what it needs and what is known of the GPU, as a sentence. */
  'run.plan': { runId: string; bytes: number; words: string };
  /** Something beside a run went wrong, and the run goes on. */
  'trainer.problem': { error: ErrorData };
  'run.state': RunStateEvent;
  'run.step': StepEvent;
  'run.evaluation': Evaluation;
  'run.caption': CaptionResult;
  'run.checkpoint': CheckpointEvent;
  'caption.piece': CaptionPiece;
  /** One batch: its answers in the samples' order, and the frames of it that could not be read. */
  'scoring.predictions': { scoringId: string; predictions: Prediction[]; failed: FailedFrame[] };
  'caption.draft': CaptionDraft;
  /** `watchRequests` at work in this thread. */
  'network.request': RequestSeen;
};
