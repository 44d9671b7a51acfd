/** What tests of the other engine share: the runtime's binary, the embedded backbone's files, a picture. */
import runtimeUrl from 'onnxruntime-web/ort-wasm-simd-threaded.asyncify.wasm?url';
import { Graph } from '../../src/onnx/graph';
import { exportOnnx } from '../../src/onnx';
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

/**
 * A folder of LLaVA's layout: the text of an exported backbone under another vision encoder (a convolution with weights
 * from a hash) and another processor. No model ever said anything sensible with it; what counts is the way it takes.
 */
export async function llavaFolder(files: readonly ModelFile[]): Promise<ModelFile[]> {
  const onnx = await exportOnnx('text', files);
  const file = (path: string): Blob => onnx.find((each) => each.path === path)!.blob;
  const read = async (path: string): Promise<Record<string, unknown>> =>
    JSON.parse(await file(path).text()) as Record<string, unknown>;
  const { hidden_size: hidden } = (await read('config.json'))['text_config'] as { hidden_size: number };
  const [size, patch] = [64, 32];
  const graph = new Graph('vision_encoder');
  const pixels = graph.input('pixel_values', 'float', ['batch_size', 3, size, size]);
  const shape = [hidden, 3, patch, patch];
  const weights = Float32Array.from({ length: hidden * 3 * patch ** 2 }, (_, i) => Math.sin(i * 12.9898) / 40);
  const convolved = graph.node('Conv', [pixels, graph.weights('patch', shape, weights)], {
    ints: { strides: [patch, patch] },
  });
  const rows = graph.node('Reshape', [convolved, graph.ints([0, hidden, -1])]);
  const tokens = graph.node('Transpose', [rows], { ints: { perm: [0, 2, 1] } });
  graph.output('image_features', tokens, 'float', ['batch_size', (size / patch) ** 2, hidden]);
  const json = (value: unknown): Blob => new Blob([JSON.stringify(value)]);
  const changed = new Map<string, Blob>([
    ['onnx/vision_encoder.onnx', graph.toBlob({ origin: 'made by a test' })],
    [
      'config.json',
      json({ ...(await read('config.json')), model_type: 'llava', architectures: ['LlavaForConditionalGeneration'] }),
    ],
    [
      'preprocessor_config.json',
      json({
        image_processor_type: 'CLIPImageProcessor',
        processor_class: 'LlavaProcessor',
        do_resize: true,
        size: { height: size, width: size },
        do_normalize: true,
        image_mean: [0.5, 0.5, 0.5],
        image_std: [0.5, 0.5, 0.5],
      }),
    ],
    [
      'processor_config.json',
      json({
        processor_class: 'LlavaProcessor',
        image_token: '<image>',
        patch_size: patch,
        num_additional_image_tokens: 0,
      }),
    ],
  ]);
  return onnx.map(({ path, blob }) => ({ path, blob: changed.get(path) ?? blob }));
}
