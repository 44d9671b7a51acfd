/**
 * What the module offers. This folder is AssemblyScript: its own compiler checks it (tools/wasm_kernels.mjs), while
 * TypeScript's and the linter leave it out, which know no decorators on functions.
 */
export { exactGeluBackward, exactGeluForward } from './normal';
export { geluBackward, geluForward, swigluBackward, swigluForward } from './activation';
export { attentionBackward, attentionForward, attentionScratch, attentionStep, cacheRows } from './attention';
export { crossEntropyRows } from './loss';
export { layerBackward, layerForward, rmsBackward, rmsForward } from './norm';
export { adamw } from './optimiser';
export { product, productScratch } from './product';
export { turnRows } from './rope';
export { add, begin, columnSums, copy, gatherRows, largestOfRows, sumOfSquares, zero } from './vectors';
