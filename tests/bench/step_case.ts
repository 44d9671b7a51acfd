/**
 * A whole training step of a backbone of any size with random weights and kept vision features: every dispatch and
 * every byte counted, its losses and gradients read back for a comparison with PyTorch (tools/golden/large.py).
 */
import { checkHealth, memoryInfo, resetPeak } from '../../src/device';
import { dispatchCount, resetDispatches, settle } from '../../src/device/kernel';
import * as tf from '../../src/device/tf';
import type { BackboneConfig } from '../../src/model/config';
import type { EncodedBatch } from '../../src/model/batch';
import { imageRows } from '../../src/model/batch';
import { differentiateBySegments, evaluate, type Tree } from '../../src/model/differentiate';
import type { NamedArray } from '../../src/model';
import { headSegments, textSegments } from '../../src/model/segments';
import type { AdapterState } from '../../src/model/trainable';
import { initialState } from '../../src/model/trainable';
import * as ops from '../../src/ops';
import type { RunConfig } from '../../src/protocol';
import { AdamW, globalNorm } from '../../src/train/adamw';
import { hashAt, hashName, numbers } from './numbers';
import { randomBackbone } from './random_weights';
import { median } from './result';
import { BATCH, RANK, TOKENS } from './shapes';

/** First caption position of the usual sizes. */
const PROMPT = 132;
/** Ids below this are ordinary tokens in the published vocabulary. */
const ORDINARY = 49_000;
const SCALES = { head: 0.7, text: 0.3 };

export interface StepFigures {
  /** Median of the timed steps, NaN where there are none; the first step, which compiles, is not among them. */
  seconds: number;
  forwardDispatches: number;
  stepDispatches: number;
  /** All bytes of GPU buffers, at the worst moment of a step; what reading its gradients back takes is not a step's. */
  peakBytes: number;
  losses: { cls: number; cap: number };
  gradients: Map<string, NamedArray>;
}

export interface StepSizes {
  batch: number;
  /** Tokens of a sequence: image, prompt and caption. */
  tokens: number;
  /** Place of the first caption token. */
  prompt: number;
  rank: number;
  /** `full` where it is not given. */
  lmHead?: RunConfig['lmHead'];
}

const USUAL: StepSizes = { batch: BATCH, tokens: TOKENS, prompt: PROMPT, rank: RANK };

export async function wholeStep(
  config: BackboneConfig,
  packing: ops.Packing,
  runs: number,
  sizes = USUAL,
): Promise<StepFigures> {
  resetPeak();
  const backbone = randomBackbone(config, packing);
  const state = initialState(config, backbone.weights, {
    loraRank: sizes.rank,
    loraAlpha: sizes.rank,
    loraVision: false,
    lmHead: sizes.lmHead ?? 'full',
    seed: 0,
  });
  startFromNumbers(state);
  const optimiser = new AdamW(state, {
    adamBeta1: 0.9,
    adamBeta2: 0.999,
    adamEpsilon: 1e-8,
    weightDecay: 0.01,
    gradientClip: 1,
  });
  const { patches, vision } = config;
  const batch = encoded(config, sizes);
  const input = tf.tensor2d(numbers('features', sizes.batch * patches * vision.hidden, 1), [
    sizes.batch * patches,
    vision.hidden,
  ]);
  const tree = (scales: { head: number | null; text: number | null }): Tree => ({
    input,
    trunk: [],
    branches: [
      headSegments(backbone, batch, state, scales.head),
      textSegments(backbone, batch.text!, state, scales.text),
    ],
  });

  resetDispatches();
  tf.dispose(tf.tidy(() => evaluate(tree({ head: null, text: null }))));
  await settle();
  const forwardDispatches = dispatchCount();

  const step = async (count: number): Promise<{ cls: number; cap: number }> => {
    state.zeroGradients();
    const losses = await differentiateBySegments(tree(SCALES));
    const norm = await globalNorm(state.gradients);
    const [cls = NaN] = await losses[0]!.data();
    const [cap = NaN] = await losses[1]!.data();
    tf.dispose(losses);
    optimiser.update(norm, count, 1e-4);
    await settle();
    return { cls, cap };
  };
  resetDispatches();
  // Losses and gradients of the first step are those that PyTorch's are compared with.
  const losses = await step(1);
  const stepDispatches = dispatchCount();
  const { peakBytes } = memoryInfo();
  const gradients = await state.readGradients();
  let count = 1;
  const milliseconds = runs === 0 ? NaN : await median(async () => void (await step(++count)), runs, 'warm');
  checkHealth();
  const figures: StepFigures = {
    seconds: milliseconds / 1000,
    forwardDispatches,
    stepDispatches,
    peakBytes,
    losses,
    gradients,
  };
  input.dispose();
  tf.dispose(batch as unknown as tf.TensorContainer);
  optimiser.dispose();
  state.dispose();
  backbone.dispose();
  return figures;
}

/** Adapters and head as in tools/golden/large.py: nothing zero, so that every gradient is seen. */
function startFromNumbers(state: AdapterState): void {
  for (const [name, { length }] of state.places) {
    if (!/lora_|vision_cls_head/.test(name)) continue;
    const span = state.span(name);
    tf.tidy(() => {
      const was = ops.spanTensor(span, [length]);
      ops.addInto(span, tf.sub(tf.tensor1d(numbers(name, length, 0.02)), was));
    });
  }
}

function encoded(config: BackboneConfig, { batch, tokens, prompt }: StepSizes): EncodedBatch {
  const { imageTokens, imageToken, text } = config;
  const rows = batch * tokens;
  const seed = hashName('ids');
  const ids = Int32Array.from({ length: rows }, (_, i) => hashAt(i, seed) % Math.min(ORDINARY, text.vocabulary));
  for (let i = 0; i < rows; i++) if (ids[i] === imageToken) ids[i] = imageToken + 1;
  for (let b = 0; b < batch; b++) ids.fill(imageToken, b * tokens + 4, b * tokens + 4 + imageTokens);
  const predicting: number[] = [];
  const targets: number[] = [];
  for (let b = 0; b < batch; b++) {
    for (let t = prompt; t < tokens; t++) {
      predicting.push(b * tokens + t - 1);
      targets.push(ids[b * tokens + t]!);
    }
  }
  return {
    size: batch,
    labels: tf.tensor1d(
      Array.from({ length: batch }, (_, i) => i % 2),
      'int32',
    ),
    labelWeights: tf.fill([batch], 1 / batch),
    text: {
      samples: batch,
      length: tokens,
      ids: tf.tensor1d(ids, 'int32'),
      ...imageRows(ids, batch * imageTokens, imageToken),
      predicting: ops.chooseRows(predicting, rows, 0),
      targets: tf.tensor1d(targets, 'int32'),
      weights: tf.fill([targets.length], 1 / targets.length),
      captionTokens: targets.length,
      realTokens: rows,
    },
  };
}
