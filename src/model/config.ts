/** Reads a backbone's `config.json` and refuses what this code would get wrong. */
import { asObject, parseJson, unusable } from './config_fields';
import { profiles } from './profiles';

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
  /** The `model_type`; `profileOf` says what it means. */
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

/** @throws ModelError naming the field. */
export function parseConfig(json: string): BackboneConfig {
  const root = asObject(parseJson(json, 'config.json'), '');
  const architecture = root['model_type'];
  const profile = profiles.find(({ modelTypes }) => modelTypes.includes(architecture as string));
  if (profile === undefined) {
    const known = profiles.flatMap(({ modelTypes }) => modelTypes);
    throw unusable(`Its model_type is ${JSON.stringify(architecture)}, not ${known.join(', ')}.`);
  }
  return profile.read(root, architecture as string);
}
