/**
 * Chooses and opens the backend: hardware WebGPU first; WASM where there is only a software adapter or none.
 * `src/protocol` `DeviceInfo.reason` says which and why, in words for the page.
 */
import { DeviceError, type BackendChoice, type DeviceInfo } from '../protocol';
import { forgetDevice, watchDevice } from './health';
import { resetPeak } from './memory';
import { openWasm, type WasmBinary } from './wasm';
import { closeWebgpu, findAdapter, openWebgpu, type FoundAdapter } from './webgpu';
import * as tf from './tf';

export { checkHealth } from './health';
export type { WasmBinary } from './wasm';

/**
 * Opens the backend and makes it tfjs's current one. `binaries`: tfjs's WASM files by name; may be empty when
 * WASM will not be needed.
 *
 * @throws DeviceError when the forced backend is not there, or neither is.
 */
export async function openDevice(choice: BackendChoice, binaries: readonly WasmBinary[]): Promise<DeviceInfo> {
  closeDevice();
  if (choice === 'wasm') return wasm('WASM was chosen.', true, binaries);
  const found = await findAdapter();
  if (choice === 'webgpu') {
    if (found.adapter === null) {
      throw new DeviceError({
        file: 'WebGPU',
        cause: found.reason,
        remedy: 'Choose the WASM backend, or a browser and driver with WebGPU.',
      });
    }
    return webgpu(
      found,
      found.software ? 'WebGPU was chosen; it runs on the processor here, slowly.' : 'WebGPU was chosen.',
      true,
    );
  }
  if (found.adapter === null) return wasm(`${found.reason} WASM is used instead.`, false, binaries);
  if (found.software) {
    return wasm(
      `WebGPU has only a software adapter here (${found.words}), which is slower than WASM.`,
      false,
      binaries,
    );
  }
  return webgpu(found, 'A hardware WebGPU adapter was found.', false);
}

/** Lets go of the current backend and everything on it. Safe to call when nothing is open. */
export function closeDevice(): void {
  forgetDevice();
  closeWebgpu();
  // Not findBackend: it would start a backend that is only registered, and fetch its binary.
  if (tf.getBackend() === 'wasm') tf.removeBackend('wasm');
  resetPeak();
}

/** The open adapter in words; empty when none is open. */
export function openAdapter(): string {
  return adapter;
}

let adapter = '';

async function webgpu(found: FoundAdapter, reason: string, forced: boolean): Promise<DeviceInfo> {
  const device = await openWebgpu(found);
  watchDevice(device);
  adapter = found.words;
  return { backend: 'webgpu', adapter: found.words, software: found.software, reason, forced };
}

async function wasm(reason: string, forced: boolean, binaries: readonly WasmBinary[]): Promise<DeviceInfo> {
  await openWasm(binaries);
  adapter = '';
  const cores = typeof navigator === 'undefined' ? 1 : navigator.hardwareConcurrency;
  return { backend: 'wasm', adapter: `processor, 1 of ${cores} threads, SIMD`, software: true, reason, forced };
}
