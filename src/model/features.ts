/**
 * What the vision tower says of pictures it has seen before. Without adapters in the tower its output depends on the
 * picture alone, so it is computed once: every epoch and every evaluation after that reads it back, with the same
 * numbers to the last bit (rows of a product do not depend on the other pictures of a batch).
 */
import { checkHealth } from '../device';
import * as tf from '../device/tf';
import type { Tensor } from '../ops';
import type { FeatureStore } from '../protocol';
import type { Pixels } from './api';
import type { Backbone } from './backbone';
import { answering, visionFeatures, type AnsweringModel } from './inference';
import { hexadecimal, textHash } from './hash';
import { Recent } from './recent';
import type { AdapterState } from './trainable';

/** Bytes of features and of the pixels they are found by: 1,150 pictures of the embedded backbone, 40 of 512 x 512. */
const LIMIT = 256 * 2 ** 20;

export class FeatureMemory {
  /** By the array of pixels itself: whoever keeps pixels in memory finds their features. */
  private readonly kept: Recent<Pixels, Float32Array>;
  private keptBy = '';

  /**
   * @param stored where features are kept across visits, and the weights that made them; null: nowhere
   * @param computedBy what else decides their last bits, as it is now: device and kernels
   */
  constructor(
    private readonly backbone: Backbone,
    private readonly stored: { store: FeatureStore; tower: string } | null = null,
    private readonly computedBy: () => string = () => '',
  ) {
    const pixelBytes = backbone.config.vision.imageSize ** 2 * 3 * Float32Array.BYTES_PER_ELEMENT;
    this.kept = new Recent(LIMIT, pixelBytes);
  }

  /**
   * The tower's output `[n * patches, hidden]` for `state` (null: the backbone alone), whose model is `model`. The caller
   * disposes it.
   *
   * @throws DeviceError when the GPU reported an error or was lost.
   */
  async under(state: AdapterState | null, model: AnsweringModel, pictures: readonly Pixels[]): Promise<Tensor> {
    return state?.options.loraVision === true
      ? tf.tidy(() => visionFeatures(this.backbone, model.vision, pictures))
      : this.of(pictures);
  }

  /** The output of the tower as it was loaded, `[n * patches, hidden]`; the caller disposes it. */
  async of(pictures: readonly Pixels[]): Promise<Tensor> {
    const computedBy = this.computedBy();
    if (computedBy !== this.keptBy) this.kept.clear();
    this.keptBy = computedBy;
    const found = new Map<Pixels, Float32Array>();
    const missing: Pixels[] = [];
    for (const picture of new Set(pictures)) {
      const features = this.kept.get(picture) ?? (await this.fromStore(picture));
      if (features === null) missing.push(picture);
      else found.set(picture, features);
    }
    const { together } = this.backbone;
    for (let first = 0; first < missing.length; first += together) {
      const part = missing.slice(first, first + together);
      const { vision } = answering(this.backbone, null);
      const output = tf.tidy(() => visionFeatures(this.backbone, vision, part));
      let values: Float32Array;
      try {
        values = await output.data<'float32'>();
      } finally {
        output.dispose();
      }
      // Before they are kept: what a failing GPU gives back would be wrong in every later step.
      checkHealth();
      for (const [i, picture] of part.entries()) {
        const each = values.length / part.length;
        const features = new Float32Array(values.subarray(i * each, (i + 1) * each));
        found.set(picture, features);
        this.kept.set(picture, features);
        if (this.stored !== null) await this.stored.store.write(await this.key(picture), features);
      }
    }
    const { patches, vision } = this.backbone.config;
    const each = patches * vision.hidden;
    const all = new Float32Array(pictures.length * each);
    pictures.forEach((picture, i) => all.set(found.get(picture)!, i * each));
    return tf.tensor2d(all, [pictures.length * patches, vision.hidden]);
  }

  private async fromStore(picture: Pixels): Promise<Float32Array | null> {
    if (this.stored === null) return null;
    const features = await this.stored.store.read(await this.key(picture));
    const { patches, vision } = this.backbone.config;
    if (features?.length !== patches * vision.hidden) return null;
    this.kept.set(picture, features);
    return features;
  }

  /** By the numbers that go into the tower: frame and preparation are in them. */
  private async key(picture: Pixels): Promise<string> {
    const digest = await crypto.subtle.digest('SHA-256', new Float32Array(picture));
    const tower = await textHash([this.stored!.tower, this.keptBy]);
    return `${tower}-${hexadecimal(digest)}`;
  }
}
