/**
 * transformers.js in a thread without network. Everything it would fetch is handed over: the files of one model at a
 * time through its cache hook, ONNX Runtime's binary through `wasmBinary`. ONNX Runtime's loader is part of this
 * thread's own script (its `bundle` build), which it uses only while `wasmPaths.mjs` is not set; so no script is
 * imported from an address, and the policy needs no `blob:`.
 */
import { AutoModelForImageTextToText, env } from '@huggingface/transformers';
import { WorkerError, type ModelFile } from '../protocol';

export const LIBRARY = `transformers.js ${env.version}`;

/** Name under which the files of the open model are asked for. */
export const MODEL_ID = 'peer';

/** `model_type`s that transformers.js has a class for. */
export function supportedTypes(): string[] {
  const mappings = AutoModelForImageTextToText.MODEL_CLASS_MAPPINGS as readonly Map<string, unknown>[] | null;
  return (mappings ?? []).flatMap((mapping) => [...mapping.keys()]).sort();
}

let opened = false;
let served: ReadonlyMap<string, Blob> = new Map();
let arrived: (file: string, bytes: number) => void = () => undefined;

/** Must come before the first model; later calls change nothing. `wasm`: ort-wasm-simd-threaded.asyncify.wasm. */
export function openRuntime(wasm: ArrayBuffer): void {
  if (opened) return;
  opened = true;
  env.allowRemoteModels = false;
  env.allowLocalModels = true; // it refuses to go on with neither
  env.useBrowserCache = false;
  env.useWasmCache = false;
  env.useCustomCache = true;
  env.customCache = { match: async (request: string) => respond(request), put: async () => undefined };
  // What the cache does not have is not there; whatever is asked for, nothing is fetched.
  env.fetch = async () => new Response(null, { status: 404 });
  const { wasm: settings } = env.backends.onnx;
  if (settings === undefined) {
    throw new WorkerError({ cause: 'ONNX Runtime has no WASM settings.', remedy: 'Reload the page.' });
  }
  // transformers.js has set an address at a CDN; without one the loader inside this script is used.
  delete settings.wasmPaths;
  settings.wasmBinary = wasm;
  settings.numThreads = 1; // threads need cross-origin isolation, which the page does without
  settings.proxy = false;
}

export function isOpen(): boolean {
  return opened;
}

/** The files that transformers.js finds under `MODEL_ID`, until the next call. `onBytes` hears what is read of them. */
export function serveFiles(files: readonly ModelFile[], onBytes: (file: string, bytes: number) => void): void {
  served = new Map(files.map(({ path, blob }) => [path, blob]));
  arrived = onBytes;
}

/** transformers.js asks first for `/models/<id>/<file>`, then for an address on the hub. */
function respond(request: string): Response | undefined {
  const prefix = `${env.localModelPath}${MODEL_ID}/`;
  if (!request.startsWith(prefix)) return undefined;
  const path = request.slice(prefix.length);
  const blob = served.get(path);
  if (blob === undefined) return undefined;
  const count = new TransformStream<Uint8Array<ArrayBuffer>, Uint8Array<ArrayBuffer>>({
    transform(chunk, controller) {
      arrived(path, chunk.byteLength);
      controller.enqueue(chunk);
    },
  });
  return new Response(blob.stream().pipeThrough(count), { headers: { 'content-length': String(blob.size) } });
}
