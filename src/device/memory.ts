/** What the open backend holds, and the most it ever held. */
import type { MemoryInfo } from '../protocol';
import * as tf from './tf';
import { resetWebgpuPeak, webgpuBytes, webgpuPeak } from './webgpu';

let peak = 0;

/**
 * Bytes of live tensors; on WebGPU, bytes of all buffers including the pool of freed ones. The peak is exact on WebGPU;
 * on WASM it is the largest value that was ever seen by this function, so call it where much is alive (inside a step).
 */
export function memoryInfo(): MemoryInfo {
  const { numBytes, numTensors } = tf.memory();
  const onGpu = tf.getBackend() === 'webgpu';
  const bytes = onGpu ? webgpuBytes() : numBytes;
  peak = Math.max(peak, bytes, onGpu ? webgpuPeak() : 0);
  return { bytes, peakBytes: peak, tensors: numTensors };
}

/** Starts the peak anew, e.g. with a run. */
export function resetPeak(): void {
  peak = 0;
  resetWebgpuPeak();
}
