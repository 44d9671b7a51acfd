/** What tests of the other engine share: the runtime's binary, the embedded backbone's files, a picture. */
import runtimeUrl from 'onnxruntime-web/ort-wasm-simd-threaded.asyncify.wasm?url';
import { openRuntime } from '../../src/peer/library';
import type { ModelFile } from '../../src/protocol';

export async function peerRuntime(): Promise<ArrayBuffer> {
  return (await fetch(runtimeUrl)).arrayBuffer();
}

/** In the test's own thread. */
export async function openPeerRuntime(): Promise<void> {
  openRuntime(await peerRuntime());
}

/** `public/models/tiny`, over Vite's server. */
export async function embeddedFolder(): Promise<ModelFile[]> {
  const base = '/models/tiny/';
  const { files } = (await (await fetch(`${base}manifest.json`)).json()) as { files: { path: string }[] };
  return Promise.all(files.map(async ({ path }) => ({ path, blob: await (await fetch(base + path)).blob() })));
}

/** A head before a wall, a little different for each seed. */
export function drawnFace(size: number, seed: number): ImageData {
  const context = new OffscreenCanvas(size, size).getContext('2d')!;
  context.fillStyle = `hsl(${(seed * 47) % 360} 20% 55%)`;
  context.fillRect(0, 0, size, size);
  context.fillStyle = `hsl(${15 + (seed % 5) * 5} 40% 60%)`;
  context.beginPath();
  context.ellipse(size / 2, size * 0.48, size * 0.24, size * 0.32, 0, 0, 7);
  context.fill();
  context.fillStyle = '#222';
  for (const x of [0.4, 0.6]) context.fillRect(size * x - size / 32, size * 0.42, size / 16, size / 24);
  return context.getImageData(0, 0, size, size);
}
