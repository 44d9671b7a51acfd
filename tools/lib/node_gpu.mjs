/** WebGPU in Node through the `webgpu` package (Dawn), for benchmarks outside a browser. */
import { existsSync } from 'node:fs';

/** SwiftShader as Debian's Chromium brings it: a Vulkan driver that needs no GPU. */
const SOFTWARE_DRIVER = '/usr/lib/chromium/vk_swiftshader_icd.json';

// Held for ever: the devices of Dawn die with the object that made them.
/** @type {any} */
let gpu = null;

/** Puts `navigator.gpu` and WebGPU's constants into this process; the software adapter where there is no GPU. */
export async function provideGpu() {
  if (gpu !== null) return gpu;
  const { create, globals } = await import('webgpu');
  Object.assign(globalThis, globals);
  gpu = create([]);
  if ((await gpu.requestAdapter()) === null && existsSync(SOFTWARE_DRIVER)) {
    // The Vulkan loader reads its drivers' names when an instance is made.
    process.env['VK_ICD_FILENAMES'] = SOFTWARE_DRIVER;
    gpu = create([]);
  }
  const { hardwareConcurrency } = globalThis.navigator ?? {};
  const navigator = { hardwareConcurrency, userAgent: `Node.js/${process.versions.node}`, gpu };
  Object.defineProperty(globalThis, 'navigator', { value: navigator, configurable: true });
  return gpu;
}
