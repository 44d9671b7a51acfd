/** What was opened in this thread, so that it can be opened again after the device was lost. */
import { openDevice } from '../device';
import { loadModel, type VisionLanguageModel } from '../model';
import type { DeviceInfo, TrainerCommands } from '../protocol';
import { StoredFeatures } from '../store/features';

/** A driver that has just been reset may have no adapter for a moment: milliseconds before each further try. */
const WAITS: readonly number[] = [500, 2000];

export class Opened {
  /** What the vision tower said of pictures, kept across visits. */
  readonly features: StoredFeatures;
  /** What was open last. */
  opened: DeviceInfo['backend'] | null = null;
  /** null before the first `device.open`. */
  device: TrainerCommands['device.open']['params'] | null = null;
  /** What the loaded model was read from: Blobs, which stay where they are until they are read again. */
  model: TrainerCommands['model.load']['params'] | null = null;

  /** @param onProblem hears, once, why no features are stored any more */
  constructor(onProblem: (error: unknown) => void) {
    this.features = new StoredFeatures(undefined, onProblem);
  }

  /** The device of the same choice anew. @throws DeviceError when it is still not there after a few tries. */
  async reopenDevice(): Promise<DeviceInfo> {
    if (this.device === null) throw new TypeError('A device that was never opened cannot be lost');
    const { backend, wasm } = this.device;
    const was = this.opened;
    for (const wait of WAITS) {
      try {
        const device = await openDevice(backend, wasm);
        // Left to itself the choice falls on WASM while the driver has no adapter: that is taken only at the end.
        if (was !== 'webgpu' || device.backend === was) return device;
      } catch {
        // Tried again below, and told at last.
      }
      await new Promise((resolve) => setTimeout(resolve, wait));
    }
    return openDevice(backend, wasm);
  }

  /** The same model on the device that is open now; null where none was loaded. */
  async reloadModel(): Promise<VisionLanguageModel | null> {
    if (this.model === null) return null;
    const { name, files, synthetic, weights, revision = null } = this.model;
    return loadModel(name, files, { synthetic, features: this.features, packing: weights, revision });
  }
}
