/** One decoder layer with adapters, forward and backward: the engine, plain tfjs, and jax-js's `grad` of the same. */
import { dispatchCount, resetDispatches } from '../../src/device/kernel';
import * as tf from '../../src/device/tf';
import type { BackboneConfig } from '../../src/model/config';
import { textLayer } from '../../src/model/text';
import { textBlock } from '../../src/model/lora';
import { AdapterState, trainableShapes } from '../../src/model/trainable';
import { attentionShape } from '../../src/model/text';
import * as ops from '../../src/ops';
import { weightPair } from './compared';
import { numbers } from './numbers';
import { plainLayer, type PlainWeights } from './plain_layer';
import { BATCH, RANK, TOKENS } from './shapes';

export interface LayerCase {
  name: string;
  gflop: number;
  own(): tf.Tensor[];
  plain(): tf.Tensor[];
  /** Dispatches of one forward and backward pass of the engine. */
  dispatches(): number;
  dispose(): void;
}

export function layerCase(config: BackboneConfig): LayerCase {
  const text = { ...config.text, layers: 1 };
  const { hidden, heads, kvHeads, headDim, intermediate, epsilon } = text;
  const rows = BATCH * TOKENS;
  const width = (heads + 2 * kvHeads) * headDim;
  const norm1 = tf.tensor1d(numbers('norm1', hidden, 0.1, 1));
  const norm2 = tf.tensor1d(numbers('norm2', hidden, 0.1, 1));
  const [qkv, out, gateUp, down] = [
    weightPair('qkv', hidden, width),
    weightPair('out', heads * headDim, hidden),
    weightPair('gate_up', hidden, 2 * intermediate),
    weightPair('down', intermediate, hidden),
  ];
  const [gate, up] = tf.split(gateUp.plain, 2, 1) as [tf.Tensor, tf.Tensor];
  const plainWeights: PlainWeights = {
    norm1,
    qkv: qkv.plain,
    out: out.plain,
    norm2,
    gate,
    up,
    down: down.plain,
  };
  const options = { loraRank: RANK, loraAlpha: RANK, loraVision: false, seed: 1 };
  const names = [...trainableShapes({ ...config, text }, options)].filter(([name]) => name.includes('lora_'));
  const state = new AdapterState(options, new Map(names), config.architecture);
  const adapters = names.map(([name, shape]) =>
    tf.tensor(
      numbers(
        name,
        shape.reduce((a, b) => a * b, 1),
        0.02,
      ),
      shape,
    ),
  );
  names.forEach(([name], i) => ops.addInto(state.span(name), adapters[i]!));
  const lora = state.lora(textBlock(config, 0));
  const rope = ops.ropeAngles(TOKENS, headDim, text.ropeTheta);
  const h = tf.tensor2d(numbers('h', rows * hidden, 1), [rows, hidden]);
  const dy = tf.tensor(numbers('dy', rows * hidden, 1), [rows, hidden]);
  const weights = {
    inputNorm: norm1,
    qkv: qkv.layer,
    out: out.layer,
    postNorm: norm2,
    gateUp: gateUp.layer,
    down: down.layer,
  };
  const own = (): tf.Tensor[] =>
    tf.tidy(() => {
      const run = (h: tf.Tensor): tf.Scalar => textLayer(h, weights, lora, text, BATCH, rope) as tf.Scalar;
      const { value, grad } = tf.valueAndGrad(run)(h, dy as tf.Scalar);
      return [value, grad];
    });
  const products = hidden * width + heads * headDim * hidden + 3 * hidden * intermediate;
  return {
    name: `decoder layer with adapters, ${TOKENS} tokens x ${BATCH}, both ways`,
    gflop: (4 * rows * products + 7 * BATCH * heads * TOKENS * TOKENS * headDim + 18 * rows * RANK * hidden) / 1e9,
    own,
    plain: () =>
      tf.tidy(() => {
        const shape = attentionShape(text, BATCH, TOKENS);
        const run = (h: tf.Tensor, ...ab: tf.Tensor[]): tf.Scalar =>
          plainLayer(h, ab, plainWeights, shape, rope, epsilon) as tf.Scalar;
        const { value, grads } = tf.valueAndGrads(run)([h, ...adapters], dy as tf.Scalar);
        return [value, ...grads];
      }),
    dispatches: () => {
      resetDispatches();
      tf.dispose(own());
      return dispatchCount();
    },
    dispose: () => {
      state.dispose();
      tf.dispose([norm1, norm2, gate, up, h, dy, ...adapters]);
      tf.dispose([plainWeights, weights, rope] as unknown as tf.TensorContainer);
    },
  };
}
