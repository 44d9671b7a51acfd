/** The fields of a run's configuration as the page shows them: words, limits, and the check of a typed value. */
import type { RunConfig } from '../protocol';

type KeyOf<T> = { [K in keyof RunConfig]: RunConfig[K] extends T ? K : never }[keyof RunConfig];

export interface NumberField {
  kind: 'number';
  key: KeyOf<number>;
  label: string;
  hint: string;
  min: number;
  max: number;
  whole: boolean;
}
export interface ChoiceField {
  kind: 'choice';
  key: 'lmHead' | 'splitBy';
  label: string;
  hint: string;
  options: [string, string][];
}
export interface SwitchField {
  kind: 'switch';
  key: KeyOf<boolean>;
  label: string;
  hint: string;
}
/** A share from 0 to 1, set in per cent, with the values that have a name. */
export interface ShareField {
  kind: 'share';
  key: 'reasoningShare';
  label: string;
  hint: string;
  marks: [value: number, word: string][];
}
export type Field = NumberField | ChoiceField | SwitchField | ShareField;

function number(
  key: NumberField['key'],
  label: string,
  hint: string,
  min: number,
  max: number,
  whole = true,
): NumberField {
  return { kind: 'number', key, label, hint, min, max, whole };
}

/** What most runs change. */
export const MAIN_FIELDS: Field[] = [
  number('steps', 'Steps', 'Optimiser steps', 1, 1_000_000),
  {
    kind: 'share',
    key: 'reasoningShare',
    label: 'Reasoning captions',
    hint: 'The other samples learn vanilla ones',
    marks: [
      [0, 'vanilla'],
      [0.5, 'half (paper)'],
      [1, 'reasoning'],
    ],
  },
  number('alpha', 'Weight of the verdict', 'Alpha, on the live/spoof loss', 0, 100, false),
  number('beta', 'Weight of the caption', 'Beta, on the caption loss', 0, 100, false),
  number('learningRate', 'Learning rate', 'AdamW', 1e-8, 1, false),
  number('batch', 'Batch', 'Samples at once', 1, 256),
  number('accumulation', 'Accumulation', 'Batches in one step', 1, 1024),
  number('evaluateEvery', 'Evaluate every', 'Steps between evaluations', 1, 1_000_000),
  number('probes', 'Probes', 'Held-out faces explained at each evaluation', 0, 16),
  number('testShare', 'Held-out share', 'Between 0 and 1', 0, 0.95, false),
  number('seed', 'Seed', 'Same seed, same run', 0, 4_294_967_295),
];

export const MORE_FIELDS: Field[] = [
  number('loraRank', 'LoRA rank', 'On q, k and v', 1, 256),
  number('loraAlpha', 'LoRA alpha', 'Scale is alpha / rank', 0.1, 1024, false),
  { kind: 'switch', key: 'loraVision', label: 'LoRA in the vision tower', hint: 'Else its features are constant' },
  {
    kind: 'choice',
    key: 'lmHead',
    label: 'Output projection',
    hint: 'lm_head: the largest part of what trains',
    options: [
      ['full', 'trains whole, as in the paper'],
      ['adapter', 'by a LoRA adapter'],
      ['frozen', 'stays as it is'],
    ],
  },
  number('weightDecay', 'Weight decay', 'AdamW', 0, 1, false),
  number('adamBeta1', 'Adam beta 1', 'First moment', 0, 0.99999, false),
  number('adamBeta2', 'Adam beta 2', 'Second moment', 0, 0.999999, false),
  number('adamEpsilon', 'Adam epsilon', '', 1e-16, 1e-2, false),
  number('gradientClip', 'Gradient norm limit', '0 turns it off', 0, 1e6, false),
  number('warmupSteps', 'Warm-up', 'Steps of rising rate', 0, 1_000_000),
  number('decayShare', 'Falling rate', 'Last share of the steps, 0 to 1', 0, 1, false),
  { kind: 'switch', key: 'gradientCheckpointing', label: 'Gradient checkpointing', hint: 'Less memory, more time' },
  number('maxCaptionTokens', 'Longest caption', 'Tokens', 8, 2048),
  number('evaluateTextSamples', 'Texts scored', 'At most, per evaluation', 0, 1_000_000),
  number('checkpointEvery', 'Checkpoint every', 'Steps', 1, 1_000_000),
  {
    kind: 'choice',
    key: 'splitBy',
    label: 'Split by',
    hint: 'Unit that the split never cuts',
    options: [
      ['subject', 'subject'],
      ['video', 'video'],
    ],
  },
];

/** Reads what was typed. Gives the number, or a sentence that says what is wrong. */
export function readNumber(field: NumberField, typed: string): { value: number } | { wrong: string } {
  const value = typed.trim() === '' ? NaN : Number(typed.replace(',', '.'));
  if (!Number.isFinite(value)) return { wrong: `${field.label} needs a number.` };
  if (field.whole && !Number.isInteger(value)) return { wrong: `${field.label} needs a whole number.` };
  if (value < field.min || value > field.max) {
    return { wrong: `${field.label} must lie between ${field.min} and ${field.max}.` };
  }
  return { value };
}

/** What only several fields together can get wrong; null when nothing is. */
export function crossCheck(config: RunConfig): string | null {
  if (config.alpha === 0 && config.beta === 0) return 'Both weights are 0, so there is nothing to learn. Raise one.';
  if (config.warmupSteps >= config.steps) return 'The warm-up is as long as the run. Shorten it.';
  return null;
}
