/** The peer thread's answers to the page: one model at a time, one question at a time. */
import { proveSealed } from '../data/network_proof';
import { verdictOf } from '../evaluate/verdict';
import { exportOnnx } from '../onnx';
import {
  WorkerError,
  onnxWords,
  type CallContext,
  type Handlers,
  type ModelFile,
  type PeerCommands,
  type PeerEvents,
  type PeerInfo,
  type Progress,
} from '../protocol';
import { readFrame } from '../store/frames';
import { PROMPTS } from '../train/captions';
import { decodeFrame } from '../train/pixels';
import { isOpen, openRuntime } from './library';
import { PeerModel } from './model';

type Emit = <K extends keyof PeerEvents>(event: K, payload: PeerEvents[K]) => void;

// Handlers are arrow functions because the server calls them without `this`.
export class PeerService implements Handlers<PeerCommands> {
  private sealed = false;
  private model: PeerModel | null = null;
  private busy: Promise<unknown> = Promise.resolve();

  /** @param proved called once the thread has proven its seal: what is seen of the network from then on is news */
  constructor(
    private readonly emit: Emit,
    private readonly proved: () => void,
  ) {}

  'network.prove' = async ({ urls }: PeerCommands['network.prove']['params']) => {
    const proof = await proveSealed('peer', urls);
    this.sealed = proof.sealed;
    this.proved();
    return proof;
  };

  'runtime.open' = ({ wasm }: PeerCommands['runtime.open']['params']) => {
    this.requireSeal();
    openRuntime(wasm);
    return null;
  };

  'model.load' = ({ name, files, device }: PeerCommands['model.load']['params'], context: CallContext) =>
    this.inTurn(async (): Promise<PeerInfo> => {
      this.requireSeal();
      if (!isOpen()) throw new WorkerError({ cause: 'ONNX Runtime was not handed over.', remedy: 'Reload the page.' });
      const started = performance.now();
      await this.forget();
      const converted = !files.some(({ path }) => path.endsWith('.onnx')) && isSafetensors(files);
      const onnx = converted
        ? await exportOnnx(name, files, { onProgress: context.progress, signal: context.signal })
        : files;
      const model = await PeerModel.open(name, onnx, device, reading(context.progress), context.signal);
      this.model = model;
      const { architecture, kinds, bytes } = model.folder;
      const weights = onnxWords(kinds);
      const loadSeconds = (performance.now() - started) / 1000;
      return { name, architecture, weights, bytes, device, converted, loadSeconds };
    });

  'caption.ask' = (
    { requestId, sample, style, maxTokens }: PeerCommands['caption.ask']['params'],
    { signal }: CallContext,
  ) =>
    this.inTurn(async () => {
      const { model } = this;
      if (model === null) throw new WorkerError({ cause: 'No other model is open.', remedy: 'Choose its folder.' });
      const picture = await decodeFrame(sample, readFrame);
      const { text, ids, truncated, seconds, tokensPerSecond } = await model.ask(picture, PROMPTS[style], {
        maxTokens,
        signal,
        onText: (soFar) => this.emit('caption.piece', { requestId, text: soFar }),
      });
      const verdict = verdictOf(text);
      return { sampleId: sample.id, style, text, verdict, tokens: ids.length, truncated, seconds, tokensPerSecond };
    });

  private requireSeal(): void {
    if (this.sealed) return;
    throw new WorkerError({
      cause: 'The peer thread has not proved that it cannot reach the network, so it opens nothing.',
      remedy: 'Serve this page with the headers in public/_headers, and reload it.',
    });
  }

  private async forget(): Promise<void> {
    const { model } = this;
    this.model = null;
    await model?.dispose();
  }

  /** transformers.js runs one session at a time. */
  private inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.busy.then(work);
    this.busy = result.catch(() => undefined);
    return result;
  }
}

function isSafetensors(files: readonly ModelFile[]): boolean {
  return files.some(({ path }) => path.endsWith('.safetensors'));
}

/** Progress over the ONNX files; when the last byte is read the runtime still has to prepare them. */
function reading(tell: (progress: Progress) => void): (file: string, done: number, total: number) => void {
  const started = performance.now();
  return (file, done, total) => {
    const rate = done / Math.max(1e-3, (performance.now() - started) / 1000);
    const over = done >= total;
    tell({
      label: over ? 'Preparing the graphs' : file,
      done,
      total,
      unit: 'bytes',
      rate: over ? null : rate,
      secondsLeft: over ? null : (total - done) / rate,
    });
  };
}
