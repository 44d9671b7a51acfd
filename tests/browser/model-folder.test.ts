/** What a bad model folder gets: a sentence with file, cause and remedy, and no tensor left behind. */
import { beforeAll, beforeEach, expect, test } from 'vitest';
import * as tf from '../../src/device/tf';
import { loadModel } from '../../src/model';
import { parseSafetensors, readFloat32, writeSafetensors } from '../../src/model/safetensors';
import { CancelledError, ModelError, type ModelFile } from '../../src/protocol';
import { openBackend } from '../support/backends';
import { goldenFolder, goldens } from '../support/golden';
import { readGolden } from '../support/golden_browser';

const WEIGHTS = 'model.safetensors';
const FC1 = 'model.vision_model.encoder.layers.0.mlp.fc1.weight';
let files: ModelFile[];
let before: number;

beforeAll(async () => {
  await openBackend('wasm');
  files = await goldenFolder(readGolden);
});
beforeEach(() => {
  before = tf.memory().numTensors;
});

type Tensors = Map<string, { shape: number[]; data: Float32Array }>;

async function tensors(): Promise<Tensors> {
  const file = await parseSafetensors(WEIGHTS, files.find(({ path }) => path === WEIGHTS)!.blob);
  const all: Tensors = new Map();
  for (const [name, entry] of file.tensors) all.set(name, { shape: entry.shape, data: await readFloat32(file, entry) });
  return all;
}

const withWeights = (...parts: [string, Blob][]): ModelFile[] => [
  ...files.filter(({ path }) => path !== WEIGHTS),
  ...parts.map(([path, blob]) => ({ path, blob })),
];
const packed = (part: Tensors): Blob => new Blob([writeSafetensors(part)]);

async function refusal(folder: ModelFile[]): Promise<ModelError> {
  const error: unknown = await loadModel('mine', folder, { synthetic: false }).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ModelError);
  expect(tf.memory().numTensors).toBe(before);
  return error as ModelError;
}

test.each(['config.json', 'tokenizer.json', 'preprocessor_config.json'])('no %s', async (missing) => {
  const error = await refusal(files.filter(({ path }) => path !== missing));
  expect(error.file).toBe(`mine/${missing}`);
});

test('no weights', async () => {
  expect((await refusal(withWeights())).message).toMatch(/^mine: The model folder has no \.safetensors file/);
});

test('truncated weights', async () => {
  const whole = files.find(({ path }) => path === WEIGHTS)!.blob;
  expect((await refusal(withWeights([WEIGHTS, whole.slice(0, whole.size / 2)]))).message).toMatch(/cut off/);
});

test('a missing tensor, named', async () => {
  const all = await tensors();
  all.delete(FC1);
  expect((await refusal(withWeights([WEIGHTS, packed(all)]))).why).toBe(`Tensor "${FC1}" is missing.`);
});

test('a tensor of another shape, with both shapes', async () => {
  const all = await tensors();
  all.set(FC1, { shape: [32, 48], data: all.get(FC1)!.data });
  const { file, why } = await refusal(withWeights([WEIGHTS, packed(all)]));
  expect(file).toBe(WEIGHTS);
  expect(why).toMatch(/has shape \[32, 48\], but config\.json asks for \[48, 32\]/);
});

test('shards are one model; the same tensor in two of them is refused', async () => {
  const entries = [...(await tensors())];
  const half = entries.length >> 1;
  const shards = (from: number): ModelFile[] =>
    withWeights(
      ['model-00001-of-00002.safetensors', packed(new Map(entries.slice(0, half)))],
      ['model-00002-of-00002.safetensors', packed(new Map(entries.slice(from)))],
    );
  const model = await loadModel('mine', shards(half), { synthetic: false });
  expect(model.info.parameters).toBe(goldens.parameters);
  model.dispose();
  expect((await refusal(shards(half - 1))).why).toMatch(/is also in model-00001/);
});

test('a folder inside a folder is found; progress counts to the end; nothing stays', async () => {
  const nested = files.map(({ path, blob }) => ({ path: `SmolVLM/${path}`, blob }));
  const progress: number[] = [];
  const model = await loadModel('mine', nested, {
    synthetic: false,
    onProgress: ({ done }) => void progress.push(done),
  });
  expect(progress).toEqual([...progress].sort((a, b) => a - b));
  expect(progress.at(-1)! / files.find(({ path }) => path === WEIGHTS)!.blob.size).toBeGreaterThan(0.9);
  model.dispose();
  expect(tf.memory().numTensors).toBe(before);
});

test('loading can be cancelled', async () => {
  const stop = new AbortController();
  const loading = loadModel('mine', files, { synthetic: false, signal: stop.signal, onProgress: () => stop.abort() });
  await expect(loading).rejects.toThrow(CancelledError);
  expect(tf.memory().numTensors).toBe(before);
});

test('initial adapters: seeded, B and head zero, the rest as in the backbone', async () => {
  const model = await loadModel('mine', files, { synthetic: false });
  const options = { loraRank: 4, loraAlpha: 4, loraVision: false, seed: 3 };
  const [a, b, c] = [options, options, { ...options, seed: 4 }].map((o) => model.newState(o));
  const [first, second, other] = [await a!.read(), await b!.read(), await c!.read()];
  const all = await tensors();
  expect([...first.keys()].some((name) => name.includes('vision_model'))).toBe(false);
  expect(a!.count).toBe([...first.values()].reduce((sum, { data }) => sum + data.length, 0));
  for (const [name, { data, shape }] of first) {
    expect(second.get(name)!.data).toEqual(data);
    if (name.includes('lora_A')) {
      expect(other.get(name)!.data).not.toEqual(data);
      const bound = shape[0]! ** -0.5;
      expect(Math.max(...data.map(Math.abs))).toBeLessThanOrEqual(bound);
      expect(Math.max(...data)).toBeGreaterThan(0.8 * bound);
      expect(Math.min(...data)).toBeLessThan(-0.8 * bound);
    } else if (name.includes('lora_B') || name.startsWith('vision_cls_head'))
      expect(data.every((x) => x === 0)).toBe(true);
  }
  const { adapter, head, targetModules } = await a!.toPython();
  for (const name of ['lm_head.weight', 'model.connector.modality_projection.proj.weight']) {
    expect(adapter.get(`base_model.model.${name}`)).toEqual(all.get(name));
  }
  expect(adapter.get('base_model.model.model.text_model.layers.0.self_attn.k_proj.lora_A.weight')!.shape).toEqual([
    4, 32,
  ]);
  expect(adapter.get('base_model.model.model.text_model.layers.0.self_attn.k_proj.lora_B.weight')!.shape).toEqual([
    16, 4,
  ]);
  expect([...head.keys()]).toEqual(['weight', 'bias']);
  expect(head.get('weight')!.shape).toEqual([2, 32]);
  expect('model.vision_model.encoder.layers.0.self_attn.q_proj').not.toMatch(new RegExp(`^${targetModules}$`));
  for (const state of [a!, b!, c!]) state.dispose();
  model.dispose();
  expect(tf.memory().numTensors).toBe(before);
});

test.each(['wasm', 'webgpu'] as const)('on %s a tied head is the embedding, held once', async (backend) => {
  await openBackend(backend);
  const held = tf.memory().numTensors;
  const folder = async (tie: boolean): Promise<ModelFile[]> => {
    const all = await tensors();
    const embedding = all.get('model.text_model.embed_tokens.weight')!;
    if (tie) all.delete('lm_head.weight');
    else all.set('lm_head.weight', embedding);
    const config = JSON.parse(await files.find(({ path }) => path === 'config.json')!.blob.text()) as object;
    return [
      ...withWeights([WEIGHTS, packed(all)]).filter(({ path }) => path !== 'config.json'),
      { path: 'config.json', blob: new Blob([JSON.stringify({ ...config, tie_word_embeddings: tie })]) },
    ];
  };
  const captions: string[] = [];
  const counts: number[] = [];
  for (const tie of [false, true]) {
    const model = await loadModel('mine', await folder(tie), { synthetic: false });
    counts.push(tf.memory().numTensors - held);
    // Compiling a whole decoder for the GPU takes ten seconds here, and would show the same.
    if (backend === 'wasm') {
      const pixels = [Float32Array.from({ length: model.info.imageSize ** 2 * 3 }, (_, i) => Math.sin(i))];
      const request = { pixels, question: goldens.question, state: null, maxTokens: 6 };
      captions.push((await model.generate(request))[0]!.text);
    }
    model.dispose();
    expect(tf.memory().numTensors).toBe(held);
  }
  expect(counts[1]).toBe(counts[0]! - 1);
  expect(captions[1]).toBe(captions[0]);
});
