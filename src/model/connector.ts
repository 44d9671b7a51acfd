/**
 * From vision features to image tokens. Idefics3: pixel shuffle, then one linear map. LLaVA-OneVision: two linear maps
 * with an exact GELU between them, and a learnt row behind each picture's tokens.
 */
import type { ModelSizes } from '../device/plan';
import * as tf from '../device/tf';
import { frozenLinear, gelu, linear, pixelShuffle, type Tensor } from '../ops';
import type { BackboneConfig } from './config';
import type { FlatState } from './flat';
import { profileOf } from './profiles';
import type { FrozenWeights } from './weights';

export interface ConnectorLayer {
  /** Of the module: its weight is `<name>.weight`. */
  name: string;
  inputs: number;
  outputs: number;
  bias: boolean;
}

/** One layer of a connector: `[rows, inputs] -> [rows, outputs]`. */
export type Projection = (x: Tensor) => Tensor;

/** The linear layers, in order; all of them train. */
export function connectorLayers(config: BackboneConfig): ConnectorLayer[] {
  const { names, projectorBias: bias } = profileOf(config);
  const { vision, text, scaleFactor } = config;
  return names.projectorLayers.map((name, i) => ({
    name,
    inputs: i === 0 ? vision.hidden * scaleFactor ** 2 : text.hidden,
    outputs: text.hidden,
    bias,
  }));
}

/** What `device/plan` needs to know of a backbone. */
export function modelSizes(config: BackboneConfig): ModelSizes {
  const counts = connectorLayers(config).map(({ inputs, outputs, bias }) => inputs * outputs + (bias ? outputs : 0));
  const connector = { all: counts.reduce((a, b) => a + b, 0), largest: Math.max(...counts) };
  return { ...config, connector };
}

/** The layers with what trains. */
export function trainedLayers(config: BackboneConfig, state: FlatState): Projection[] {
  return connectorLayers(config).map(({ name, bias }) => {
    const weight = state.matrix(`${name}.weight`);
    const shift = bias ? state.matrix(`${name}.bias`) : null;
    return (x) => linear(x, weight, shift);
  });
}

/** The layers as they were loaded. */
export function frozenLayers({ connector }: FrozenWeights): Projection[] {
  return connector.map((layer) => (x) => frozenLinear(x, layer));
}

/** Features `[batch * patches, visionHidden]` to `[batch * imageTokens, textHidden]`. */
export function connect(
  features: Tensor,
  layers: readonly Projection[],
  config: BackboneConfig,
  { newline }: Pick<FrozenWeights, 'newline'>,
): Tensor {
  const { vision, text, patches, scaleFactor, imageTokens } = config;
  const batch = features.shape[0] / patches;
  const blocks = patches / scaleFactor ** 2;
  const shuffled =
    scaleFactor === 1 ? features : pixelShuffle(tf.reshape(features, [-1, patches, vision.hidden]), scaleFactor);
  const rows = tf.reshape(shuffled, [batch * blocks, vision.hidden * scaleFactor ** 2]);
  const projected = layers.reduce((x, project, i) => project(i === 0 ? x : gelu(x)), rows);
  if (newline === null) return projected;
  const ends = tf.tile(tf.reshape(newline, [1, 1, text.hidden]), [batch, 1, 1]);
  const pictures = tf.concat([tf.reshape(projected, [batch, blocks, text.hidden]), ends], 1);
  return tf.reshape(pictures, [batch * imageTokens, text.hidden]);
}
