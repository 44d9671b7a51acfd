/**
 * Large arrays onto the GPU one by one. tfjs uploads a tensor at its first use and keeps the array it came in until
 * then, so a model of 500 MB would lie in the heap as a whole before its first step, and in both places during it.
 */
import * as tf from './tf';

/** What this needs of tfjs's WebGPU backend (private parts of 4.22, the last release; the version is pinned). */
interface Backend {
  device: GPUDevice;
  uploadToGPU(dataId: object): void;
  ensureCommandEncoderReady(): void;
  endComputePassEncoder(): void;
  submitQueue(): void;
}

/** Bytes that may wait in copies (one in the page's process, one in the GPU's) before they are waited for. */
const IN_FLIGHT = 32 * 2 ** 20;

export class Uploads {
  private waiting = 0;

  /** Moves the numbers to the GPU now and lets go of their array. Other backends copy at once by themselves. */
  add(tensor: tf.Tensor): void {
    if (tf.getBackend() !== 'webgpu') return;
    (tf.backend() as unknown as Backend).uploadToGPU(tensor.dataId);
    this.waiting += tensor.size * 4;
  }

  /** Waits, where much was added since the last wait, until the GPU has it and the copies are free again. */
  async settle(): Promise<void> {
    if (this.waiting < IN_FLIGHT) return;
    this.waiting = 0;
    const backend = tf.backend() as unknown as Backend;
    backend.ensureCommandEncoderReady();
    backend.endComputePassEncoder();
    backend.submitQueue();
    await backend.device.queue.onSubmittedWorkDone();
  }
}
