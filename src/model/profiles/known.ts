/** The sizes of the backbones that are known by name (their published `config.json`), and what a run of each would hold. */
import { planMemory, weightBitsOf } from '../../device/plan';
import { KNOWN_BACKBONES, WEIGHT_CHOICES, type BackboneMemoryRow, type RunConfig } from '../../protocol';
import { parseConfig, type BackboneConfig } from '../config';
import { modelSizes } from '../connector';

const SMOLVLM_VISION = { hidden_size: 768, image_size: 512, num_attention_heads: 12, patch_size: 16 };
const SMOLVLM = {
  model_type: 'idefics3',
  image_token_id: 49190,
  scale_factor: 4,
  tie_word_embeddings: false,
  vision_config: SMOLVLM_VISION,
};
const SMOLLM = { rms_norm_eps: 1e-5, rope_theta: 100_000, max_position_embeddings: 8192, vocab_size: 49280 };
const LLM_135M = {
  ...SMOLLM,
  hidden_size: 576,
  intermediate_size: 1536,
  num_attention_heads: 9,
  num_hidden_layers: 30,
  num_key_value_heads: 3,
};
const LLM_360M = {
  ...SMOLLM,
  hidden_size: 960,
  intermediate_size: 2560,
  num_attention_heads: 15,
  num_hidden_layers: 32,
  num_key_value_heads: 5,
};

/** The fields that decide something; transformers' defaults fill in the rest. */
const CONFIGS: Readonly<Record<string, object>> = {
  'HuggingFaceTB/SmolVLM-256M-Instruct': { ...SMOLVLM, text_config: LLM_135M },
  'HuggingFaceTB/SmolVLM-500M-Instruct': { ...SMOLVLM, text_config: LLM_360M },
  'HuggingFaceTB/SmolVLM2-256M-Video-Instruct': { ...SMOLVLM, model_type: 'smolvlm', text_config: LLM_135M },
  'HuggingFaceTB/SmolVLM2-500M-Video-Instruct': { ...SMOLVLM, model_type: 'smolvlm', text_config: LLM_360M },
  'llava-hf/llava-onevision-qwen2-0.5b-ov-hf': {
    model_type: 'llava_onevision',
    image_token_index: 151646,
    vision_config: { model_type: 'siglip_vision_model' },
    text_config: {
      model_type: 'qwen2',
      hidden_size: 896,
      intermediate_size: 4864,
      num_attention_heads: 14,
      num_hidden_layers: 24,
      num_key_value_heads: 2,
      rope_theta: 1_000_000,
      tie_word_embeddings: true,
      vocab_size: 152_000,
    },
  },
};

/** Tokens of the longest question with what stands around it, rounded up. */
const QUESTION_TOKENS = 64;

/** @throws RangeError for a name that is not in `KNOWN_BACKBONES` */
export function knownConfig(id: string): BackboneConfig {
  const config = CONFIGS[id];
  if (config === undefined) throw new RangeError(`No known backbone ${id}`);
  return parseConfig(JSON.stringify(config));
}

/** What a run with these settings would hold on a GPU, for each known backbone and each way to hold its weights. */
export function backboneMemory(config: RunConfig): BackboneMemoryRow[] {
  return KNOWN_BACKBONES.flatMap(({ id, fileBits }) => {
    const known = knownConfig(id);
    return WEIGHT_CHOICES.map((weights) => {
      const plan = planMemory({
        sizes: modelSizes(known),
        config,
        weightBits: weightBitsOf(weights, fileBits),
        fileBits,
        tokens: known.imageTokens + QUESTION_TOKENS + config.maxCaptionTokens,
        picturesTogether: 1,
        captionsTogether: config.probes,
      });
      return { id, weights, bytes: plan.total };
    });
  });
}
