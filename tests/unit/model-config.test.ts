/** config.json: defaults of transformers, and a sentence for everything that would be computed wrongly. */
import { describe, expect, test } from 'vitest';
import { parseConfig } from '../../src/model/config';
import { ModelError } from '../../src/protocol';

type Json = Record<string, unknown> & { vision_config: Record<string, unknown>; text_config: Record<string, unknown> };

/** As SmolVLM-256M-Instruct publishes it: much is left to the defaults of the library. */
const published = (): Json => ({
  architectures: ['Idefics3ForConditionalGeneration'],
  image_token_id: 49190,
  model_type: 'idefics3',
  scale_factor: 4,
  tie_word_embeddings: false,
  text_config: {
    hidden_size: 576,
    intermediate_size: 1536,
    num_attention_heads: 9,
    num_hidden_layers: 30,
    num_key_value_heads: 3,
    rms_norm_eps: 1e-5,
    rope_theta: 100000,
    rope_scaling: null,
    max_position_embeddings: 8192,
    vocab_size: 49280,
  },
  vision_config: {
    hidden_size: 768,
    image_size: 512,
    num_attention_heads: 12,
    patch_size: 16,
    max_image_size: { longest_edge: 512 },
  },
});

test('a published configuration with its gaps', () => {
  const config = parseConfig(JSON.stringify(published()));
  expect(config).toMatchObject({ patches: 1024, imageTokens: 64, imageToken: 49190, tiedEmbeddings: false });
  expect(config.vision).toMatchObject({ layers: 12, intermediate: 3072, epsilon: 1e-6, channels: 3 });
  expect(config.text).toMatchObject({ headDim: 64, kvHeads: 3, ropeTheta: 100000, epsilon: 1e-5 });
});

describe('refused with the field named', () => {
  const cases: [string, (config: Json) => void, RegExp][] = [
    ['another architecture', (c) => (c['model_type'] = 'llava'), /model_type is "llava"/],
    ['no text part', (c) => delete (c as Record<string, unknown>)['text_config'], /text_config is missing/],
    ['no size', (c) => delete c.text_config['hidden_size'], /text_config\.hidden_size is missing/],
    ['a size as text', (c) => (c.text_config['hidden_size'] = '576'), /hidden_size is "576"/],
    ['no layers', (c) => (c.text_config['num_hidden_layers'] = 0), /num_hidden_layers is 0/],
    ['layers without end', (c) => (c.text_config['num_hidden_layers'] = 1e12), /num_hidden_layers/],
    ['another activation', (c) => (c.vision_config['hidden_act'] = 'relu'), /hidden_act is "relu"/],
    ['biases in attention', (c) => (c.text_config['attention_bias'] = true), /attention_bias is true/],
    [
      'scaled positions',
      (c) => (c.text_config['rope_scaling'] = { rope_type: 'yarn' }),
      /rotary embedding is of type "yarn"/,
    ],
    ['patches that do not divide', (c) => (c.vision_config['patch_size'] = 15), /does not divide into patches of 15/],
    ['blocks that do not divide', (c) => (c['scale_factor'] = 3), /blocks of 3/],
    ['heads that do not divide', (c) => (c.text_config['num_key_value_heads'] = 2), /9 heads do not divide into 2/],
    ['a norm without epsilon', (c) => (c.text_config['rms_norm_eps'] = -1), /rms_norm_eps is -1/],
  ];
  test.each(cases)('%s', (_, change, reason) => {
    const config = published();
    change(config);
    const read = (): unknown => parseConfig(JSON.stringify(config));
    expect(read).toThrow(ModelError);
    expect(read).toThrow(reason);
    expect(read).toThrow(/^config\.json: /);
  });

  test.each(['', '{', '[]', 'null', '"x"'])('%j', (json) => {
    expect(() => parseConfig(json)).toThrow(ModelError);
  });
});
