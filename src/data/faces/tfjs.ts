/**
 * What face-api's SSD network asks of tfjs, and no more: in vite.config.ts this file takes the place of the whole
 * `@tensorflow/tfjs` package and of its WebGL backend, which a thread without a canvas cannot use anyway.
 */
export {
  Tensor,
  add,
  batchNorm,
  cast,
  clipByValue,
  concat,
  conv2d,
  depthwiseConv2d,
  div,
  exp,
  expandDims,
  fill,
  image,
  mul,
  reshape,
  sigmoid,
  slice,
  stack,
  sub,
  tidy,
  tile,
  transpose,
  unstack,
} from '@tensorflow/tfjs-core';
