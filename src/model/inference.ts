/** The model as it answers, without gradients: on WASM adapters are folded into the weights, on WebGPU they run along. */
import * as tf from '../device/tf';
import { linear, onGpu, type FrozenLinear, type LoraBlock, type Tensor } from '../ops';
import type { Backbone } from './backbone';
import { stackPixels } from './batch';
import { chain } from './chain';
import { CONNECTOR } from './connector';
import { headLogits } from './heads';
import { adapted, mergedWeight, textBlock, visionBlock } from './lora';
import { LM_HEAD, type AdapterState } from './trainable';
import { embedPatches, visionLayer, visionOutput } from './vision';
import type { AttentionWeights, TextLayerWeights, VisionLayerWeights } from './weights';

/** A layer to answer with. */
export interface Answering<W> {
  weights: W;
  /** Adapters that are not folded in. */
  lora: LoraBlock | null;
}

/** The model for one call; `dispose` frees what is not the backbone's. */
export interface AnsweringModel {
  vision: readonly Answering<VisionLayerWeights>[];
  text: readonly Answering<TextLayerWeights>[];
  connector(x: Tensor): Tensor;
  lmHead(x: Tensor): Tensor;
  dispose(): void;
}

/** The backbone with the state's adapters, projector and lm_head; the backbone alone for null. */
export function answering({ weights }: Backbone, state: AdapterState | null): AnsweringModel {
  const made: Tensor[] = [];
  const layer = <W extends AttentionWeights>(w: W, block: string): Answering<W> => {
    const lora = state?.lora(block) ?? null;
    if (lora === null || onGpu()) return { weights: w, lora };
    const words = mergedWeight(w.qkv.weights, lora);
    made.push(words);
    const qkv: FrozenLinear = { ...w.qkv, weights: { ...w.qkv.weights, words } };
    return { weights: { ...w, qkv }, lora: null };
  };
  const projection = (frozen: FrozenLinear, name: string, lora: LoraBlock | null): ((x: Tensor) => Tensor) => {
    if (state?.has(name) !== true) return (x) => adapted(x, frozen, lora);
    const matrix = state.matrix(name);
    return (x) => linear(x, matrix);
  };
  return {
    vision: weights.vision.map((w, i) => layer(w, visionBlock(i))),
    text: weights.text.map((w, i) => layer(w, textBlock(i))),
    connector: projection(weights.connector, CONNECTOR, null),
    lmHead: projection(weights.lmHead, LM_HEAD, state?.headLora() ?? null),
    dispose: () => tf.dispose(made),
  };
}

/** The vision tower's output `[n * patches, hidden]`. Call inside `tf.tidy`. */
export function visionFeatures(
  { config, weights }: Backbone,
  layers: readonly Answering<VisionLayerWeights>[],
  pictures: readonly Float32Array[],
): Tensor {
  const start = embedPatches(stackPixels(pictures, config), weights, config);
  const h = chain(
    start,
    layers.map(
      ({ weights: w, lora }) =>
        (x) =>
          visionLayer(x, w, lora, config.vision, pictures.length),
    ),
  );
  return visionOutput(h, weights, config.vision);
}

/** P(spoof) `[n]` from the tower's output. */
export function spoofProbabilities(backbone: Backbone, features: Tensor, state: AdapterState): Tensor {
  return tf.tidy(() => {
    const logits = headLogits(features, state, backbone.config.patches);
    return tf.reshape(tf.slice(tf.softmax(logits), [0, 1], [-1, 1]), [-1]);
  });
}
