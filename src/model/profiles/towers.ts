/** The two towers' fields of `config.json`, which architectures share. */
import type { TextConfig, VisionConfig } from '../config';
import { positive, require, ropeTheta, unusable, whole, type JsonObject } from '../config_fields';

/** SigLIP's `vision_config`; `defaults` of the class in transformers, since saved files leave them out. */
export function readVision(
  vision: JsonObject,
  defaults: Pick<VisionConfig, 'hidden' | 'layers' | 'heads' | 'intermediate' | 'imageSize' | 'patchSize'>,
): VisionConfig {
  require(vision, 'vision_config.hidden_act', ['gelu_pytorch_tanh']);
  const config: VisionConfig = {
    hidden: whole(vision, 'vision_config.hidden_size', defaults.hidden),
    layers: whole(vision, 'vision_config.num_hidden_layers', defaults.layers),
    heads: whole(vision, 'vision_config.num_attention_heads', defaults.heads),
    intermediate: whole(vision, 'vision_config.intermediate_size', defaults.intermediate),
    imageSize: whole(vision, 'vision_config.image_size', defaults.imageSize),
    patchSize: whole(vision, 'vision_config.patch_size', defaults.patchSize),
    channels: whole(vision, 'vision_config.num_channels', 3),
    epsilon: positive(vision, 'vision_config.layer_norm_eps', 1e-6),
  };
  if (config.channels !== 3) throw unusable(`It takes pictures of ${config.channels} channels, not 3.`);
  if (config.hidden % config.heads !== 0)
    throw unusable(`vision_config: ${config.hidden} channels do not divide into ${config.heads} heads.`);
  return config;
}

/** A decoder of Llama's form; `defaults` as above. */
export function readText(
  text: JsonObject,
  defaults: Partial<Record<'hidden' | 'layers' | 'heads' | 'kvHeads' | 'intermediate', number>> & {
    maxPositions: number;
  },
): TextConfig {
  require(text, 'text_config.hidden_act', ['silu']);
  const hidden = whole(text, 'text_config.hidden_size', defaults.hidden);
  const heads = whole(text, 'text_config.num_attention_heads', defaults.heads);
  const config: TextConfig = {
    hidden,
    heads,
    layers: whole(text, 'text_config.num_hidden_layers', defaults.layers),
    kvHeads: whole(text, 'text_config.num_key_value_heads', defaults.kvHeads ?? heads),
    headDim: whole(text, 'text_config.head_dim', hidden / heads),
    intermediate: whole(text, 'text_config.intermediate_size', defaults.intermediate),
    vocabulary: whole(text, 'text_config.vocab_size'),
    maxPositions: whole(text, 'text_config.max_position_embeddings', defaults.maxPositions),
    epsilon: positive(text, 'text_config.rms_norm_eps', 1e-6),
    ropeTheta: ropeTheta(text),
  };
  if (config.heads % config.kvHeads !== 0)
    throw unusable(`text_config: ${config.heads} heads do not divide into ${config.kvHeads} groups.`);
  if (config.headDim % 2 !== 0) throw unusable(`text_config.head_dim ${config.headDim} is odd.`);
  return config;
}
