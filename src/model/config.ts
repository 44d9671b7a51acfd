/** Reads a backbone's `config.json` (transformers' Idefics3, alias SmolVLM) and refuses what this code would get wrong. */
import { ModelError } from '../protocol';

export interface VisionConfig {
  hidden: number;
  layers: number;
  heads: number;
  intermediate: number;
  imageSize: number;
  patchSize: number;
  channels: number;
  epsilon: number;
}

export interface TextConfig {
  hidden: number;
  layers: number;
  heads: number;
  /** Key/value heads; `heads` is a multiple of it. */
  kvHeads: number;
  headDim: number;
  intermediate: number;
  vocabulary: number;
  maxPositions: number;
  epsilon: number;
  ropeTheta: number;
}

export interface BackboneConfig {
  /** `idefics3` or `smolvlm`. */
  architecture: string;
  vision: VisionConfig;
  text: TextConfig;
  /** Side of the block of patches that becomes one image token. */
  scaleFactor: number;
  imageToken: number;
  tiedEmbeddings: boolean;
  /** Patches of one picture. */
  patches: number;
  /** Tokens of one picture in the text. */
  imageTokens: number;
}

const FILE = 'config.json';

/** @throws ModelError naming the field. */
export function parseConfig(json: string): BackboneConfig {
  const root = asObject(parseJson(json, FILE), '');
  const architecture = root['model_type'];
  if (architecture !== 'idefics3' && architecture !== 'smolvlm') {
    throw unusable(`Its model_type is ${JSON.stringify(architecture)}, not idefics3 or smolvlm.`);
  }
  const vision = asObject(root['vision_config'], 'vision_config');
  const text = asObject(root['text_config'], 'text_config');
  require(vision, 'vision_config.hidden_act', ['gelu_pytorch_tanh']);
  require(text, 'text_config.hidden_act', ['silu']);
  require(text, 'text_config.attention_bias', [false]);
  require(text, 'text_config.mlp_bias', [false]);
  const hidden = whole(text, 'text_config.hidden_size');
  const heads = whole(text, 'text_config.num_attention_heads');
  // Defaults below are those of transformers' Idefics3VisionConfig and LlamaConfig: saved files leave them out.
  const config: Omit<BackboneConfig, 'patches' | 'imageTokens'> = {
    architecture,
    vision: {
      hidden: whole(vision, 'vision_config.hidden_size', 1152),
      layers: whole(vision, 'vision_config.num_hidden_layers', 12),
      heads: whole(vision, 'vision_config.num_attention_heads', 16),
      intermediate: whole(vision, 'vision_config.intermediate_size', 3072),
      imageSize: whole(vision, 'vision_config.image_size', 224),
      patchSize: whole(vision, 'vision_config.patch_size', 32),
      channels: whole(vision, 'vision_config.num_channels', 3),
      epsilon: positive(vision, 'vision_config.layer_norm_eps', 1e-6),
    },
    text: {
      hidden,
      heads,
      layers: whole(text, 'text_config.num_hidden_layers'),
      kvHeads: whole(text, 'text_config.num_key_value_heads', heads),
      headDim: whole(text, 'text_config.head_dim', hidden / heads),
      intermediate: whole(text, 'text_config.intermediate_size'),
      vocabulary: whole(text, 'text_config.vocab_size'),
      maxPositions: whole(text, 'text_config.max_position_embeddings', 2048),
      epsilon: positive(text, 'text_config.rms_norm_eps', 1e-6),
      ropeTheta: ropeTheta(text),
    },
    scaleFactor: whole(root, 'scale_factor', 2),
    imageToken: whole(root, 'image_token_id'),
    tiedEmbeddings: root['tie_word_embeddings'] === true,
  };
  return { ...config, ...geometry(config) };
}

/** Parses a JSON file of the folder. @throws ModelError */
export function parseJson(json: string, file: string): unknown {
  try {
    return JSON.parse(json) as unknown;
  } catch (error) {
    throw new ModelError({
      file,
      cause: `It is not JSON (${error instanceof Error ? error.message : String(error)}).`,
      remedy: 'Get the file again.',
    });
  }
}

function geometry({ vision, text, scaleFactor }: Omit<BackboneConfig, 'patches' | 'imageTokens'>): {
  patches: number;
  imageTokens: number;
} {
  const side = vision.imageSize / vision.patchSize;
  if (vision.channels !== 3) throw unusable(`It takes pictures of ${vision.channels} channels, not 3.`);
  if (!Number.isInteger(side) || side % scaleFactor !== 0) {
    throw unusable(
      `An image of ${vision.imageSize} pixels does not divide into patches of ${vision.patchSize} in blocks of ${scaleFactor}.`,
    );
  }
  if (vision.hidden % vision.heads !== 0)
    throw unusable(`vision_config: ${vision.hidden} channels do not divide into ${vision.heads} heads.`);
  if (text.heads % text.kvHeads !== 0)
    throw unusable(`text_config: ${text.heads} heads do not divide into ${text.kvHeads} groups.`);
  if (text.headDim % 2 !== 0) throw unusable(`text_config.head_dim ${text.headDim} is odd.`);
  return { patches: side ** 2, imageTokens: (side / scaleFactor) ** 2 };
}

function ropeTheta(text: Record<string, unknown>): number {
  const scaling = text['rope_parameters'] ?? text['rope_scaling'];
  if (typeof scaling === 'object' && scaling !== null) {
    const { rope_type: type, type: oldType, rope_theta: theta } = scaling as Record<string, unknown>;
    const kind = type ?? oldType ?? 'default';
    if (kind !== 'default') throw unusable(`Its rotary embedding is of type ${JSON.stringify(kind)}.`);
    if (typeof theta === 'number' && theta > 0) return theta;
  }
  return positive(text, 'text_config.rope_theta', 10_000);
}

function unusable(cause: string): ModelError {
  return new ModelError({
    file: FILE,
    cause,
    remedy: 'Choose a model of the SmolVLM family, e.g. SmolVLM-256M-Instruct, in its Hugging Face folder format.',
  });
}

function asObject(value: unknown, path: string): Record<string, unknown> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  throw unusable(path === '' ? 'It is not a JSON object.' : `${path} is missing.`);
}

const field = (path: string): string => path.slice(path.lastIndexOf('.') + 1);

function whole(from: Record<string, unknown>, path: string, otherwise?: number): number {
  const value = from[field(path)] ?? otherwise;
  if (value === undefined) throw unusable(`${path} is missing.`);
  if (!Number.isInteger(value) || (value as number) < 1 || (value as number) > 2 ** 24) {
    throw unusable(`${path} is ${JSON.stringify(value)}, not a sensible whole number.`);
  }
  return value as number;
}

function positive(from: Record<string, unknown>, path: string, otherwise: number): number {
  const value = from[field(path)] ?? otherwise;
  if (typeof value !== 'number' || !Number.isFinite(value) || value <= 0) {
    throw unusable(`${path} is ${JSON.stringify(value)}, not a positive number.`);
  }
  return value;
}

function require(from: Record<string, unknown>, path: string, allowed: readonly unknown[]): void {
  const value = from[field(path)];
  if (value !== undefined && value !== null && !allowed.includes(value)) {
    throw unusable(`${path} is ${JSON.stringify(value)}, which is not supported.`);
  }
}
