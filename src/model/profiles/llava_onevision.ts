/**
 * LLaVA-OneVision (Li et al., 2024) with Qwen2: SigLIP without its last norm, a projector of two layers, a decoder with
 * biases on q, k and v. Its module names are those of the paper's own table of what is trained.
 *
 * A picture takes the form that OneVision gives to one of several: padded to a square, the base grid alone, one
 * `image_newline` behind it. A single picture would get up to nine more grids at higher resolution (anyres), ten times
 * the tokens. transformers runs this form itself (`batch_num_images` other than 1), so the goldens are its own.
 */
import type { BackboneConfig } from '../config';
import { asObject, require, unusable, whole, type JsonObject } from '../config_fields';
import { readText, readVision } from './towers';
import type { Profile } from './types';

export const LLAVA_ONEVISION: Profile = {
  title: 'LLaVA-OneVision (SigLIP, Qwen2)',
  modelTypes: ['llava_onevision'],
  names: {
    vision: 'model.vision_tower',
    text: 'model.language_model',
    projector: 'multi_modal_projector',
    projectorLayers: ['model.multi_modal_projector.linear_1', 'model.multi_modal_projector.linear_2'],
    newline: 'model.image_newline',
  },
  // As published in 2024, as transformers 4.52 to 4.57 write it, and as transformers 5 does. The longer come first.
  aliases: [
    ['model.vision_tower.', 'model.vision_tower.vision_model.'],
    ['model.vision_tower.', 'vision_tower.vision_model.'],
    ['model.vision_tower.', 'vision_tower.'],
    ['model.language_model.', 'language_model.model.'],
    ['model.multi_modal_projector.', 'multi_modal_projector.'],
    ['model.image_newline', 'image_newline'],
    ['lm_head.', 'language_model.lm_head.'],
  ],
  visionNorm: false,
  projectorBias: true,
  textBias: true,
  prompt: {
    image: '<image>',
    before: [],
    after: [],
    end: '<|im_end|>',
    lead: '',
    variables: { bos_token: '', eos_token: '<|im_end|>' },
    plain: (question) => `<|im_start|>user <image>\n${question}<|im_end|><|im_start|>assistant\n`,
  },
  picture: {
    fit: 'padded',
    resample: 3,
    mean: [0.48145466, 0.4578275, 0.40821073],
    std: [0.26862954, 0.26130258, 0.27577711],
  },
  read,
};

function read(root: JsonObject, architecture: string): BackboneConfig {
  require(root, 'projector_hidden_act', ['gelu']);
  require(root, 'multimodal_projector_bias', [true]);
  require(root, 'vision_feature_select_strategy', ['full']);
  require(root, 'vision_feature_layer', [-1]);
  const visionFields = asObject(root['vision_config'], 'vision_config');
  require(visionFields, 'vision_config.model_type', ['siglip_vision_model']);
  // Defaults are those that LlavaOnevisionConfig and Qwen2Config fill in.
  const vision = readVision(visionFields, {
    hidden: 1152,
    layers: 26,
    heads: 16,
    intermediate: 4304,
    imageSize: 384,
    patchSize: 14,
  });
  const fields = asObject(root['text_config'], 'text_config');
  require(fields, 'text_config.model_type', ['qwen2']);
  require(fields, 'text_config.use_sliding_window', [false]);
  const text = readText(fields, {
    hidden: 4096,
    layers: 32,
    heads: 32,
    kvHeads: 32,
    intermediate: 22016,
    maxPositions: 32768,
  });
  // SigLIP's convolution leaves out what does not fill a patch: of 384 pixels in patches of 14 the last 6.
  const side = Math.floor(vision.imageSize / vision.patchSize);
  if (side === 0)
    throw unusable(`A patch of ${vision.patchSize} pixels is larger than an image of ${vision.imageSize}.`);
  return {
    architecture,
    vision,
    text,
    scaleFactor: 1,
    imageToken: whole(root, root['image_token_index'] === undefined ? 'image_token_id' : 'image_token_index'),
    // Published files say it beside the decoder's sizes.
    tiedEmbeddings: root['tie_word_embeddings'] === true || fields['tie_word_embeddings'] === true,
    patches: side ** 2,
    imageTokens: side ** 2 + 1,
  };
}
