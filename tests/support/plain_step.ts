/**
 * The demo's whole micro-step in plain tfjs: losses and gradients by tfjs's own tape from its own operations, with
 * nothing of the engine but the references. What the engine must agree with, and what it is timed against.
 *
 * Weights lie as `[in, out]`, so tfjs's WASM backend multiplies fast in the forward pass; its gradients transpose.
 */
import * as tf from '../../src/device/tf';
import {
  attentionReference,
  causalMask,
  crossEntropyReference,
  pixelShuffleReference,
  rmsNormReference,
  ropeReference,
  ropeAngles,
  swigluReference,
} from '../../src/ops';

export interface PlainShape {
  heads: number;
  kvHeads: number;
  headDim: number;
  layers: number;
  epsilon: number;
  ropeTheta: number;
  /** Side of the block of patches that becomes one token. */
  scaleFactor: number;
  imageToken: number;
}

export interface PlainSample {
  /** 0 live, 1 spoof. */
  label: number;
  /** Ids; the image tokens lie side by side. */
  prompt: Int32Array;
  caption: Int32Array;
}

export interface PlainStep {
  cls: tf.Tensor;
  cap: tf.Tensor;
  /** Of `alpha cls + beta cap`, by name. */
  gradients: Map<string, tf.Tensor>;
}

/** Sequences are padded to a multiple of this. */
const BUCKET = 16;

/**
 * One micro-step over samples that all have a caption.
 *
 * @param frozen the text decoder's weights by their names in the file; linear ones turned to `[in, out]`
 * @param trained trainable tensors by name, `[in, out]`: adapters of q, k, v, connector, lm_head, and the head
 * @param features `[samples * patches, visionHidden]`
 * @param scale LoRA's
 */
export function plainStep(
  frozen: ReadonlyMap<string, tf.Tensor>,
  trained: ReadonlyMap<string, tf.Tensor>,
  features: tf.Tensor,
  samples: readonly PlainSample[],
  shape: PlainShape,
  { scale, alpha, beta }: { scale: number; alpha: number; beta: number },
): PlainStep {
  const names = [...trained.keys()];
  let cls: tf.Tensor | null = null;
  let cap: tf.Tensor | null = null;
  let all: tf.Tensor[] = [];
  tf.tidy(() => {
    const total = (...values: tf.Tensor[]): tf.Scalar => {
      const parameters = new Map(names.map((name, i) => [name, values[i]!]));
      const model = new PlainModel(frozen, parameters, shape, scale);
      const [first, second] = [model.headLoss(features, samples), model.captionLoss(features, samples)];
      cls = tf.keep(first);
      cap = tf.keep(second);
      return tf.add(tf.mul(first, alpha), tf.mul(second, beta));
    };
    const { grads } = tf.valueAndGrads(total)([...trained.values()]);
    all = grads.map((gradient) => tf.keep(gradient));
  });
  return { cls: cls!, cap: cap!, gradients: new Map(names.map((name, i) => [name, all[i]!])) };
}

class PlainModel {
  constructor(
    private readonly frozen: ReadonlyMap<string, tf.Tensor>,
    private readonly trained: ReadonlyMap<string, tf.Tensor>,
    private readonly shape: PlainShape,
    private readonly scale: number,
  ) {}

  headLoss(features: tf.Tensor, samples: readonly PlainSample[]): tf.Tensor {
    const width = features.shape[1]!;
    const pooled = tf.mean(tf.reshape(features, [samples.length, -1, width]), 1);
    const logits = tf.add(tf.matMul(pooled, this.get('vision_cls_head.weight')), this.get('vision_cls_head.bias'));
    const labels = tf.tensor1d(
      samples.map(({ label }) => label),
      'int32',
    );
    return crossEntropyReference(logits, labels, tf.fill([samples.length], 1 / samples.length));
  }

  captionLoss(features: tf.Tensor, samples: readonly PlainSample[]): tf.Tensor {
    const longest = Math.max(...samples.map(({ prompt, caption }) => prompt.length + caption.length - 1));
    const tokens = Math.ceil(longest / BUCKET) * BUCKET;
    const { headDim, ropeTheta, epsilon } = this.shape;
    const table = ropeAngles(tokens, headDim, ropeTheta);
    const mask = causalMask(tokens);
    let h = this.embed(features, samples, tokens);
    for (let i = 0; i < this.shape.layers; i++) h = this.layer(h, i, samples.length, table, mask);
    // The last prompt token predicts the first caption token, and so on.
    const rows = samples.map(({ prompt, caption }, s) =>
      tf.slice(h, [s * tokens + prompt.length - 1, 0], [caption.length, -1]),
    );
    const chosen = rmsNormReference(tf.concat(rows, 0), this.get('model.text_model.norm.weight'), epsilon);
    const targets = tf.tensor1d(
      samples.flatMap(({ caption }) => [...caption]),
      'int32',
    );
    const weights = tf.fill([targets.size], 1 / targets.size);
    return crossEntropyReference(tf.matMul(chosen, this.get('lm_head.weight')), targets, weights);
  }

  /** Token embeddings with the picture's tokens from the connector in their places: `[samples * tokens, hidden]`. */
  private embed(features: tf.Tensor, samples: readonly PlainSample[], tokens: number): tf.Tensor {
    const [rows, width] = features.shape as [number, number];
    const { scaleFactor, imageToken } = this.shape;
    const shuffled = pixelShuffleReference(tf.reshape(features, [samples.length, -1, width]), scaleFactor);
    const each = rows / samples.length / scaleFactor ** 2;
    const flat = tf.reshape(shuffled, [samples.length * each, width * scaleFactor ** 2]);
    const pictures = tf.matMul(flat, this.get('model.connector.modality_projection.proj.weight'));
    const sequences = samples.map(({ prompt, caption }, s) => {
      const ids = new Int32Array(tokens);
      ids.set(prompt);
      ids.set(caption.subarray(0, caption.length - 1), prompt.length);
      const first = prompt.indexOf(imageToken);
      const embedded = tf.gather(this.get('model.text_model.embed_tokens.weight'), tf.tensor1d(ids, 'int32'));
      return tf.concat(
        [
          tf.slice(embedded, [0, 0], [first, -1]),
          tf.slice(pictures, [s * each, 0], [each, -1]),
          tf.slice(embedded, [first + each, 0], [-1, -1]),
        ],
        0,
      );
    });
    return tf.concat(sequences, 0);
  }

  private layer(
    h: tf.Tensor,
    i: number,
    batch: number,
    table: { cos: tf.Tensor; sin: tf.Tensor },
    mask: tf.Tensor,
  ): tf.Tensor {
    const layer = `model.text_model.layers.${i}`;
    const { heads, kvHeads, headDim, epsilon } = this.shape;
    const x = rmsNormReference(h, this.get(`${layer}.input_layernorm.weight`), epsilon);
    const tokens = h.shape[0] / batch;
    const split = (y: tf.Tensor, count: number): tf.Tensor =>
      tf.reshape(tf.transpose(tf.reshape(y, [batch, tokens, count, headDim]), [0, 2, 1, 3]), [-1, tokens, headDim]);
    const q = ropeReference(split(this.adapted(x, `${layer}.self_attn.q_proj`), heads), table);
    const k = ropeReference(split(this.adapted(x, `${layer}.self_attn.k_proj`), kvHeads), table);
    const v = split(this.adapted(x, `${layer}.self_attn.v_proj`), kvHeads);
    const grouped = tf.reshape(q, [batch * kvHeads, -1, headDim]);
    const seen = tf.reshape(attentionReference(grouped, k, v, mask), [batch, heads, tokens, headDim]);
    const merged = tf.reshape(tf.transpose(seen, [0, 2, 1, 3]), [-1, heads * headDim]);
    const after = tf.add(h, this.linear(merged, `${layer}.self_attn.o_proj`));
    const y = rmsNormReference(after, this.get(`${layer}.post_attention_layernorm.weight`), epsilon);
    const inner = swigluReference(this.linear(y, `${layer}.mlp.gate_proj`), this.linear(y, `${layer}.mlp.up_proj`));
    return tf.add(after, this.linear(inner, `${layer}.mlp.down_proj`));
  }

  private adapted(x: tf.Tensor, name: string): tf.Tensor {
    const low = tf.matMul(x, this.get(`${name}.lora_A.weight`));
    return tf.add(this.linear(x, name), tf.mul(tf.matMul(low, this.get(`${name}.lora_B.weight`)), this.scale));
  }

  private linear(x: tf.Tensor, name: string): tf.Tensor {
    return tf.matMul(x, this.get(`${name}.weight`));
  }

  private get(name: string): tf.Tensor {
    const tensor = this.trained.get(name) ?? this.frozen.get(name);
    if (tensor === undefined) throw new Error(`The plain step has no tensor ${name}`);
    return tensor;
  }
}
