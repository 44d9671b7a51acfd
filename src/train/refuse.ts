/** What a run needs before it may start; each refusal names the part, the cause and the remedy. */
import { TrainingError, missingClass, type RunConfig, type SampleRow } from '../protocol';
import type { ChosenCaption } from './captions';

/**
 * Refuses a run that cannot mean anything.
 *
 * A held-out set without one of the classes is no reason to refuse: its rates are undefined, and say so.
 *
 * @throws TrainingError
 */
export function refuseUnfit(config: RunConfig, train: readonly SampleRow[], captions: readonly ChosenCaption[]): void {
  for (const [key, value] of Object.entries(config)) {
    if (typeof value === 'number' && !Number.isFinite(value)) {
      throw new TrainingError({ file: 'settings', cause: `${key} is not a number.`, remedy: 'Enter a finite number.' });
    }
  }
  for (const key of [
    'batch',
    'accumulation',
    'steps',
    'loraRank',
    'maxCaptionTokens',
    'evaluateEvery',
    'checkpointEvery',
  ] as const) {
    if (!Number.isInteger(config[key]) || config[key] < 1) {
      throw new TrainingError({
        file: 'settings',
        cause: `${key} is ${config[key]}.`,
        remedy: 'It must be a whole number of at least 1.',
      });
    }
  }
  for (const key of [
    'alpha',
    'beta',
    'learningRate',
    'weightDecay',
    'gradientClip',
    'warmupSteps',
    'decayShare',
  ] as const) {
    if (config[key] < 0) {
      throw new TrainingError({
        file: 'settings',
        cause: `${key} is ${config[key]}.`,
        remedy: 'It must not be negative.',
      });
    }
  }
  if (config.alpha === 0 && config.beta === 0) {
    throw new TrainingError({
      file: 'settings',
      cause: 'Both loss weights, alpha and beta, are 0: there is nothing to learn.',
      remedy: 'Give at least one of them a weight.',
    });
  }
  if (train.length === 0) {
    throw new TrainingError({
      file: 'training set',
      cause: 'It is empty.',
      remedy: 'Add data, or hold out a smaller share.',
    });
  }
  const unlabelled = train.find((sample) => sample.label === null);
  if (unlabelled !== undefined) {
    throw new TrainingError({
      file: `${unlabelled.set}/${unlabelled.file}`,
      cause: 'It is in the training set but has no label.',
      remedy: 'Label it live or spoof, or leave it out.',
    });
  }
  const label = missingClass(config, train);
  if (label !== null) {
    throw new TrainingError({
      file: 'training set',
      cause: `It has no ${label} sample, so the live/spoof head has nothing to tell apart.`,
      remedy: `Add ${label} samples, hold out a smaller share, or set alpha to 0 to train captions only.`,
    });
  }
  const { reasoningShare } = config;
  if (!(reasoningShare >= 0 && reasoningShare <= 1)) {
    throw new TrainingError({
      file: 'settings',
      cause: `reasoningShare is ${reasoningShare}.`,
      remedy: 'It must be a number from 0 to 1.',
    });
  }
  if (config.beta > 0 && config.alpha === 0 && captions.every(({ text }) => text === null)) {
    const style = reasoningShare === 0 ? 'vanilla ' : reasoningShare === 1 ? 'reasoning ' : '';
    throw new TrainingError({
      file: 'training set',
      cause: `No sample has a ${style}caption, and alpha is 0: there is nothing to learn.`,
      remedy: 'Import captions, choose the other caption style, or give alpha a weight.',
    });
  }
}
