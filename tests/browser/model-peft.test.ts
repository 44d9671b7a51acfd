/** Folders that Python's peft saved give the logits that peft computes with them (tools/golden/peft_adapters.py). */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { closeDevice } from '../../src/device';
import {
  loadModel,
  parseSafetensors,
  readFloat32,
  type SafetensorsFile,
  type TrainingSample,
  type VisionLanguageModel,
} from '../../src/model';
import { DEMO, type ModelFile, type RunConfig } from '../../src/protocol';
import { exportAdapter } from '../../src/train/peft';
import { importAdapter, type ImportedAdapter } from '../../src/train/peft_import';
import golden from '../golden/peft/golden.json';
import { BACKENDS, openBackend } from '../support/backends';
import { captionLogits, pattern } from '../support/forward';
import { readGolden } from '../support/golden_browser';
import { expectClose } from '../support/tensors';

const BACKBONE = ['config.json', 'model.safetensors', 'tokenizer.json', 'tokenizer_config.json'];
const PROCESSOR = ['preprocessor_config.json', 'chat_template.json'];
const FOLDERS: Record<string, string[]> = {
  text: ['adapter_config.json', 'adapter_model.safetensors', 'classifier.safetensors'],
  vision: ['adapter_config.json', 'adapter_model.safetensors'],
};

async function embedded(): Promise<ModelFile[]> {
  const blob = async (path: string): Promise<Blob> => (await fetch(`/models/tiny/${path}`)).blob();
  return Promise.all([...BACKBONE, ...PROCESSOR].map(async (path) => ({ path, blob: await blob(path) })));
}

const adapterFolder = async (name: string): Promise<ModelFile[]> =>
  Promise.all(FOLDERS[name]!.map(async (path) => ({ path, blob: await readGolden(`peft/${name}/${path}`) })));

describe.each(BACKENDS)('adapters of peft on %s', { timeout: 300_000 }, (backend) => {
  let model: VisionLanguageModel;
  let samples: TrainingSample[];
  let expected: SafetensorsFile;

  beforeAll(async () => {
    await openBackend(backend);
    model = await loadModel('tiny', await embedded(), { synthetic: true });
    expected = await parseSafetensors('logits.safetensors', await readGolden('peft/logits.safetensors'));
    samples = golden.captions.map((caption, i) => ({
      pixels: pattern(model.info.imageSize, golden.factors[i]!),
      label: 'live',
      ...model.tokenise(golden.question, caption, 64),
    }));
  });
  afterAll(() => {
    model.dispose();
    closeDevice();
  });

  const imported = (name: string, files: ModelFile[]): Promise<ImportedAdapter> =>
    importAdapter(name, files, model.name, (options) => model.trainable(options));
  const array = (name: string): Promise<Float32Array> => readFloat32(expected, expected.tensors.get(name)!);
  const logits = async ({ options, values }: ImportedAdapter): Promise<Float32Array> => {
    const state = model.newState({ ...options, seed: 0 });
    await state.writePython(values);
    const found = await captionLogits(model, state, samples);
    state.dispose();
    return found;
  };

  test('the same tokens and logits as in Python', async () => {
    expect([...samples[0]!.prompt]).toEqual(golden.prompt);
    expect(samples.map(({ caption }) => [...caption!])).toEqual(golden.captionIds);
    for (const [name, options] of [
      ['text', { loraRank: 4, loraAlpha: 6, loraVision: false, lmHead: 'adapter' }],
      ['vision', { loraRank: 4, loraAlpha: 10, loraVision: true, lmHead: 'full' }],
    ] as const) {
      const adapter = await imported(name, await adapterFolder(name));
      expect(adapter.options).toEqual(options);
      // On the GPU the one that has every kind of kernel: compiling takes ten seconds here.
      if (backend === 'webgpu' && name === 'text') continue;
      const found = await logits(adapter);
      expectClose(found, await array(name), 1e-4, name);
      // The adapter is felt: the backbone's own logits are elsewhere.
      const base = await array('base');
      expect(Math.max(...found.map((value, i) => Math.abs(value - base[i]!)))).toBeGreaterThan(0.1);
    }
  });

  test('the head of the folder', async () => {
    const { options, values, head } = await imported('text', await adapterFolder('text'));
    expect(head).toBe(true);
    const state = model.newState({ ...options, seed: 0 });
    await state.writePython(values);
    const pictures = samples.map(({ pixels }) => pixels);
    expectClose(await model.classify(pictures, state), await array('probability'), 1e-4, 'P(spoof)');
    state.dispose();
  });

  test('exported and loaded again it is the same to the last bit', async () => {
    const first = await imported('vision', await adapterFolder('vision'));
    const state = model.newState({ ...first.options, seed: 0 });
    await state.writePython(first.values);
    const config: RunConfig = { ...DEMO, ...first.options };
    const files = await exportAdapter({ state, config, backbone: model.name, runId: 'r', step: 3 });
    const again = await imported(
      'again',
      files.map(({ path, bytes }) => ({ path, blob: new Blob([bytes]) })),
    );
    expect(again.options).toEqual(first.options);
    for (const [name, { shape, data }] of first.values) expect(again.values.get(name)).toEqual({ shape, data });
    expect(again.head).toBe(false);
    state.dispose();
  });
});
