/**
 * Error scopes: what fails inside is an exception where it happened, not a note to `uncapturederror` that some later
 * step finds. Scopes of a device form one stack, so whoever opens one holds the engine until it is closed.
 */
import { DeviceError } from '../protocol';
import { sizeWords, type MemoryOffer } from './fit';
import { openedGpu, webgpuBytes } from './webgpu';

/**
 * Runs `work`, which allocates about `bytes` for `what` (`the frozen weights`).
 *
 * @param discard frees what `work` made, where it returned but the GPU had no room for all of it
 * @throws DeviceError naming what and how much, when the GPU has not that much.
 */
export async function allocating<T>(
  what: string,
  bytes: number,
  work: () => T | Promise<T>,
  discard: (made: T) => void = () => undefined,
): Promise<T> {
  const full = (message: string): DeviceError =>
    new DeviceError({
      file: 'WebGPU',
      cause: `The GPU has no room for ${what}, ${sizeWords(bytes)} (${firstLine(message)}).`,
      remedy:
        'Close other programs and tabs that use the GPU, hold frozen weights in 8 or 4 bits (Settings), make the batch smaller, or choose the WASM backend.',
    });
  const { value, thrown, error } = await within(['validation', 'out-of-memory'], work);
  // Chromium throws where a buffer that is mapped at its creation is too large for the process.
  if (thrown instanceof RangeError && thrown.message.includes('createBuffer')) throw full(thrown.message);
  if (thrown !== null) throw thrown;
  if (error === null) return value as T;
  discard(value as T);
  throw full(error.message);
}

/** Runs `work`, e.g. a training step while debugging. @throws DeviceError when the GPU refuses a command of it. */
export async function scoped<T>(what: string, work: () => T | Promise<T>): Promise<T> {
  const { value, thrown, error } = await within(['validation', 'out-of-memory', 'internal'], work);
  if (thrown !== null) throw thrown;
  if (error === null) return value as T;
  throw new DeviceError({
    file: 'WebGPU',
    cause: `The GPU refused a command of ${what} (${firstLine(error.message)}).`,
    remedy: 'This is a defect in the page: choose the WASM backend, and report the sentence above.',
  });
}

interface Ended<T> {
  value: T | null;
  thrown: Error | null;
  /** The first error of the scopes, the innermost scope first. */
  error: GPUError | null;
}

async function within<T>(filters: readonly GPUErrorFilter[], work: () => T | Promise<T>): Promise<Ended<T>> {
  const device = openedGpu();
  for (const filter of filters) device?.pushErrorScope(filter);
  const ended: Ended<T> = { value: null, thrown: null, error: null };
  try {
    ended.value = await work();
  } catch (error) {
    ended.thrown = error instanceof Error ? error : new Error(String(error));
  }
  for (let i = 0; device !== null && i < filters.length; i++) {
    // On a lost device there is nothing to pop; its loss is reported elsewhere.
    const error = await device.popErrorScope().catch(() => null);
    ended.error ??= error;
  }
  return ended;
}

const firstLine = (message: string): string => message.split('\n')[0] ?? '';

/** Bytes of one buffer of a trial. */
const TRIAL_BUFFER = 256 * 2 ** 20;
/** What a trial takes at most: on many laptops the memory of the GPU is everybody's. */
const MOST_TRIED = 4 * 2 ** 30;

/** What the open device is known to offer. @throws Error when none is open. */
export function memoryOffer(): MemoryOffer {
  const device = openedGpu();
  if (device === null) throw new Error('No WebGPU device is open');
  const { maxBufferSize, maxStorageBufferBindingSize } = device.limits;
  return { largestBuffer: maxBufferSize, largestBinding: maxStorageBufferBindingSize, tried: null, more: false };
}

/**
 * Tries whether `wanted` bytes can be held (4 GiB of them at most), those that are held already counted, and gives back at once what it took.
 * A lower bound of what there is only where the driver allocates at once; some promise more than they have, so a run
 * may still fail later. Scopes of a device form one stack: call with the engine.
 */
export async function probeMemory(wanted: number): Promise<MemoryOffer> {
  const offer = memoryOffer();
  const device = openedGpu()!;
  const most = Math.min(wanted, MOST_TRIED);
  const buffers: GPUBuffer[] = [];
  let tried = webgpuBytes();
  try {
    while (tried < most) {
      const size = Math.ceil(Math.min(TRIAL_BUFFER, offer.largestBuffer, most - tried) / 4) * 4;
      device.pushErrorScope('out-of-memory');
      const buffer = device.createBuffer({ size, usage: GPUBufferUsage.STORAGE });
      const error = await device.popErrorScope();
      if (error !== null) return { ...offer, tried, more: false };
      buffers.push(buffer);
      tried += size;
    }
    return { ...offer, tried, more: true };
  } finally {
    for (const buffer of buffers) buffer.destroy();
  }
}
