/** Operations on tfjs's WASM backend by our own kernels. None has a tape: they are parts of operations that do. */
export { geluBackward, geluForward, swigluBackward, swigluForward } from './activation';
export { attentionBackward, attentionForward } from './attention';
export { chooseGreedy, decodeAttention, fillCache } from './decode';
export {
  adaptedBackward,
  adaptedForward,
  columnSums,
  denseForward,
  denseInputGradient,
  denseWeightGradient,
  linearForward,
  linearInputGradient,
} from './linear';
export { captionLoss } from './loss';
export { layerBackward, layerForward, rmsBackward, rmsForward } from './norm';
export { adamwUpdate, sumOfSquares, type AdamState, type AdamStep } from './optimiser';
export { gatherRows } from './rows';
export { addInto, fillZero, spanTensor } from './span';
