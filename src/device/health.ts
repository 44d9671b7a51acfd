/**
 * Makes GPU errors fail the current step. tfjs hides them: after an invalid shader or a failed allocation, reads
 * resolve with stale data and no exception (measured), so everything that reads results calls `checkHealth` first.
 */
import { DeviceError } from '../protocol';

/** Milliseconds within which a loss is announced after the first command that fails of it. */
const ANNOUNCED = 200;

let failure: DeviceError | null = null;
let watched: GPUDevice | null = null;
let lost = false;

/** Starts listening to `device`; forgets what an earlier device reported. */
export function watchDevice(device: GPUDevice): void {
  failure = null;
  lost = false;
  watched = device;
  device.addEventListener('uncapturederror', (event) => {
    if (watched !== device) return;
    const message = event.error.message.split('\n')[0] ?? '';
    const memory = typeof GPUOutOfMemoryError !== 'undefined' && event.error instanceof GPUOutOfMemoryError;
    failure ??= new DeviceError({
      file: 'WebGPU',
      cause: memory ? `The GPU has no memory left (${message}).` : `The GPU refused a command (${message}).`,
      remedy: memory
        ? 'Make the batch smaller or turn gradient checkpointing on, then resume from the last checkpoint.'
        : 'Resume from the last checkpoint; if it happens again, choose the WASM backend.',
    });
  });
  void device.lost.then((info) => {
    if (watched !== device) return;
    lost = true;
    failure = new DeviceError({
      file: 'WebGPU',
      cause: `The GPU device was lost (${info.message || info.reason}).`,
      remedy: 'Reopen the device and resume from the last checkpoint.',
    });
  });
}

/** Stops listening, and forgets any failure. */
export function forgetDevice(): void {
  watched = null;
  failure = null;
  lost = false;
}

/** Whether the device reported any error, or was lost, since it was opened: it is not believed any more. */
export function deviceFailed(): boolean {
  return failure !== null;
}

/** Whether the device was lost, after a command failed: of a lost device commands fail before its loss is announced, so this waits for it. */
export async function lossAnnounced(): Promise<boolean> {
  if (watched !== null && !lost) {
    await Promise.race([watched.lost, new Promise((resolve) => setTimeout(resolve, ANNOUNCED))]);
  }
  return lost;
}

/**
 * Call after awaiting results and before using them.
 * @throws DeviceError when the device reported an error or was lost since it was opened.
 */
export function checkHealth(): void {
  if (failure !== null) throw failure;
}

/**
 * Whether the device still does what it is asked: of a lost one commands seem to succeed until its loss is announced,
 * but a buffer can no longer be mapped (WebGPU, section 5.5). False without a device.
 */
export async function deviceAnswers(): Promise<boolean> {
  if (watched === null || lost) return false;
  // 9 = GPUBufferUsage.MAP_READ | COPY_DST and 1 = GPUMapMode.READ, spelled out because Node has no such globals.
  const buffer = watched.createBuffer({ size: 4, usage: 9 });
  try {
    await buffer.mapAsync(1);
    return true;
  } catch {
    return false;
  } finally {
    buffer.destroy();
  }
}
