/** What was opened in this thread, so that it can be opened again after the device was lost. */
import { openDevice } from '../device';
import { allocating } from '../device/scopes';
import { loadModel, type LoadOptions, type VisionLanguageModel } from '../model';
import type { CallContext, DeviceInfo, TrainerCommands } from '../protocol';
import { StoredFeatures } from '../store/features';
import { refuseLargeModel } from './plan';

/** A driver that has just been reset may have no adapter for a moment: milliseconds before each further try. */
const WAITS: readonly number[] = [500, 2000];

export class Opened {
  /** What the vision tower said of pictures, kept across visits. */
  readonly features: StoredFeatures;
  /** What was open last. */
  private opened: DeviceInfo['backend'] | null = null;
  /** null before the first `device.open`. */
  private device: TrainerCommands['device.open']['params'] | null = null;
  /** What the loaded model was read from: Blobs, which stay where they are until they are read again. */
  model: TrainerCommands['model.load']['params'] | null = null;

  /** @param onProblem hears, once, why no features are stored any more */
  constructor(onProblem: (error: unknown) => void) {
    this.features = new StoredFeatures(undefined, onProblem);
  }

  /** A device of this choice; what was loaded on the one before is gone with it. @throws DeviceError */
  async open(wanted: TrainerCommands['device.open']['params']): Promise<DeviceInfo> {
    this.device = wanted;
    this.model = null;
    return this.noted(await openDevice(wanted.backend, wanted.wasm));
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
        if (was !== 'webgpu' || device.backend === was) return this.noted(device);
      } catch {
        // Tried again below, and told at last.
      }
      await new Promise((resolve) => setTimeout(resolve, wait));
    }
    return this.noted(await openDevice(backend, wasm));
  }

  /** The same model on the device that is open now; null where none was loaded. @throws as `load` */
  async reloadModel(): Promise<VisionLanguageModel | null> {
    return this.model === null ? null : this.load(this.model);
  }

  /** @throws ModelError; DeviceError where the GPU has no room for it, before its weights are read; CancelledError */
  async load(
    { name, files, synthetic, weights, revision = null }: TrainerCommands['model.load']['params'],
    context?: Pick<CallContext, 'signal' | 'progress'>,
  ): Promise<VisionLanguageModel> {
    const bytes = files.reduce((sum, { path, blob }) => sum + (path.endsWith('.safetensors') ? blob.size : 0), 0);
    const options: LoadOptions = {
      ...{ synthetic, features: this.features, packing: weights, revision },
      ...(context !== undefined && { signal: context.signal, onProgress: context.progress }),
      onSizes: (sizes) => refuseLargeModel(sizes, bytes, weights),
    };
    return allocating(
      'the frozen weights',
      bytes,
      () => loadModel(name, files, options),
      (made) => made.dispose(),
    );
  }

  private noted(device: DeviceInfo): DeviceInfo {
    this.opened = device.backend;
    return device;
  }
}
