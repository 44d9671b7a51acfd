/** What every part of the mathematics reads: configuration, frozen weights, and tables that depend on lengths only. */
import * as tf from '../device/tf';
import { onGpu, ropeAngles, type RopeAngles } from '../ops';
import type { BackboneConfig } from './config';
import { disposeWeights, type FrozenWeights } from './weights';

export class Backbone {
  private readonly ropes = new Map<number, RopeAngles>();

  constructor(
    readonly config: BackboneConfig,
    readonly weights: FrozenWeights,
  ) {}

  /**
   * Sequences are padded to a multiple of this many tokens. tfjs's WebGPU buffer pool never gives back a size it has
   * seen, so sizes must be few there; on WASM padding costs time.
   */
  get bucket(): number {
    return onGpu() ? 64 : 16;
  }

  /** Pictures that go through the vision tower together: as many patches as one picture of 512 x 512 has. */
  get together(): number {
    return Math.max(1, Math.min(16, Math.floor((512 / this.config.vision.imageSize) ** 2)));
  }

  /** `n` rounded up to a whole number of buckets. */
  bucketed(n: number): number {
    return Math.ceil(n / this.bucket) * this.bucket;
  }

  /** Rotary angles of positions `0 .. tokens-1`; kept until `dispose`. */
  rope(tokens: number): RopeAngles {
    const known = this.ropes.get(tokens);
    if (known !== undefined) return known;
    const { headDim, ropeTheta } = this.config.text;
    const { cos, sin } = ropeAngles(tokens, headDim, ropeTheta);
    const made = { cos: tf.keep(cos), sin: tf.keep(sin) };
    this.ropes.set(tokens, made);
    return made;
  }

  dispose(): void {
    for (const { cos, sin } of this.ropes.values()) tf.dispose([cos, sin]);
    this.ropes.clear();
    disposeWeights(this.weights);
  }
}
