/** Device and backbone: opened at boot, reopened after a crash or with another backend. */
import simdUrl from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url';
import {
  ModelError,
  WorkerError,
  type BackendChoice,
  type CallOptions,
  type DeviceInfo,
  type ModelFile,
  type PeerDevice,
  type SourceFile,
} from '../protocol';
import type { StoredModel } from '../store/models';
import type { StateHolder } from './holder';
import type { Threads } from './threads';

/** What a backbone is read from. */
export interface ModelSource {
  name: string;
  files: ModelFile[];
  synthetic: boolean;
  /** The hub's commit, where it came from there. */
  revision?: string | null;
  /** Of the stored model that the files are of; none where they are of no such. */
  key?: string;
}

export const EMBEDDED_MODEL = 'tiny';

/** This site's own address for `path`, wherever the site is mounted. */
export function siteUrl(path: string): string {
  return new URL(import.meta.env.BASE_URL + path, location.href).href;
}

export class Models {
  private wasm: { name: string; bytes: ArrayBuffer }[] | null = null;
  private embedded: Promise<ModelSource> | null = null;
  /** What is loaded, or was when the trainer crashed. */
  private source: ModelSource | null = null;

  /** What the backbone was read from; null while none is loaded. */
  get loaded(): ModelSource | null {
    return this.holder.state.model === null ? null : this.source;
  }

  /** Key of the stored model that the backbone is read from; null where it is none. */
  get loadedKey(): string | null {
    return this.source?.key ?? null;
  }

  constructor(
    private readonly holder: StateHolder,
    private readonly threads: Threads,
  ) {}

  /** Fetches the WASM backend's binaries; the trainer has no network and gets them by message. */
  async fetchWasm(): Promise<void> {
    const files: Record<string, string> = {
      'tfjs-backend-wasm-simd.wasm': simdUrl,
    };
    const urls = Object.values(files).map((url) => new URL(url, location.href).href);
    const fetched = await this.threads.hub.call('bytes.fetch', { urls });
    this.wasm = Object.keys(files).map((name, index) => {
      const bytes = fetched.find(({ url }) => url === urls[index])?.bytes ?? fetched[index]?.bytes;
      if (bytes === undefined) {
        throw new WorkerError({ cause: 'The WASM backend was not fetched.', remedy: 'Reload the page.', file: name });
      }
      return { name, bytes };
    });
  }

  /** Fetches the embedded backbone's files, once. */
  fetchEmbedded(): Promise<ModelSource> {
    this.embedded ??= this.threads.hub
      .call('folder.fetch', { base: siteUrl(`models/${EMBEDDED_MODEL}/`) })
      .then(({ files }) => ({ name: EMBEDDED_MODEL, files, synthetic: true }))
      .catch((error: unknown) => {
        this.embedded = null;
        throw error;
      });
    return this.embedded;
  }

  /** Opens the device; a backbone that was loaded is loaded again, since its tensors went with the old backend. */
  async openDevice(backend: BackendChoice): Promise<void> {
    const wasm = this.wasm ?? [];
    this.holder.update({ device: null, kernels: [], model: null });
    const device = await this.threads.trainer.call('device.open', { backend, wasm });
    this.holder.update({ device });
    // Without it the defaults run: slower, maybe, and no reason to have no device.
    await this.prepareKernels(false).catch((error: unknown) => this.holder.fail('page', error));
    await this.reload();
  }

  /** Settles which kernels run; `again` times them anew. */
  async prepareKernels(again: boolean): Promise<void> {
    if (this.holder.state.device?.backend !== 'webgpu') return;
    const { kernelChoices: forced } = this.holder.state;
    const kernels = await this.threads.trainer.call('kernels.prepare', { forced, again });
    this.holder.update({ kernels });
    for (const [operation, variant] of Object.entries(forced)) {
      const known = kernels.find((each) => each.operation === operation);
      if (known?.current === variant) continue;
      const there =
        known === undefined
          ? `there is none of that name; there are ${kernels.map((each) => each.operation).join(', ')}`
          : `here it can be ${known.variants.flatMap(({ name, available }) => (available ? [name] : [])).join(' or ')}`;
      this.holder.say(
        'page',
        'warning',
        `The kernel ${operation} cannot be ${variant}: ${there}. ${known?.current ?? 'The usual one'} runs.`,
      );
    }
  }

  /** The same backbone again, after a setting changed how it is held. */
  async reload(): Promise<void> {
    if (this.source !== null) await this.load(this.source);
  }

  async loadEmbedded(watch: CallOptions = {}): Promise<void> {
    await this.load(await this.fetchEmbedded(), watch);
  }

  /** Loads a model of the hub that this browser keeps. */
  loadStored({ key, listing }: StoredModel, files: ModelFile[], watch: CallOptions): Promise<void> {
    return this.load({ name: listing.id, files, synthetic: false, revision: listing.commit, key }, watch);
  }

  /** Loads a folder that the user chose. When it fails, the trainer keeps the model that it had. */
  async loadFolder(name: string, files: readonly SourceFile[], watch: CallOptions = {}): Promise<void> {
    if (files.length === 0) {
      throw new ModelError({
        cause: 'The folder is empty.',
        remedy: 'Choose a model folder in the Hugging Face format.',
        file: name,
      });
    }
    await this.load({ name, files: withoutCommonFolder(files), synthetic: false }, watch);
  }

  private async load(source: ModelSource, watch: CallOptions = {}): Promise<void> {
    const { weights } = this.holder.state;
    const { name, files, synthetic, revision = null } = source;
    const model = await this.threads.trainer.call(
      'model.load',
      { name, files, synthetic, revision, weights },
      {
        ...watch,
        onProgress: (progress) => {
          watch.onProgress?.(progress);
          const { boot } = this.holder.state;
          if (boot.phase === 'starting') this.holder.update({ boot: { ...boot, progress } });
        },
      },
    );
    this.source = source;
    this.holder.update({ model });
  }
}

/** What ONNX Runtime gets: where our engine left a software adapter for WASM, it is no better off there. */
export function peerDevice(device: DeviceInfo | null): PeerDevice {
  return device?.backend === 'webgpu' && !device.software ? 'webgpu' : 'wasm';
}

/** Paths relative to the folder that all files share: `SmolVLM/config.json` becomes `config.json`. */
export function withoutCommonFolder(files: readonly SourceFile[]): ModelFile[] {
  const split = files.map(({ path }) => path.split('/').filter((part) => part !== ''));
  const first = split[0] ?? [];
  let depth = 0;
  while (
    depth < first.length - 1 &&
    split.every((parts) => parts.length > depth + 1 && parts[depth] === first[depth])
  ) {
    depth++;
  }
  return files.map(({ file }, index) => ({ path: (split[index] ?? []).slice(depth).join('/'), blob: file }));
}
