/** Starts Chromium for the tools and tests, with the hardware's WebGPU adapter where there is one. */
import { readdirSync } from 'node:fs';

/** WebGPU on the processor (SwiftShader): for machines without a GPU, and for tests. */
export const SOFTWARE_FLAGS = [
  '--no-sandbox',
  '--enable-unsafe-webgpu',
  '--use-webgpu-adapter=swiftshader',
  '--enable-unsafe-swiftshader',
  '--ignore-gpu-blocklist',
  // On a busy processor compiling a large kernel can take longer than the watchdog waits before it kills the process.
  '--disable-gpu-watchdog',
];

/** WebGPU on the machine's GPU. Linux builds need Vulkan asked for. */
export const HARDWARE_FLAGS = [
  '--no-sandbox',
  '--enable-unsafe-webgpu',
  '--ignore-gpu-blocklist',
  ...(process.platform === 'linux' ? ['--enable-features=Vulkan', '--use-angle=vulkan'] : []),
];

/** True when the machine may have a GPU: on Linux a device file tells; elsewhere there nearly always is one. */
function mayHaveGpu() {
  if (process.platform !== 'linux') return true;
  const has = (/** @type {string} */ folder, /** @type {RegExp} */ pattern) => {
    try {
      return readdirSync(folder).some((name) => pattern.test(name));
    } catch {
      return false;
    }
  };
  return has('/dev/dri', /^renderD/) || has('/dev', /^nvidia\d/);
}

/** Flags that keep a tab that nobody looks at running at full speed. */
const STEADY_FLAGS = [
  '--disable-background-timer-throttling',
  '--disable-backgrounding-occluded-windows',
  '--disable-renderer-backgrounding',
];

/**
 * Launches Chromium. With `hardware: 'auto'` the GPU is tried first, and the software adapter taken when the browser
 * offers no other.
 *
 * @param {{executable: string, hardware?: 'auto' | 'never', profile?: string, args?: string[]}} options
 *   profile: a folder that keeps storage between launches; without it the context is forgotten
 * @returns {Promise<{context: import('playwright-core').BrowserContext, software: boolean, close: () => Promise<void>}>}
 */
export async function launchChromium({ executable, hardware = 'auto', profile, args = [] }) {
  const { chromium } = await import('playwright-core');
  const attempts = hardware === 'auto' && mayHaveGpu() ? [false, true] : [true];
  for (const software of attempts) {
    const options = {
      executablePath: executable,
      headless: true,
      args: ['--headless=new', ...(software ? SOFTWARE_FLAGS : HARDWARE_FLAGS), ...STEADY_FLAGS, ...args],
      // The tools handle Ctrl-C themselves, so that a report or a checkpoint can still be written.
      handleSIGINT: false,
      handleSIGTERM: false,
    };
    const viewport = { width: 1440, height: 900 };
    const browser = profile === undefined ? await chromium.launch(options) : null;
    const context =
      browser === null
        ? await chromium.launchPersistentContext(/** @type {string} */ (profile), { ...options, viewport })
        : await browser.newContext({ viewport });
    const close = async () => {
      await context.close().catch(() => {});
      await browser?.close().catch(() => {});
    };
    if (software || (await offersHardware(context))) return { context, software, close };
    await close();
  }
  throw new Error('unreachable: the last attempt always returns');
}

/** Asks a page of the browser's own whether its adapter is more than software. */
async function offersHardware(/** @type {import('playwright-core').BrowserContext} */ context) {
  const page = await context.newPage();
  try {
    await page.goto('chrome://version');
    return await page.evaluate(async () => {
      const gpu = /** @type {any} */ (navigator).gpu;
      const adapter = await gpu?.requestAdapter();
      const info = adapter?.info;
      return (
        Boolean(adapter) &&
        !info?.isFallbackAdapter &&
        !/swiftshader|llvmpipe/i.test(`${info?.architecture} ${info?.description}`)
      );
    });
  } catch {
    return false;
  } finally {
    await page.close();
  }
}
