/**
 * Scaled dot-product attention (Vaswani et al., 2017) with grouped key/value heads (Ainslie et al., "GQA", 2023).
 * The query heads of one group lie one after another as more rows, so a group is one product, and the gradients of
 * its keys and values need no sum over heads.
 */
import * as tf from '../device/tf';
import { dim, withGradient, type Tensor } from './custom';
import { batchedProduct, transposed } from './matmul';

/**
 * @param q `[s, g * tokens, d]`: s = batch * key/value heads, g query heads for each
 * @param k `[s, keys, d]`
 * @param v `[s, keys, d]`
 * @param mask added to the scores, `[tokens, keys]`, 0 or a large negative number; null: every key is seen
 * @returns `[s, g * tokens, d]`
 */
export function attention(q: Tensor, k: Tensor, v: Tensor, mask: Tensor | null): Tensor {
  const scale = dim(q, -1) ** -0.5;
  return withGradient(
    [q, k, v],
    (save) => {
      const scores = batchedProduct(tf.mul(q, scale), transposed(k));
      const weights = tf.softmax(addMask(scores, mask));
      const output = batchedProduct(weights, v);
      save([q, k, v, weights, output]);
      return output;
    },
    (dy, saved) => {
      const [q, k, v, weights, output] = saved as [Tensor, Tensor, Tensor, Tensor, Tensor];
      const dWeights = batchedProduct(dy, transposed(v));
      const along = tf.sum(tf.mul(dy, output), -1, true);
      const dScores = tf.mul(tf.mul(weights, tf.sub(dWeights, along)), scale);
      return [
        batchedProduct(dScores, k),
        batchedProduct(transposed(dScores), q),
        batchedProduct(transposed(weights), dy),
      ];
    },
  );
}

/** Attention with keys already transposed `[s, d, keys]`, for decoding: few rows, so one batched product is cheapest. */
export function attentionStep(q: Tensor, kT: Tensor, v: Tensor, mask: Tensor): Tensor {
  const scores = tf.add(tf.matMul(tf.mul(q, dim(q, -1) ** -0.5), kT), mask);
  return tf.matMul(tf.softmax(scores), v);
}

/** Plain tfjs: what `attention` must agree with. */
export function attentionReference(q: Tensor, k: Tensor, v: Tensor, mask: Tensor | null): Tensor {
  const scores = tf.mul(tf.matMul(q, k, false, true), dim(q, -1) ** -0.5);
  return tf.matMul(tf.softmax(addMask(scores, mask)), v);
}

/** Additive causal mask `[tokens, tokens]`: row i sees keys 0 .. i. */
export function causalMask(tokens: number): Tensor {
  const values = new Float32Array(tokens * tokens);
  for (let i = 0; i < tokens; i++) values.fill(-1e9, i * tokens + i + 1, (i + 1) * tokens);
  return tf.tensor2d(values, [tokens, tokens]);
}

function addMask(scores: Tensor, mask: Tensor | null): Tensor {
  if (mask === null) return scores;
  const [rows, keys] = mask.shape as [number, number];
  return tf.reshape(tf.add(tf.reshape(scores, [-1, rows, keys]), mask), scores.shape);
}
