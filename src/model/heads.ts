/**
 * The live/spoof head: one linear layer on the mean over patches of the vision tower's normalised output. (The paper
 * says "vision features"; the pooling is this page's choice.)
 */
import * as tf from '../device/tf';
import { linear, type Tensor } from '../ops';
import type { Label } from '../protocol';
import type { FlatState } from './flat';

export const HEAD_WEIGHT = 'vision_cls_head.weight';
export const HEAD_BIAS = 'vision_cls_head.bias';

/** Rows of the head, in order. */
export const CLASSES: readonly Label[] = ['live', 'spoof'];

/** Features `[batch * patches, hidden]` to logits `[batch, 2]`. */
export function headLogits(features: Tensor, state: FlatState, patches: number): Tensor {
  const [rows, hidden] = features.shape as [number, number];
  const pooled = tf.mean(tf.reshape(features, [rows / patches, patches, hidden]), 1);
  return linear(pooled, state.matrix(HEAD_WEIGHT), state.matrix(HEAD_BIAS));
}
