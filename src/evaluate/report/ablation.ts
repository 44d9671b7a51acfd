/** What two variants can show of one another while no adapter sits in the vision tower. */

/** Where no adapter sits in the vision tower, its output is frozen: of L_cls only the head's own weights have a gradient. */
export const CLS_TRAINS_HEAD_ALONE =
  'Without LoRA in the vision tower (loraVision false) L_cls trains the live/spoof head alone and reaches the texts at most through the joint clipping of gradients: ' +
  'texts with and without it are nearly the same by construction, and say nothing of what L_cls does for texts. Turn LoRA in the vision tower on for that.';

/** Then captions have no gradient in what the head reads either. */
export const CAPTIONS_PASS_THE_HEAD_BY =
  'Without LoRA in the vision tower (loraVision false) the head reads frozen features, which captions reach at most through the joint clipping of gradients: ' +
  'its rows are nearly the same for both styles by construction.';
