/**
 * tfjs's WASM backend from bytes that another thread fetched: this thread has no network. The backend asks
 * `tf.env().platform.fetch` for its binary by name, and gets a Response made of those bytes.
 */
import { setThreadsCount, setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import { DeviceError } from '../protocol';
import * as tf from './tf';

export interface WasmBinary {
  /** e.g. `tfjs-backend-wasm-simd.wasm`. */
  name: string;
  bytes: ArrayBuffer;
}

/** A prefix that no server has: a request that escaped the wrapper would fail, not load something. */
const PREFIX = 'bytes-by-message/';
const given = new Map<string, ArrayBuffer>();
let wrapped = false;

/** @throws DeviceError when the binary that this browser needs was not given or cannot start. */
export async function openWasm(binaries: readonly WasmBinary[]): Promise<void> {
  for (const { name, bytes } of binaries) given.set(name, bytes);
  if (!wrapped) {
    const platform = tf.env().platform;
    const network = platform.fetch.bind(platform);
    platform.fetch = async (path: string, init?: RequestInit) => {
      if (!path.startsWith(PREFIX)) return network(path, init);
      const bytes = given.get(path.slice(PREFIX.length));
      return bytes === undefined
        ? new Response(null, { status: 404 })
        : new Response(bytes, { headers: { 'content-type': 'application/wasm' } });
    };
    setWasmPaths(PREFIX, true);
    setThreadsCount(1);
    // Without this the backend would pick its threaded binary in a cross-origin isolated page, which needs more files.
    tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
    wrapped = true;
  }
  const needed = 'tfjs-backend-wasm-simd.wasm';
  if (!((await tf.env().getAsync('WASM_HAS_SIMD_SUPPORT')) as boolean)) {
    throw new DeviceError({
      file: needed,
      cause: 'This browser has no SIMD in WebAssembly, which the WASM backend needs.',
      remedy: 'Use a current browser: Chrome or Edge 91, Firefox 89 and Safari 16.4 are the first that have it.',
    });
  }
  const binary = given.get(needed);
  // Checked here because tfjs waits for ever on a binary that does not compile.
  if (binary === undefined || !WebAssembly.validate(binary)) {
    throw new DeviceError({
      file: needed,
      cause:
        binary === undefined
          ? 'The WASM backend was asked for, but its binary was not given.'
          : 'It is not a WebAssembly module that this browser can run.',
      remedy: 'Reload the page; if it happens again, use a current browser.',
    });
  }
  registerAgain();
  const { started, memory: found } = await watchingMemory(binary, () => tf.setBackend('wasm'));
  if (!started || found === null) {
    throw new DeviceError({
      file: needed,
      cause: 'The WASM backend could not start.',
      remedy: 'Reload the page, or use a current browser.',
    });
  }
  memory = found;
  await tf.ready();
}

let memory: WebAssembly.Memory | null = null;

/** The memory in which tfjs's WASM backend keeps its tensors; our own kernels work in it. @throws Error when none is open. */
export function wasmMemory(): WebAssembly.Memory {
  if (memory === null) throw new Error('No WASM backend is open');
  return memory;
}

/**
 * Starts the backend and keeps the memory of the module with these bytes: tfjs offers its heap as an ArrayBuffer only,
 * which is replaced whenever it grows. Others may instantiate modules meanwhile (Node does, in `Response`).
 */
async function watchingMemory(
  binary: ArrayBuffer,
  start: () => Promise<boolean>,
): Promise<{ started: boolean; memory: WebAssembly.Memory | null }> {
  const instantiate = WebAssembly.instantiate as (...parts: unknown[]) => Promise<object>;
  let found: WebAssembly.Memory | null = null;
  const watching = async (...parts: unknown[]): Promise<object> => {
    const result = await instantiate(...parts);
    const [source] = parts;
    if (source instanceof ArrayBuffer && source.byteLength === binary.byteLength && 'instance' in result) {
      const { exports } = result.instance as WebAssembly.Instance;
      found = Object.values(exports).find((value) => value instanceof WebAssembly.Memory) ?? found;
    }
    return result;
  };
  WebAssembly.instantiate = watching as typeof WebAssembly.instantiate;
  try {
    const started = await start();
    return { started, memory: found };
  } finally {
    WebAssembly.instantiate = instantiate as typeof WebAssembly.instantiate;
  }
}

let factory: (() => tf.KernelBackend | Promise<tf.KernelBackend>) | null = null;

/** `removeBackend` forgets the factory that importing the package registered; keep it and put it back. */
function registerAgain(): void {
  factory ??= tf.findBackendFactory('wasm');
  if (tf.findBackendFactory('wasm') === null && factory !== null) tf.registerBackend('wasm', factory, 2);
}
