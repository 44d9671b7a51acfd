/** What evaluation and inspection need of a model, and nothing more: a head's probability and generated text. */
import type { Continuations } from '../model';
import type { CaptionSampling, CaptionStyle, Label, SampleRow, TrainerEvents } from '../protocol';

/** Normalised pixels of one image, as the model room's `preprocess` makes them. */
export type Pixels = Float32Array;

/** A finished caption of a batch. */
export interface Described {
  text: string;
  /** End token excluded. */
  tokens: number;
  /** True when generation stopped at the token limit instead of the end token. */
  truncated: boolean;
}

/** A caption with what else is known of its image once it is written. */
export interface Concluded extends Described {
  /** P(spoof) by the live/spoof head; null without one. */
  headSpoofProbability: number | null;
  /** Of the words that `continuations` asked for; null where it was not given. */
  logLikelihoods: readonly number[] | null;
}

export interface DescribeOptions {
  style: CaptionStyle;
  maxTokens: number;
  /** `off`: the backbone alone, without adapters, trained connector or trained lm_head. */
  adapter: 'on' | 'off';
  /** Greedy if not given. */
  sampling?: CaptionSampling | null;
  /** Instead of the style's own question. */
  question?: string;
  /** One for each image, instead of the sampling's. */
  seeds?: readonly number[];
  /** Words whose likelihood after a finished caption is wanted. */
  continuations?: (caption: { text: string; truncated: boolean }) => Continuations;
  signal: AbortSignal;
  /** After each token: place in the batch, and the whole text so far. */
  onText?: (index: number, text: string) => void;
}

export interface Judge {
  /** P(spoof) by the live/spoof head for each image. */
  spoofProbabilities(pixels: readonly Pixels[]): Promise<number[]>;
  /** Captions of a batch. @throws CancelledError when the signal fires. */
  describe(pixels: readonly Pixels[], options: DescribeOptions): Promise<Described[]>;
}

/** The pixels of stored frames. */
export interface FrameSource {
  /** @throws WhyLiveError naming the sample's file when its frame is gone or does not decode. */
  pixels(sample: SampleRow): Promise<Pixels>;
}

/** An event for the page, or `breath`: nothing to tell, but a moment at which the work may pause. */
export type Streamed =
  { [K in keyof TrainerEvents]: { event: K; payload: TrainerEvents[K] } }[keyof TrainerEvents] | { event: 'breath' };

/** P(spoof) at and above which the head says spoof. */
export const SPOOF_THRESHOLD = 0.5;

export function headVerdict(probability: number): Label {
  return probability >= SPOOF_THRESHOLD ? 'spoof' : 'live';
}
