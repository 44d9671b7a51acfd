/** From vision features to image tokens (Idefics3, Laurencon et al., 2024): pixel shuffle, then one linear map. */
import * as tf from '../device/tf';
import { linear, pixelShuffle, type Tensor } from '../ops';
import type { BackboneConfig } from './config';

export const CONNECTOR = 'model.connector.modality_projection.proj.weight';

/** Features `[batch * patches, visionHidden]` to `[batch * imageTokens, textHidden]`. */
export function connect(features: Tensor, weight: Tensor, config: BackboneConfig): Tensor {
  const { vision, patches, imageTokens, scaleFactor } = config;
  const shuffled = pixelShuffle(tf.reshape(features, [-1, patches, vision.hidden]), scaleFactor);
  const rows = (features.shape[0] / patches) * imageTokens;
  return linear(tf.reshape(shuffled, [rows, vision.hidden * scaleFactor ** 2]), weight);
}
