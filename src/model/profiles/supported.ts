/** The remedy of every refused model. */
export const SUPPORTED =
  'Supported are, in their Hugging Face folder format: the SmolVLM family (model_type idefics3 or smolvlm), e.g. ' +
  'SmolVLM-256M-Instruct, and LLaVA-OneVision with Qwen2 (model_type llava_onevision), e.g. LLaVA-OneVision-Qwen2-0.5B.';
