/** What operations take besides tensors: parts of the flat trainable state, packed weights, adapters, head layouts. */
import type { Span } from '../device/kernel';
import type { Variable } from '../device/tf';
import type { Tensor } from './custom';

export type { Bound, Span } from '../device/kernel';
export { SCALE_GROUP } from '../device/sizes';

export type Packing = 'float32' | 'bfloat16' | 'float16' | 'int8' | 'int4';

/** Frozen weights in Python's orientation `[outputs, inputs]`, in the bits of their file or rounded. */
export interface PackedWeights {
  packing: Packing;
  outputs: number;
  inputs: number;
  /**
   * `float32`: the numbers, `[outputs, inputs]`. Otherwise int32 words `[outputs, inputs / n]` that hold n = 2 (16-bit),
   * 4 (int8) or 8 (int4) weights each, the first in the lowest bits; int8 and int4 are two's complement.
   */
  words: Tensor;
  /** `int8`, `int4`: float32 `[outputs, inputs / SCALE_GROUP]`, weight = scale * integer. Otherwise null. */
  scales: Tensor | null;
}

/** One low-rank adapter inside a block: `y_i += scale (x A) B` for its own columns of the output. */
export interface LoraPart {
  /** Where A `[inputs, rank]` and B `[rank, outputs]` begin, in elements from the block's first; multiples of 64. */
  a: number;
  b: number;
  outputs: number;
}

/** Adapters of one linear layer whose output is several columns side by side (q, k, v). */
export interface LoraBlock {
  /** All A and B. */
  values: Span;
  /** Where their gradients are added up, laid out as `values`; null when none are wanted. */
  gradients: Span | null;
  rank: number;
  scale: number;
  /** One for each range of columns, in order; together they cover all outputs. */
  parts: readonly LoraPart[];
}

/** Rows of q, k, v side by side: `[batch * tokens, (heads + 2 * kvHeads) * headDim]`, heads one after another. */
export interface AttentionShape {
  batch: number;
  tokens: number;
  heads: number;
  /** `heads` is a multiple of it; query head h reads key/value head `floor(h / (heads / kvHeads))`. */
  kvHeads: number;
  headDim: number;
  /** True: row i sees keys 0 .. i. False: every key of its sequence. */
  causal: boolean;
}

/** How a token is drawn, instead of the likeliest one taken. */
export interface Sampling {
  /** Logits are divided by it; above 0. */
  temperature: number;
  /** Only the k most likely tokens (and equals of the last) stay; 0: all. */
  topK: number;
  /** Of these, the fewest most likely whose probabilities together reach it stay; 1: all. */
  topP: number;
}

/** Rotary angles: cos and sin `[positions, headDim]`, each frequency in both halves. */
export interface RopeAngles {
  cos: Tensor;
  sin: Tensor;
}

/** The flat trainable state, `[count]` each; as variables, so that no tidy takes them. */
export interface OptimiserState<T extends Tensor = Variable> {
  values: T;
  gradients: T;
  /** First and second moment of the gradients; zero before the first step. */
  first: T;
  second: T;
}

export interface AdamwNumbers {
  learningRate: number;
  beta1: number;
  beta2: number;
  epsilon: number;
  weightDecay: number;
  /** Factor on the gradients. */
  clip: number;
  /** 1-based: it sets the bias correction. */
  step: number;
}
