/** Which backbones there are to choose from, and getting them: from the hub, from this browser's store, from a folder. */
import {
  CancelledError,
  ModelError,
  StorageError,
  errorToData,
  modelKey,
  type BackboneMemoryRow,
  type CallOptions,
  type HubListing,
  type ModelUse,
  type Progress,
  type SourceFile,
} from '../protocol';
import { filesOfFolder, forgetFolder, listFolders, rememberFolder } from '../store/folders';
import { deleteModel, listModels, modelsFolder, openModel, type StoredModel } from '../store/models';
import { WakeLock } from './awake';
import { canPickFolders, pickFolder } from './folder_picker';
import type { StateHolder } from './holder';
import { peerDevice, type Models } from './models';
import type { NetworkLog } from './network';
import type { Threads } from './threads';
import type { BackboneActions, BackboneState } from './types';
import type { Usage } from './usage';

type Busy = NonNullable<BackboneState['busy']>;

/** What is left free on disk beside a download, bytes: room for checkpoints and for the browser itself. */
const SPARE = 64e6;

export class Backbones implements BackboneActions {
  readonly remembers = canPickFolders();
  private controller: AbortController | null = null;
  /** The work under way, or done; never rejects. */
  private going: Promise<void> = Promise.resolve();
  /** In memory only, until the page is closed. */
  private token: string | null = null;
  private readonly awake = new WakeLock();

  constructor(
    private readonly holder: StateHolder,
    private readonly threads: Threads,
    private readonly models: Models,
    private readonly network: NetworkLog,
    /** Refuses where a run is going. */
    private readonly mayLoad: () => void,
    private readonly usage: Usage,
    /** Something was stored or removed: other tabs want to know. */
    private readonly changed: () => void,
  ) {}

  /** Reads what is there; called at start and after each change. */
  async refresh(): Promise<void> {
    const [stored, folders] = await Promise.all([listModels(), listFolders()]);
    this.holder.updateBackbone({
      stored,
      folders: folders.map(({ id, name, opened }) => ({ id, name, opened })),
    });
  }

  memory(): Promise<BackboneMemoryRow[]> {
    return this.threads.trainer.call('backbones.memory', { config: this.holder.state.config });
  }

  look(id: string, revision: string, token: string, use: ModelUse = 'train'): Promise<void> {
    const { hub: endpoint, device } = this.holder.state;
    const name = id.trim();
    this.token = token.trim() === '' ? null : token.trim();
    this.holder.updateBackbone({ listing: null });
    return this.work({ what: 'looking', name, progress: null }, null, async (options) => {
      this.expect(endpoint, name);
      const asked = { endpoint, id: name, revision: revision.trim() || 'main', token: this.token };
      const forUse = { ...asked, use, device: peerDevice(device) };
      const listing = await this.threads.hub.call('model.list', forUse, options);
      this.holder.updateBackbone({ listing });
      return null;
    });
  }

  forget(): void {
    this.holder.updateBackbone({ listing: null, failure: null, outcome: null });
  }

  async download(): Promise<void> {
    const { listing } = this.holder.state.backbone;
    if (listing !== null) await this.fetch(listing);
  }

  async goOn(key: string, token: string): Promise<void> {
    if (token.trim() !== '') this.token = token.trim();
    const model = this.find(key);
    if (model !== null) await this.fetch(model.listing);
  }

  /** Resolves when nothing of it is going any more. */
  cancel(): Promise<void> {
    this.controller?.abort();
    return this.going;
  }

  loadEmbedded(): Promise<void> {
    return this.work({ what: 'loading', name: 'the embedded backbone', progress: null }, null, async (options) => {
      this.mayLoad();
      await this.models.loadEmbedded(options);
      return 'The embedded backbone is loaded.';
    });
  }

  loadStored(key: string): Promise<void> {
    const model = this.find(key);
    if (model === null) return Promise.resolve();
    const { id } = model.listing;
    return this.work({ what: 'loading', name: id, progress: null }, key, async (options) => {
      if (model.listing.onnx !== null) {
        throw new ModelError({
          cause: 'This model is in ONNX, for the second engine: it cannot be trained.',
          remedy: 'Open it in Inspect, under Other model; or look it up again to train, if it has safetensors.',
          file: id,
        });
      }
      this.mayLoad();
      await this.models.loadStored(model, await openModel(model), options);
      return `${id} is loaded.`;
    });
  }

  async remove(key: string): Promise<void> {
    await this.guard(key, async () => {
      const model = this.find(key);
      if (model === null) return;
      if (this.models.loadedKey === key) {
        throw new ModelError({
          cause: 'This model is loaded, and is read again if the graphics device has to be reopened.',
          remedy: 'Load another one first, then delete it.',
          file: model.listing.id,
        });
      }
      const { other } = this.holder.state;
      if (other.key === key && (other.model ?? other.opening) !== null) {
        throw new ModelError({
          cause: 'This model is open in Inspect, and is read again if its thread has to be started again.',
          remedy: 'Close it there first, then delete it.',
          file: model.listing.id,
        });
      }
      await deleteModel(key);
      this.holder.updateBackbone({ failure: null, outcome: `${model.listing.id} was removed from this browser.` });
      this.changed();
      await this.usage.measure();
    });
    await this.guard(null, () => this.refresh());
  }

  async chooseFolder(): Promise<void> {
    await this.guard(null, async () => {
      const handle = await pickFolder();
      if (handle === null) return;
      const before = new Set((await listFolders()).map(({ id }) => id));
      const folder = await rememberFolder(handle);
      await this.refresh();
      await this.loadHandle(folder);
      // What is no model is not offered again.
      if (this.holder.state.backbone.failure === null || before.has(folder.id)) return;
      await forgetFolder(folder.id);
      await this.refresh();
    });
  }

  async openFolder(id: string): Promise<void> {
    await this.guard(null, async () => {
      const folder = (await listFolders()).find((one) => one.id === id);
      if (folder === undefined) {
        throw new StorageError({ cause: 'This folder is no longer remembered.', remedy: 'Choose it again.' });
      }
      await this.loadHandle(folder);
      await rememberFolder(folder.handle);
      await this.refresh();
    });
  }

  async forgetFolder(id: string): Promise<void> {
    await this.guard(null, async () => {
      await forgetFolder(id);
      await this.refresh();
    });
  }

  loadFolder(name: string, files: SourceFile[]): Promise<void> {
    return this.work({ what: 'loading', name, progress: null }, null, async (options) => {
      this.mayLoad();
      await this.models.loadFolder(name, files, options);
      return `${name} is loaded.`;
    });
  }

  private async loadHandle(folder: { name: string; handle: FileSystemDirectoryHandle }): Promise<void> {
    await this.loadFolder(folder.name, await filesOfFolder(folder));
  }

  /** Requests of the hub thread for the model's listing and its files are no surprise. */
  private expect(endpoint: string, id: string): void {
    const starts = [`${endpoint}/api/models/${id}/revision/`, `${endpoint}/${id}/resolve/`];
    this.network.expect(
      'a model of the hub was asked for',
      (url, thread) => thread === 'hub' && starts.some((start) => url.startsWith(start)),
    );
  }

  private async fetch(listing: HubListing): Promise<void> {
    const key = modelKey(listing);
    const { id, endpoint } = listing;
    this.holder.updateBackbone({ listing: null });
    await this.work({ what: 'downloading', name: id, progress: null }, key, async (options) => {
      this.expect(endpoint, id);
      await this.refuseWithoutRoom(listing);
      await this.usage.askToPersist();
      const folder = await modelsFolder();
      this.awake.hold();
      try {
        const { remarks } = await this.threads.hub.call(
          'model.download',
          { listing, token: this.token, folder },
          options,
        );
        return [`${id} is kept in this browser: it needs no network from now on.`, ...remarks].join(' ');
      } finally {
        this.awake.release();
        await this.guard(key, () => this.refresh());
        this.changed();
        await this.usage.measure();
      }
    });
    const { failure, outcome } = this.holder.state.backbone;
    if (failure !== null || this.find(key)?.finished === null || outcome === null) return;
    if (listing.onnx !== null) {
      this.holder.updateBackbone({ outcome: `${outcome} In Inspect it can be asked, under Other model.` });
      return;
    }
    // What was fetched is what the user wants to use; during a run it waits.
    try {
      this.mayLoad();
    } catch {
      this.holder.updateBackbone({ outcome: `${outcome} It can be loaded when the run has ended.` });
      return;
    }
    await this.loadStored(key);
    if (this.models.loadedKey === key) this.holder.updateBackbone({ outcome: `${outcome} It is loaded.` });
  }

  /** @throws StorageError before the first byte, where the browser says that the rest will not fit */
  private async refuseWithoutRoom(listing: HubListing): Promise<void> {
    const have = this.find(modelKey(listing))?.bytes ?? 0;
    const { usage = 0, quota = Infinity } = await navigator.storage.estimate();
    const needed = listing.bytes - have;
    if (needed + SPARE <= quota - usage) return;
    const megabytes = (bytes: number): string => `${Math.ceil(bytes / 1e6).toLocaleString('en-GB')} MB`;
    throw new StorageError({
      cause: `${megabytes(needed)} are still to be fetched, and the browser grants this page ${megabytes(Math.max(0, quota - usage))} more.`,
      remedy:
        'Delete other models here, runs in Runs or data sets in Data, or free disk space; then try again. Or load the model from a folder, which takes no room.',
      file: listing.id,
    });
  }

  /** One work at a time, with progress, a cancel, and its failure in the state. Gives its outcome there too. */
  private work(busy: Busy, key: string | null, act: (options: CallOptions) => Promise<string | null>): Promise<void> {
    if (this.controller !== null) return Promise.resolve();
    this.controller = new AbortController();
    this.going = this.doing(this.controller, busy, key, act);
    return this.going;
  }

  private async doing(
    controller: AbortController,
    busy: Busy,
    key: string | null,
    act: (options: CallOptions) => Promise<string | null>,
  ): Promise<void> {
    this.holder.updateBackbone({ busy, failure: null, outcome: null });
    const onProgress = (progress: Progress): void => {
      if (!controller.signal.aborted) this.holder.updateBackbone({ busy: { ...busy, progress } });
    };
    try {
      await this.guard(key, async () => {
        const outcome = await act({ signal: controller.signal, onProgress });
        this.holder.updateBackbone({ outcome });
      });
    } finally {
      this.controller = null;
      this.holder.updateBackbone({ busy: null });
    }
  }

  private async guard(key: string | null, act: () => Promise<void>): Promise<void> {
    try {
      await act();
    } catch (error) {
      const data = errorToData(error);
      if (error instanceof CancelledError || data.name === 'CancelledError') return;
      this.holder.updateBackbone({ failure: { error: data, key } });
    }
  }

  private find(key: string): StoredModel | null {
    return this.holder.state.backbone.stored.find((model) => model.key === key) ?? null;
  }
}
