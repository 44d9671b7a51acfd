/** What the trainer streams while it works. Every run event carries its `runId`. */
import type { ErrorData } from './errors';
import type { CaptionStyle, Label } from './samples';

export interface Losses {
  /** alpha * cls + beta * cap, as optimised. */
  total: number;
  cls: number;
  /** null in a step none of whose samples has a caption. */
  cap: number | null;
}

export interface MemoryInfo {
  /** Bytes of live tensors (and of the backend's buffer pool, where it tells). */
  bytes: number;
  peakBytes: number;
  tensors: number;
}

export interface StepEvent {
  runId: string;
  /** 1-based optimiser step. */
  step: number;
  steps: number;
  loss: Losses;
  learningRate: number;
  gradientNorm: number;
  samplesPerSecond: number;
  tokensPerSecond: number;
  memory: MemoryInfo;
  /** Seconds spent in training so far, pauses excluded. */
  elapsed: number;
  secondsLeft: number;
}

/** Rows: truth; columns: prediction. `undecided` only occurs for text. */
export interface Confusion {
  liveAsLive: number;
  liveAsSpoof: number;
  liveUndecided: number;
  spoofAsLive: number;
  spoofAsSpoof: number;
  spoofUndecided: number;
}

export type VerdictSource = 'head' | 'text';
export type Verdict = Label | 'undecided';

/**
 * One set of numbers with all that is needed to read them. A rate is null when its class is absent
 * (no live sample: FRR and HTER are undefined), and `note` then says so.
 * FAR = share of spoof samples not called spoof; FRR = share of live samples not called live: an undecided text
 * counts as an error on either side. HTER = (FAR + FRR) / 2.
 */
export interface Evaluation {
  runId: string;
  /** Optimiser steps done when it was measured; 0 = before training. */
  step: number;
  source: VerdictSource;
  /** Threshold policy, e.g. `P(spoof) >= 0.5` or `text verdict, undecided counts as an error`. */
  policy: string;
  unit: 'frame' | 'video';
  n: number;
  hter: number | null;
  far: number | null;
  frr: number | null;
  accuracy: number | null;
  confusion: Confusion;
  undecided: number;
  note: string | null;
}

/** A finished caption with both verdicts. */
export interface CaptionResult {
  runId: string | null;
  step: number;
  sampleId: string;
  style: CaptionStyle;
  /** `off`: the backbone alone, without adapter, trained projector or trained lm_head. */
  adapter: 'on' | 'off';
  text: string;
  verdict: Verdict;
  /** P(spoof) by the live/spoof head; null when no head has been trained. */
  headSpoofProbability: number | null;
  /** null when either side has no verdict. */
  agrees: boolean | null;
  tokens: number;
  /** True when generation stopped at the token limit instead of the end token. */
  truncated: boolean;
  seconds: number;
}

/** One more piece of a caption that is being generated. */
export interface CaptionPiece {
  /** The run, for probe captions; null for Inspect. */
  runId: string | null;
  /** The explain call's id, for Inspect; null for probes. */
  requestId: string | null;
  step: number;
  sampleId: string;
  adapter: 'on' | 'off';
  /** The whole text so far (idempotent: a lost piece does no harm). */
  text: string;
}

export type RunPhase = 'preparing' | 'evaluating' | 'training' | 'paused' | 'stopped' | 'finished' | 'failed';

export interface RunStateEvent {
  runId: string;
  phase: RunPhase;
  step: number;
  /** What is being done, for long phases (`scoring held-out frames`), with counts. */
  detail: { label: string; done: number; total: number } | null;
  error: ErrorData | null;
}

/** A run whose device was lost goes on from its last checkpoint. */
export interface RunRecovery {
  runId: string;
  /** Optimiser step in which the device was lost. */
  lostAt: number | null;
  /** Step from which the run goes on: that of the last checkpoint, 0 where there is none yet. */
  from: number;
  /** 1-based, of the `most` that one run may have. */
  recovery: number;
  most: number;
}

export interface CheckpointEvent {
  runId: string;
  step: number;
  bytes: number;
  /** Set when writing failed (full disk): training goes on, checkpointing stops. */
  error: ErrorData | null;
}
