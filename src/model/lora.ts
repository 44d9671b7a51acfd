/**
 * Low-rank adapters on q, k, v by name, and the frozen weights with an adapter folded in. PEFT's effective weight is
 * `W + (alpha / r) B A` in Python's orientation; here `W + scale A B`.
 */
import * as tf from '../device/tf';
import { frozenLinear, loraLinear, product, type FrozenLinear, type LowRank, type Tensor } from '../ops';

/** Trainable tensors by name, or null where the backbone stands alone. */
export type Parameters = (name: string) => Tensor | null;

export const PROJECTIONS = ['q', 'k', 'v'] as const;
export type Projection = (typeof PROJECTIONS)[number];

/** Adapters of one attention block; null where there is none. */
export type BlockAdapters = Record<Projection, LowRank | null>;

export const visionBlock = (i: number): string => `model.vision_model.encoder.layers.${i}.self_attn`;
export const textBlock = (i: number): string => `model.text_model.layers.${i}.self_attn`;

export const loraNames = (block: string, projection: Projection): { a: string; b: string } => ({
  a: `${block}.${projection}_proj.lora_A.weight`,
  b: `${block}.${projection}_proj.lora_B.weight`,
});

/** Names of the six trainable tensors of a block. */
export function blockNames(block: string): string[] {
  return PROJECTIONS.flatMap((projection) => Object.values(loraNames(block, projection)));
}

export function blockAdapters(parameters: Parameters, block: string, scale: number): BlockAdapters {
  const of = (projection: Projection): LowRank | null => {
    const names = loraNames(block, projection);
    const a = parameters(names.a);
    const b = parameters(names.b);
    return a === null || b === null ? null : { a, b, scale };
  };
  return { q: of('q'), k: of('k'), v: of('v') };
}

/** `x [n, in] -> [n, out]` with or without adapter. */
export function adapted(x: Tensor, layer: FrozenLinear, adapter: LowRank | null): Tensor {
  return adapter === null ? frozenLinear(x, layer) : loraLinear(x, layer, adapter);
}

/** The weight `[in, out]` with the adapter folded in: a new tensor, for inference. */
export function mergedWeight(layer: FrozenLinear, adapter: LowRank): Tensor {
  return tf.tidy(() => tf.add(layer.weight, tf.mul(product(adapter.a, adapter.b), adapter.scale)));
}
