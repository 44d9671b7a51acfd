/**
 * A model folder with the exact tensors of SmolVLM-256M-Instruct (names, shapes, order of magnitude; 471 tensors,
 * 256,484,928 numbers) and random weights, written tensor by tensor: nothing is downloaded, nothing is learnt. The
 * tokenizer is the embedded backbone's, filled up with unused tokens to the vocabulary.
 */
import { closeSync, copyFileSync, mkdirSync, openSync, readFileSync, writeFileSync, writeSync } from 'node:fs';
import path from 'node:path';
import { inRoot } from './paths.mjs';

/** Sizes of the published config.json. */
export const SMOLVLM_256M = {
  vision: { hidden: 768, layers: 12, heads: 12, intermediate: 3072, image: 512, patch: 16 },
  text: { hidden: 576, layers: 30, heads: 9, kvHeads: 3, headDim: 64, intermediate: 1536, vocabulary: 49280 },
  scale: 4,
};

/** Names and shapes, in the order of the published file. @returns {[string, number[]][]} */
export function tensorsOf({ vision: v, text: t, scale } = SMOLVLM_256M) {
  /** @type {[string, number[]][]} */
  const tensors = [];
  const linear = (/** @type {string} */ name, /** @type {number} */ out, /** @type {number} */ into, bias = false) => {
    tensors.push([`${name}.weight`, [out, into]]);
    if (bias) tensors.push([`${name}.bias`, [out]]);
  };
  const norm = (/** @type {string} */ name) => {
    for (const part of ['weight', 'bias']) tensors.push([`${name}.${part}`, [v.hidden]]);
  };
  const tower = 'model.vision_model';
  tensors.push([`${tower}.embeddings.patch_embedding.weight`, [v.hidden, 3, v.patch, v.patch]]);
  tensors.push([`${tower}.embeddings.patch_embedding.bias`, [v.hidden]]);
  tensors.push([`${tower}.embeddings.position_embedding.weight`, [(v.image / v.patch) ** 2, v.hidden]]);
  for (let i = 0; i < v.layers; i++) {
    const layer = `${tower}.encoder.layers.${i}`;
    norm(`${layer}.layer_norm1`);
    for (const part of ['q', 'k', 'v', 'out']) linear(`${layer}.self_attn.${part}_proj`, v.hidden, v.hidden, true);
    norm(`${layer}.layer_norm2`);
    linear(`${layer}.mlp.fc1`, v.intermediate, v.hidden, true);
    linear(`${layer}.mlp.fc2`, v.hidden, v.intermediate, true);
  }
  norm(`${tower}.post_layernorm`);
  linear('model.connector.modality_projection.proj', t.hidden, v.hidden * scale ** 2);
  linear('model.text_model.embed_tokens', t.vocabulary, t.hidden);
  for (let i = 0; i < t.layers; i++) {
    const layer = `model.text_model.layers.${i}`;
    tensors.push([`${layer}.input_layernorm.weight`, [t.hidden]]);
    linear(`${layer}.self_attn.q_proj`, t.heads * t.headDim, t.hidden);
    linear(`${layer}.self_attn.k_proj`, t.kvHeads * t.headDim, t.hidden);
    linear(`${layer}.self_attn.v_proj`, t.kvHeads * t.headDim, t.hidden);
    linear(`${layer}.self_attn.o_proj`, t.hidden, t.heads * t.headDim);
    tensors.push([`${layer}.post_attention_layernorm.weight`, [t.hidden]]);
    linear(`${layer}.mlp.gate_proj`, t.intermediate, t.hidden);
    linear(`${layer}.mlp.up_proj`, t.intermediate, t.hidden);
    linear(`${layer}.mlp.down_proj`, t.hidden, t.intermediate);
  }
  tensors.push(['model.text_model.norm.weight', [t.hidden]]);
  linear('lm_head', t.vocabulary, t.hidden);
  return tensors;
}

/**
 * Writes the folder. bfloat16 in one file, or in `shards` files with an index.
 *
 * @param {string} folder
 * @param {{seed?: number, sizes?: typeof SMOLVLM_256M, shards?: number, onProgress?: (done: number, total: number) => void}} [options]
 * @returns {{bytes: number, parameters: number, tensors: number}}
 */
export function writeRandomModel(
  folder,
  { seed = 1, sizes = SMOLVLM_256M, shards = 1, onProgress = () => undefined } = {},
) {
  mkdirSync(folder, { recursive: true });
  const tensors = tensorsOf(sizes);
  const count = (/** @type {number[]} */ shape) => shape.reduce((product, size) => product * size, 1);
  const parameters = tensors.reduce((sum, [, shape]) => sum + count(shape), 0);
  const each = Math.ceil(tensors.length / shards);
  const random = generator(seed);
  /** @type {Record<string, string>} */
  const map = {};
  let done = 0;
  let bytes = 0;
  for (let shard = 0; shard < shards; shard++) {
    const number = (/** @type {number} */ n) => String(n).padStart(5, '0');
    const name = shards === 1 ? 'model.safetensors' : `model-${number(shard + 1)}-of-${number(shards)}.safetensors`;
    const part = tensors.slice(shard * each, (shard + 1) * each);
    /** @type {Record<string, unknown>} */
    const header = { __metadata__: { format: 'pt' } };
    let at = 0;
    for (const [tensor, shape] of part) {
      header[tensor] = { dtype: 'BF16', shape, data_offsets: [at, (at += count(shape) * 2)] };
      map[tensor] = name;
    }
    const json = JSON.stringify(header);
    const head = Buffer.alloc(8 + Math.ceil(json.length / 8) * 8, 0x20);
    head.writeBigUInt64LE(BigInt(head.length - 8), 0);
    head.write(json, 8);
    const file = openSync(path.join(folder, name), 'w');
    try {
      writeSync(file, head);
      for (const [tensor, shape] of part) {
        const values = halves(tensor, shape, random);
        writeSync(file, Buffer.from(values.buffer));
        done += values.length;
        onProgress(done, parameters);
      }
    } finally {
      closeSync(file);
    }
    bytes += head.length + at;
  }
  if (shards > 1) {
    const index = { metadata: { total_size: parameters * 2 }, weight_map: map };
    writeFileSync(path.join(folder, 'model.safetensors.index.json'), `${JSON.stringify(index)}\n`);
  }
  writeSettings(folder, sizes);
  return { bytes, parameters, tensors: tensors.length };
}

/** Norm scales near 1, other vectors small, matrices such that activations keep their size. */
function halves(/** @type {string} */ name, /** @type {number[]} */ shape, /** @type {() => number} */ random) {
  const count = shape.reduce((product, size) => product * size, 1);
  const matrix = shape.length > 1;
  const centre = !matrix && /norm\d?\.weight$|layernorm\.weight$/.test(name) ? 1 : 0;
  const fan = shape.slice(1).reduce((product, size) => product * size, 1);
  const spread = matrix ? 1.7 / Math.sqrt(/embed|position/.test(name) ? 4 : fan) : 0.1;
  const floats = new Float32Array(1);
  const bits = new Uint32Array(floats.buffer);
  const values = new Uint16Array(count);
  for (let i = 0; i < count; i++) {
    floats[0] = centre + spread * (random() * 2 - 1);
    values[i] = /** @type {number} */ (bits[0]) >>> 16;
  }
  return values;
}

/** Mulberry32: uniform in [0, 1) from a 32-bit state. */
function generator(/** @type {number} */ seed) {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4294967296;
  };
}

/** config.json with the sizes, and the embedded backbone's tokenizer and processor made to fit. */
function writeSettings(/** @type {string} */ folder, /** @type {typeof SMOLVLM_256M} */ { vision: v, text: t, scale }) {
  const embedded = inRoot('public/models/tiny');
  const json = (/** @type {string} */ name) => JSON.parse(readFileSync(path.join(embedded, name), 'utf8'));
  const write = (/** @type {string} */ name, /** @type {unknown} */ value) =>
    writeFileSync(path.join(folder, name), `${JSON.stringify(value)}\n`);
  const config = json('config.json');
  Object.assign(config, { scale_factor: scale, dtype: 'bfloat16' });
  Object.assign(config.text_config, {
    hidden_size: t.hidden,
    head_dim: t.headDim,
    intermediate_size: t.intermediate,
    num_attention_heads: t.heads,
    num_key_value_heads: t.kvHeads,
    num_hidden_layers: t.layers,
    vocab_size: t.vocabulary,
    max_position_embeddings: 8192,
    rope_parameters: { rope_type: 'default', rope_theta: 100_000 },
  });
  Object.assign(config.vision_config, {
    hidden_size: v.hidden,
    intermediate_size: v.intermediate,
    num_attention_heads: v.heads,
    num_hidden_layers: v.layers,
    image_size: v.image,
    patch_size: v.patch,
  });
  write('config.json', config);
  const tokenizer = json('tokenizer.json');
  const vocabulary = tokenizer.model.vocab;
  for (let id = Object.keys(vocabulary).length; id < t.vocabulary; id++) vocabulary[`<unused${id}>`] = id;
  write('tokenizer.json', tokenizer);
  const processor = json('preprocessor_config.json');
  write('preprocessor_config.json', {
    ...processor,
    size: { longest_edge: v.image },
    max_image_size: { longest_edge: v.image },
  });
  for (const name of ['tokenizer_config.json', 'processor_config.json', 'chat_template.json'])
    copyFileSync(path.join(embedded, name), path.join(folder, name));
}
