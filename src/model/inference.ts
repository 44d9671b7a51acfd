/** The model as it answers: adapters folded into the weights, no gradients. */
import * as tf from '../device/tf';
import type { FrozenLinear, LowRank, Tensor } from '../ops';
import type { Backbone } from './backbone';
import { stackPixels } from './batch';
import { CONNECTOR } from './connector';
import { HEAD_BIAS, HEAD_WEIGHT, headLogits } from './heads';
import { blockAdapters, mergedWeight, textBlock, visionBlock, type BlockAdapters } from './lora';
import { LM_HEAD, type AdapterState } from './trainable';
import { embedPatches, visionLayer, visionOutput } from './vision';
import type { AttentionWeights, FrozenWeights } from './weights';

const NO_ADAPTERS: BlockAdapters = { q: null, k: null, v: null };
export { NO_ADAPTERS };

/** Weights for one call; `dispose` frees what is not the backbone's. */
export interface EffectiveWeights {
  weights: FrozenWeights;
  dispose(): void;
}

/** The backbone's weights with the state's adapters, projector and lm_head; the backbone alone for null. */
export function effectiveWeights(backbone: Backbone, state: AdapterState | null): EffectiveWeights {
  const { weights } = backbone;
  if (state === null) return { weights, dispose: () => undefined };
  const made: Tensor[] = [];
  const fold = (layer: FrozenLinear, adapter: LowRank | null): FrozenLinear => {
    if (adapter === null) return layer;
    const weight = mergedWeight(layer, adapter);
    made.push(weight);
    // Inference never asks for the transposed weight.
    return { ...layer, weight };
  };
  const foldBlock = <W extends AttentionWeights>(w: W, block: string): W => {
    const adapters = blockAdapters((name) => state.get(name), block, state.scale);
    return { ...w, q: fold(w.q, adapters.q), k: fold(w.k, adapters.k), v: fold(w.v, adapters.v) };
  };
  return {
    weights: {
      ...weights,
      vision: weights.vision.map((w, i) => foldBlock(w, visionBlock(i))),
      text: weights.text.map((w, i) => foldBlock(w, textBlock(i))),
      connector: state.get(CONNECTOR) ?? weights.connector,
      lmHead: state.get(LM_HEAD) ?? weights.lmHead,
    },
    dispose: () => tf.dispose(made),
  };
}

/** The vision tower's output `[n * patches, hidden]`. Call inside `tf.tidy`. */
export function visionFeatures(backbone: Backbone, weights: FrozenWeights, pictures: readonly Float32Array[]): Tensor {
  const { config } = backbone;
  const start = embedPatches(stackPixels(pictures, config), weights, config);
  const h = weights.vision.reduce((x, w) => visionLayer(x, w, NO_ADAPTERS, config.vision, pictures.length), start);
  return visionOutput(h, weights, config.vision);
}

/** P(spoof) `[n]` from the tower's output. */
export function spoofProbabilities(backbone: Backbone, features: Tensor, state: AdapterState): Tensor {
  return tf.tidy(() => {
    const weight = state.get(HEAD_WEIGHT);
    const bias = state.get(HEAD_BIAS);
    if (weight === null || bias === null) throw new Error('The state has no head');
    const logits = headLogits(features, weight, bias, backbone.config.patches);
    return tf.reshape(tf.slice(tf.softmax(logits), [0, 1], [-1, 1]), [-1]);
  });
}
