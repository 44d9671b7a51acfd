/** Decoding at any shape, and what the embedded model's own work costs. */
import { dispatchCount, resetDispatches } from '../../src/device/kernel';
import { useProcessorKernels, useStockKernels } from '../../src/device/processor_kernels';
import * as tf from '../../src/device/tf';
import { gpuFacts } from '../../src/device/webgpu';
import { loadModel } from '../../src/model';
import { advance, disposeDecoding, prefill } from '../../src/model/generate';
import { answering } from '../../src/model/inference';
import type { BackboneConfig } from '../../src/model/config';
import { onGpu } from '../../src/ops';
import { DEMO } from '../../src/protocol';
import type { BenchFiles } from './run';
import { numbers } from './numbers';
import { randomBackbone } from './random_weights';
import { Twins } from '../support/twins';
import { median, type Result } from './result';
import { RANK, SHAPES } from './shapes';

const PROMPT = 96;
const STEPS = 8;

/** Tokens a second of one caption after a prompt of 96 tokens, `lm_head` and the greedy choice included. */
export async function decodeRate(config: BackboneConfig, runs: number): Promise<Result> {
  // The vision tower takes no part.
  const backbone = randomBackbone({ ...config, vision: { ...config.vision, layers: 0 } });
  const model = answering(backbone, null);
  const { patches, vision, imageTokens, imageToken } = config;
  const features = tf.tensor2d(numbers('features', patches * vision.hidden, 1), [patches, vision.hidden]);
  const prompt = new Int32Array(PROMPT).fill(10);
  prompt.fill(imageToken, 4, 4 + imageTokens);
  const decoding = prefill(backbone, model, prompt, features, 1, PROMPT + 64);
  await decoding.next.data();
  let position = PROMPT;
  let dispatches = 0;
  const milliseconds = await median(async () => {
    for (let i = 0; i < STEPS; i++) {
      resetDispatches();
      decoding.next = advance(backbone, model, decoding, position, 1);
      dispatches = dispatchCount();
      await decoding.next.data();
      // The same places again and again: a step's cost is that of its position.
      position = PROMPT + ((position + 1 - PROMPT) % 32);
    }
  }, runs);
  disposeDecoding(decoding);
  model.dispose();
  features.dispose();
  backbone.dispose();
  return {
    name: 'decode, one caption',
    milliseconds: { whylive: milliseconds / STEPS },
    figures: {
      'tokens per second': (1000 * STEPS) / milliseconds,
      ...(onGpu() ? { 'dispatches, token': dispatches } : {}),
    },
  };
}

/**
 * The demo's micro-step (four samples with reasoning captions, kept vision features), by the engine and in plain tfjs
 * operations from the same numbers.
 */
export async function microStep(runs: number): Promise<Result> {
  const config = SHAPES.tiny;
  const backbone = randomBackbone({ ...config, vision: { ...config.vision, layers: 0 } });
  const samples = [104, 96, 92, 86].map((tokens, s) => {
    const prompt = Int32Array.from({ length: 40 }, (_, i) => 10 + ((s * 31 + i * 7) % 900));
    prompt.fill(config.imageToken, 4, 4 + config.imageTokens);
    return { label: s % 2, prompt, caption: Int32Array.from({ length: tokens }, (_, i) => 10 + ((s + i * 5) % 900)) };
  });
  const twins = await Twins.make(backbone, samples, RANK);
  const whylive = await median(async () => void (await twins.engineGradients(false)), runs);
  const stock = onGpu() && gpuFacts().software;
  if (stock) useStockKernels();
  const plain = await median(async () => {
    const { gradients } = await twins.plainGradients();
    tf.dispose([...gradients.values()]);
  }, runs);
  if (stock) useProcessorKernels();
  twins.dispose();
  backbone.dispose();
  return { name: MICRO_STEP, milliseconds: { whylive, 'plain tfjs': plain } };
}

export const MICRO_STEP = 'demo micro-step, batch 4 with reasoning captions';

/** A caption by the embedded model. */
export async function embeddedCases(
  files: BenchFiles['model'],
  wanted: (name: string) => boolean,
  runs: number,
): Promise<Result[]> {
  const results: Result[] = [];
  const model = await loadModel('tiny', files, { synthetic: true });
  const state = model.newState(DEMO);
  const { imageSize: size } = model.info;
  const pictures = [new Float32Array(size * size * 3).fill(0.1)];
  const caption = 'caption of 16 tokens, one picture';
  if (wanted(caption)) {
    const whylive = await median(async () => {
      await model.generate({ pixels: [pictures[0]!], question: 'Is this face live?', state, maxTokens: 16 });
    }, runs);
    results.push({ name: caption, milliseconds: { whylive } });
  }
  state.dispose();
  model.dispose();
  return results;
}
