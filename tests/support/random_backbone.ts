/**
 * A backbone of random weights and real architecture, small enough to train in a test within seconds. It borrows
 * tokenizer and processor from the embedded backbone; everything else is drawn from a fixed seed.
 */
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { writeSafetensors } from '../../src/model';
import type { ModelFile } from '../../src/protocol';

const BASE = '/models/tiny/';
const BORROWED = [
  'tokenizer.json',
  'tokenizer_config.json',
  'preprocessor_config.json',
  'processor_config.json',
  'chat_template.json',
];

/** Hidden size of both towers, and of one attention head. */
const HIDDEN = 16;
const HEAD = 8;
const MLP = 24;

interface Config {
  scale_factor: number;
  text_config: Record<string, unknown> & { vocab_size: number };
  vision_config: Record<string, unknown> & { image_size: number; patch_size: number };
}

/** `layers`: of each tower. */
export async function randomBackbone({ seed = 1, layers = 2 } = {}): Promise<ModelFile[]> {
  const fetched = async (path: string): Promise<Blob> => {
    const response = await fetch(`${BASE}${path}`);
    if (!response.ok) throw new Error(`${BASE}${path}: HTTP ${response.status}`);
    return response.blob();
  };
  const config = JSON.parse(await (await fetched('config.json')).text()) as Config;
  Object.assign(config, { dtype: 'float32' });
  Object.assign(config.text_config, {
    hidden_size: HIDDEN,
    head_dim: HEAD,
    intermediate_size: MLP,
    num_attention_heads: HIDDEN / HEAD,
    num_key_value_heads: 1,
    num_hidden_layers: layers,
  });
  Object.assign(config.vision_config, {
    hidden_size: HIDDEN,
    intermediate_size: MLP,
    num_attention_heads: HIDDEN / HEAD,
    num_hidden_layers: layers,
  });
  return [
    { path: 'config.json', blob: new Blob([JSON.stringify(config)]) },
    { path: 'model.safetensors', blob: new Blob([writeSafetensors(weights(config, seed, layers), { format: 'pt' })]) },
    ...(await Promise.all(BORROWED.map(async (path) => ({ path, blob: await fetched(path) })))),
  ];
}

function weights(config: Config, seed: number, layers: number): Map<string, { shape: number[]; data: Float32Array }> {
  const rng = xoroshiro128plus(seed);
  const tensors = new Map<string, { shape: number[]; data: Float32Array }>();
  const add = (name: string, ...shape: number[]): void => {
    const count = shape.reduce((a, b) => a * b, 1);
    const norm = /norm\d?\.weight$|layernorm\.weight$/.test(name);
    const scale = norm ? 0.1 : 0.5 / Math.sqrt(shape.at(-1)!);
    const data = Float32Array.from(
      { length: count },
      () => (norm ? 1 : 0) + scale * (2 * uniformFloat64(rng) - 1) * 1.7,
    );
    tensors.set(name, { shape, data });
  };
  const linear = (name: string, out: number, into: number, bias: boolean): void => {
    add(`${name}.weight`, out, into);
    if (bias) add(`${name}.bias`, out);
  };
  const norm = (name: string): void => {
    add(`${name}.weight`, HIDDEN);
    add(`${name}.bias`, HIDDEN);
  };
  const { patch_size: patch, image_size: image } = config.vision_config;
  const vision = 'model.vision_model';
  add(`${vision}.embeddings.patch_embedding.weight`, HIDDEN, 3, patch, patch);
  add(`${vision}.embeddings.patch_embedding.bias`, HIDDEN);
  add(`${vision}.embeddings.position_embedding.weight`, (image / patch) ** 2, HIDDEN);
  for (let i = 0; i < layers; i++) {
    const layer = `${vision}.encoder.layers.${i}`;
    norm(`${layer}.layer_norm1`);
    norm(`${layer}.layer_norm2`);
    for (const part of ['q', 'k', 'v', 'out']) linear(`${layer}.self_attn.${part}_proj`, HIDDEN, HIDDEN, true);
    linear(`${layer}.mlp.fc1`, MLP, HIDDEN, true);
    linear(`${layer}.mlp.fc2`, HIDDEN, MLP, true);
  }
  norm(`${vision}.post_layernorm`);
  linear('model.connector.modality_projection.proj', HIDDEN, HIDDEN * config.scale_factor ** 2, false);
  const vocabulary = config.text_config.vocab_size;
  add('model.text_model.embed_tokens.weight', vocabulary, HIDDEN);
  for (let i = 0; i < layers; i++) {
    const layer = `model.text_model.layers.${i}`;
    add(`${layer}.input_layernorm.weight`, HIDDEN);
    add(`${layer}.post_attention_layernorm.weight`, HIDDEN);
    linear(`${layer}.self_attn.q_proj`, HIDDEN, HIDDEN, false);
    linear(`${layer}.self_attn.k_proj`, HEAD, HIDDEN, false);
    linear(`${layer}.self_attn.v_proj`, HEAD, HIDDEN, false);
    linear(`${layer}.self_attn.o_proj`, HIDDEN, HIDDEN, false);
    linear(`${layer}.mlp.gate_proj`, MLP, HIDDEN, false);
    linear(`${layer}.mlp.up_proj`, MLP, HIDDEN, false);
    linear(`${layer}.mlp.down_proj`, HIDDEN, MLP, false);
  }
  add('model.text_model.norm.weight', HIDDEN);
  linear('lm_head', vocabulary, HIDDEN, false);
  return tensors;
}
