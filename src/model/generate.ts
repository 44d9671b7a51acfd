/** Captions for several pictures with one question: vision once, the prompt once, then one token a step. */
import { uniformFloat32 } from 'pure-rand/distribution/uniformFloat32';
import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus';
import { checkHealth, memoryInfo } from '../device';
import * as tf from '../device/tf';
import {
  chooseGreedy,
  chooseSampled,
  decodeAttention,
  embed,
  emptyCache,
  fillCache,
  frozenLinear,
  growCache,
  placeRows,
  rmsNorm,
  type KeyValueCache,
  type Tensor,
} from '../ops';
import { CancelledError, type CaptionSampling } from '../protocol';
import type { GenerateRequest, GeneratedCaption } from './api';
import type { Backbone } from './backbone';
import { imageRows } from './batch';
import { breathe } from './breathe';
import { chain } from './chain';
import type { FeatureMemory } from './features';
import { answering, spoofProbabilities, type Answering, type AnsweringModel } from './inference';
import { logLikelihoods } from './likelihood';
import { adapted } from './lora';
import { attentionShape, feedForward, textLayer } from './text';
import type { TextCodec } from './tokenizer';
import type { AdapterState } from './trainable';
import type { TextLayerWeights } from './weights';

/** Pictures captioned together: more would only lengthen the wait for the first word. */
const TOGETHER = 32;
/** Cache capacity grows by this many tokens. */
const BLOCK = 64;

/** @throws CancelledError, DeviceError */
export async function generate(
  backbone: Backbone,
  codec: TextCodec,
  request: GenerateRequest,
  state: AdapterState | null,
  memory: FeatureMemory,
): Promise<GeneratedCaption[]> {
  const model = answering(backbone, state);
  try {
    const captions: GeneratedCaption[] = [];
    for (let first = 0; first < request.pixels.length; first += TOGETHER) {
      const part: GenerateRequest = {
        ...request,
        pixels: request.pixels.slice(first, first + TOGETHER),
        ...(request.seeds === undefined ? {} : { seeds: request.seeds.slice(first, first + TOGETHER) }),
        ...(request.onText === undefined ? {} : { onText: (i, text) => request.onText?.(first + i, text) }),
      };
      captions.push(...(await generateTogether(backbone, model, codec, part, state, memory)));
    }
    return captions;
  } finally {
    model.dispose();
  }
}

/** Logits `[batch, vocabulary]` to the next tokens, int32 `[batch]`. */
type Choose = (logits: Tensor) => Tensor;

/** What lives on the device from step to step. */
export interface Decoding {
  caches: KeyValueCache[];
  /** The tokens chosen last, int32 `[batch]`. */
  next: Tensor;
}

async function generateTogether(
  backbone: Backbone,
  model: AnsweringModel,
  codec: TextCodec,
  { pixels, question, maxTokens, sampling = null, seeds, continuations, signal, onText }: GenerateRequest,
  state: AdapterState | null,
  memory: FeatureMemory,
): Promise<GeneratedCaption[]> {
  const { prompt } = codec.tokenise(question, null, maxTokens);
  const batch = pixels.length;
  const limit = Math.min(maxTokens, backbone.config.text.maxPositions - prompt.length);
  let capacity = prompt.length + BLOCK;
  const choose = sampling === null ? chooseGreedy : drawing(sampling, seeds);
  const texts = Array.from({ length: batch }, () => [] as number[]);
  const ended = texts.map(() => false);

  const features = await memory.under(state, model, pixels);
  let decoding: Decoding | null = null;
  let probabilities: Tensor | null = null;
  try {
    probabilities = state === null ? null : spoofProbabilities(backbone, features, state);
    decoding = prefill(backbone, model, prompt, features, batch, capacity, choose);
    for (let step = 0; ; step++) {
      const chosen = await decoding.next.data();
      checkHealth();
      await breathe();
      if (signal?.aborted) throw new CancelledError();
      for (let i = 0; i < batch; i++) {
        if (ended[i]) continue;
        if (chosen[i] === codec.end) ended[i] = true;
        else {
          texts[i]!.push(chosen[i]!);
          onText?.(i, codec.decode(texts[i]!).trimStart());
        }
      }
      if (step + 1 >= limit || ended.every(Boolean)) break;
      const position = prompt.length + step;
      if (position >= capacity) {
        decoding.caches = decoding.caches.map((cache) => growCache(cache, BLOCK));
        capacity += BLOCK;
      }
      decoding.next = advance(backbone, model, decoding, position, batch, choose);
    }
    const head = probabilities === null ? null : await probabilities.data();
    checkHealth();
    const captions = texts.map((ids, i): GeneratedCaption => ({
      text: codec.decode(ids).trim(),
      tokens: ids.length,
      truncated: !ended[i],
      headSpoofProbability: head?.[i] ?? null,
      logLikelihoods: null,
    }));
    if (continuations === undefined) return captions;
    disposeDecoding(decoding);
    decoding = null;
    const asked = captions.map((caption) => continuations(caption));
    const likely = await logLikelihoods(backbone, model, codec, { prompt, features, asked }, signal);
    return captions.map((caption, i) => ({ ...caption, logLikelihoods: likely[i]! }));
  } finally {
    features.dispose();
    probabilities?.dispose();
    if (decoding !== null) disposeDecoding(decoding);
  }
}

/** Runs the prompt, fills the caches, and chooses the first token. */
export function prefill(
  backbone: Backbone,
  model: AnsweringModel,
  prompt: Int32Array,
  features: Tensor,
  batch: number,
  capacity: number,
  choose: Choose = chooseGreedy,
): Decoding {
  const { config, weights } = backbone;
  const rope = backbone.rope(prompt.length);
  const caches: KeyValueCache[] = [];
  const next = tf.tidy(() => {
    const ids = new Int32Array(batch * prompt.length);
    for (let i = 0; i < batch; i++) ids.set(prompt, i * prompt.length);
    const { source, positions } = imageRows(ids, batch * config.imageTokens, config.imageToken);
    const embedded = embed(tf.tensor1d(ids, 'int32'), weights.embedding);
    const start = placeRows(model.connector(features), embedded, source, positions);
    const h = chain(
      start,
      model.text.map(
        ({ weights: w, lora }) =>
          (x) =>
            textLayer(x, w, lora, config.text, batch, rope, (qkv, shape) => {
              const { keys, values } = emptyCache(shape, capacity);
              const cache = { keys: tf.keep(keys), values: tf.keep(values) };
              fillCache(qkv, cache, shape, rope);
              caches.push(cache);
            }),
      ),
    );
    const last = tf.slice(tf.reshape(h, [batch, prompt.length, -1]), [0, prompt.length - 1, 0], [-1, 1, -1]);
    return choose(logits(backbone, model, tf.reshape(last, [batch, -1])));
  });
  return { caches, next };
}

/** One token for every picture: from the last choice, which it disposes, to the next. */
export function advance(
  backbone: Backbone,
  model: AnsweringModel,
  { caches, next }: Decoding,
  position: number,
  batch: number,
  choose: Choose = chooseGreedy,
): Tensor {
  const chosen = tf.tidy(() => {
    const h = chain(
      embed(next, backbone.weights.embedding),
      model.text.map((layer, i) => (x) => decodeLayer(x, layer, caches[i]!, backbone, position, batch)),
    );
    return choose(logits(backbone, model, h));
  });
  memoryInfo();
  next.dispose();
  return chosen;
}

/** A decoder layer for one position: `h [batch, hidden]`. */
function decodeLayer(
  h: Tensor,
  { weights: w, lora }: Answering<TextLayerWeights>,
  cache: KeyValueCache,
  backbone: Backbone,
  position: number,
  batch: number,
): Tensor {
  const { text } = backbone.config;
  const qkv = adapted(rmsNorm(h, w.inputNorm, text.epsilon), w.qkv, lora);
  const shape = attentionShape(text, batch, 1);
  const seen = decodeAttention(qkv, cache, position, shape, backbone.rope(text.maxPositions));
  return feedForward(frozenLinear(seen, w.out, h), w, text);
}

/** Of hidden states `[batch, hidden]`: `[batch, vocabulary]`. */
function logits({ config, weights }: Backbone, model: AnsweringModel, h: Tensor): Tensor {
  return model.lmHead(rmsNorm(h, weights.textNorm, config.text.epsilon));
}

/** Draws with numbers that follow from the seed, one for each caption at each step; or from a seed for each caption. */
function drawing({ seed, ...sampling }: CaptionSampling, seeds?: readonly number[]): Choose {
  const shared = xoroshiro128plus(seed);
  const own = seeds?.map((each) => xoroshiro128plus(each));
  return (logits) => {
    const uniforms = Float32Array.from({ length: logits.shape[0] }, (_, i) => uniformFloat32(own?.[i] ?? shared));
    return tf.tidy(() => chooseSampled(logits, sampling, tf.tensor1d(uniforms)));
  };
}

export function disposeDecoding({ caches, next }: Decoding): void {
  next.dispose();
  for (const { keys, values } of caches) tf.dispose([keys, values]);
}
