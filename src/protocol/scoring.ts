/** Judging frames with a trained run, outside of training: what is asked, and one answer a frame. */
import type { Verdict } from './events';
import type { CaptionStyle, FrameRole, Label, SampleRow } from './samples';

/** What was said of one frame by every reader that was asked. */
export interface Prediction {
  sampleId: string;
  /** As the user knows it; kept so that numbers outlive the samples. */
  set: string;
  file: string;
  video: string;
  role: FrameRole;
  /** Path of the stored frame when it was judged: another cut of the file has another. Absent in older records. */
  frame?: string;
  label: Label;
  attack: string | null;
  subject: string | null;
  /** P(spoof) by the live/spoof head; null when it was not asked or not trained. */
  head: number | null;
  /** The generated explanation; null when neither text nor likelihood was asked for. */
  text: string | null;
  truncated: boolean;
  /** What the text says, by the deterministic reader; null without text. */
  verdict: Verdict | null;
  /**
   * P(spoof) by the likelihood of each label's words after the explanation, normalised over the two; null when not
   * asked.
   */
  likelihood: number | null;
}

export interface ScoringReaders {
  head: boolean;
  text: boolean;
  likelihood: boolean;
}

/** A frame that could not be read: its sample is left out, the rest goes on. */
export interface FailedFrame {
  sampleId: string;
  /** Set and path, as the user knows it. */
  file: string;
  /** One sentence: what is wrong and what to do. */
  reason: string;
}

export interface ScoringRequest {
  scoringId: string;
  /** Its last checkpoint judges. */
  runId: string;
  /** Labelled samples; in this order. */
  samples: SampleRow[];
  /** The likelihood is read after the explanation, so with it comes the text. */
  readers: ScoringReaders;
  /** Whose question is asked; null: the one that the run's own evaluations ask. */
  style: CaptionStyle | null;
  /** Longest explanation; null: the longest caption of the run. */
  maxTokens: number | null;
  /** Of the backbone that the run is on; refused where another is loaded. */
  fingerprint?: string;
}

export interface ScoringSummary {
  scored: number;
  failed: FailedFrame[];
  seconds: number;
  /** How often the device was lost and opened again on the way. */
  recoveries: number;
}

/** Captions to draft for samples by the loaded backbone, which is told the label. */
export interface DraftRequest {
  samples: SampleRow[];
  style: CaptionStyle;
  /** What the model is asked; `{label}` and `{attack}` stand for what the sample is: see `filledInstruction`. */
  instruction: string;
  maxTokens: number;
  /** Draws the words; the same seed gives the same drafts of the same frames. null: the likeliest words. */
  sampling: { temperature: number; topP: number; seed: number } | null;
  /** The run whose adapter writes; null: the backbone alone. */
  runId: string | null;
}

export interface DraftSummary {
  drafted: number;
  failed: FailedFrame[];
  seconds: number;
  recoveries: number;
}

export interface CaptionDraft {
  sampleId: string;
  style: CaptionStyle;
  text: string;
  truncated: boolean;
}

/** A draft that waits to be taken or thrown away. */
export interface PendingDraft extends CaptionDraft {
  /** The model's name, and the run's where an adapter wrote with it. */
  from: string;
  /** The user changed its words. */
  edited: boolean;
}
