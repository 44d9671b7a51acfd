/**
 * Threads that speak the real protocol over message channels, with a trainer whose numbers are a function of the
 * step: what the session makes of them can then be checked exactly. Checkpoints are real ones in OPFS.
 */
import { readCaptionTables } from '../../src/data/read_captions';
import { auditCaptions } from '../../src/evaluate/audit/service';
import {
  StorageError,
  errorToData,
  CancelledError,
  DONE_FILE,
  LISTING_FILE,
  filledInstruction,
  modelKey,
  serve,
  storedName,
  type ClientPort,
  type CommandMap,
  type DeviceInfo,
  type Evaluation,
  type EventMap,
  type FailedFrame,
  type FileOutcome,
  type FramesCommands,
  type FramesEvents,
  type Handlers,
  type HubCommands,
  type HubEvents,
  type HubListing,
  type ModelUse,
  type NetworkProof,
  type PeerCommands,
  type PeerEvents,
  type PlannedFile,
  ModelError,
  type Prediction,
  type SampleRow,
  type ScoringReaders,
  type StartRun,
  type StepEvent,
  type TrainerCommands,
  type TrainerEvents,
} from '../../src/protocol';
import { Thread, type FramesThread, type Threads } from '../../src/session/threads';
import { finishedEntry, isFinished, refusal } from '../../src/data/import_journal';
import { emptyPortion, keeping } from '../../src/data/portion';
import { recipeOf } from '../../src/data/recipe';
import { contentPrints } from '../../src/data/same';
import { survey } from '../../src/data/survey';
import { readCheckpoint, writeCheckpoint } from '../../src/store/checkpoints';
import { writeFrame } from '../../src/store/frames';
import { loadFinished, saveFinished, type ImportedFile } from '../../src/store/imported';
import { rowOf } from './rows';

export { rowOf };

type Name<M> = Extract<keyof M, string>;
type Emit<E extends EventMap> = <K extends Name<E>>(event: K, payload: E[K]) => void;

/** One end of a channel dressed as a worker, which a test can crash. */
export interface FakePort extends ClientPort {
  readonly alive: boolean;
  crash(message: string): void;
}

export interface Fakes extends Threads {
  /** The ports opened so far, newest last. */
  trainerPorts: FakePort[];
  framesPorts: FakePort[];
  /** The file that each frames thread is at. */
  working: Map<FakePort, string>;
  /** Paths of each portion that a frames thread was given, in order. */
  portions: string[][];
  peerPorts: FakePort[];
  /** Commands that reached the trainer, in order. */
  calls: string[];
  started: StartRun[];
  /** Sends an event as the hub's thread. */
  hubSays: Emit<HubEvents> | null;
  /** Addresses that the hub was asked for one by one. */
  fetched: string[];
}

export interface FakeOptions {
  sealed?: boolean;
  /** Milliseconds a step takes. */
  pace?: number;
  /** Called before a step's event is sent; a test may crash the trainer here. */
  beforeStep?: (step: number) => void;
  /** Called before a batch of a scoring, with the frames that are done; a test may crash the trainer here. */
  beforeBatch?: (done: number) => void;
  /** True from the checkpoint on that finds no room. */
  full?: (step: number) => boolean;
  /** The device is lost in this step; the trainer itself goes on from an earlier one. */
  lostAt?: { step: number; from: number };
  /** Milliseconds before each imported file. */
  importPace?: number;
  /** Called before a file is decoded; a test may crash the thread here. */
  beforeFile?: (path: string) => void;
  /** Frames threads; one unless said. */
  decoders?: number;
  deviceError?: Error;
  /** Fails a download after its first file. */
  hubFailure?: () => Error;
  /** Milliseconds that the other model takes to open, and for each word. */
  peerPace?: number;
  /** The other model's thread answers no message while it works. */
  peerDeaf?: boolean;
}

/** What the fake hub says of any model. */
export function hubListing(id: string, use: ModelUse = 'train'): HubListing {
  const hash = { kind: 'sha256' as const, hex: '0'.repeat(64) };
  const onnx = use === 'ask' ? ({ vision_encoder: 'q4' } as const) : null;
  const weights = onnx === null ? 'model.safetensors' : 'onnx/vision_encoder_q4.onnx';
  const files = ['config.json', weights].map((path) => ({ path, bytes: 4, hash }));
  const commit = 'c'.repeat(40);
  const about = { licence: 'apache-2.0', gated: false, onnx, bytes: 8 };
  return { endpoint: 'https://huggingface.co', id, revision: 'main', commit, files, ...about };
}

/** What the fake trainer says of a frame: right where the label is live or the attack a print, wrong of other attacks. */
export function fakePrediction(sample: SampleRow, readers: ScoringReaders): Prediction {
  const { id, set, file, video, role, frame, label, attack, subject } = sample;
  const said = attack === 'print' ? 'spoof' : 'live';
  const worded = readers.text || readers.likelihood;
  return {
    ...{ sampleId: id, set, file, video, role, frame, label: label ?? 'live', attack, subject },
    head: readers.head ? (said === 'spoof' ? 0.75 : 0.25) : null,
    text: worded ? `A face, ${said}.` : null,
    truncated: false,
    verdict: worded ? said : null,
    likelihood: readers.likelihood ? (said === 'spoof' ? 0.875 : 0.125) : null,
  };
}

/** Frames that no fake can read. */
const unreadable = ({ file }: SampleRow): boolean => file.includes('broken');

/** Total loss of `step`: any injective function will do. */
export const lossOf = (step: number): number => 2 / (step + 1);

const wait = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

function port<C extends CommandMap, E extends EventMap>(handlers: (emit: Emit<E>) => Handlers<C>): FakePort {
  const { port1, port2 } = new MessageChannel();
  const listeners: ((event: Event) => void)[] = [];
  let alive = true;
  const holder: { emit?: Emit<E> } = {};
  const emit: Emit<E> = (event, payload) => {
    // A real worker ends where it is; this one must not go on beside its successor, writing checkpoints.
    if (!alive) throw new Error('This thread has ended.');
    holder.emit?.(event, payload);
  };
  holder.emit = serve<C, E>(
    {
      postMessage: (message, transfer) => alive && port2.postMessage(message, transfer),
      addEventListener: (type, listener) => port2.addEventListener(type, listener),
    },
    handlers(emit),
  );
  port1.start();
  port2.start();
  const end = (): void => {
    alive = false;
    port1.close();
    port2.close();
  };
  return {
    get alive() {
      return alive;
    },
    postMessage: (message, transfer) => port1.postMessage(message, transfer),
    addEventListener: (type, listener) => {
      if (type === 'error') listeners.push(listener);
      else port1.addEventListener(type, listener);
    },
    terminate: end,
    crash(message) {
      end();
      for (const listener of listeners) listener(new ErrorEvent('error', { message }));
    },
  };
}

function proof(thread: NetworkProof['thread'], urls: string[], sealed: boolean): NetworkProof {
  const outcome = sealed ? 'refused' : 'reached';
  return { thread, sealed, attempts: urls.map((url) => ({ url, means: 'fetch', outcome, detail: 'test' })) };
}

export function fakeThreads(options: FakeOptions = {}): Fakes {
  const { sealed = true, pace = 1 } = options;
  const fakes = {
    trainerPorts: [] as FakePort[],
    framesPorts: [] as FakePort[],
    working: new Map<FakePort, string>(),
    portions: [] as string[][],
    peerPorts: [] as FakePort[],
    calls: [] as string[],
    fetched: [] as string[],
    hubSays: null as Fakes['hubSays'],
  };
  const started: StartRun[] = [];

  const trainer = (emit: Emit<TrainerEvents>): Handlers<TrainerCommands> => {
    let paused = false;
    let stopped = false;
    let lost = false;
    const run = async (request: StartRun): Promise<{ step: number; outcome: 'finished' | 'stopped' }> => {
      const { runId, config, probes } = request;
      const state = (phase: 'training' | 'evaluating' | 'paused', step: number): void =>
        emit('run.state', { runId, phase, step, detail: null, error: null });
      const resumed = request.resume ? await readCheckpoint(runId) : null;
      let step = resumed?.step ?? 0;
      const evaluate = (): void => {
        state('evaluating', step);
        emit('run.evaluation', evaluation(runId, step, request.test.length));
        for (const sampleId of probes) {
          emit('caption.piece', { runId, requestId: null, step, sampleId, adapter: 'on', text: 'A fa' });
          emit('run.caption', caption(runId, step, sampleId));
        }
      };
      const checkpoint = async (at: number): Promise<void> => {
        if (options.full?.(at) === true) {
          const error = errorToData(new StorageError({ cause: 'The disk is full.', remedy: 'Make room.' }));
          emit('run.checkpoint', { runId, step: at, bytes: 64, error });
          return;
        }
        const { bytes } = await writeCheckpoint(runId, at, new Uint8Array(64).fill(at));
        emit('run.checkpoint', { runId, step: at, bytes, error: null });
      };
      if (step === 0) evaluate();
      while (step < config.steps && !stopped) {
        await wait(pace);
        if (paused) continue;
        step++;
        options.beforeStep?.(step);
        if (step === options.lostAt?.step && !lost) {
          lost = true;
          const { from } = options.lostAt;
          const device: DeviceInfo = {
            backend: 'webgpu',
            adapter: 'new',
            software: true,
            reason: 'A test.',
            forced: true,
          };
          emit('device.reopened', { device, run: { runId, lostAt: step, from, recovery: 1, most: 2 } });
          step = from;
          continue;
        }
        state('training', step);
        emit('run.step', stepEvent(runId, step, config.steps));
        if (step % config.checkpointEvery === 0) await checkpoint(step);
      }
      // The last step has a checkpoint, as of the real trainer.
      if (stopped) await writeCheckpoint(runId, step, new Uint8Array(64).fill(step));
      else if (step % config.checkpointEvery !== 0) await checkpoint(step);
      if (!stopped) evaluate();
      return { step, outcome: stopped ? 'stopped' : 'finished' };
    };
    return {
      'network.prove': ({ urls }) => proof('trainer', urls, sealed),
      'device.open': ({ backend, wasm }) => {
        fakes.calls.push(`device.open ${backend} ${wasm.length}`);
        if (options.deviceError) throw options.deviceError;
        const chosen = backend === 'webgpu' ? 'webgpu' : 'wasm';
        return { backend: chosen, adapter: 'test', software: true, reason: 'A test.', forced: backend !== 'auto' };
      },
      'kernels.prepare': ({ forced, again }) => {
        fakes.calls.push(`kernels.prepare ${JSON.stringify(forced)} ${again}`);
        return ['rows', 'tiles'].includes(forced['linear'] ?? 'rows')
          ? [
              {
                operation: 'linear',
                variants: ['rows', 'tiles'].map((variant) => ({
                  name: variant,
                  available: true,
                  milliseconds: null,
                  refused: false,
                })),
                current: forced['linear'] ?? 'rows',
                forced: forced['linear'] !== undefined,
              },
            ]
          : [];
      },
      'model.load': ({ name, files, synthetic, weights }) => {
        fakes.calls.push(`model.load ${name}`);
        if (!files.some(({ path }) => path === 'config.json')) throw new Error('no config.json');
        const size = { imageSize: 8, imageTokens: 4, vocabulary: 10, visionLayers: 1, textLayers: 1 };
        return {
          name,
          architecture: 'test',
          parameters: 100,
          ...size,
          synthetic,
          weights,
          fingerprint: name,
          revision: null,
          loadSeconds: 0,
        };
      },
      'run.start': async (request) => {
        started.push(request);
        stopped = paused = false;
        const { step, outcome } = await run(request);
        const { runId } = request;
        return { runId, outcome, step, seconds: step, samplesPerSecond: 4, peakBytes: 9, trainableParameters: 7 };
      },
      'run.pause': ({ runId }) => {
        paused = true;
        emit('run.state', { runId, phase: 'paused', step: 0, detail: null, error: null });
        return null;
      },
      'run.resume': () => ((paused = false), null),
      'run.stop': () => ((stopped = true), null),
      'caption.explain': async ({ requestId, sample, adapter, runId, style }, { signal }) => {
        for (const text of ['A', 'A face', 'A face, spoof.']) {
          if (signal.aborted) throw new CancelledError();
          emit('caption.piece', { runId, requestId, step: 0, sampleId: sample.id, adapter, text });
          await wait(pace);
        }
        return { ...caption('', 0, sample.id), runId, adapter, style };
      },
      'adapter.export': () => [
        { path: 'adapter_config.json', bytes: new TextEncoder().encode('{"peft_type":"LORA"}') },
        { path: 'adapter_model.safetensors', bytes: new Uint8Array(3_000_000).fill(5) },
      ],
      'adapter.import': ({ name, config }) => {
        fakes.calls.push(`adapter.import ${name}`);
        const { loraRank, loraAlpha, loraVision, lmHead } = config;
        return { config: { loraRank, loraAlpha, loraVision, lmHead }, trainableParameters: 7, head: true, notes: [] };
      },
      'run.bundle': ({ train, test }) => [
        { path: 'run.json', bytes: new TextEncoder().encode(JSON.stringify([train.length, test.length])) },
      ],
      'memory.read': () => ({ bytes: 1, peakBytes: 2, tensors: 3 }),
      'scoring.run': async ({ scoringId, runId, samples, readers }, { signal, progress }) => {
        fakes.calls.push(`scoring.run ${runId} ${samples.map(({ id }) => id).join(' ')}`);
        const all: FailedFrame[] = [];
        for (let done = 0; done < samples.length; done += 2) {
          await wait(pace);
          if (signal.aborted) throw new CancelledError();
          options.beforeBatch?.(done);
          const batch = samples.slice(done, done + 2);
          const failed = batch.filter(unreadable).map(({ id, set, file }) => ({
            sampleId: id,
            file: `${set}/${file}`,
            reason: 'Its stored frame does not decode. Import the file again.',
          }));
          all.push(...failed);
          const predictions = batch
            .filter((sample) => !unreadable(sample))
            .map((sample) => fakePrediction(sample, readers));
          emit('scoring.predictions', { scoringId, predictions, failed });
          const left = { done: Math.min(done + 2, samples.length), total: samples.length, rate: 4, secondsLeft: 1 };
          progress({ label: 'Scoring frames', unit: 'frames', ...left });
        }
        return { scored: samples.length - all.length, failed: all, seconds: samples.length, recoveries: 0 };
      },
      'caption.drafts': async ({ samples, style, instruction, maxTokens }, { signal, progress }) => {
        fakes.calls.push(`caption.drafts ${samples.length} ${style}`);
        const failed: FailedFrame[] = [];
        for (const [done, sample] of samples.entries()) {
          await wait(pace);
          if (signal.aborted) throw new CancelledError();
          const { id, set, file } = sample;
          if (unreadable(sample)) {
            failed.push({ sampleId: id, file: `${set}/${file}`, reason: 'Its stored frame does not decode.' });
          } else {
            const words = filledInstruction(instruction, sample).split(' ');
            const text = words.slice(0, maxTokens).join(' ');
            emit('caption.draft', { sampleId: id, style, text, truncated: words.length > maxTokens });
          }
          const left = { done: done + 1, total: samples.length, rate: 4, secondsLeft: 1 };
          progress({ label: 'Drafting captions', unit: 'frames', ...left });
        }
        return { drafted: samples.length - failed.length, failed, seconds: samples.length, recoveries: 0 };
      },
      'backbones.memory': () => [],
    };
  };

  const frames = (
    emit: Emit<FramesEvents>,
    at: (path: string) => void,
    alive: () => boolean,
  ): Handlers<FramesCommands> => ({
    'network.prove': ({ urls }) => proof('frames', urls, sealed),
    'faces.prepare': ({ weights }) => void fakes.calls.push(`faces.prepare ${weights.byteLength}`),
    // Names are read as the real thread reads them; what is decoded is one row a file, with its content as the frame.
    'import.survey': async (request, { signal }) => {
      const planned = (files: PlannedFile[]): void => emit('import.planned', { survey: request.survey, files });
      const found = await survey(request, { signal, planned });
      const { numericOne } = request;
      const notes = numericOne === null ? ['1 was read as live.'] : [`1 means ${numericOne}.`];
      return { ...found, notes };
    },
    'import.try': ({ files }) =>
      files.map(({ path }) => ({ path, frames: 1, bytes: 1000, seconds: 0.5, problem: null })),
    'import.compare': ({ files }, { signal }) => contentPrints(files, signal),
    'import.portion': async ({ portion, files, options: frameOptions, again, tables }, { signal }) => {
      const recipe = recipeOf(frameOptions);
      fakes.portions.push(files.map(({ path }) => path));
      const before = await loadFinished(files.map(({ known }) => [known.set, known.file]));
      const result = emptyPortion();
      const journal: ImportedFile[] = [];
      for (const [index, planned] of files.entries()) {
        const { path, file, known } = planned;
        const tell = (what: FileOutcome['what'], reason: string | null = null): void => {
          result.outcomes.push({ path, what, reason, noFace: [], note: null, seconds: 1 });
          emit('import.done', { portion, path });
        };
        const was = before[index];
        if (was && isFinished(was, planned, recipe, again)) {
          tell(was.entry.rejected === null ? 'kept' : 'refused before', was.entry.rejected);
          continue;
        }
        at(path);
        await wait(options.importPace ?? 0);
        options.beforeFile?.(path);
        // A thread that has ended saves nothing.
        if (!alive()) return result;
        if (signal.aborted) {
          result.outcomes.push({ path, what: 'left', reason: null, noFace: [], note: null, seconds: 0 });
        } else if (file.size === 0) {
          journal.push(refusal(planned, recipe, 'The file is empty.'));
          tell('refused', 'The file is empty.');
        } else {
          const row = { ...rowOf(path), label: known.label };
          await writeFrame(row.frame, file);
          result.rows.push(row);
          journal.push(finishedEntry(planned, recipe, [row.id]));
          tell('imported');
        }
      }
      const finished = { rows: result.rows, gone: [], files: journal };
      const { rows, orphans } = await saveFinished(finished, keeping(result.captions, new Set(tables)));
      return { ...result, rows, orphans };
    },
    'captions.read': ({ files }, { signal, progress }) => readCaptionTables(files, { signal, progress }),
    'captions.audit': (request, context) => auditCaptions(request, context),
    // One still of each person and kind; ids and frames depend on the seed as the real ones do.
    'generate.run': async ({ domain, subjects, attacks, seed }, { signal, progress }) => {
      const samples: SampleRow[] = [];
      const kinds = ['live', ...attacks];
      for (let index = 0; index < subjects * kinds.length; index++) {
        await wait(options.importPace ?? 0);
        if (signal.aborted) throw new CancelledError();
        const path = `${domain}/${kinds[index % kinds.length]}/person-${Math.floor(index / kinds.length)}.png`;
        const plain = rowOf(path);
        const row = { ...plain, id: `${plain.id} ${seed}`, frame: `${plain.frame}.${seed}` };
        await writeFrame(row.frame, new Blob([`seed ${seed}`]));
        samples.push(row);
        emit('import.samples', [row]);
        const total = subjects * kinds.length;
        progress({ label: path, done: index + 1, total, unit: 'frames', rate: null, secondsLeft: null });
      }
      return { samples, sets: [], rejected: [], notes: [], noFace: [], seconds: 0 };
    },
  });

  const peer = (emit: Emit<PeerEvents>): Handlers<PeerCommands> => ({
    'network.prove': ({ urls }) => proof('peer', urls, options.sealed ?? true),
    'runtime.open': ({ wasm }) => {
      fakes.calls.push(`runtime.open ${wasm.byteLength}`);
      return null;
    },
    'model.load': async ({ name, files, device }, { progress }) => {
      fakes.calls.push(`peer model.load ${name} ${device}`);
      progress({ label: 'decoder', done: 1, total: 2, unit: 'bytes', rate: 1, secondsLeft: 1 });
      await wait(options.peerPace ?? 0);
      if (!files.some(({ path }) => /\.(onnx|safetensors)$/.test(path))) {
        throw new ModelError({ file: name, cause: 'It holds no .onnx file.', remedy: 'Choose another.' });
      }
      const converted = files.some(({ path }) => path.endsWith('.safetensors'));
      return { name, architecture: 'idefics3', weights: 'fp32', bytes: 8e6, device, converted, loadSeconds: 1 };
    },
    'caption.ask': async ({ requestId, sample, style }, { signal }) => {
      fakes.calls.push(`caption.ask ${sample.id} ${style}`);
      const words = ['This', 'is', 'a', 'spoof.'];
      for (let i = 1; i <= words.length; i++) {
        await wait(options.peerPace ?? 0);
        if (signal.aborted && !(options.peerDeaf ?? false)) throw new CancelledError();
        emit('caption.piece', { requestId, text: words.slice(0, i).join(' ') });
      }
      if (options.peerDeaf ?? false) await wait(1e5);
      const text = words.join(' ');
      return {
        sampleId: sample.id,
        style,
        text,
        verdict: 'spoof',
        tokens: words.length,
        truncated: false,
        seconds: 0.5,
        tokensPerSecond: 8,
      };
    },
  });

  const hub = (emit: Emit<HubEvents>): Handlers<HubCommands> => ({
    'folder.fetch': ({ base }) => {
      fakes.hubSays = emit;
      const paths = base.endsWith('/demo/') ? EMBEDDED : ['config.json', 'model.safetensors'];
      return { files: paths.map((path) => ({ path, blob: new Blob(['x']) })), bytes: paths.length };
    },
    'bytes.fetch': ({ urls }) => {
      fakes.fetched.push(...urls);
      return urls.map((url) => ({ url, bytes: new ArrayBuffer(8) }));
    },
    'model.list': async (asked, { signal, progress }) => {
      fakes.calls.push(
        `model.list ${asked.endpoint} ${asked.id} ${asked.revision} ${asked.token ?? ''}${asked.use === 'ask' ? ` ask ${asked.device}` : ''}`,
      );
      progress({ label: 'Asking', done: 0, total: 0, unit: 'bytes', rate: null, secondsLeft: null });
      await wait(pace);
      if (signal.aborted) throw new CancelledError();
      return { ...hubListing(asked.id, asked.use), endpoint: asked.endpoint };
    },
    // Writes as the real one does: the listing, the files, the mark at the end; `hubFailure` ends it after the first file.
    'model.download': async ({ listing, token, folder }, { signal, progress }) => {
      fakes.calls.push(`model.download ${listing.id} ${token ?? ''}`);
      const own = await folder.getDirectoryHandle(modelKey(listing), { create: true });
      const put = async (name: string, text: string): Promise<void> => {
        const writer = await (await own.getFileHandle(name, { create: true })).createWritable();
        await writer.write(text);
        await writer.close();
      };
      await put(LISTING_FILE, JSON.stringify(listing));
      for (const [index, { path, bytes }] of listing.files.entries()) {
        progress({ label: path, done: index, total: listing.bytes, unit: 'bytes', rate: 1, secondsLeft: 1 });
        await put(storedName(path), 'x'.repeat(bytes));
        await wait(pace);
        if (signal.aborted) throw new CancelledError();
        if (options.hubFailure) throw options.hubFailure();
      }
      await put(DONE_FILE, JSON.stringify({ finished: 5 }));
      return { fetched: listing.bytes, remarks: [] };
    },
  });

  const framesThread = (): FramesThread =>
    new Thread<FramesCommands, FramesEvents>(() => {
      const opened: FakePort = port<FramesCommands, FramesEvents>((emit) =>
        frames(
          emit,
          (path) => void fakes.working.set(opened, path),
          () => opened.alive,
        ),
      );
      fakes.framesPorts.push(opened);
      return opened;
    }, 'frames');

  return Object.assign(fakes, {
    started,
    trainer: new Thread<TrainerCommands, TrainerEvents>(() => {
      const opened = port(trainer);
      fakes.trainerPorts.push(opened);
      return opened;
    }, 'trainer'),
    frames: framesThread(),
    moreFrames: Array.from({ length: (options.decoders ?? 1) - 1 }, framesThread),
    hub: new Thread<HubCommands, HubEvents>(() => port(hub), 'hub'),
    openPeer: () =>
      new Thread<PeerCommands, PeerEvents>(() => {
        const opened = port(peer);
        fakes.peerPorts.push(opened);
        return opened;
      }, 'peer'),
  });
}

/** Eight subjects, live and print, in two cameras. */
export const EMBEDDED = ['synthetic-C', 'synthetic-M'].flatMap((set) =>
  ['live', 'print'].flatMap((kind) => [1, 2, 3, 4].map((n) => `${set}/${kind}/${set}-${kind}-${n}.png`)),
);

export function stepEvent(runId: string, step: number, steps: number): StepEvent {
  return {
    runId,
    step,
    steps,
    loss: { total: lossOf(step), cls: lossOf(step) / 2, cap: step % 2 ? null : lossOf(step) },
    learningRate: 1e-3,
    gradientNorm: 1,
    samplesPerSecond: 4,
    tokensPerSecond: 40,
    memory: { bytes: 10, peakBytes: 20 + step, tensors: 3 },
    elapsed: step,
    secondsLeft: steps - step,
  };
}

function evaluation(runId: string, step: number, n: number): Evaluation {
  const confusion = {
    liveAsLive: 1,
    liveAsSpoof: 1,
    liveUndecided: 0,
    spoofAsLive: 0,
    spoofAsSpoof: n - 2,
    spoofUndecided: 0,
  };
  const rates = { hter: 0.25, far: 0, frr: 0.5, accuracy: 1 - 1 / n };
  const policy = 'P(spoof) >= 0.5';
  return { runId, step, source: 'head', policy, unit: 'frame', n, ...rates, confusion, undecided: 0, note: null };
}

function caption(runId: string, step: number, sampleId: string): TrainerEvents['run.caption'] {
  return {
    runId,
    step,
    sampleId,
    style: 'reasoning',
    adapter: 'on',
    text: 'A face, "spoof".',
    verdict: 'spoof',
    headSpoofProbability: 0.75,
    agrees: true,
    tokens: 5,
    truncated: false,
    seconds: 0.1,
  };
}
