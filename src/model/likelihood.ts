/**
 * How likely the model finds given words after what it has said. What was said goes through the decoder once, and leaves
 * its keys and values for all of the words; each of these then goes in token by token, and nothing is drawn. Logits exist
 * for the positions of the words only.
 */
import { checkHealth } from '../device';
import * as tf from '../device/tf';
import {
  decodeAttention,
  embed,
  emptyCache,
  fillCache,
  frozenLinear,
  gathered,
  rmsNorm,
  rowLosses,
  type KeyValueCache,
  type Tensor,
} from '../ops';
import { CancelledError } from '../protocol';
import type { Continuations } from './api';
import type { Backbone } from './backbone';
import { breathe } from './breathe';
import { chain } from './chain';
import type { Answering, AnsweringModel } from './inference';
import { adapted } from './lora';
import { attentionShape, feedForward, textLayer } from './text';
import type { TextCodec } from './tokenizer';
import type { TextLayerWeights } from './weights';

/** Bytes of keys and values held at once: each of the words has its own, to write into. */
const CACHE_BYTES = 256 * 2 ** 20;
/** Tokens that go through the decoder at once, padding included. */
const TOKENS = 4096;

/** One picture with what was said of it. */
interface Said {
  /** Place of its picture in the batch. */
  picture: number;
  /** Prompt and caption. */
  ids: readonly number[];
  /** The words' own ids. */
  words: readonly (readonly number[])[];
}

/**
 * Of each picture, ln P(words | picture, prompt, after) for each of the words asked of it.
 *
 * The caches of the generation do not serve: what is read here is text, cut where the caller cuts it, and one text has
 * many tokenisations; words that train are tokenised as this is.
 *
 * @throws DeviceError when the GPU reported an error or was lost; CancelledError when the signal fires
 */
export async function logLikelihoods(
  backbone: Backbone,
  model: AnsweringModel,
  codec: TextCodec,
  { prompt, features, asked }: { prompt: Int32Array; features: Tensor; asked: readonly Continuations[] },
  signal?: AbortSignal,
): Promise<number[][]> {
  const all = asked.map((of, picture) => saidOf(backbone, codec, prompt, of, picture));
  const results = asked.map((): number[] => []);
  const pictures = tf.tidy(() => model.connector(features));
  try {
    for (const part of together(all, backbone)) {
      const losses = wordLosses(backbone, model, pictures, part);
      const values = await losses.data<'float32'>();
      losses.dispose();
      checkHealth();
      await breathe();
      if (signal?.aborted) throw new CancelledError();
      const rows = rowsOf(part);
      for (const [row, { said, ids }] of rows.entries()) {
        const sum = ids.reduce((total, _, step) => total + values[step * rows.length + row]!, 0);
        results[said.picture]!.push(-sum);
      }
    }
  } finally {
    pictures.dispose();
  }
  return results;
}

function saidOf(
  { config }: Backbone,
  codec: TextCodec,
  prompt: Int32Array,
  { after, words }: Continuations,
  picture: number,
): Said {
  const { common, rests } = codec.continued(after, words);
  // A caption that fills the model's positions loses its end: the words must be read somewhere.
  const room = Math.max(0, config.text.maxPositions - prompt.length - longest(rests));
  return { picture, ids: [...prompt, ...common.slice(0, room)], words: rests };
}

const longest = (lists: readonly (readonly unknown[])[]): number => Math.max(...lists.map(({ length }) => length));

/** Each of the words by itself: a row of the batch that goes in token by token. */
function rowsOf(part: readonly Said[]): { said: Said; ids: readonly number[] }[] {
  return part.flatMap((said) => said.words.map((ids) => ({ said, ids })));
}

/** Tokens of what was said, padded, and places for the words behind it. */
function sizes(part: readonly Said[], backbone: Backbone): { length: number; capacity: number } {
  const length = backbone.bucketed(longest(part.map(({ ids }) => ids)));
  return { length, capacity: length + backbone.bucketed(longest(rowsOf(part).map(({ ids }) => ids))) };
}

/** By as many as fit, in order. */
function together(all: readonly Said[], backbone: Backbone): Said[][] {
  const { layers, kvHeads, headDim } = backbone.config.text;
  const place = layers * 2 * kvHeads * headDim * Float32Array.BYTES_PER_ELEMENT;
  const fits = (part: readonly Said[]): boolean => {
    const { length, capacity } = sizes(part, backbone);
    return rowsOf(part).length * capacity * place <= CACHE_BYTES && part.length * length <= TOKENS;
  };
  const parts: Said[][] = [];
  for (const said of all) {
    const last = parts.at(-1);
    if (last !== undefined && fits([...last, said])) last.push(said);
    else parts.push([said]);
  }
  return parts;
}

/**
 * Cross-entropy `[steps * rows]` of each row's token at each step; what lies behind a row's end means nothing.
 *
 * @param pictures image tokens of the whole batch, `[n * imageTokens, hidden]`
 */
function wordLosses(backbone: Backbone, model: AnsweringModel, pictures: Tensor, part: readonly Said[]): Tensor {
  const { config, weights } = backbone;
  const rows = rowsOf(part);
  const steps = longest(rows.map(({ ids }) => ids));
  const token = (step: number): Tensor =>
    tf.tensor1d(
      Int32Array.from(rows, ({ ids }) => ids[step] ?? 0),
      'int32',
    );
  const caches: KeyValueCache[][] = [];
  try {
    return tf.tidy(() => {
      let row = 0;
      const places = part.map(({ words }) =>
        tf.tensor1d(
          Int32Array.from(words, () => row++),
          'int32',
        ),
      );
      const states = [afterSaid(backbone, model, pictures, part, caches)];
      for (let step = 0; step + 1 < steps; step++) {
        states.push(
          chain(
            embed(token(step), weights.embedding),
            model.text.map((layer, i) => (x) => wordLayer(x, layer, caches[i]!, backbone, part, places, step)),
          ),
        );
      }
      const h = rmsNorm(states.length === 1 ? states[0]! : tf.concat(states, 0), weights.textNorm, config.text.epsilon);
      const targets = tf.concat(Array.from({ length: steps }, (_, step) => token(step)));
      return rowLosses(h, (x) => model.lmHead(x), config.text.vocabulary, targets);
    });
  } finally {
    for (const { keys, values } of caches.flat()) tf.dispose([keys, values]);
  }
}

/**
 * The hidden state behind what was said, once for each row, `[rows, hidden]`; fills `caches` with each layer's keys and
 * values, one for each of `part`, copied for its rows. Call inside `tf.tidy`.
 */
function afterSaid(
  backbone: Backbone,
  model: AnsweringModel,
  pictures: Tensor,
  part: readonly Said[],
  caches: KeyValueCache[][],
): Tensor {
  const { imageToken, imageTokens, text } = backbone.config;
  const { length, capacity } = sizes(part, backbone);
  const ids = new Int32Array(part.length * length);
  const source = Int32Array.from(ids, (_, i) => pictures.shape[0] + i);
  part.forEach((said, s) => {
    ids.set(said.ids, s * length);
    let image = said.picture * imageTokens;
    said.ids.forEach((id, i) => {
      if (id === imageToken) source[s * length + i] = image++;
    });
  });
  const last = part.flatMap((said, s) => said.words.map(() => s * length + said.ids.length - 1));
  const embedded = embed(tf.tensor1d(ids, 'int32'), backbone.weights.embedding);
  const start = gathered(tf.concat([pictures, embedded], 0), tf.tensor1d(source, 'int32'));
  const rope = backbone.rope(length);
  const h = chain(
    start,
    model.text.map(
      ({ weights, lora }) =>
        (x) =>
          textLayer(x, weights, lora, text, part.length, rope, (qkv, shape) => {
            const cache = emptyCache(shape, capacity);
            fillCache(qkv, cache, shape, rope);
            caches.push(part.map((said, s) => copiedFor(said, cache, s)));
          }),
    ),
  );
  return gathered(h, tf.tensor1d(Int32Array.from(last), 'int32'));
}

/** A picture's part of a cache, once for each of its words; kept. As rows: those are copied whole on either backend. */
function copiedFor({ words }: Said, { keys, values }: KeyValueCache, place: number): KeyValueCache {
  const [n = 0, ...shape] = keys.shape;
  const copied = (all: Tensor): Tensor => {
    const index = tf.tensor1d(new Int32Array(words.length).fill(place), 'int32');
    return tf.keep(tf.reshape(gathered(tf.reshape(all, [n, -1]), index), [words.length, ...shape]));
  };
  return { keys: copied(keys), values: copied(values) };
}

/**
 * A decoder layer for the words' token of this step: `h [rows, hidden]`. Each picture's words, the rows at its `places`,
 * stand behind what was said of it.
 */
function wordLayer(
  h: Tensor,
  { weights: w, lora }: Answering<TextLayerWeights>,
  caches: readonly KeyValueCache[],
  backbone: Backbone,
  part: readonly Said[],
  places: readonly Tensor[],
  step: number,
): Tensor {
  const { text } = backbone.config;
  const qkv = adapted(rmsNorm(h, w.inputNorm, text.epsilon), w.qkv, lora);
  const rope = backbone.rope(text.maxPositions);
  const seen = part.map(({ ids, words }, s) =>
    // Not by `slice`, which on WASM takes longer than the attention.
    decodeAttention(
      gathered(qkv, places[s]!),
      caches[s]!,
      ids.length + step,
      attentionShape(text, words.length, 1),
      rope,
    ),
  );
  return feedForward(frozenLinear(seen.length === 1 ? seen[0]! : tf.concat(seen, 0), w.out, h), w, text);
}
