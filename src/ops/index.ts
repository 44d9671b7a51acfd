/** One operation a file: its mathematics, its gradient, and the plain tfjs reference that it is tested against. */
export { geluTanh, geluTanhReference, swiglu, swigluReference } from './activation';
export { attention, attentionReference, attentionStep, causalMask } from './attention';
export { crossEntropy, crossEntropyReference } from './cross_entropy';
export type { Tensor } from './custom';
export { frozenLinear, linear, linearReference, loraLinear, type FrozenLinear, type LowRank } from './linear';
export { batchedMatmul, batchedProduct, matmul, matmulReference, product, transposed } from './matmul';
export { layerNorm, layerNormReference, rmsNorm, rmsNormReference } from './norm';
export { pixelShuffle, pixelShuffleReference } from './pixel_shuffle';
export { rope, ropeReference, ropeTable, type RopeTable } from './rope';
export { chooseRows, placeRows, placeRowsReference, selectRows, selectRowsReference, type RowChoice } from './rows';
