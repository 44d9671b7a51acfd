/**
 * Another model, asked about the same frame: a thread of its own is started when the user first asks for it, proves its
 * seal, gets ONNX Runtime and a folder's files by message, and is ended to cancel what cannot be interrupted.
 */
import runtimeUrl from 'onnxruntime-web/ort-wasm-simd-threaded.asyncify.wasm?url';
import {
  CancelledError,
  DeviceError,
  ModelError,
  TrainingError,
  WorkerError,
  type ModelFile,
  type PeerCommands,
  type PeerEvents,
  type Progress,
  type SourceFile,
} from '../protocol';
import { openModel } from '../store/models';
import { probeAddresses } from './addresses';
import type { StateHolder } from './holder';
import { peerDevice, withoutCommonFolder, type Models } from './models';
import type { NetworkLog } from './network';
import type { Thread, Threads } from './threads';
import type { OtherState } from './types';

/** How long an answer may take to stop before its thread is ended, milliseconds: a picture is one step to it. */
const PATIENCE = 3000;

type PeerThread = Thread<PeerCommands, PeerEvents>;

/** A question on its way. */
interface Asking {
  controller: AbortController;
  thread: PeerThread;
  /** True once the thread has answered, even if only that it stopped. */
  settled: boolean;
}

export class OtherModel {
  private thread: PeerThread | null = null;
  private runtime: ArrayBuffer | null = null;
  /** What is open, or was when the thread was ended. */
  private source: { name: string; files: readonly ModelFile[] } | null = null;
  private opening: AbortController | null = null;
  private asking: Asking | null = null;
  private count = 0;
  private requestId = '';

  constructor(
    private readonly holder: StateHolder,
    private readonly threads: Threads,
    private readonly models: Models,
    private readonly network: NetworkLog,
  ) {}

  /** A folder that the user chose. */
  async openFolder(name: string, files: readonly SourceFile[]): Promise<void> {
    if (files.length === 0) {
      throw new ModelError({
        cause: 'The folder is empty.',
        remedy: 'Choose a folder with config.json, tokenizer.json and onnx/.',
        file: name,
      });
    }
    await this.open(name, withoutCommonFolder(files));
  }

  /** A model of the hub that this browser keeps. */
  async openStored(key: string): Promise<void> {
    const model = this.holder.state.backbone.stored.find((each) => each.key === key);
    if (model === undefined) {
      throw new ModelError({
        cause: 'This model is no longer stored in this browser.',
        remedy: 'Fetch it again, in Settings under Choose a backbone.',
        file: key,
      });
    }
    await this.open(model.listing.id, await openModel(model), key);
  }

  /** The backbone that is loaded, turned into ONNX: the same weights in an engine that others wrote. */
  async openOwn(): Promise<void> {
    const { loaded } = this.models;
    if (loaded === null) {
      throw new ModelError({ cause: 'No model is loaded.', remedy: 'Load the embedded model or a model folder.' });
    }
    await this.open(loaded.name, loaded.files, loaded.key);
  }

  /**
   * Opens a model from files, wherever they come from; what was open is given back.
   * @param key of the stored model that they are of
   * @throws ModelError, DeviceError, WorkerError; CancelledError after `cancel`
   */
  private async open(name: string, files: readonly ModelFile[], key: string | null = null): Promise<void> {
    this.cancel();
    const controller = new AbortController();
    this.opening = controller;
    this.source = { name, files };
    this.update({ model: null, text: '', answer: null, key, opening: step('Starting a thread for it') });
    try {
      const thread = await this.start(controller.signal);
      const model = await thread.call(
        'model.load',
        { name, files: [...files], device: peerDevice(this.holder.state.device) },
        {
          signal: controller.signal,
          onProgress: (opening) => this.ifStill(controller, () => this.update({ opening })),
        },
      );
      if (controller.signal.aborted) throw new CancelledError();
      this.update({ model });
    } catch (error) {
      // What cannot be opened is not tried again by a question. The thread goes too: transformers.js chains what it
      // loads and runs (`webInitChain`, `webInferenceChain`), and after one failure in a chain all that follows fails.
      if (this.opening === controller) {
        this.source = null;
        this.end();
      }
      throw error;
    } finally {
      this.ifStill(controller, () => {
        this.opening = null;
        this.update({ opening: null });
      });
    }
  }

  /** Asks about the chosen frame, in the chosen style. */
  async ask(): Promise<void> {
    const { inspect, data, config } = this.holder.state;
    const sample = data.samples.find(({ id }) => id === inspect.sampleId);
    if (sample === undefined) {
      throw new TrainingError({ cause: 'No frame is chosen.', remedy: 'Choose one in the strip of frames.' });
    }
    if (this.thread === null && this.source !== null)
      await this.open(this.source.name, this.source.files, this.holder.state.other.key);
    const { thread } = this;
    if (thread === null || this.holder.state.other.model === null) {
      throw new ModelError({ cause: 'No other model is open.', remedy: 'Choose its folder.' });
    }
    this.cancel();
    const asking: Asking = { controller: new AbortController(), thread, settled: false };
    const { signal } = asking.controller;
    this.asking = asking;
    const requestId = `other-${++this.count}`;
    this.requestId = requestId;
    this.update({ text: '', answer: null, busy: true });
    try {
      const answer = await thread.call(
        'caption.ask',
        { requestId, sample, style: inspect.style, maxTokens: config.maxCaptionTokens },
        { signal },
      );
      if (!signal.aborted) this.update({ text: answer.text, answer });
    } catch (error) {
      // As above; the next question opens the model again.
      if (!signal.aborted && this.thread === thread) this.end();
      throw error;
    } finally {
      asking.settled = true;
      if (this.asking === asking) {
        this.asking = null;
        this.update({ busy: false });
      }
    }
  }

  /** Stops opening or answering. */
  cancel(): void {
    const { opening, asking } = this;
    this.opening = null;
    this.asking = null;
    this.requestId = '';
    if (opening !== null) {
      opening.abort();
      // Half of a graph is in the runtime, which has no way to stop: the thread goes.
      this.source = null;
      this.end();
    }
    if (asking !== null) {
      asking.controller.abort();
      // A thread that is still at it then is ended; the next question opens the model again.
      setTimeout(() => {
        if (!asking.settled && this.thread === asking.thread) this.end();
      }, PATIENCE);
    }
    const { busy, opening: shown } = this.holder.state.other;
    if (busy || shown !== null) this.update({ busy: false, opening: null });
  }

  /** Another frame or style was chosen: what was said is about the last one. */
  forget(): void {
    if (this.asking !== null) this.cancel();
    const { text, answer } = this.holder.state.other;
    if (text !== '' || answer !== null) this.update({ text: '', answer: null });
  }

  /** Gives the model and its thread back. */
  close(): void {
    this.cancel();
    this.source = null;
    this.end();
    this.update({ model: null, text: '', answer: null, key: null });
  }

  /** The thread with its runtime, sealed. */
  private async start(signal: AbortSignal): Promise<PeerThread> {
    if (this.thread !== null) return this.thread;
    this.network.expect(
      'another model was asked for',
      (url) => new URL(url).origin === location.origin && (/\/workers\/peer[-.]/.test(url) || url === address()),
    );
    const thread = this.threads.openPeer();
    this.thread = thread;
    thread.onCrash = (error) => {
      if (this.thread !== thread) return;
      this.thread = null;
      this.update({ model: null, busy: false, opening: null });
      this.holder.fail(
        'inspect',
        new DeviceError({
          file: this.source?.name ?? null,
          cause: `Its thread ended (${error.why.replace(/\.$/, '')}), most likely because memory ran out.`,
          remedy: 'Take a folder with smaller files (_q4, _quantized); everything else in this page is untouched.',
        }),
      );
    };
    thread.on('caption.piece', ({ requestId, text }) => {
      if (requestId === this.requestId && this.holder.state.other.answer === null) this.update({ text });
    });
    thread.on('network.request', (seen) => this.network.note('peer', seen));
    try {
      await this.prove(thread);
      await this.handOver(thread, signal);
    } catch (error) {
      if (this.thread === thread) this.end();
      throw error;
    }
    return thread;
  }

  private async prove(thread: PeerThread): Promise<void> {
    const { holder } = this;
    const others = holder.state.proofs.filter((proof) => proof.thread !== 'peer');
    const proof = await thread.call('network.prove', { urls: probeAddresses() });
    holder.update({ proofs: [...others, proof] });
    if (proof.sealed) return;
    throw new WorkerError({
      cause:
        'The thread for another model could have reached the network: the server does not send the page’s security headers.',
      remedy: 'Serve the page with the headers in public/_headers; docs/privacy.md says how.',
    });
  }

  private async handOver(thread: PeerThread, signal: AbortSignal): Promise<void> {
    if (this.runtime === null) {
      const onProgress = (progress: Progress): void => {
        if (!signal.aborted) this.update({ opening: { ...progress, label: 'Fetching ONNX Runtime from this site' } });
      };
      const [fetched] = await this.threads.hub.call('bytes.fetch', { urls: [address()] }, { signal, onProgress });
      if (fetched === undefined) {
        throw new WorkerError({ cause: 'ONNX Runtime was not fetched.', remedy: 'Try again.', file: runtimeUrl });
      }
      this.runtime = fetched.bytes;
    }
    // Kept for the next thread: this one gets a copy.
    await thread.call('runtime.open', { wasm: this.runtime });
  }

  private end(): void {
    this.thread?.end();
    this.thread = null;
  }

  private ifStill(controller: AbortController, act: () => void): void {
    if (this.opening === controller) act();
  }

  private update(change: Partial<OtherState>): void {
    this.holder.update({ other: { ...this.holder.state.other, ...change } });
  }
}

/** ONNX Runtime with both of its providers, 27 MB; nothing else of it is fetched. */
const address = (): string => new URL(runtimeUrl, location.href).href;

const step = (label: string): Progress => ({ label, done: 0, total: 0, unit: 'bytes', rate: null, secondsLeft: null });
