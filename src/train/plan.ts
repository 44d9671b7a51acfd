/** Refuses a run that cannot fit the GPU before anything of it is allocated, and says what would fit. */
import { fitSentence, refuseTooLarge, type Changeable } from '../device/fit';
import { planMemory, type PlannedRun } from '../device/plan';
import { memoryOffer, probeMemory } from '../device/scopes';
import type { VisionLanguageModel } from '../model';
import type { RunConfig } from '../protocol';
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
