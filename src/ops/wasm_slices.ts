/**
 * A batched product on tfjs's WASM backend, one slice after another, without copying a slice: its `tf.slice` and
 * `tf.unstack` copy the whole tensor for every slice they take (measured), and its own batched product is 8 times
 * slower than its plain one. Here the slices are views: pointers into the operands and into the result, known to the
 * backend only while its product runs.
 *
 * This reads private parts of `@tensorflow/tfjs-backend-wasm` 4.22, the last release; the version is pinned.
 */
import type { KernelFunc, TensorInfo } from '@tensorflow/tfjs-core';
import * as tf from '../device/tf';
import type { Tensor } from './custom';

type Product = (
  a: number,
  aShape: Uint8Array,
  aRank: number,
  b: number,
  bShape: Uint8Array,
  bRank: number,
  transposeA: boolean,
  transposeB: boolean,
  out: number,
) => void;

/** What this needs of BackendWasm. */
interface WasmBackend {
  dataIdNextNumber: number;
  dataIdMap: { get(dataId: object): { memoryOffset: number } };
  makeOutput(shape: number[], dtype: 'float32'): TensorInfo;
  wasm: {
    cwrap(name: string, result: null, parameters: string[]): Product;
    tfjs: { registerTensor(id: number, size: number, offset: number): void; disposeData(id: number): void };
  };
}

const KERNEL = 'SlicedMatMul';
/** One compiled module, one function. */
const products = new WeakMap<object, Product>();

const slicedMatMul = (({ inputs, backend }: { inputs: { a: TensorInfo; b: TensorInfo }; backend: WasmBackend }) => {
  const { a, b } = inputs;
  const [slices, n, k] = a.shape as [number, number, number];
  const m = b.shape[2]!;
  const out = backend.makeOutput([slices, n, m], 'float32');
  const { wasm } = backend;
  let product = products.get(wasm);
  if (product === undefined) {
    const number = 'number';
    product = wasm.cwrap('BatchMatMul', null, [
      number,
      'array',
      number,
      number,
      'array',
      number,
      number,
      number,
      number,
    ]);
    products.set(wasm, product);
  }
  const aShape = new Uint8Array(new Int32Array([1, n, k]).buffer);
  const bShape = new Uint8Array(new Int32Array([1, k, m]).buffer);
  const start = (tensor: TensorInfo): number => backend.dataIdMap.get(tensor.dataId).memoryOffset;
  const view = (offset: number, size: number): number => {
    const id = backend.dataIdNextNumber++;
    wasm.tfjs.registerTensor(id, size, offset);
    return id;
  };
  const bytes = Float32Array.BYTES_PER_ELEMENT;
  for (let s = 0; s < slices; s++) {
    const left = view(start(a) + s * n * k * bytes, n * k);
    const right = view(start(b) + s * k * m * bytes, k * m);
    const result = view(start(out) + s * n * m * bytes, n * m);
    product(left, aShape, 3, right, bShape, 3, false, false, result);
    // Forgets the view and what the backend packed for it; the memory stays its owner's.
    for (const id of [left, right, result]) wasm.tfjs.disposeData(id);
  }
  return out;
}) as unknown as KernelFunc;

tf.registerKernel({ kernelName: KERNEL, backendName: 'wasm', kernelFunc: slicedMatMul });

/** `a [s, n, k] . b [s, k, m] -> [s, n, m]` on WASM. No gradient of its own. */
export function wasmBatchedProduct(a: Tensor, b: Tensor): Tensor {
  return tf.engine().runKernel<Tensor>(KERNEL, { a, b });
}
