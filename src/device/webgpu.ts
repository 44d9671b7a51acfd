/**
 * Our own WebGPU device under tfjs's backend: tfjs would ask for six limits only, and would listen to no error.
 */
import { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { DeviceError } from '../protocol';
import { countDispatchesOf, settle } from './kernel';
import { useProcessorKernels, useStockKernels } from './processor_kernels';
import * as tf from './tf';

export interface FoundAdapter {
  /** null: none that may be used; `reason` says why. */
  adapter: GPUAdapter | null;
  /** The adapter's own words. */
  words: string;
  software: boolean;
  reason: string;
}

/** Names under which processors pose as graphics adapters. */
const SOFTWARE = /swiftshader|llvmpipe|lavapipe|basic render|software/i;

/** Asks the browser for an adapter and judges it. Never throws. */
export async function findAdapter(): Promise<FoundAdapter> {
  const none = (reason: string): FoundAdapter => ({ adapter: null, words: '', software: false, reason });
  if (typeof navigator === 'undefined' || !('gpu' in navigator)) return none('This browser has no WebGPU.');
  let adapter: GPUAdapter | null;
  try {
    adapter = await navigator.gpu.requestAdapter({ powerPreference: 'high-performance' });
  } catch (error) {
    return none(`WebGPU failed to start (${error instanceof Error ? error.message : String(error)}).`);
  }
  if (adapter === null) return none('The browser offers no WebGPU adapter.');
  return judgeAdapter(adapter);
}

/** Software or hardware, and whether it may be used at all. */
export function judgeAdapter(adapter: GPUAdapter): FoundAdapter {
  const { vendor, architecture, device, description } = adapter.info;
  const words =
    [vendor, architecture, device, description].filter((word) => word !== '').join(' ') || 'unnamed adapter';
  // Wrong zero gradients on PowerVR: github.com/tensorflow/tfjs/issues/8590; a fault of the driver under Dawn.
  if (/img-tec/i.test(vendor)) {
    return {
      adapter: null,
      words,
      software: false,
      reason: `The GPU (${words}) computes wrong gradients and is not used.`,
    };
  }
  const fallback = 'isFallbackAdapter' in adapter.info && adapter.info.isFallbackAdapter;
  return { adapter, words, software: fallback || SOFTWARE.test(words), reason: '' };
}

/** What kernels may count on. */
export interface GpuFacts {
  /** Runs on the processor: barriers and workgroup memory are dear there. */
  software: boolean;
  /** Lanes of a subgroup where every subgroup has the same number of them; 0 without subgroups. */
  subgroupSize: number;
  f16: boolean;
}

let open: { device: GPUDevice; backend: WebGPUBackend; facts: GpuFacts } | null = null;

/** Facts of the open device. @throws Error when none is open. */
export function gpuFacts(): GpuFacts {
  if (open === null) throw new Error('No WebGPU device is open');
  return open.facts;
}

/** The open device, or null where another backend computes. */
export function openedGpu(): GPUDevice | null {
  return open?.device ?? null;
}

/** Used where the adapter has them; none is needed. */
const FEATURES: readonly GPUFeatureName[] = ['timestamp-query', 'subgroups', 'shader-f16'];

/** Every limit at the adapter's best: what runs is planned against what is there, not against the defaults. */
function allLimits(limits: GPUSupportedLimits): Record<string, number> {
  const found: Record<string, number> = {};
  // Limits are accessors of the prototype, so they are no own keys.
  for (const name in limits) {
    const value = limits[name as keyof GPUSupportedLimits];
    if (typeof value === 'number') found[name] = value;
  }
  return found;
}

/**
 * Registers and selects the `webgpu` backend on a device with all limits that the adapter has.
 * @throws DeviceError when the adapter gives no device.
 */
export async function openWebgpu({ adapter, software }: FoundAdapter): Promise<GPUDevice> {
  if (adapter === null)
    throw new DeviceError({ file: 'WebGPU', cause: 'There is no adapter.', remedy: 'Choose the WASM backend.' });
  let device: GPUDevice;
  try {
    device = await adapter.requestDevice({
      requiredFeatures: FEATURES.filter((feature) => adapter.features.has(feature)),
      requiredLimits: allLimits(adapter.limits),
    });
  } catch (error) {
    throw new DeviceError({
      file: 'WebGPU',
      cause: `The adapter gave no device (${error instanceof Error ? error.message : String(error)}).`,
      remedy: 'Reload the page, or choose the WASM backend.',
    });
  }
  const backend = new WebGPUBackend(device, adapter.info);
  countDispatchesOf(backend);
  watchAllocations(backend);
  const { subgroupMinSize: least, subgroupMaxSize: most } = adapter.info;
  const subgroups = device.features.has('subgroups') && least === most ? least : 0;
  open = { device, backend, facts: { software, subgroupSize: subgroups, f16: device.features.has('shader-f16') } };
  if (tf.findBackendFactory('webgpu') !== null) tf.removeBackend('webgpu');
  tf.registerBackend('webgpu', () => backend, 3);
  // Small operations would otherwise run on the processor now and then: one path, one set of numbers.
  tf.env().set('WEBGPU_CPU_FORWARD', false);
  if (software) useProcessorKernels();
  else useStockKernels();
  await tf.setBackend('webgpu');
  await tf.ready();
  return device;
}

/** Lets go of the device. Safe to call when none is open. */
export function closeWebgpu(): void {
  if (open === null) return;
  const { device } = open;
  open = null;
  if (tf.findBackendFactory('webgpu') !== null) tf.removeBackend('webgpu');
  device.destroy();
}

let peakBytes = 0;

/** Notes the most bytes after every allocation: exact, where looking now and then is not. */
function watchAllocations(backend: WebGPUBackend): void {
  const manager = (backend as unknown as { bufferManager: BufferManager }).bufferManager;
  const acquire = manager.acquireBuffer.bind(manager);
  peakBytes = 0;
  manager.acquireBuffer = (...request) => {
    const buffer = acquire(...request);
    peakBytes = Math.max(peakBytes, manager.numBytesAllocated);
    return buffer;
  };
}

/**
 * Gives the buffers in tfjs's pool back to the GPU: it keeps every freed buffer for ever, by size, which after a model
 * or a run is gone is memory that nothing will use again. Waits for the work that reads them.
 */
export async function emptyPool(): Promise<void> {
  if (open === null) return;
  await settle();
  const manager = (open.backend as unknown as { bufferManager: BufferManager }).bufferManager;
  for (const buffers of manager.freeBuffers.values()) {
    for (const buffer of buffers.splice(0)) {
      manager.numBytesAllocated -= buffer.size;
      manager.numFreeBuffers--;
      buffer.destroy();
    }
  }
}

/** What this needs of tfjs's manager of buffers. */
interface BufferManager {
  numBytesAllocated: number;
  numFreeBuffers: number;
  freeBuffers: Map<string, GPUBuffer[]>;
  acquireBuffer(...request: unknown[]): GPUBuffer;
}

/** The most bytes of all buffers since the device was opened or the peak was reset. */
export function webgpuPeak(): number {
  return peakBytes;
}

export function resetWebgpuPeak(): void {
  peakBytes = webgpuBytes();
}

/** Bytes of GPU buffers that tfjs holds, those that wait in its pool included (it keeps every freed buffer for ever). */
export function webgpuBytes(): number {
  return open === null ? 0 : open.backend.memory().numBytesAllocatedInGPU;
}
