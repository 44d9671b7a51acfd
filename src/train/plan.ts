/** Refuses a run that cannot fit the GPU before anything of it is allocated, and says what would fit. */
import { fitSentence, refuseTooLarge, type Changeable } from '../device/fit';
import { planMemory, type PlannedRun } from '../device/plan';
import { memoryOffer } from '../device/scopes';
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

/** Bytes of the trained values, their gradients and moments. */
export function plannedTraining(model: VisionLanguageModel, config: RunConfig): number {
  return planMemory(planned(model, config)).parts.trained;
}

/**
 * What the run needs and what is known of the GPU, as a sentence with its bytes; null on WASM.
 * @throws DeviceError naming both, and what would be smaller, when the run does not fit.
 */
export function refuseUnplanned(
  model: VisionLanguageModel,
  config: RunConfig,
): { bytes: number; words: string } | null {
  if (!onGpu()) return null;
  const run = planned(model, config);
  const offer = memoryOffer();
  refuseTooLarge(run, offer, CHANGEABLE);
  const plan = planMemory(run);
  return { bytes: plan.total, words: fitSentence(plan, offer) };
}
