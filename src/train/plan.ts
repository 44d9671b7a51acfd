/** Refuses a run that cannot fit the GPU before anything of it is allocated, and says what would fit. */
import { memoryOffer } from '../device/scopes';
import { refuseTooLarge, type Changeable } from '../device/fit';
import type { VisionLanguageModel } from '../model';
import type { RunConfig } from '../protocol';
import { onGpu } from '../ops';
import { PROMPTS } from './captions';

/** What the page lets its user change: the batch, checkpointing and vision adapters, besides these. */
const CHANGEABLE: Changeable = { weightBits: [8, 4], lmHead: [] };
/** Captions that an evaluation writes together at most (`ModelLearner.together`). */
const CAPTIONS = 8;

/** @throws DeviceError naming what the run needs, what the GPU is known to offer, and what would be smaller. */
export function refuseUnplanned(model: VisionLanguageModel, config: RunConfig): void {
  if (!onGpu()) return;
  const question = Object.values(PROMPTS).reduce((a, b) => (b.length > a.length ? b : a));
  refuseTooLarge(model.planned(config, question, CAPTIONS), memoryOffer(), CHANGEABLE);
}
