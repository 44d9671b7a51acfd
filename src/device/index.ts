/** The device room: which backend computes, whether it is still healthy, and what it holds in memory. */
export { checkHealth, closeDevice, openDevice, type WasmBinary } from './open';
export { deviceFailed, lossAnnounced } from './health';
export { memoryInfo, resetPeak } from './memory';
