/** WebGPU in Node through the `webgpu` package (Dawn), for benchmarks outside a browser. */
import { existsSync } from 'node:fs';

/** SwiftShader as Debian's Chromium brings it: a Vulkan driver that needs no GPU. */
const SOFTWARE_DRIVER = '/usr/lib/chromium/vk_swiftshader_icd.json';

// Held for ever: the devices of Dawn die with the object that made them.
/** @type {any} */
let gpu = null;

/**
 * Puts `navigator.gpu` and WebGPU's constants into this process.
 * @param {{software?: boolean}} [options] `software`: SwiftShader even where there is a GPU
 */
export async function provideGpu({ software = false } = {}) {
  if (gpu !== null) return gpu;
  if (software && existsSync(SOFTWARE_DRIVER)) process.env['VK_ICD_FILENAMES'] ??= SOFTWARE_DRIVER;
  const { create, globals } = await import('webgpu');
  Object.assign(globalThis, globals);
  gpu = create([]);
  const { hardwareConcurrency } = globalThis.navigator ?? {};
  const navigator = { hardwareConcurrency, userAgent: `Node.js/${process.versions.node}`, gpu };
  Object.defineProperty(globalThis, 'navigator', { value: navigator, configurable: true });
  return gpu;
}
