/** What differs in the setting of results from the paper's, and what else they must not be read without. */
import { PAPER as PRESET, provenance, type RunConfig } from '../../protocol';
import { policyName } from '../numbers/policy';
import { VANILLA, WITHOUT_CLS } from './paper';
import type { Result, UsedSet } from './table';

/** Frames of the paper's training sets by the public caption set: two of each video of the official train parts. */
const PUBLIC_FRAMES: Readonly<Record<string, number>> = { MICO: 5040, MIC: 1440, MOC: 4320, MOI: 4560, OCI: 4800 };

/** Letters of the training sources, in whatever order they come, as the paper writes them; other names as they are. */
export function sourceOf(train: readonly string[]): string {
  const sorted = [...train].sort();
  if (!train.every((role) => role.length === 1)) return sorted.join(', ');
  const letters = sorted.join('');
  return Object.keys(PUBLIC_FRAMES).find((name) => [...name].sort().join('') === letters) ?? letters;
}

export function usedSets(results: readonly Result[]): UsedSet[] {
  const sets = results.flatMap(({ setting }) => setting.sets);
  return [...new Map(sets.map((set) => [JSON.stringify([set.name, set.side, set.generated]), set])).values()];
}

/** What trained, as sentences name it: tables of the paper by their sources, others by the protocol. */
export type NameOf = (result: Result) => string;
const bySources: NameOf = ({ train }) => sourceOf(train);
export const byProtocol: NameOf = ({ protocol }) => protocol;

/** Sentences for under a table. */
export function settingsOf(results: readonly Result[], nameOf = bySources): string[] {
  if (results.length === 0) return [];
  return [
    `Backbone: ${unique(results.map(({ setting }) => setting.model)).join(', ')}; the paper does not name its own.`,
    ...differences(results),
    ...ownChoices(results),
    'Arithmetic and trained numbers are in 32 bits; the paper used bfloat16.',
    ...framesTrained(results, nameOf),
    ...captionsTrained(results, nameOf),
    ...setsUsed(results),
    ...judgedHow(results),
  ];
}

/** Names of settings as sentences need them; others go by the name they have in a configuration. */
const WORDS: Partial<Record<keyof RunConfig, string>> = {
  steps: 'optimiser steps',
  learningRate: 'learning rate',
  weightDecay: 'weight decay',
  loraRank: 'LoRA rank',
  loraAlpha: 'LoRA alpha',
  loraVision: 'LoRA in the vision tower',
  lmHead: 'lm_head',
  gradientClip: 'gradient clip',
  warmupSteps: 'warm-up steps',
  decayShare: 'share of the steps over which the rate falls',
  maxCaptionTokens: 'longest caption in tokens',
  gradientCheckpointing: 'gradient checkpointing',
};
/** Said in another way (the batch as one number), or of no effect on what is learnt. */
const LEFT_OUT = new Set<string>(['batch', 'accumulation', 'gradientCheckpointing', 'splitBy', 'testShare']);
/** What makes a variant of the paper's what it is. */
function byDesign(variant: string, key: string, value: unknown): boolean {
  if (key === 'alpha') return variant === WITHOUT_CLS && value === 0;
  return variant === VANILLA && key === 'reasoningShare' && value === 0;
}

const KEYS = Object.keys(PRESET) as (keyof RunConfig)[];

function differences(results: readonly Result[]): string[] {
  const said = KEYS.flatMap((key) => {
    if (LEFT_OUT.has(key)) return [];
    const values = results.flatMap(({ setting: { config }, variant }) => {
      const differs = provenance(config, key) === 'differs from the paper';
      return differs && !byDesign(variant, key, config[key]) ? [config[key]] : [];
    });
    return values.length === 0 ? [] : [`${WORDS[key] ?? key} ${list(values)} (paper: ${String(PRESET[key])})`];
  });
  const batches = unique(results.map(({ setting: { config } }) => config.batch * config.accumulation));
  const papers = PRESET.batch * PRESET.accumulation;
  if (batches.some((size) => size !== papers)) said.push(`effective batch ${batches.join(', ')} (paper: ${papers})`);
  return said.length === 0 ? [] : [`Differs from the paper: ${said.join('; ')}.`];
}

function ownChoices(results: readonly Result[]): string[] {
  const said = KEYS.flatMap((key) => {
    const values = results
      .filter(({ setting }) => !LEFT_OUT.has(key) && provenance(setting.config, key) === 'not stated in the paper')
      .map(({ setting }) => setting.config[key]);
    return values.length === 0 ? [] : [`${WORDS[key] ?? key} ${list(values)}`];
  });
  return [`Not stated in the paper, here: ${said.join('; ')}.`];
}

function framesTrained(results: readonly Result[], nameOf: NameOf): string[] {
  const trained = new Map<string, { source: string; counts: Set<number> }>();
  for (const result of results) {
    const name = nameOf(result);
    const { counts } = trained.get(name) ?? { counts: new Set<number>() };
    trained.set(name, { source: sourceOf(result.train), counts: counts.add(result.setting.trainFrames) });
  }
  const said = [...trained].map(([name, { source, counts }]) => {
    const papers = PUBLIC_FRAMES[source];
    return `${name} ${[...counts].join(' or ')}${papers === undefined ? '' : ` (public caption set: ${papers})`}`;
  });
  return [`Frames trained on: ${said.join('; ')}.`];
}

/** Captions of the frames, without which rows of text stand beside the paper's with nothing behind them. */
function captionsTrained(results: readonly Result[], nameOf: NameOf): string[] {
  const counts = results.flatMap((result) => {
    const { captioned } = result.setting;
    if (captioned === undefined) return [];
    const drafted = result.setting.drafted ?? 0;
    const drafts = drafted > 0 ? ` (${drafted} of them drafts of a model)` : '';
    return [`${nameOf(result)} ${captioned.vanilla} vanilla and ${captioned.reasoning} reasoning${drafts}`];
  });
  const untaught = results.filter(({ setting: { captioned, config } }) => {
    if (captioned === undefined) return false;
    const { vanilla, reasoning } = captioned;
    return (config.reasoningShare === 1 ? 0 : vanilla) + (config.reasoningShare === 0 ? 0 : reasoning) === 0;
  });
  const which = unique(untaught.map((result) => `${nameOf(result)}, ${result.variant}`));
  return [
    ...(counts.length === 0 ? [] : [`Of them with captions: ${unique(counts).join('; ')}.`]),
    ...(which.length === 0
      ? []
      : [
          `No frame had a caption to learn from in: ${which.join('; ')}. Only the classification loss trained there: rows of text and likelihood are of text that nothing taught, and variants that differ in captions alone are one training.`,
        ]),
  ];
}

function setsUsed(results: readonly Result[]): string[] {
  const known = results.filter(({ setting }) => setting.known);
  const said = usedSets(known).map(({ role, name, side, generated, official }) => {
    const part = official === null ? 'parts not known' : official ? `official ${side} part` : 'no official part';
    return `${role} to ${side}: ${name}, ${generated ? 'generated' : part}`;
  });
  const unknown = unique(
    results.filter(({ setting }) => !setting.known).map(({ protocol, test }) => `${protocol} -> ${test}`),
  );
  return [
    ...(said.length === 0 ? [] : [`Sets: ${unique(said).sort().join('; ')}.`]),
    ...(unknown.length === 0
      ? []
      : [
          `Not known on which sets, as it was not kept when they were judged, and so not compared with the paper: ${unknown.join('; ')}.`,
        ]),
  ];
}

function judgedHow(results: readonly Result[]): string[] {
  const readers = new Set(results.map(({ measures }) => measures.reader));
  const limits = unique(
    results.flatMap(({ setting, measures }) => (measures.reader === 'text' ? [setting.textFrames] : [])),
  );
  const policies = unique(
    results
      .filter(({ measures }) => measures.reader !== 'text')
      .map(({ measures }) => `"${policyName(measures.policy)}": ${measures.policyWords}`),
  );
  const units = unique(results.map(({ measures }) => measures.unit));
  return [
    ...(readers.has('text')
      ? ['Text is read by rules, undecided counts as an error; in the paper another language model reads it.']
      : []),
    ...(readers.has('head') || readers.has('likelihood')
      ? [
          `The paper's numbers are of texts and have no threshold; rows of head and likelihood do. ${policies.join('. ')}.`,
        ]
      : []),
    ...limits.flatMap((limit) =>
      limit === null
        ? []
        : [
            `Text of at most ${limit} frames of a test set, half of them live, the other half shared by the attacks as far as it reaches: plain accuracy and all that pools the attacks (FAR, HTER, balanced accuracy) weigh classes and attacks by that choice, and so does the plain accuracy of one attack; FRR, the APCER of each attack, its HTER and its balanced accuracy do not.`,
          ],
    ),
    `Counted by ${units.join(' and by ')}; the paper does not say which it counts.`,
  ];
}

/** The notes of the measures, each once, with what they are of. */
export function measuredNotes(results: readonly Result[], nameOf = bySources): string[] {
  const by = new Map<string, string[]>();
  for (const result of results) {
    const { test, variant, measures } = result;
    const of = `${nameOf(result)} -> ${test}, ${variant}, ${measures.reader} by ${measures.unit}`;
    for (const note of measures.notes) by.set(note, [...(by.get(note) ?? []), of]);
  }
  return [...by].map(([note, of]) => `${note} (${unique(of).join('; ')})`);
}

export function unique<T>(values: readonly T[]): T[] {
  return [...new Set(values)];
}

function list(values: readonly unknown[]): string {
  return unique(values.map(String)).join(' or ');
}
