/** One process of `npm run study`: opens the engine, then runs the trials that it is sent. */
import { createRequire } from 'node:module';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { modelFiles, ROOT } from './paths.mjs';
import { loadTypeScript } from './typescript.mjs';

// tfjs's WASM loader is CommonJS at heart: in an ES module it finds these two nowhere else.
Object.assign(globalThis, { __dirname: ROOT, require: createRequire(import.meta.url) });

const folder = process.argv[2] ?? '';
const send = (/** @type {unknown} */ message) => process.send?.(message);
try {
  const { StudyEngine } = await loadTypeScript('src/study/index.ts');
  const wasm = path.join(ROOT, 'node_modules/@tensorflow/tfjs-backend-wasm/dist');
  const name = 'tfjs-backend-wasm-simd.wasm';
  const binaries = [{ name, bytes: new Uint8Array(readFileSync(path.join(wasm, name))).buffer }];
  const files = modelFiles(folder).map((name) => ({
    path: name,
    blob: new Blob([readFileSync(path.join(folder, name))]),
  }));
  const engine = await StudyEngine.open(binaries, files);
  process.on('message', async (/** @type {any} */ { trial, scale }) => {
    try {
      const result = await engine.run(trial, scale, (/** @type {number} */ step) => {
        if (step % 5 === 0) send({ id: trial.id, step });
      });
      send({ result });
    } catch (error) {
      send({ error: `${trial.id}: ${error instanceof Error ? error.message : error}` });
    }
  });
  process.on('disconnect', () => process.exit(0));
  send({ ready: true });
} catch (error) {
  send({ error: `The engine did not open: ${error instanceof Error ? error.message : error}` });
}
