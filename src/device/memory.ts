/** What the open backend holds, and the most it ever held. */
import type { MemoryInfo } from '../protocol';
import * as tf from './tf';
import { webgpuBytes } from './webgpu';

let peak = 0;

/**
 * Bytes of live tensors; on WebGPU, bytes of all buffers including the pool of freed ones. The peak is the largest
 * value that was ever seen by this function, so call it where much is alive (inside a step).
 */
export function memoryInfo(): MemoryInfo {
  const { numBytes, numTensors } = tf.memory();
  const bytes = tf.getBackend() === 'webgpu' ? Math.max(numBytes, webgpuBytes()) : numBytes;
  peak = Math.max(peak, bytes);
  return { bytes, peakBytes: peak, tensors: numTensors };
}

/** Starts the peak anew, e.g. with a run. */
export function resetPeak(): void {
  peak = 0;
}
