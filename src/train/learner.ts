/** What a run needs of a model: its trainable numbers, gradients of the objective, and what evaluation needs. */
import type { CaptionStyle, Label, RunConfig } from '../protocol';
import type { Judge, Pixels } from '../evaluate/judge';
import type { FlatState } from '../model';

/** One training sample, ready for the model. */
export interface Example {
  pixels: Pixels;
  label: Label;
  style: CaptionStyle;
  /** null: the sample trains the head only. */
  caption: string | null;
}

/** The objective on one micro-batch. */
export interface Outcome {
  /** Mean live/spoof cross-entropy over the samples. */
  cls: number;
  /** Mean cross-entropy over the caption tokens; null when no sample has a caption. */
  cap: number | null;
  /** Tokens that went through the decoder, image and prompt included. */
  tokens: number;
}

export type Objective = Pick<RunConfig, 'alpha' | 'beta' | 'gradientCheckpointing' | 'maxCaptionTokens'>;

export interface Learner extends Judge {
  /** All trainable numbers and their gradients. */
  readonly state: FlatState;
  /** Images that evaluation may put through the model at once. */
  readonly together: number;
  /**
   * Adds `share` times the gradients of `alpha * cls + beta * cap` into the state's. When it throws, what was added is
   * not whole.
   */
  addGradients(examples: readonly Example[], objective: Objective, share: number): Promise<Outcome>;
}
