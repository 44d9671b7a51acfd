/**
 * Large arrays onto the GPU one by one. tfjs uploads a tensor at its first use and keeps the array it came in until
 * then, so a model of 500 MB would lie in the heap as a whole before its first step, and in both places during it.
 */
import { settle } from './kernel';
import * as tf from './tf';

/** What this needs of tfjs's WebGPU backend (private parts of 4.22, the last release; the version is pinned). */
interface Backend {
  device: GPUDevice;
  tensorMap: { get(dataId: object): { resource?: GPUBuffer | null; values?: ArrayBufferView<ArrayBuffer> | null } };
  uploadToGPU(dataId: object): void;
}

/** Bytes of one write: each is copied on its way to the GPU's process, where a mapped buffer would be whole. */
const PIECE = 2 ** 20;

/** Bytes that may wait in copies (one in the page's process, one in the GPU's) before they are waited for. */
const IN_FLIGHT = 8 * 2 ** 20;

export class Uploads {
  private waiting = 0;

  /** Moves the numbers to the GPU now and lets go of their array. Other backends copy at once by themselves. */
  add(tensor: tf.Tensor): void {
    if (tf.getBackend() !== 'webgpu') return;
    const backend = tf.backend() as unknown as Backend;
    const data = backend.tensorMap.get(tensor.dataId);
    const values = data.values ?? null;
    if (values === null) return;
    // Without numbers tfjs makes a buffer that is not mapped; it is filled by the queue, in order with what came before.
    data.values = null;
    backend.uploadToGPU(tensor.dataId);
    const { buffer, byteOffset, byteLength } = values;
    for (let at = 0; at < byteLength; at += PIECE)
      backend.device.queue.writeBuffer(data.resource!, at, buffer, byteOffset + at, Math.min(PIECE, byteLength - at));
    this.waiting += tensor.size * 4;
  }

  /** Waits, where much was added since the last wait, until the GPU has it and the copies are free again. */
  async settle(): Promise<void> {
    if (this.waiting < IN_FLIGHT) return;
    this.waiting = 0;
    await settle();
  }
}
