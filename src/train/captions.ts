/**
 * Which caption each sample learns, and the question it answers.
 *
 * Vanilla against vanilla+reasoning must differ in the captions only (paper, "Training Strategy"): the samples are the
 * same, and in `half` a seeded half of those that have both captions keeps the reasoning one.
 */
import type { CaptionMix, CaptionStyle, SampleRow } from '../protocol';
import { PURPOSE, hashText, stream } from './random';

/** The question put to the model for each style. Our own words: not stated in the paper. */
export const PROMPTS: Record<CaptionStyle, string> = {
  vanilla: 'Is this face live or a spoof? Explain briefly.',
  reasoning: 'Is this face live or a spoof? Reason step by step.',
};

/** The style whose question is asked in evaluation. A mixed run is judged by its reasoning. */
export function evaluatedStyle(mix: CaptionMix): CaptionStyle {
  return mix === 'vanilla' ? 'vanilla' : 'reasoning';
}

export interface ChosenCaption {
  style: CaptionStyle;
  /** null: the sample trains the head only. */
  text: string | null;
}

/**
 * The caption of every sample, in the samples' order; depends on the seed and on the set of ids, not on their order.
 * In `vanilla` and `reasoning` a sample without that style trains the head only; in `half` a sample with one
 * caption keeps the one it has, and of those with both exactly half (rounded down) keep the reasoning one.
 */
export function chooseCaptions(samples: readonly SampleRow[], mix: CaptionMix, seed: number): ChosenCaption[] {
  if (mix !== 'half') {
    return samples.map((sample) => ({ style: mix, text: captionOf(sample, mix) }));
  }
  const both = samples.filter((s) => captionOf(s, 'vanilla') !== null && captionOf(s, 'reasoning') !== null);
  const ranked = both
    .map((sample) => ({ id: sample.id, rank: stream(PURPOSE.captions, seed, hashText(sample.id)).next() }))
    .sort((a, b) => a.rank - b.rank || (a.id < b.id ? -1 : 1));
  const reasoning = new Set(ranked.slice(0, Math.floor(both.length / 2)).map(({ id }) => id));
  return samples.map((sample) => {
    const style: CaptionStyle =
      reasoning.has(sample.id) || captionOf(sample, 'vanilla') === null ? 'reasoning' : 'vanilla';
    return { style, text: captionOf(sample, style) };
  });
}

/** The caption in this style, or null where it is missing or blank. */
function captionOf(sample: SampleRow, style: CaptionStyle): string | null {
  const text = sample.captions[style]?.trim() ?? '';
  return text === '' ? null : text;
}
