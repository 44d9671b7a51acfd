/**
 * Low-rank adapters on q, k, v by name. PEFT's effective weight is `W + (alpha / r) B A` in Python's orientation; here
 * `W + scale A B`, with the three projections side by side.
 */
import * as tf from '../device/tf';
import {
  adaptedLinear,
  frozenLinear,
  spanTensor,
  type FrozenLinear,
  type LoraBlock,
  type Tensor,
  type PackedWeights,
} from '../ops';
import type { AdapterOptions } from './api';
import { profileOf } from './profiles';

export const PROJECTIONS = ['q', 'k', 'v'] as const;
export type Projection = (typeof PROJECTIONS)[number];

type Named = Parameters<typeof profileOf>[0];

export const visionBlock = (of: Named, i: number): string =>
  `${profileOf(of).names.vision}.encoder.layers.${i}.self_attn`;
export const textBlock = (of: Named, i: number): string => `${profileOf(of).names.text}.layers.${i}.self_attn`;

/**
 * PEFT's `target_modules`, as a regular expression: a plain `["q_proj", ...]` would match the vision tower too, by
 * suffix.
 */
export function targetModules(
  of: Named,
  { loraVision, lmHead }: Pick<AdapterOptions, 'loraVision' | 'lmHead'>,
): string {
  const { names } = profileOf(of);
  const last = (module: string): string => module.slice(module.lastIndexOf('.') + 1);
  const text = last(names.text);
  const blocks = loraVision ? `(${text}|${last(names.vision)}\\.encoder)` : text;
  const attention = `.*${blocks}\\.layers\\.\\d+\\.self_attn\\.(q|k|v)_proj`;
  return lmHead === 'adapter' ? `(${attention}|lm_head)` : attention;
}

export const loraNames = (block: string, projection: Projection): { a: string; b: string } => ({
  a: `${block}.${projection}_proj.lora_A.weight`,
  b: `${block}.${projection}_proj.lora_B.weight`,
});

/** `x [n, in] -> [n, out]` with or without adapters. */
export function adapted(x: Tensor, layer: FrozenLinear, lora: LoraBlock | null): Tensor {
  return lora === null ? frozenLinear(x, layer) : adaptedLinear(x, layer, lora);
}

/** Float32 weights `[out, in]` with the adapters folded in: a new tensor, for inference on WASM. */
export function mergedWeight({ words, inputs }: PackedWeights, { values, parts, rank, scale }: LoraBlock): Tensor {
  return tf.tidy(() => {
    const low = parts.map(({ a, b, outputs }) => {
      const part = (offset: number, length: number, shape: [number, number]): Tensor =>
        spanTensor({ ...values, offset: values.offset + offset, length }, shape);
      return tf.matMul(part(a, inputs * rank, [inputs, rank]), part(b, rank * outputs, [rank, outputs]));
    });
    return tf.add(words, tf.transpose(tf.mul(tf.concat(low, 1), scale)));
  });
}
