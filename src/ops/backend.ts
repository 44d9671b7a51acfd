/** Which set of kernels an operation uses. */
import * as tf from '../device/tf';

/** True on WebGPU; otherwise tfjs's WASM backend and our kernels in its memory. */
export function onGpu(): boolean {
  return tf.getBackend() === 'webgpu';
}
