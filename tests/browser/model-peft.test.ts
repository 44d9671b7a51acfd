/** Folders that Python's peft saved give the logits that peft computes with them (tools/golden/peft_adapters.py). */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { closeDevice } from '../../src/device';
import {
  loadModel,
  parseSafetensors,
  readFloat32,
  type SafetensorsFile,
  type TrainableState,
  type TrainingSample,
  type VisionLanguageModel,
} from '../../src/model';
import { DEMO, type ModelFile, type RunConfig } from '../../src/protocol';
import { exportAdapter } from '../../src/train/peft';
import { importAdapter, type ImportedAdapter } from '../../src/train/peft_import';
import golden from '../golden/peft/golden.json';
import { table, variantFolder } from '../support/backbone_folders';
import { BACKENDS, openBackend } from '../support/backends';
import { captionLogits, pattern } from '../support/forward';
import { readGolden } from '../support/golden_browser';
import { expectClose } from '../support/tensors';

const EMBEDDED = [
  'config.json',
  'model.safetensors',
  'tokenizer.json',
  'tokenizer_config.json',
  'preprocessor_config.json',
  'chat_template.json',
];
const FOLDERS: Record<string, string[]> = {
  text: ['adapter_config.json', 'adapter_model.safetensors', 'classifier.safetensors'],
  vision: ['adapter_config.json', 'adapter_model.safetensors'],
};

async function embedded(): Promise<ModelFile[]> {
  const blob = async (path: string): Promise<Blob> => (await fetch(`/models/tiny/${path}`)).blob();
  return Promise.all(EMBEDDED.map(async (path) => ({ path, blob: await blob(path) })));
}

const small = (name: string): Promise<ModelFile[]> =>
  variantFolder(
    readGolden,
    table.variants.find((variant) => variant.name === name)!,
  );

/** What peft saved of each: on the small LLaVA-OneVision the text adapter belongs to the model with a tied lm_head. */
const BACKBONES = [
  { backbone: 'embedded', prefix: '', made: golden.embedded, folders: { text: embedded, vision: embedded } },
  {
    backbone: 'LLaVA-OneVision',
    prefix: 'llava-',
    made: golden.llava,
    folders: { text: () => small('llava-tied'), vision: () => small('llava') },
  },
] as const;
const OPTIONS = {
  text: { loraRank: 4, loraAlpha: 6, loraVision: false, lmHead: 'adapter' },
  vision: { loraRank: 4, loraAlpha: 10, loraVision: true, lmHead: 'full' },
} as const;

describe.each(BACKENDS)('adapters of peft on %s', { timeout: 300_000 }, (backend) => {
  let expected: SafetensorsFile;

  beforeAll(async () => {
    await openBackend(backend);
    expected = await parseSafetensors('logits.safetensors', await readGolden('peft/logits.safetensors'));
  });
  afterAll(() => closeDevice());

  const array = (name: string): Promise<Float32Array> => readFloat32(expected, expected.tensors.get(name)!);

  describe.each(BACKBONES)('$backbone', ({ prefix, made, folders }) => {
    describe.each(['text', 'vision'] as const)('%s', (name) => {
      let model: VisionLanguageModel;
      let samples: TrainingSample[];
      let adapter: ImportedAdapter;
      let state: TrainableState;

      beforeAll(async () => {
        model = await loadModel('tiny', await folders[name](), { synthetic: true });
        samples = made.captions.map((caption, i) => ({
          pixels: pattern(model.info.imageSize, golden.factors[i]!),
          label: 'live',
          ...model.tokenise(golden.question, caption, 64),
        }));
        adapter = await importAdapter(name, await adapterFolder(), model);
        state = model.newState({ ...adapter.options, seed: 0 });
        await state.writePython(adapter.values);
      });
      afterAll(() => {
        state.dispose();
        model.dispose();
      });

      const adapterFolder = (): Promise<ModelFile[]> =>
        Promise.all(
          FOLDERS[name]!.map(async (path) => ({ path, blob: await readGolden(`peft/${prefix}${name}/${path}`) })),
        );

      test('the same tokens and logits as in Python', async () => {
        expect([...samples[0]!.prompt]).toEqual(made.prompt);
        expect(samples.map(({ caption }) => [...caption!])).toEqual(made.captionIds);
        expect(adapter.options).toEqual(OPTIONS[name]);
        const found = await captionLogits(model, state, samples);
        expectClose(found, await array(prefix + name), 1e-4, name);
        // The adapter is felt: the backbone's own logits are elsewhere.
        const base = await array(`${prefix}base`);
        expect(Math.max(...found.map((value, i) => Math.abs(value - base[i]!)))).toBeGreaterThan(0.1);
      });

      test('the head of the folder', async () => {
        expect(adapter.head).toBe(name === 'text');
        if (!adapter.head) return;
        const pictures = samples.map(({ pixels }) => pixels);
        expectClose(await model.classify(pictures, state), await array(`${prefix}probability`), 1e-4, 'P(spoof)');
      });

      test('exported and loaded again it is the same to the last bit', async () => {
        const config: RunConfig = { ...DEMO, ...adapter.options };
        const files = await exportAdapter({ state, config, backbone: model.info, runId: 'r', step: 3 });
        const again = await importAdapter(
          'again',
          files.map(({ path, bytes }) => ({ path, blob: new Blob([bytes]) })),
          model,
        );
        expect(again.options).toEqual(adapter.options);
        for (const [key, value] of adapter.values) expect(again.values.get(key)).toEqual(value);
        expect(again.head).toBe(adapter.head);
      });
    });
  });
});
