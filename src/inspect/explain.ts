/** One frame explained: its caption word by word, with the adapter or by the backbone alone, and both verdicts. */
import { captionResult } from '../evaluate/evaluation';
import type { DescribeOptions, FrameSource, Pixels } from '../evaluate/judge';
import type { CaptionPiece, CaptionResult, ExplainRequest } from '../protocol';

/** A model with or without adapter, as inspection needs it. */
export interface Explainer {
  /** The caption, and the head's P(spoof), null where no head has been trained. */
  explain(
    pixels: Pixels,
    options: DescribeOptions,
  ): Promise<{ text: string; tokens: number; truncated: boolean; headSpoofProbability: number | null }>;
  /** Optimiser steps that the adapter has seen; 0 without adapter. */
  step: number;
}

/**
 * Streams the caption of `request.sample` through `onPiece`, the whole text so far each time.
 * @throws CancelledError when the signal fires.
 */
export async function explain(
  request: ExplainRequest,
  explainer: Explainer,
  frames: FrameSource,
  signal: AbortSignal,
  onPiece: (piece: CaptionPiece) => void,
): Promise<CaptionResult> {
  const { requestId, sample, style, adapter, maxTokens, sampling = null } = request;
  const { step } = explainer;
  const pixels = await frames.pixels(sample);
  const started = performance.now();
  const onText = (_: number, text: string): void => {
    onPiece({ runId: null, requestId, step, sampleId: sample.id, adapter, text });
  };
  const { text, tokens, truncated, headSpoofProbability } = await explainer.explain(pixels, {
    style,
    maxTokens,
    adapter,
    sampling,
    signal,
    onText,
  });
  const seconds = (performance.now() - started) / 1000;
  const runId = adapter === 'on' ? request.runId : null;
  return captionResult({ runId, step, sampleId: sample.id, style, adapter }, text, headSpoofProbability, {
    tokens,
    truncated,
    seconds,
  });
}
