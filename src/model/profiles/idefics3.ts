/**
 * SmolVLM and SmolVLM2 (Marafioti et al., 2025), the architecture of Idefics3 (Laurencon et al., 2024): SigLIP, a pixel
 * shuffle with one linear layer, a Llama decoder. One tile: transformers would cut a picture into up to 17 of them
 * (`do_image_splitting`), which is 17 times the work for a face that one shows.
 */
import type { BackboneConfig } from '../config';
import { asObject, require, unusable, whole, type JsonObject } from '../config_fields';
import { readText, readVision } from './towers';
import type { Profile } from './types';

const AROUND = '<fake_token_around_image>';

export const IDEFICS3: Profile = {
  title: 'SmolVLM (Idefics3)',
  modelTypes: ['idefics3', 'smolvlm'],
  names: {
    vision: 'model.vision_model',
    text: 'model.text_model',
    projector: 'modality_projection',
    projectorLayers: ['model.connector.modality_projection.proj'],
    newline: null,
  },
  aliases: [],
  visionNorm: true,
  projectorBias: false,
  textBias: false,
  prompt: {
    image: '<image>',
    before: [AROUND, '<global-img>'],
    after: [AROUND],
    end: '<end_of_utterance>',
    lead: ' ',
    variables: { bos_token: '<|im_start|>', eos_token: '<end_of_utterance>' },
    plain: (question) => `<|im_start|>User:<image>${question}<end_of_utterance>\nAssistant:`,
  },
  picture: { fit: 'squeezed', resample: 1, mean: [0.5, 0.5, 0.5], std: [0.5, 0.5, 0.5] },
  read,
};

function read(root: JsonObject, architecture: string): BackboneConfig {
  // Defaults are those of transformers' Idefics3VisionConfig and LlamaConfig.
  const vision = readVision(asObject(root['vision_config'], 'vision_config'), {
    hidden: 1152,
    layers: 12,
    heads: 16,
    intermediate: 3072,
    imageSize: 224,
    patchSize: 32,
  });
  const fields = asObject(root['text_config'], 'text_config');
  require(fields, 'text_config.attention_bias', [false]);
  require(fields, 'text_config.mlp_bias', [false]);
  const text = readText(fields, { maxPositions: 2048 });
  const scaleFactor = whole(root, 'scale_factor', 2);
  const side = vision.imageSize / vision.patchSize;
  // Idefics3's position ids are those of a grid only where patches cover the picture.
  if (!Number.isInteger(side) || side % scaleFactor !== 0) {
    throw unusable(
      `An image of ${vision.imageSize} pixels does not divide into patches of ${vision.patchSize} in blocks of ${scaleFactor}.`,
    );
  }
  return {
    architecture,
    vision,
    text,
    scaleFactor,
    imageToken: whole(root, 'image_token_id'),
    tiedEmbeddings: root['tie_word_embeddings'] === true,
    patches: side ** 2,
    imageTokens: (side / scaleFactor) ** 2,
  };
}
