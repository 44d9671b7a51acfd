/**
 * The configuration of a run: one typed object, its presets, and where each default comes from.
 * A default that the paper (Min et al., Sci Rep 2026) does not state is marked so in the page and in exports.
 */
import type { Label } from './samples';

/** How the output projection `lm_head` trains: all of it, as in the paper, by a low-rank adapter of `loraRank`, or not. */
export type HeadTraining = 'full' | 'adapter' | 'frozen';
export type BackendChoice = 'auto' | 'webgpu' | 'wasm';

export interface RunConfig {
  /** Weight of the live/spoof cross-entropy. */
  alpha: number;
  /** Weight of the caption cross-entropy. */
  beta: number;
  /**
   * Of the samples that have both captions, the share that learns the reasoning one; the others learn the vanilla one.
   * 0: vanilla captions only; 0.5: half and half, as in the paper; 1: reasoning captions only.
   */
  reasoningShare: number;
  loraRank: number;
  /** LoRA scale is loraAlpha / loraRank. */
  loraAlpha: number;
  /** Adapters in the vision tower too (q, k, v of every vision layer). */
  loraVision: boolean;
  lmHead: HeadTraining;
  learningRate: number;
  weightDecay: number;
  adamBeta1: number;
  adamBeta2: number;
  adamEpsilon: number;
  /** Global gradient norm limit; 0 turns clipping off. */
  gradientClip: number;
  /** Optimiser steps of linear warm-up. */
  warmupSteps: number;
  /** Share of the steps, the last ones, over which the rate falls linearly to nothing; 0 keeps it constant. */
  decayShare: number;
  /** Samples in one micro-batch. */
  batch: number;
  /** Micro-batches summed into one optimiser step. */
  accumulation: number;
  steps: number;
  /** Recompute each segment in the backward pass instead of keeping its activations. */
  gradientCheckpointing: boolean;
  /** Longest caption, in tokens, in training and in generation. */
  maxCaptionTokens: number;
  /** Optimiser steps between evaluations (one always runs before step 1 and after the last). */
  evaluateEvery: number;
  /** At most this many held-out samples are scored with generated text (the head scores them all). */
  evaluateTextSamples: number;
  /** Held-out samples whose captions stream at each evaluation. */
  probes: number;
  /** Optimiser steps between checkpoints. */
  checkpointEvery: number;
  /** Unit that a split never cuts. */
  splitBy: 'subject' | 'video';
  /** Share of units held out. */
  testShare: number;
  seed: number;
}

/** Where a default comes from. `page` = a matter of this page (how often to evaluate), not of the method. */
export type Provenance = 'paper' | 'not stated in the paper' | 'page' | 'differs from the paper';

export const PAPER: RunConfig = {
  alpha: 0.7,
  beta: 0.3,
  reasoningShare: 0.5,
  loraRank: 32,
  loraAlpha: 32,
  loraVision: true,
  lmHead: 'full',
  learningRate: 1e-4,
  weightDecay: 0.01,
  adamBeta1: 0.9,
  adamBeta2: 0.999,
  adamEpsilon: 1e-8,
  gradientClip: 1,
  warmupSteps: 0,
  decayShare: 0,
  batch: 4,
  accumulation: 16,
  steps: 2500,
  gradientCheckpointing: true,
  maxCaptionTokens: 256,
  evaluateEvery: 100,
  evaluateTextSamples: 64,
  probes: 4,
  checkpointEvery: 25,
  splitBy: 'subject',
  testShare: 0.3,
  seed: 0,
};

/**
 * Small enough for two processor cores without a GPU; every difference from the paper is shown as such. Without
 * adapters in the vision tower: with them a few dozen persons are learned by heart, the head as well as the text, and
 * of the cues that captions then name fewer are there (docs/recipe.md).
 */
export const DEMO: RunConfig = {
  ...PAPER,
  loraVision: false,
  learningRate: 3e-3,
  decayShare: 0.5,
  accumulation: 2,
  steps: 180,
  gradientCheckpointing: false,
  maxCaptionTokens: 176,
  evaluateEvery: 60,
  evaluateTextSamples: 24,
  checkpointEvery: 5,
};

/** What `captions` could be while it was a setting, in place of `reasoningShare`. */
export const CAPTION_MIXES = { vanilla: 0, half: 0.5, reasoning: 1 } as const;
export type CaptionMix = keyof typeof CAPTION_MIXES;

/** A configuration as earlier versions of the page wrote it. */
export type StoredConfig = Omit<RunConfig, 'lmHead' | 'reasoningShare'> &
  Partial<RunConfig> & { captions?: CaptionMix };

/** A stored configuration with the values that runs had before they were settings. */
export function completed({ captions, ...stored }: StoredConfig): RunConfig {
  return {
    ...stored,
    reasoningShare: stored.reasoningShare ?? CAPTION_MIXES[captions ?? 'half'],
    lmHead: stored.lmHead ?? 'full',
  };
}

/** The mix of captions in a few words: `vanilla`, `half`, `reasoning`, `30 % reasoning`. */
export function mixName(reasoningShare: number): string {
  const named = (Object.keys(CAPTION_MIXES) as CaptionMix[]).find((mix) => CAPTION_MIXES[mix] === reasoningShare);
  return named ?? `${Number((100 * reasoningShare).toFixed(2))} % reasoning`;
}

export type Preset = 'paper' | 'demo';
export const PRESETS: Record<Preset, RunConfig> = { paper: PAPER, demo: DEMO };

const PAPER_SAYS: Record<keyof RunConfig, Exclude<Provenance, 'differs from the paper'>> = {
  alpha: 'paper',
  beta: 'paper',
  reasoningShare: 'paper',
  loraRank: 'paper',
  loraAlpha: 'not stated in the paper',
  loraVision: 'not stated in the paper',
  lmHead: 'paper',
  learningRate: 'paper',
  weightDecay: 'paper',
  adamBeta1: 'not stated in the paper',
  adamBeta2: 'not stated in the paper',
  adamEpsilon: 'not stated in the paper',
  gradientClip: 'not stated in the paper',
  warmupSteps: 'not stated in the paper',
  decayShare: 'not stated in the paper',
  batch: 'paper',
  accumulation: 'paper',
  steps: 'paper',
  gradientCheckpointing: 'paper',
  maxCaptionTokens: 'not stated in the paper',
  evaluateEvery: 'page',
  evaluateTextSamples: 'page',
  probes: 'page',
  checkpointEvery: 'page',
  splitBy: 'not stated in the paper',
  testShare: 'not stated in the paper',
  seed: 'not stated in the paper',
};

/** Where the value of `key` in `config` comes from. */
export function provenance<K extends keyof RunConfig>(config: RunConfig, key: K): Provenance {
  const stated = PAPER_SAYS[key];
  return stated === 'paper' && config[key] !== PAPER[key] ? 'differs from the paper' : stated;
}

/** The class that is missing from what a head with any weight is to tell apart; null when none is. */
export function missingClass(
  { alpha }: Pick<RunConfig, 'alpha'>,
  train: readonly { label: Label | null }[],
): Label | null {
  if (alpha === 0) return null;
  return (['live', 'spoof'] as const).find((label) => !train.some((row) => row.label === label)) ?? null;
}
