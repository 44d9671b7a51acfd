/** Decoding at any shape, and what the embedded model's own work costs. */
import { resetDispatches, dispatchCount, settle } from '../../src/device/kernel';
import * as tf from '../../src/device/tf';
import { loadModel } from '../../src/model';
import { advance, disposeDecoding, prefill } from '../../src/model/generate';
import { answering } from '../../src/model/inference';
import type { BackboneConfig } from '../../src/model/config';
import { onGpu } from '../../src/ops';
import { DEMO } from '../../src/protocol';
import type { BenchFiles } from './run';
import { numbers } from './numbers';
import { randomBackbone } from './random_weights';
import { median, type Result } from './result';

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

const CAPTION =
  'Initial observation: A face with short hair. Artifact detection: No dots or lines lie over the skin. ' +
  'Feature analysis: Fine texture is seen. Lighting and shadows: The head looks round. Context: A wall. ' +
  'Final judgment: The face is live.';

/** The demo's micro-step and a caption, with the embedded model. */
export async function embeddedCases(
  files: BenchFiles['model'],
  wanted: (name: string) => boolean,
  runs: number,
): Promise<Result[]> {
  const results: Result[] = [];
  const model = await loadModel('tiny', files, { synthetic: true });
  const state = model.newState(DEMO);
  const { imageSize: size } = model.info;
  const pictures = Array.from({ length: 4 }, (_, i) => new Float32Array(size * size * 3).fill(0.1 * i));
  const batch = pictures.map((pixels, i) => ({
    pixels,
    label: i % 2 === 0 ? ('live' as const) : ('spoof' as const),
    ...model.tokenise('Is this face live?', CAPTION, DEMO.maxCaptionTokens),
  }));
  const micro = 'demo micro-step, batch 4 with reasoning captions';
  if (wanted(micro)) {
    const whylive = await median(async () => {
      state.zeroGradients();
      await model.addGradients(batch, state, { alpha: 0.7, beta: 0.3, checkpointing: false, share: 1 });
      if (onGpu()) await settle();
    }, runs);
    results.push({ name: micro, milliseconds: { whylive } });
  }
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
