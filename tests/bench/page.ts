/** The benchmarks in a browser: `tools/bench.mjs` calls `runBench` on this page. */
import runtimeUrl from 'onnxruntime-web/ort-wasm-simd-threaded.asyncify.wasm?url';
import { PEER_CASE, besideTransformers } from './peer_case';
import type { BenchOptions, BenchReport, Result } from './result';
import { runBench, type BenchFiles } from './run';

declare global {
  interface Window {
    runWhyLiveBench(options: BenchOptions): Promise<BenchReport>;
    /** Given by the driver. */
    tellResult(result: Result): Promise<void>;
  }
}

async function files(): Promise<BenchFiles> {
  const bytes = async (path: string): Promise<ArrayBuffer> => (await fetch(path)).arrayBuffer();
  const wasm = 'tfjs-backend-wasm-simd.wasm';
  const folder = '/models/tiny/';
  const manifest = (await (await fetch(`${folder}manifest.json`)).json()) as { files: { path: string }[] };
  return {
    wasm: [{ name: wasm, bytes: await bytes(`/node_modules/@tensorflow/tfjs-backend-wasm/dist/${wasm}`) }],
    model: await Promise.all(
      manifest.files.map(async ({ path }) => ({ path, blob: new Blob([await bytes(`${folder}${path}`)]) })),
    ),
    peer: {
      name: PEER_CASE,
      run: async (model, runs) => besideTransformers(await bytes(runtimeUrl), model, runs),
    },
  };
}

window.runWhyLiveBench = async (options) =>
  runBench(options, await files(), (result) => void window.tellResult(result));
