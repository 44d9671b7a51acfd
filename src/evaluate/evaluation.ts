/**
 * One evaluation: the head on every held-out frame, text on a balanced few, probes first and streamed: whoever watches
 * reads the first words before the head has gone through the other frames.
 *
 * An async generator: between two batches it yields, so that the caller can pause, stop or explain in between. Words
 * that come while a batch is being generated go to `emit` at once: no batch waits for its listener.
 */
import {
  CancelledError,
  type CaptionResult,
  type CaptionStyle,
  type Evaluation,
  type Label,
  type SampleRow,
} from '../protocol';
import { SPOOF_THRESHOLD, headVerdict, type Described, type FrameSource, type Judge, type Streamed } from './judge';
import { rates, type Scored } from './metrics';
import { policyWords } from './numbers/policy';
import { verdictOf } from './verdict';

export const HEAD_POLICY = policyWords({ kind: 'fixed', threshold: SPOOF_THRESHOLD });
export const TEXT_POLICY = policyWords({ kind: 'text' });

export interface EvaluationPlan {
  runId: string;
  /** Optimiser steps done. */
  step: number;
  /** Labelled held-out samples: the head scores them all. */
  heldOut: readonly SampleRow[];
  /** Those whose text is scored. */
  textSamples: readonly SampleRow[];
  /** Those whose caption streams word by word; they need not be among `textSamples`. */
  probes: readonly SampleRow[];
  style: CaptionStyle;
  maxTokens: number;
  /** Images in one forward pass. */
  batch: number;
  /** False when the head has no part in the objective (alpha = 0): it then has nothing to say. */
  headTrained: boolean;
}

export interface EvaluationContext {
  judge: Judge;
  frames: FrameSource;
  signal: AbortSignal;
  emit(event: Streamed): void;
}

/** Yields state, caption and evaluation events; returns false when the signal cut it short. */
export async function* evaluate(plan: EvaluationPlan, context: EvaluationContext): AsyncGenerator<Streamed, boolean> {
  const probabilities = new Map<string, number>();
  const captions = new Map<string, CaptionResult>();
  const worded = union(plan.probes, plan.textSamples);
  const first = worded.slice(0, plan.batch);
  const scored = union(first, plan.heldOut, plan.probes);
  for (const [head, text] of [
    [first, first],
    [scored.slice(first.length), worded.slice(first.length)],
  ] as const) {
    if (!(yield* scoreHead(plan, context, head, { of: scored.length, to: probabilities }))) return false;
    if (!(yield* scoreText(plan, context, text, { of: worded.length, to: captions }, probabilities))) return false;
  }

  const base = { runId: plan.runId, step: plan.step, unit: 'frame' as const };
  if (plan.headTrained) {
    const judged = plan.heldOut.map((sample): Scored => ({
      truth: labelOf(sample),
      verdict: headVerdict(probabilities.get(sample.id)!),
    }));
    yield { event: 'run.evaluation', payload: { ...base, source: 'head', policy: HEAD_POLICY, ...rates(judged) } };
  }
  if (plan.textSamples.length > 0) {
    const judged = plan.textSamples.map((sample): Scored => ({
      truth: labelOf(sample),
      verdict: captions.get(sample.id)!.verdict,
    }));
    const text: Evaluation = { ...base, source: 'text', policy: TEXT_POLICY, ...rates(judged) };
    yield { event: 'run.evaluation', payload: text };
  }
  return true;
}

/** Where the results of one part of the samples go, and how many there will be of all parts. */
interface Results<T> {
  of: number;
  to: Map<string, T>;
}

async function* scoreHead(
  plan: EvaluationPlan,
  { judge, frames, signal }: EvaluationContext,
  samples: readonly SampleRow[],
  { of, to }: Results<number>,
): AsyncGenerator<Streamed, boolean> {
  if (!plan.headTrained) return true;
  for (const batch of batches(samples, plan.batch)) {
    if (signal.aborted) return false;
    yield state(plan, 'scoring held-out frames with the head', to.size, of);
    const pixels = await Promise.all(batch.map((sample) => frames.pixels(sample)));
    const values = await judge.spoofProbabilities(pixels);
    batch.forEach((sample, i) => to.set(sample.id, values[i]!));
  }
  return true;
}

async function* scoreText(
  plan: EvaluationPlan,
  context: EvaluationContext,
  samples: readonly SampleRow[],
  { of, to }: Results<CaptionResult>,
  probabilities: ReadonlyMap<string, number>,
): AsyncGenerator<Streamed, boolean> {
  for (const batch of batches(samples, plan.batch)) {
    yield state(plan, 'captioning held-out frames', to.size, of);
    const started = performance.now();
    const described = await describeBatch(plan, context, batch);
    if (described === null) return false;
    const seconds = (performance.now() - started) / 1000;
    for (const [i, { text, tokens, truncated }] of described.entries()) {
      const sampleId = batch[i]!.id;
      const about = { runId: plan.runId, step: plan.step, sampleId, style: plan.style, adapter: 'on' as const };
      const result = captionResult(about, text, probabilities.get(sampleId) ?? null, { tokens, truncated, seconds });
      to.set(sampleId, result);
      yield { event: 'run.caption', payload: result };
    }
  }
  return true;
}

/** The captions of one batch, probes streamed on the way; null when the signal fired. */
async function describeBatch(
  plan: EvaluationPlan,
  { judge, frames, signal, emit }: EvaluationContext,
  batch: readonly SampleRow[],
): Promise<Described[] | null> {
  const { runId, step, style, maxTokens } = plan;
  const streamed = new Set(plan.probes.map(({ id }) => id));
  const pixels = await Promise.all(batch.map((sample) => frames.pixels(sample)));
  const onText = (index: number, text: string): void => {
    const sampleId = batch[index]!.id;
    if (!streamed.has(sampleId)) return;
    emit({ event: 'caption.piece', payload: { runId, requestId: null, step, sampleId, adapter: 'on', text } });
  };
  try {
    if (signal.aborted) return null;
    return await judge.describe(pixels, { style, maxTokens, adapter: 'on', signal, onText });
  } catch (error) {
    if (error instanceof CancelledError) return null;
    throw error;
  }
}

/** Joins a text, its verdict and the head's into one result. */
export function captionResult(
  about: Pick<CaptionResult, 'runId' | 'step' | 'sampleId' | 'style' | 'adapter'>,
  text: string,
  headSpoofProbability: number | null,
  generated: Pick<CaptionResult, 'tokens' | 'truncated' | 'seconds'>,
): CaptionResult {
  const verdict = verdictOf(text);
  const agrees =
    verdict === 'undecided' || headSpoofProbability === null ? null : verdict === headVerdict(headSpoofProbability);
  return { ...about, text, verdict, headSpoofProbability, agrees, ...generated };
}

function state(plan: EvaluationPlan, label: string, done: number, total: number): Streamed {
  const { runId, step } = plan;
  return {
    event: 'run.state',
    payload: { runId, phase: 'evaluating', step, detail: { label, done, total }, error: null },
  };
}

function labelOf(sample: SampleRow): Label {
  if (sample.label === null) throw new TypeError(`${sample.file} is scored without a label`);
  return sample.label;
}

function union(...lists: (readonly SampleRow[])[]): SampleRow[] {
  return [...new Map(lists.flat().map((sample) => [sample.id, sample])).values()];
}

function batches<T>(items: readonly T[], size: number): T[][] {
  return Array.from({ length: Math.ceil(items.length / size) }, (_, i) => items.slice(i * size, (i + 1) * size));
}
