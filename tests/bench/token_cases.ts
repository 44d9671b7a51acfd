/** The choice of the next token from the logits of one caption. */
import * as tf from '../../src/device/tf';
import type { BackboneConfig } from '../../src/model/config';
import * as ops from '../../src/ops';
import { collecting, input, type Compared } from './compared';

const TOP_K = 50;
const TEMPERATURE = 0.8;

/** Makes each case's tensors when asked. */
export function tokenCases({ text: { vocabulary } }: BackboneConfig): Map<string, () => Compared> {
  const { cases, add } = collecting();

  add(`the likeliest of ${vocabulary} tokens`, () => {
    const logits = input('logits', 1, vocabulary);
    return { own: () => [ops.chooseGreedy(logits)], plain: () => [tf.argMax(logits, -1)] };
  });

  add(`a token drawn from the ${TOP_K} likeliest of ${vocabulary}`, () => {
    const logits = input('logits', 1, vocabulary);
    const uniforms = tf.tensor1d([0.37]);
    const sampling: ops.Sampling = { temperature: TEMPERATURE, topK: TOP_K, topP: 1 };
    return {
      own: () => [ops.chooseSampled(logits, sampling, uniforms)],
      plain: () =>
        tf.tidy(() => {
          const { values, indices } = tf.topk(tf.div(logits, TEMPERATURE), TOP_K);
          const place = tf.multinomial(values as tf.Tensor2D, 1, 1);
          return [tf.gather(tf.reshape(indices, [TOP_K]), tf.reshape(place, [1]))];
        }),
    };
  });

  // tfjs has no cumulative share of a distribution that would not sort it by hand.
  add(`a token drawn by top-k ${TOP_K} and top-p of ${vocabulary}`, () => {
    const logits = input('logits', 1, vocabulary);
    const uniforms = tf.tensor1d([0.37]);
    const sampling: ops.Sampling = { temperature: TEMPERATURE, topK: TOP_K, topP: 0.9 };
    return { own: () => [ops.chooseSampled(logits, sampling, uniforms)], plain: null };
  });
  return cases;
}
