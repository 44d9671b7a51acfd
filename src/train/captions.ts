/**
 * Which caption each sample learns, and the question it answers.
 *
 * Vanilla against vanilla+reasoning must differ in the captions only (paper, "Training Strategy"): the samples are the
 * same, and a seeded share of those that have both captions keeps the reasoning one.
 */
import type { CaptionStyle, SampleRow } from '../protocol';
import { PURPOSE, hashText, stream } from './random';

/** The question put to the model for each style. Our own words: not stated in the paper. */
export const PROMPTS: Record<CaptionStyle, string> = {
  vanilla: 'Is this face live or a spoof? Explain briefly.',
  reasoning: 'Is this face live or a spoof? Reason step by step.',
};

/** The style whose question is asked in evaluation. A mixed run is judged by its reasoning. */
export function evaluatedStyle(reasoningShare: number): CaptionStyle {
  return reasoningShare === 0 ? 'vanilla' : 'reasoning';
}

export interface ChosenCaption {
  style: CaptionStyle;
  /** null: the sample trains the head only. */
  text: string | null;
}

/**
 * The caption of every sample, in the samples' order; depends on the seed and on the set of ids, not on their order.
 * With a share of 0 or 1 a sample without that style trains the head only. In between a sample with one caption keeps
 * the one it has, and of those with both exactly the share (rounded down) keep the reasoning one: the first in an order
 * that the seed draws, so that those of a lower share are among those of a higher one.
 */
export function chooseCaptions(samples: readonly SampleRow[], reasoningShare: number, seed: number): ChosenCaption[] {
  if (reasoningShare === 0 || reasoningShare === 1) {
    const style = reasoningShare === 0 ? 'vanilla' : 'reasoning';
    return samples.map((sample) => ({ style, text: captionOf(sample, style) }));
  }
  const both = samples.filter((s) => captionOf(s, 'vanilla') !== null && captionOf(s, 'reasoning') !== null);
  const ranked = both
    .map((sample) => ({ id: sample.id, rank: stream(PURPOSE.captions, seed, hashText(sample.id)).next() }))
    .sort((a, b) => a.rank - b.rank || (a.id < b.id ? -1 : 1));
  const reasoning = new Set(ranked.slice(0, shareOf(both.length, reasoningShare)).map(({ id }) => id));
  return samples.map((sample) => {
    const style: CaptionStyle =
      reasoning.has(sample.id) || captionOf(sample, 'vanilla') === null ? 'reasoning' : 'vanilla';
    return { style, text: captionOf(sample, style) };
  });
}

/** `share` of `n`, rounded down; 29 % of 100 are 29, whatever the last bit of 0.29 says. */
function shareOf(n: number, share: number): number {
  return Math.floor(n * share + 1e-9);
}

/** The caption in this style, or null where it is missing or blank. */
function captionOf(sample: SampleRow, style: CaptionStyle): string | null {
  const text = sample.captions[style]?.trim() ?? '';
  return text === '' ? null : text;
}
