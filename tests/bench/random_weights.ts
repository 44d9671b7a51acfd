/** A backbone of any size whose weights are `numbers`, rounded to bfloat16, for either backend. */
import * as tf from '../../src/device/tf';
import { Backbone } from '../../src/model/backbone';
import type { BackboneConfig } from '../../src/model/config';
import type { FrozenWeights, Norm } from '../../src/model/weights';
import { onGpu, packBytes, packWeights, type FrozenLinear, type Packing } from '../../src/ops';
import { bfloat16ToFloat32 } from '../../src/model/safetensors';
import { bfloat16, numbers } from './numbers';

export function randomBackbone(config: BackboneConfig, packing: Packing = 'bfloat16'): Backbone {
  const { vision: v, text: t, scaleFactor, patches } = config;
  const vector = (name: string, size: number, centre = 0): tf.Tensor => tf.tensor1d(numbers(name, size, 0.1, centre));
  const norm = (name: string, size: number): Norm => ({
    scale: vector(`${name}.weight`, size, 1),
    shift: vector(`${name}.bias`, size),
  });
  // As `loadWeights` holds them: what trains whole keeps the bits of the file.
  const exact = packing === 'int8' || packing === 'int4' ? 'bfloat16' : packing;
  const linear = (name: string, outputs: number, inputs: number, bias = false, as: Packing = packing): FrozenLinear => {
    const bytes = bfloat16(numbers(`${name}.weight`, outputs * inputs, inputs ** -0.5));
    return { weights: held(bytes, outputs, inputs, as), bias: bias ? vector(`${name}.bias`, outputs) : null };
  };
  const width = (t.heads + 2 * t.kvHeads) * t.headDim;
  const weights: FrozenWeights = {
    patch: linear('patch', v.hidden, v.patchSize ** 2 * 3, true),
    position: tf.tensor2d(numbers('position', patches * v.hidden, 0.1), [patches, v.hidden]),
    vision: Array.from({ length: v.layers }, (_, i) => ({
      norm1: norm(`vision.${i}.norm1`, v.hidden),
      qkv: linear(`vision.${i}.qkv`, 3 * v.hidden, v.hidden, true),
      out: linear(`vision.${i}.out`, v.hidden, v.hidden, true),
      norm2: norm(`vision.${i}.norm2`, v.hidden),
      fc1: linear(`vision.${i}.fc1`, v.intermediate, v.hidden, true),
      fc2: linear(`vision.${i}.fc2`, v.hidden, v.intermediate, true),
    })),
    visionNorm: norm('vision.norm', v.hidden),
    connector: [linear('connector', t.hidden, v.hidden * scaleFactor ** 2, false, exact)],
    newline: null,
    embedding: linear('embed_tokens', t.vocabulary, t.hidden).weights,
    text: Array.from({ length: t.layers }, (_, i) => ({
      inputNorm: vector(`text.${i}.norm1`, t.hidden, 1),
      qkv: linear(`text.${i}.qkv`, width, t.hidden),
      out: linear(`text.${i}.out`, t.hidden, t.heads * t.headDim),
      postNorm: vector(`text.${i}.norm2`, t.hidden, 1),
      gateUp: linear(`text.${i}.gate_up`, 2 * t.intermediate, t.hidden),
      down: linear(`text.${i}.down`, t.hidden, t.intermediate),
    })),
    textNorm: vector('text.norm', t.hidden, 1),
    lmHead: linear('lm_head', t.vocabulary, t.hidden, false, exact),
  };
  return new Backbone(config, weights);
}

function held(
  bytes: Uint8Array<ArrayBuffer>,
  outputs: number,
  inputs: number,
  packing: Packing,
): FrozenLinear['weights'] {
  if (onGpu() && packing === 'bfloat16') return packBytes(bytes, 'BF16', outputs, inputs);
  const values = bfloat16ToFloat32(new Uint16Array(bytes.buffer));
  return packWeights(values, outputs, inputs, onGpu() ? packing : 'float32');
}
