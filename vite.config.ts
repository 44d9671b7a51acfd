import { fileURLToPath } from 'node:url';
import { playwright } from '@vitest/browser-playwright';
import type { Connect, Plugin } from 'vite';
import { configDefaults, defineConfig } from 'vitest/config';
import { headersFor } from './tools/headers.mjs';
import { SOFTWARE_FLAGS } from './tools/lib/chromium.mjs';
import { findChromium, writeHeadersFile } from './tools/setup.mjs';

// A mirror of the model hub, as other programs know it; the page is then opened with `?hub=` and the same address.
const mirror = process.env['HF_ENDPOINT'];
const hubHosts = mirror ? [new URL(mirror).origin] : [];

/** Sends the security headers with every file, by path, in development and preview; writes them for static hosts. */
function securityHeaders(): Plugin {
  const send =
    (development: boolean): Connect.NextHandleFunction =>
    (request, response, next) => {
      const { pathname } = new URL(request.url ?? '/', 'http://localhost');
      for (const [name, value] of Object.entries(headersFor(pathname, { development, hubHosts })))
        response.setHeader(name, value);
      next();
    };
  return {
    name: 'whylive:security-headers',
    buildStart: writeHeadersFile,
    transformIndexHtml: () => [{ tag: 'script', attrs: { src: '/seal.js' }, injectTo: 'head-prepend' }],
    configureServer: (server) => void server.middlewares.use(send(true)),
    configurePreviewServer: (server) => void server.middlewares.use(send(false)),
  };
}

// Vitest's browser mode serves its own page, which needs more than ours may do; tests of the headers use the build.
const testing = process.env['VITEST'] !== undefined;

/** A real Chromium with a real WebGPU implementation, one file at a time: they would share one processor. */
const inChromium = {
  fileParallelism: false,
  browser: {
    enabled: true,
    headless: true,
    screenshotFailures: false,
    provider: playwright({
      launchOptions: { executablePath: findChromium() ?? 'chromium', args: ['--headless=new', ...SOFTWARE_FLAGS] },
    }),
    instances: [{ browser: 'chromium' as const }],
  },
};

/** A file of this repository that takes a module's place. */
const ours = (path: string): string => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  // face-api asks for the whole of tfjs and two backends; its one network here needs a few operations.
  resolve: {
    alias: {
      '@tensorflow/tfjs/dist/index.js': ours('src/data/faces/tfjs.ts'),
      '@tensorflow/tfjs-backend-webgl/dist/index.js': ours('src/data/faces/nothing.ts'),
      '@tensorflow/tfjs-backend-wasm/dist/index.js': ours('src/data/faces/nothing.ts'),
    },
  },
  plugins: testing ? [] : [securityHeaders()],
  build: { target: 'es2022', sourcemap: true, chunkSizeWarningLimit: 4000 },
  // Workers are named too: what is imported only there would turn up late and reload the page (or a test).
  optimizeDeps: {
    // As it is, so that the aliases above reach it.
    exclude: ['@vladmandic/face-api'],
    entries: ['index.html', 'workers/*.ts'],
  },
  worker: {
    format: 'es',
    // A folder of their own, so that a host's header rules can name the workers by pattern.
    rolldownOptions: { output: { entryFileNames: 'workers/[name]-[hash].js' } },
  },
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['tests/unit/**/*.test.ts'],
          // Some read thousands of captions: on a busy machine that takes its time.
          testTimeout: 30_000,
          environment: 'node',
          exclude: configDefaults.exclude,
        },
      },
      {
        extends: true,
        test: { name: 'browser', include: ['tests/browser/**/*.test.ts'], testTimeout: 120_000, ...inChromium },
      },
      {
        test: {
          name: 'e2e',
          include: ['tests/e2e/**/*.test.ts'],
          environment: 'node',
          fileParallelism: false,
          testTimeout: 300_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
});
