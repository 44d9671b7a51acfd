/** One batch of labelled frames through every reader that was asked. */
import {
  DivergedError,
  ImportError,
  type CaptionStyle,
  type FailedFrame,
  type Label,
  type Prediction,
  type SampleRow,
  type ScoringReaders,
} from '../protocol';
import type { Concluded, DescribeOptions, FrameSource, Judge, Pixels } from './judge';
import { spoofLikelihood, statementsAfter } from './likelihood';
import { failure, readable } from './readable';
import { verdictOf } from './verdict';

export interface ScoringPlan {
  readers: ScoringReaders;
  style: CaptionStyle;
  maxTokens: number;
  /** False when the head has no part in the objective (alpha = 0): it then has nothing to say. */
  headTrained: boolean;
}

export interface ScoringJudge extends Pick<Judge, 'spoofProbabilities'> {
  /** @throws CancelledError when the signal fires */
  describe(pixels: readonly Pixels[], options: DescribeOptions): Promise<Concluded[]>;
}

export interface ScoredBatch {
  /** In the samples' order, without those that failed. */
  predictions: Prediction[];
  failed: FailedFrame[];
}

/** @throws CancelledError; DivergedError where a score is no number; DeviceError and what else is not a frame's own fault */
export async function scoreBatch(
  samples: readonly SampleRow[],
  plan: ScoringPlan,
  { judge, frames, signal }: { judge: ScoringJudge; frames: FrameSource; signal: AbortSignal },
): Promise<ScoredBatch> {
  const labelled = samples.filter(isLabelled);
  const failed = samples.filter((sample) => !isLabelled(sample)).map(withoutLabel);
  const { read, failed: unread } = await readable(labelled, frames);
  failed.push(...unread);
  if (read.length === 0) return { predictions: [], failed };
  const pixels = read.map((each) => each.pixels);
  const { readers, style, maxTokens } = plan;
  const headAsked = readers.head && plan.headTrained;
  if (!readers.text && !readers.likelihood) {
    const head = headAsked ? await judge.spoofProbabilities(pixels) : null;
    return { predictions: read.map(({ sample }, i) => prediction(sample, head?.[i] ?? null, null)), failed };
  }
  const told = await judge.describe(pixels, {
    ...{ style, maxTokens, signal, adapter: 'on' },
    ...(readers.likelihood && { continuations: statementsAfter }),
  });
  const predictions = read.map(({ sample }, i) => {
    const concluded = told[i]!;
    // It comes with the caption: the vision tower need not run again.
    return prediction(sample, headAsked ? concluded.headSpoofProbability : null, concluded);
  });
  return { predictions, failed };
}

type Labelled = SampleRow & { label: Label };

function isLabelled(sample: SampleRow): sample is Labelled {
  return sample.label !== null;
}

function withoutLabel(sample: SampleRow): FailedFrame {
  const cause = 'It has no label, so nothing said of it can be right or wrong.';
  return failure(sample, new ImportError({ cause, remedy: 'Label it live or spoof, or leave it out.' }));
}

function prediction(sample: Labelled, head: number | null, told: Concluded | null): Prediction {
  const { id, set, file, video, role, label, attack, subject } = sample;
  const logLikelihoods = told?.logLikelihoods ?? null;
  const likelihood = logLikelihoods === null ? null : spoofLikelihood(logLikelihoods);
  requireFinite(sample, head, 'probability of the head');
  requireFinite(sample, likelihood, 'likelihood of the labels');
  return {
    ...{ sampleId: id, set, file, video, role, frame: sample.frame, label, attack, subject },
    head,
    text: told?.text ?? null,
    truncated: told?.truncated ?? false,
    verdict: told === null ? null : verdictOf(told.text),
    likelihood,
  };
}

/** One such number, and no rate of the whole could be counted. */
function requireFinite({ set, file }: SampleRow, score: number | null, name: string): void {
  if (score === null || Number.isFinite(score)) return;
  throw new DivergedError({
    file: `${set}/${file}`,
    cause: `The ${name} is ${score}, which is no probability: the model no longer computes finite numbers.`,
    remedy: 'Score it again; if it stays so, train anew with a lower learning rate.',
  });
}
