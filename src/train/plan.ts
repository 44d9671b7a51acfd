/** Refuses a run that cannot fit the GPU before anything of it is allocated, and says what would fit. */
import { memoryInfo } from '../device';
import { fitSentence, refuseTooLarge, refuseTooLargeWeights, type Changeable } from '../device/fit';
import { frozenBytes, planMemory, weightBitsOf, type ModelSizes, type PlannedRun } from '../device/plan';
import { memoryOffer, probeMemory } from '../device/scopes';
import type { VisionLanguageModel } from '../model';
import type { RunConfig, WeightChoice } from '../protocol';
import { onGpu } from '../ops';
import { PROMPTS } from './captions';
import { picturesTogether } from './model_learner';

/** What the page lets its user change: the batch, checkpointing and vision adapters, besides these. */
const CHANGEABLE: Changeable = { weightBits: [8, 4], lmHead: ['adapter', 'frozen'] };

const planned = (model: VisionLanguageModel, config: RunConfig): PlannedRun => {
  const question = Object.values(PROMPTS).reduce((a, b) => (b.length > a.length ? b : a));
  return model.planned(config, question, picturesTogether(model.info));
};

/** Bytes of the trained values and their gradients. */
export function plannedState(model: VisionLanguageModel, config: RunConfig): number {
  return planMemory(planned(model, config)).parts.trained / 2;
}

/**
 * What the run needs and what the GPU offers, as a sentence with its bytes; null on WASM. What a run needs beside what
 * is held already is allocated for a moment: no browser says how much memory is free. Call with the engine.
 * @throws DeviceError naming both, and what would be smaller, when the run does not fit.
 */
export async function refuseUnplanned(
  model: VisionLanguageModel,
  config: RunConfig,
): Promise<{ bytes: number; words: string } | null> {
  if (!onGpu()) return null;
  const run = planned(model, config);
  const plan = planMemory(run);
  // Where one buffer alone is too large there is nothing to try.
  refuseTooLarge(run, memoryOffer(), CHANGEABLE);
  const offer = await probeMemory(plan.total);
  refuseTooLarge(run, offer, CHANGEABLE);
  return { bytes: plan.total, words: fitSentence(plan, offer) };
}

/**
 * Before a model's weights are read. Call with the engine.
 *
 * @param fileBytes of its weight files
 * @throws DeviceError when the GPU has no room for them, saying in how many bits it would.
 */
export async function refuseLargeModel(sizes: ModelSizes, fileBytes: number, weights: WeightChoice): Promise<void> {
  if (!onGpu()) return;
  // Files hold 16 or 32 bits a weight, and a header of some kilobytes.
  const fileBits = fileBytes > 1.5 * frozenBytes(sizes, 16) ? 32 : 16;
  const weightBits = weightBitsOf(weights, fileBits);
  const held = memoryInfo().bytes;
  const offer = await probeMemory(held + frozenBytes(sizes, weightBits, fileBits));
  refuseTooLargeWeights(sizes, { weightBits, fileBits }, held, offer);
}
