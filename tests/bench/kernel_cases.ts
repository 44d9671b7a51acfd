/** Single operations of training, forward and backward, against the same in plain tfjs; products against jax-js too. */
import * as tf from '../../src/device/tf';
import { FlatState } from '../../src/model';
import type { BackboneConfig } from '../../src/model/config';
import * as ops from '../../src/ops';
import { bothWays, collecting, input, weightPair, type Compared } from './compared';
import { turnBack, turnedForth } from '../../src/ops/webgpu/rope';
import { BATCH, RANK, TOKENS } from './shapes';

const ROWS = BATCH * TOKENS;

/** Makes each case's tensors when asked, so that only what is measured is held. */
export function kernelCases({ text }: BackboneConfig): Map<string, () => Compared> {
  const { hidden, heads, kvHeads, headDim, intermediate, vocabulary, epsilon } = text;
  const width = (heads + 2 * kvHeads) * headDim;
  const { cases, add } = collecting();

  const products: [words: string, name: string, inputs: number, outputs: number, packing: ops.Packing][] = [
    [`q, k, v, ${hidden} -> ${width}`, 'q, k, v', hidden, width, 'bfloat16'],
    [`out, ${heads * headDim} -> ${hidden}`, 'out', heads * headDim, hidden, 'bfloat16'],
    [`gate and up, ${hidden} -> ${2 * intermediate}`, 'gate and up', hidden, 2 * intermediate, 'bfloat16'],
    [`down, ${intermediate} -> ${hidden}`, 'down', intermediate, hidden, 'bfloat16'],
  ];
  // On WASM frozen weights are float32 always.
  for (const packing of ops.onGpu() ? (['int8', 'int4'] as const) : [])
    products.push([`gate and up, ${packing} weights`, 'gate and up', hidden, 2 * intermediate, packing]);
  for (const [words, name, inputs, outputs, packing] of products) {
    const gflop = (2 * ROWS * inputs * outputs) / 1e9;
    add(`linear ${words}, forward`, () => {
      const { layer, plain } = weightPair(name, inputs, outputs, packing);
      const x = input('x', ROWS, inputs);
      return {
        gflop,
        own: () => [ops.frozenLinear(x, layer)],
        plain: () => [tf.matMul(x, plain)],
        product: { n: ROWS, k: inputs, m: outputs },
      };
    });
    add(`linear ${words}, gradient`, () => {
      const { layer, plain } = weightPair(name, inputs, outputs, packing);
      const dy = input('dy', ROWS, outputs);
      return {
        gflop,
        own: () => [ops.linearInputGradient(dy, layer)],
        plain: () => [tf.matMul(dy, plain, false, true)],
        product: { n: ROWS, k: outputs, m: inputs },
      };
    });
  }

  add('q, k, v with adapters, both ways', () => {
    const { layer, plain } = weightPair('qkv', hidden, width);
    const columns = [heads * headDim, kvHeads * headDim, kvHeads * headDim];
    const shapes = new Map(
      columns.flatMap((outputs, i) => [
        [`a${i}`, [hidden, RANK]],
        [`b${i}`, [RANK, outputs]],
      ]),
    );
    const state = new FlatState(shapes);
    const length = state.values.size;
    const lora: ops.LoraBlock = {
      values: { tensor: state.values, offset: 0, length },
      gradients: { tensor: state.gradients, offset: 0, length },
      rank: RANK,
      scale: 1,
      parts: columns.map((outputs, i) => ({ a: state.span(`a${i}`).offset, b: state.span(`b${i}`).offset, outputs })),
    };
    const ab = [...shapes].map(([name, shape]) => input(name, ...shape));
    const [x, dy] = [input('x', ROWS, hidden), input('dy', ROWS, width)];
    const pairs = [0, 2, 4];
    return {
      gflop: (4 * ROWS * hidden * width + 18 * ROWS * RANK * hidden + 6 * ROWS * RANK * width) / 1e9,
      own: () => bothWays((x) => ops.adaptedLinear(x, layer, lora), [x], dy),
      plain: () =>
        bothWays(
          (x, ...p) =>
            ops.linearReference(
              x,
              plain,
              null,
              pairs.map((i) => ({ a: p[i]!, b: p[i + 1]! })),
            ),
          [x, ...ab],
          dy,
        ),
    };
  });

  add('causal attention, both ways', () => {
    const shape: ops.AttentionShape = { batch: BATCH, tokens: TOKENS, heads, kvHeads, headDim, causal: true };
    const rope = ops.ropeAngles(TOKENS, headDim, text.ropeTheta);
    const [qkv, dy] = [input('qkv', ROWS, width), input('dy', ROWS, heads * headDim)];
    return {
      // Half of the scores; forward 2 products, backward 5.
      gflop: (7 * BATCH * heads * TOKENS * TOKENS * headDim) / 1e9,
      own: () => bothWays((x) => ops.selfAttention(x, shape, rope), [qkv], dy),
      plain: () => bothWays((x) => ops.selfAttentionReference(x, shape, rope), [qkv], dy),
    };
  });

  if (ops.onGpu()) {
    // On WASM it is a part of the attention kernels.
    add('rotary embedding of q and k, both ways', () => {
      const shape: ops.AttentionShape = { batch: BATCH, tokens: TOKENS, heads, kvHeads, headDim, causal: true };
      const rope = ops.ropeAngles(TOKENS, headDim, text.ropeTheta);
      const qkv = input('qkv', ROWS, width);
      // Plain tfjs gets its q and k without v, heads first: what ours does without moving them.
      const [byHead, dy] = ['q k', 'dy'].map((name) => input(name, BATCH, heads + kvHeads, TOKENS, headDim));
      return {
        own: () => {
          const turned = turnedForth(qkv, shape, rope);
          turnBack(turned, shape, rope);
          return [turned];
        },
        plain: () => bothWays((x) => ops.ropeReference(x, rope), [byHead!], dy!),
      };
    });
  }

  add('RMS norm, both ways', () => {
    const scale = input('scale', hidden);
    const [x, dy] = [input('x', ROWS, hidden), input('dy', ROWS, hidden)];
    return {
      own: () => bothWays((x) => ops.rmsNorm(x, scale, epsilon), [x], dy),
      plain: () => bothWays((x) => ops.rmsNormReference(x, scale, epsilon), [x], dy),
    };
  });

  add('gated activation, both ways', () => {
    const [x, dy] = [input('x', ROWS, 2 * intermediate), input('dy', ROWS, intermediate)];
    return {
      own: () => bothWays(ops.swiglu, [x], dy),
      plain: () =>
        bothWays(
          (x) => {
            const [gate, up] = tf.split(x, 2, 1) as [tf.Tensor, tf.Tensor];
            return ops.swigluReference(gate, up);
          },
          [x],
          dy,
        ),
    };
  });

  add('caption loss, both ways', () => {
    // Few rows: the plain side holds logits of rows x vocabulary three times.
    const rows = 128;
    const state = new FlatState(new Map([['head', [hidden, vocabulary]]]));
    const head = input('head', hidden, vocabulary);
    const h = input('h', rows, hidden);
    const ids = Int32Array.from({ length: rows }, (_, i) => (i * 7919) % vocabulary);
    const targets = tf.tensor1d(ids, 'int32');
    const weights = tf.fill([rows], 1 / rows);
    const one = tf.scalar(1);
    return {
      gflop: (6 * rows * hidden * vocabulary) / 1e9,
      own: () => bothWays((h) => ops.captionLoss(h, state.matrix('head'), targets, weights, 1), [h], one),
      plain: () =>
        bothWays((h, head) => ops.crossEntropyReference(tf.matMul(h, head), targets, weights), [h, head], one),
    };
  });

  add('caption loss of a frozen head with an adapter, both ways', () => {
    const rows = 128;
    const { layer, plain } = weightPair('head', hidden, vocabulary);
    const state = new FlatState(
      new Map([
        ['a', [hidden, RANK]],
        ['b', [RANK, vocabulary]],
      ]),
    );
    const [a, b] = [input('a', hidden, RANK), input('b', RANK, vocabulary)];
    const length = state.values.size;
    const lora: ops.LoraBlock = {
      values: { tensor: state.values, offset: 0, length },
      gradients: { tensor: state.gradients, offset: 0, length },
      rank: RANK,
      scale: 1,
      parts: [{ a: state.span('a').offset, b: state.span('b').offset, outputs: vocabulary }],
    };
    const h = input('h', rows, hidden);
    const ids = Int32Array.from({ length: rows }, (_, i) => (i * 7919) % vocabulary);
    const targets = tf.tensor1d(ids, 'int32');
    const weights = tf.fill([rows], 1 / rows);
    const one = tf.scalar(1);
    return {
      gflop: (4 * rows * hidden * vocabulary + 6 * rows * RANK * (hidden + vocabulary)) / 1e9,
      own: () => bothWays((h) => ops.adaptedCaptionLoss(h, layer, lora, targets, weights, 1), [h], one),
      plain: () =>
        bothWays(
          (h, a, b) => {
            const logits = tf.add(tf.matMul(h, plain), tf.matMul(tf.matMul(h, a), b));
            return ops.crossEntropyReference(logits, targets, weights);
          },
          [h, a, b],
          one,
        ),
    };
  });

  add('AdamW', () => {
    const count = Math.min(4_000_000, hidden * vocabulary);
    const variable = (): tf.Variable => tf.variable(tf.ones([count]), false);
    const make = (): ops.OptimiserState => ({
      values: variable(),
      gradients: variable(),
      first: variable(),
      second: variable(),
    });
    const [own, plain] = [make(), make()];
    const h = { learningRate: 1e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0.01, clip: 1, step: 10 };
    return {
      own: () => (ops.adamwUpdate(own, h), []),
      plain: () => (ops.adamwReference(plain, h), []),
    };
  });
  return cases;
}
