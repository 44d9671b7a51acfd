/**
 * Tensors of tfjs's WASM backend as addresses for our own kernels, and memory for their intermediate results. This
 * reads private parts of `@tensorflow/tfjs-backend-wasm` 4.22, the last release; the version is pinned.
 */
import type { KernelBackend, TensorInfo } from '@tensorflow/tfjs-core';
import * as tf from '../../device/tf';
import type { Tensor } from '../custom';
import type { Bound } from '../types';

/** What this needs of BackendWasm. */
interface WasmBackend extends KernelBackend {
  dataIdMap: { get(dataId: object): { memoryOffset: number } };
  makeOutput(shape: number[], dtype: 'float32' | 'int32'): TensorInfo;
  wasm: { _malloc(bytes: number): number; _free(address: number): void };
}

const BYTES = Float32Array.BYTES_PER_ELEMENT;

function backend(): WasmBackend {
  return tf.backend() as WasmBackend;
}

/** Address of a tensor's, or a span's, first number. */
export function address(of: Bound): number {
  const [tensor, offset] = 'tensor' in of ? [of.tensor, of.offset] : [of, 0];
  return backend().dataIdMap.get(tensor.dataId).memoryOffset + offset * BYTES;
}

/** A new tensor of undefined content. */
export function output(shape: number[], dtype: 'float32' | 'int32' = 'float32'): Tensor {
  const owner = backend();
  const made = tf.engine().makeTensorFromTensorInfo(owner.makeOutput(shape, dtype), owner);
  if (made.size > 0 && owner.dataIdMap.get(made.dataId).memoryOffset === 0) {
    made.dispose();
    throw new Error(`WASM memory is full: no tensor of shape [${shape.join(', ')}] fits`);
  }
  return made;
}

/** Rows and columns of a matrix; leading axes count as rows. */
export function matrix(x: Tensor): { rows: number; width: number } {
  const width = x.shape.at(-1) ?? 1;
  return { rows: width === 0 ? 0 : x.size / width, width };
}

interface Scratch {
  address: number;
  bytes: number;
}

/** One region for each backend, as large as the largest demand so far; it goes with the backend's memory. */
const regions = new WeakMap<object, Scratch>();

/** Address of at least `bytes` of undefined content, until the next call. */
export function scratch(bytes: number): number {
  const { wasm } = backend();
  let region = regions.get(wasm);
  if (region === undefined || region.bytes < bytes) {
    if (region !== undefined) wasm._free(region.address);
    regions.delete(wasm);
    region = { address: wasm._malloc(bytes) >>> 0, bytes };
    if (region.address === 0) throw new Error(`WASM memory is full: no ${bytes} bytes are left`);
    regions.set(wasm, region);
  }
  return region.address;
}
