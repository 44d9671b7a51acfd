/** Greedy captions for several pictures with one question: vision once, the prompt once, then one token a step. */
import { checkHealth, memoryInfo } from '../device';
import * as tf from '../device/tf';
import { attentionStep, frozenLinear, placeRows, product, rmsNorm, rope, type RopeTable, type Tensor } from '../ops';
import { CancelledError } from '../protocol';
import type { GenerateRequest, GeneratedCaption } from './api';
import type { Backbone } from './backbone';
import { imageRows } from './batch';
import { breathe } from './breathe';
import { growCache, startCache, stepPlace, writeCache, type LayerCache, type StepPlace } from './cache';
import { connect } from './connector';
import type { FeatureMemory } from './features';
import { NO_ADAPTERS, effectiveWeights, spoofProbabilities } from './inference';
import { feedForward, groupQueries, textLayer } from './text';
import type { TextCodec } from './tokenizer';
import type { AdapterState } from './trainable';
import type { FrozenWeights, TextLayerWeights } from './weights';

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
  const effective = effectiveWeights(backbone, state);
  try {
    const captions: GeneratedCaption[] = [];
    for (let first = 0; first < request.pixels.length; first += TOGETHER) {
      const part: GenerateRequest = {
        ...request,
        pixels: request.pixels.slice(first, first + TOGETHER),
        ...(request.onText === undefined ? {} : { onText: (i, text) => request.onText?.(first + i, text) }),
      };
      captions.push(...(await generateTogether(backbone, effective.weights, codec, part, state, memory)));
    }
    return captions;
  } finally {
    effective.dispose();
  }
}

/** What lives on the device from step to step. */
interface Decoding {
  caches: LayerCache[];
  /** Greedy choice of the last step, int32 `[batch]`. */
  next: Tensor;
}

async function generateTogether(
  backbone: Backbone,
  weights: FrozenWeights,
  codec: TextCodec,
  { pixels, question, maxTokens, signal, onText }: GenerateRequest,
  state: AdapterState | null,
  memory: FeatureMemory,
): Promise<GeneratedCaption[]> {
  const { prompt } = codec.tokenise(question, null, maxTokens);
  const batch = pixels.length;
  const limit = Math.min(maxTokens, backbone.config.text.maxPositions - prompt.length);
  let capacity = prompt.length + BLOCK;
  const table = backbone.rope(backbone.config.text.maxPositions);
  const texts = Array.from({ length: batch }, () => [] as number[]);
  const ended = texts.map(() => false);

  const features = await memory.under(state, weights, pixels);
  let decoding: Decoding | null = null;
  let probabilities: Tensor | null = null;
  try {
    probabilities = state === null ? null : spoofProbabilities(backbone, features, state);
    decoding = prefill(backbone, weights, prompt, features, batch, capacity);
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
      decoding = advance(backbone, weights, decoding, table, position, capacity, batch);
    }
    const head = probabilities === null ? null : await probabilities.data();
    checkHealth();
    return texts.map((ids, i) => ({
      text: codec.decode(ids).trim(),
      tokens: ids.length,
      truncated: !ended[i],
      headSpoofProbability: head?.[i] ?? null,
    }));
  } finally {
    features.dispose();
    probabilities?.dispose();
    if (decoding !== null) disposeDecoding(decoding);
  }
}

/** Runs the prompt, fills the caches, and chooses the first token. */
function prefill(
  backbone: Backbone,
  weights: FrozenWeights,
  prompt: Int32Array,
  features: Tensor,
  batch: number,
  capacity: number,
): Decoding {
  const { config } = backbone;
  const tables = backbone.sequence(prompt.length);
  const caches: LayerCache[] = [];
  const next = tf.tidy(() => {
    const ids = new Int32Array(batch * prompt.length);
    for (let i = 0; i < batch; i++) ids.set(prompt, i * prompt.length);
    const { source, positions } = imageRows(ids, batch * config.imageTokens, config.imageToken);
    const embedded = tf.gather(weights.embedding, tf.tensor1d(ids, 'int32'));
    const start = placeRows(connect(features, weights.connector, config), embedded, source, positions);
    const h = weights.text.reduce(
      (x, w) =>
        textLayer(x, w, NO_ADAPTERS, config.text, batch, tables, (k, v) => {
          const cache = startCache(k, v, capacity);
          caches.push({ kT: tf.keep(cache.kT), v: tf.keep(cache.v) });
        }),
      start,
    );
    const last = tf.slice(tf.reshape(h, [batch, prompt.length, -1]), [0, prompt.length - 1, 0], [-1, 1, -1]);
    return choose(backbone, weights, tf.reshape(last, [batch, -1]));
  });
  return { caches, next };
}

/** One token for every picture: from the last choice to the next; disposes the old tensors. */
function advance(
  backbone: Backbone,
  weights: FrozenWeights,
  old: Decoding,
  table: RopeTable,
  position: number,
  capacity: number,
  batch: number,
): Decoding {
  const caches: LayerCache[] = [];
  const next = tf.tidy(() => {
    const place = stepPlace(position, capacity);
    const here: RopeTable = {
      cos: tf.slice(table.cos, [position, 0], [1, -1]),
      sin: tf.slice(table.sin, [position, 0], [1, -1]),
      rotation: table.rotation,
    };
    let h: Tensor = tf.gather(weights.embedding, old.next);
    weights.text.forEach((w, i) => {
      h = decodeLayer(h, w, old.caches[i]!, caches, backbone, here, place, batch);
    });
    return choose(backbone, weights, h);
  });
  memoryInfo();
  disposeDecoding(old);
  return { caches, next };
}

/** A decoder layer for one position: `h [batch, hidden]`. */
function decodeLayer(
  h: Tensor,
  w: TextLayerWeights,
  cache: LayerCache,
  caches: LayerCache[],
  { config }: Backbone,
  here: RopeTable,
  place: StepPlace,
  batch: number,
): Tensor {
  const { text } = config;
  const x = rmsNorm(h, w.inputNorm, text.epsilon);
  const q = rope(tf.reshape(frozenLinear(x, w.q), [batch * text.heads, 1, text.headDim]), here);
  const k = rope(tf.reshape(frozenLinear(x, w.k), [batch * text.kvHeads, 1, text.headDim]), here);
  const v = tf.reshape(frozenLinear(x, w.v), [batch * text.kvHeads, 1, text.headDim]);
  const written = writeCache(cache, k, v, place);
  caches.push({ kT: tf.keep(written.kT), v: tf.keep(written.v) });
  const seen = attentionStep(groupQueries(q, text), written.kT, written.v, place.mask);
  const out = frozenLinear(tf.reshape(seen, [batch, text.heads * text.headDim]), w.out);
  return feedForward(tf.add(h, out), w, text);
}

/** The likeliest token for hidden states `[batch, hidden]`. */
function choose({ config }: Backbone, weights: FrozenWeights, h: Tensor): Tensor {
  return tf.argMax(product(rmsNorm(h, weights.textNorm, config.text.epsilon), weights.lmHead), -1);
}

function disposeDecoding({ caches, next }: Decoding): void {
  next.dispose();
  for (const { kT, v } of caches) tf.dispose([kT, v]);
}
