/** From vision features to image tokens (Idefics3, Laurencon et al., 2024): pixel shuffle, then one linear map. */
import * as tf from '../device/tf';
import { pixelShuffle, type Tensor } from '../ops';
import type { BackboneConfig } from './config';

export const CONNECTOR = 'model.connector.modality_projection.proj.weight';

/** Features `[batch * patches, visionHidden]` to `[batch * imageTokens, textHidden]` by the given projection. */
export function connect(features: Tensor, project: (x: Tensor) => Tensor, config: BackboneConfig): Tensor {
  const { vision, patches, imageTokens, scaleFactor } = config;
  const shuffled = pixelShuffle(tf.reshape(features, [-1, patches, vision.hidden]), scaleFactor);
  const rows = (features.shape[0] / patches) * imageTokens;
  return project(tf.reshape(shuffled, [rows, vision.hidden * scaleFactor ** 2]));
}
