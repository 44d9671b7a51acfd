/** Opens a backend in the test's page, through the same door as the trainer. No adapter is a failure, never a skip. */
import simdUrl from '@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm-simd.wasm?url';
import { openDevice, type WasmBinary } from '../../src/device';
import type { DeviceInfo } from '../../src/protocol';

export const BACKENDS = ['wasm', 'webgpu'] as const;
export type Backend = (typeof BACKENDS)[number];

export async function wasmBinaries(): Promise<WasmBinary[]> {
  return [{ name: 'tfjs-backend-wasm-simd.wasm', bytes: await (await fetch(simdUrl)).arrayBuffer() }];
}

export async function openBackend(backend: Backend): Promise<DeviceInfo> {
  return openDevice(backend, await wasmBinaries());
}
