/** What every part of the mathematics reads: configuration, frozen weights, and tables that depend on lengths only. */
import * as tf from '../device/tf';
import { causalMask, ropeTable, type RopeTable, type Tensor } from '../ops';
import type { BackboneConfig } from './config';
import type { SequenceTables } from './text';
import { disposeWeights, type FrozenWeights } from './weights';

export class Backbone {
  private readonly ropes = new Map<number, RopeTable>();
  private readonly masks = new Map<number, Tensor>();

  constructor(
    readonly config: BackboneConfig,
    readonly weights: FrozenWeights,
  ) {}

  /**
   * Sequences are padded to a multiple of this many tokens. tfjs's WebGPU buffer pool never gives back a size it has
   * seen, so sizes must be few there; on WASM padding costs time.
   */
  get bucket(): number {
    return tf.getBackend() === 'webgpu' ? 64 : 16;
  }

  /** `n` rounded up to a whole number of buckets. */
  bucketed(n: number): number {
    return Math.ceil(n / this.bucket) * this.bucket;
  }

  /** Rotary angles of positions `0 .. tokens-1`; kept until `dispose`. */
  rope(tokens: number): RopeTable {
    return remembered(this.ropes, tokens, () => {
      const { headDim, ropeTheta } = this.config.text;
      const table = ropeTable(tokens, headDim, ropeTheta);
      return { cos: tf.keep(table.cos), sin: tf.keep(table.sin), rotation: tf.keep(table.rotation) };
    });
  }

  /** Rotary angles and causal mask for sequences of exactly `tokens`; kept until `dispose`. */
  sequence(tokens: number): SequenceTables {
    return { rope: this.rope(tokens), mask: remembered(this.masks, tokens, () => tf.keep(causalMask(tokens))) };
  }

  dispose(): void {
    for (const { cos, sin, rotation } of this.ropes.values()) tf.dispose([cos, sin, rotation]);
    tf.dispose([...this.masks.values()]);
    this.ropes.clear();
    this.masks.clear();
    disposeWeights(this.weights);
  }
}

function remembered<T>(memory: Map<number, T>, key: number, make: () => T): T {
  const known = memory.get(key);
  if (known !== undefined) return known;
  const made = make();
  memory.set(key, made);
  return made;
}
