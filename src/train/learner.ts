/** What a run needs of a model: its trainable tensors, gradients of the objective, and what evaluation needs. */
import type { CaptionStyle, Label, RunConfig } from '../protocol';
import type { Judge, Pixels } from '../evaluate/judge';
import type { Gradients, Parameters } from './adamw';

/** One training sample, ready for the model. */
export interface Example {
  pixels: Pixels;
  label: Label;
  style: CaptionStyle;
  /** null: the sample trains the head only. */
  caption: string | null;
}

/** The objective on one micro-batch and its gradients. */
export interface Outcome {
  /** Mean live/spoof cross-entropy over the samples. */
  cls: number;
  /** Mean cross-entropy over the caption tokens; null when no sample has a caption. */
  cap: number | null;
  /** Tokens that went through the decoder, image and prompt included. */
  tokens: number;
  /** Of `alpha * cls + beta * cap`, for every trainable tensor; the caller disposes them. */
  gradients: Gradients;
}

export type Objective = Pick<RunConfig, 'alpha' | 'beta' | 'gradientCheckpointing' | 'maxCaptionTokens'>;

export interface Learner extends Judge {
  readonly parameters: Parameters;
  /** Number of trainable scalars. */
  readonly trainable: number;
  /** Images that evaluation may put through the model at once. */
  readonly together: number;
  gradients(examples: readonly Example[], objective: Objective): Promise<Outcome>;
}
