/** A micro-batch as tensors of fixed shapes. Samples with a caption come first; the losses do not mind the order. */
import * as tf from '../device/tf';
import { chooseRows, type RowChoice, type Tensor } from '../ops';
import type { TrainingSample } from './api';
import type { Backbone } from './backbone';
import type { BackboneConfig } from './config';
import { CLASSES } from './heads';

export interface EncodedText {
  /** Samples with a caption: the first ones of the batch. */
  samples: number;
  /** Length after padding on the right. */
  length: number;
  /** Token ids, int32 `[samples * length]`; image tokens and padding included. */
  ids: Tensor;
  /** Rows of image tokens come from the connector, the others from the embedding: see `placeRows`. */
  source: Tensor;
  positions: Tensor;
  /** The rows of the hidden states that predict a caption token. */
  predicting: RowChoice;
  /** The caption tokens they must predict, int32 `[n]`, and weights `1/captionTokens` (0 for padding). */
  targets: Tensor;
  weights: Tensor;
  captionTokens: number;
  /** Tokens without padding. */
  realTokens: number;
}

export interface EncodedBatch {
  size: number;
  /** int32 `[size]`, 0 live, 1 spoof, and their weights `1/size`. */
  labels: Tensor;
  labelWeights: Tensor;
  /** null when no sample has a caption. */
  text: EncodedText | null;
}

/** The order in which a batch is encoded. */
export function captionedFirst(samples: readonly TrainingSample[]): TrainingSample[] {
  if (samples.length === 0) throw new RangeError('A micro-batch needs at least one sample');
  return [...samples.filter(({ caption }) => caption !== null), ...samples.filter(({ caption }) => caption === null)];
}

/** `ordered` by `captionedFirst`. Call inside `tf.tidy`, or dispose everything. */
export function encodeBatch(ordered: readonly TrainingSample[], backbone: Backbone): EncodedBatch {
  const size = ordered.length;
  return {
    size,
    labels: tf.tensor1d(
      Int32Array.from(ordered, ({ label }) => CLASSES.indexOf(label)),
      'int32',
    ),
    labelWeights: tf.fill([size], 1 / size),
    text: encodeText(ordered, backbone),
  };
}

/** `[n, imageSize, imageSize, 3]` of pictures. */
export function stackPixels(pictures: readonly Float32Array[], { vision }: BackboneConfig): Tensor {
  const each = vision.imageSize ** 2 * 3;
  const all = new Float32Array(pictures.length * each);
  pictures.forEach((picture, i) => {
    if (picture.length !== each) throw new RangeError(`A picture has ${picture.length} numbers instead of ${each}`);
    all.set(picture, i * each);
  });
  return tf.tensor4d(all, [pictures.length, vision.imageSize, vision.imageSize, 3]);
}

function encodeText(ordered: readonly TrainingSample[], backbone: Backbone): EncodedText | null {
  const sequences = ordered.flatMap(({ prompt, caption }) => (caption === null ? [] : [{ prompt, caption }]));
  if (sequences.length === 0) return null;
  // The last token predicts nothing, so it need not go in.
  const longest = Math.max(...sequences.map(({ prompt, caption }) => prompt.length + caption.length - 1));
  const length = backbone.bucketed(longest);
  const rows = sequences.length * length;
  const ids = new Int32Array(rows);
  const predicting: number[] = [];
  const targets: number[] = [];
  let realTokens = 0;
  sequences.forEach(({ prompt, caption }, s) => {
    const start = s * length;
    ids.set(prompt, start);
    ids.set(caption.subarray(0, caption.length - 1), start + prompt.length);
    realTokens += prompt.length + caption.length - 1;
    caption.forEach((token, i) => {
      predicting.push(start + prompt.length - 1 + i);
      targets.push(token);
    });
  });
  const captionTokens = targets.length;
  const padded = backbone.bucketed(captionTokens);
  const weights = new Float32Array(padded).fill(1 / captionTokens, 0, captionTokens);
  const allTargets = new Int32Array(padded);
  allTargets.set(targets);
  return {
    samples: sequences.length,
    length,
    ids: tf.tensor1d(ids, 'int32'),
    ...imageRows(ids, sequences.length * backbone.config.imageTokens, backbone.config.imageToken),
    predicting: chooseRows(predicting, rows, padded - captionTokens),
    targets: tf.tensor1d(allTargets, 'int32'),
    weights: tf.tensor1d(weights),
    captionTokens,
    realTokens,
  };
}

/** Where the connector's rows go among the token rows: the n-th image token takes the n-th row. */
export function imageRows(
  ids: Int32Array,
  imageRowCount: number,
  imageToken: number,
): { source: Tensor; positions: Tensor } {
  const positions: number[] = [];
  const source = Int32Array.from(ids, (id, row) => (id === imageToken ? positions.push(row) - 1 : imageRowCount + row));
  if (positions.length !== imageRowCount)
    throw new RangeError(`${positions.length} image tokens for ${imageRowCount} image rows`);
  return { source: tf.tensor1d(source, 'int32'), positions: tf.tensor1d(Int32Array.from(positions), 'int32') };
}
