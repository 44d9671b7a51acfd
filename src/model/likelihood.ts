/**
 * How likely the model finds given words after what it has said: each goes through the decoder behind prompt and
 * caption, as in training, and nothing is drawn. Logits exist for the positions of those words only.
 */
import { checkHealth } from '../device';
import * as tf from '../device/tf';
import { embed, gathered, rmsNorm, rowLosses, type Tensor } from '../ops';
import { CancelledError } from '../protocol';
import type { Continuations } from './api';
import type { Backbone } from './backbone';
import { breathe } from './breathe';
import { chain } from './chain';
import type { AnsweringModel } from './inference';
import { textLayer } from './text';
import type { TextCodec } from './tokenizer';

/** Tokens that go through the decoder at once, padding included: activations of these many rows fit anywhere. */
const TOKENS = 4096;

/** One question to the decoder. */
interface Sequence {
  /** Place of its picture in the batch. */
  picture: number;
  /** All ids but the last, which predicts nothing. */
  ids: readonly number[];
  /** The words' own ids: the last of them at the end. */
  targets: readonly number[];
}

/**
 * Of each picture, ln P(words | picture, prompt, after) for each of the words asked of it.
 *
 * One pass for the words of several pictures; the cache of the generation is not used: its rows all stand at the same
 * position, while what is said before the words differs in length.
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
  const sequences = asked.flatMap((of, picture) => sequencesOf(backbone, codec, prompt, of, picture));
  const results = asked.map((): number[] => []);
  const pictures = tf.tidy(() => model.connector(features));
  try {
    for (const part of together(sequences, backbone)) {
      const losses = tf.tidy(() => wordLosses(backbone, model, pictures, part));
      const values = await losses.data<'float32'>();
      losses.dispose();
      checkHealth();
      await breathe();
      if (signal?.aborted) throw new CancelledError();
      let first = 0;
      for (const { picture, targets } of part) {
        const end = first + targets.length;
        results[picture]!.push(-values.slice(first, end).reduce((sum, value) => sum + value, 0));
        first = end;
      }
    }
  } finally {
    pictures.dispose();
  }
  return results;
}

function sequencesOf(
  { config }: Backbone,
  codec: TextCodec,
  prompt: Int32Array,
  { after, words }: Continuations,
  picture: number,
): Sequence[] {
  const { common, rests } = codec.continued(after, words);
  const longest = Math.max(...rests.map(({ length }) => length));
  // A caption that fills the model's positions loses its end: the words must be read somewhere.
  const said = common.slice(0, Math.max(0, config.text.maxPositions - prompt.length - longest));
  return rests.map((targets) => ({ picture, ids: [...prompt, ...said, ...targets.slice(0, -1)], targets }));
}

/** Sequences by as many as fit, in order. */
function together(sequences: readonly Sequence[], backbone: Backbone): Sequence[][] {
  const parts: Sequence[][] = [];
  let part: Sequence[] = [];
  let longest = 0;
  for (const sequence of sequences) {
    const length = Math.max(longest, backbone.bucketed(sequence.ids.length));
    if (part.length > 0 && length * (part.length + 1) > TOKENS) {
      parts.push(part);
      part = [];
      longest = 0;
    }
    part.push(sequence);
    longest = Math.max(longest, backbone.bucketed(sequence.ids.length));
  }
  return part.length === 0 ? parts : [...parts, part];
}

/**
 * Cross-entropy of every target of `sequences`, one after another, and of padding behind them. Call inside `tf.tidy`.
 *
 * @param pictures image tokens of the whole batch, `[n * imageTokens, hidden]`: shared by a picture's sequences
 */
function wordLosses(
  backbone: Backbone,
  model: AnsweringModel,
  pictures: Tensor,
  sequences: readonly Sequence[],
): Tensor {
  const { config, weights } = backbone;
  const { imageToken, imageTokens, text } = config;
  const length = backbone.bucketed(Math.max(...sequences.map(({ ids }) => ids.length)));
  const ids = new Int32Array(sequences.length * length);
  const source = new Int32Array(ids.length);
  const predicting: number[] = [];
  sequences.forEach((sequence, s) => {
    const start = s * length;
    ids.set(sequence.ids, start);
    let image = sequence.picture * imageTokens;
    const end = start + sequence.ids.length;
    for (let i = start; i < start + length; i++) {
      source[i] = i < end && ids[i] === imageToken ? image++ : pictures.shape[0] + i;
    }
    const { targets } = sequence;
    const first = start + sequence.ids.length - targets.length;
    targets.forEach((_, i) => predicting.push(first + i));
  });
  // Few sizes: tfjs keeps a freed buffer of each for ever.
  const rows = new Int32Array(backbone.bucketed(predicting.length));
  rows.set(predicting);
  const targets = new Int32Array(rows.length);
  targets.set(sequences.flatMap((sequence) => sequence.targets));

  const embedded = embed(tf.tensor1d(ids, 'int32'), weights.embedding);
  const start = gathered(tf.concat([pictures, embedded], 0), tf.tensor1d(source, 'int32'));
  const rope = backbone.rope(length);
  const h = chain(
    start,
    model.text.map(
      ({ weights: w, lora }) =>
        (x) =>
          textLayer(x, w, lora, text, sequences.length, rope),
    ),
  );
  const chosen = rmsNorm(gathered(h, tf.tensor1d(rows, 'int32')), weights.textNorm, text.epsilon);
  return rowLosses(chosen, (x) => model.lmHead(x), text.vocabulary, tf.tensor1d(targets, 'int32'));
}
