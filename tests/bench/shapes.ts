/** Sizes of the backbones that are measured: the embedded one and the two published ones (their config.json). */
import type { BackboneConfig } from '../../src/model/config';
import type { ShapeName } from './result';

const SMOL: BackboneConfig = {
  architecture: 'idefics3',
  vision: {
    hidden: 768,
    layers: 12,
    heads: 12,
    intermediate: 3072,
    imageSize: 512,
    patchSize: 16,
    channels: 3,
    epsilon: 1e-6,
  },
  text: {
    hidden: 576,
    layers: 30,
    heads: 9,
    kvHeads: 3,
    headDim: 64,
    intermediate: 1536,
    vocabulary: 49280,
    maxPositions: 8192,
    epsilon: 1e-5,
    ropeTheta: 100_000,
  },
  scaleFactor: 4,
  imageToken: 49190,
  tiedEmbeddings: false,
  patches: 1024,
  imageTokens: 64,
};

export const SHAPES: Readonly<Record<ShapeName, BackboneConfig>> = {
  tiny: {
    ...SMOL,
    vision: { ...SMOL.vision, hidden: 128, layers: 4, heads: 4, intermediate: 512, imageSize: 128 },
    text: {
      ...SMOL.text,
      hidden: 128,
      layers: 4,
      heads: 4,
      kvHeads: 2,
      headDim: 32,
      intermediate: 384,
      vocabulary: 1024,
      maxPositions: 512,
      ropeTheta: 10_000,
    },
    scaleFactor: 2,
    imageToken: 6,
    patches: 64,
    imageTokens: 16,
  },
  'smolvlm-256m': SMOL,
  'smolvlm-500m': {
    ...SMOL,
    text: { ...SMOL.text, hidden: 960, layers: 32, heads: 15, kvHeads: 5, intermediate: 2560 },
  },
};

/** Tokens of one sequence in the measured batch: image, prompt and caption. */
export const TOKENS = 268;
export const BATCH = 4;
export const RANK = 32;
