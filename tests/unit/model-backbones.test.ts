/** Each architecture's folder: prompt, captions and pictures against transformers, layouts of names, and bad folders. */
import { beforeAll, describe, expect, test } from 'vitest';
import { parseConfig, type BackboneConfig } from '../../src/model/config';
import { connectorLayers } from '../../src/model/connector';
import { ModelFolder } from '../../src/model/folder';
import { loadPreprocessConfig, preprocess } from '../../src/model/preprocess';
import { profileOf, profiles } from '../../src/model/profiles';
import { SUPPORTED } from '../../src/model/profiles/supported';
import { parseSafetensors } from '../../src/model/safetensors';
import { TensorReader } from '../../src/model/tensor_reader';
import { TextCodec } from '../../src/model/tokenizer';
import { ModelError, type ModelFile } from '../../src/protocol';
import { Goldens, table, variantFolder, type Variant } from '../support/backbone_goldens';
import { readGolden } from '../support/golden_node';

/** The first of an untied model's two shards. */
const WEIGHTS = 'model-00001-of-00002.safetensors';

const untied = table.variants.filter(({ tied }) => !tied);

interface Opened {
  files: ModelFile[];
  folder: ModelFolder;
  config: BackboneConfig;
}

async function open(variant: Variant): Promise<Opened> {
  const files = await variantFolder(readGolden, variant);
  const folder = new ModelFolder(variant.name, files);
  return { files, folder, config: parseConfig(await folder.text('config.json')) };
}

const replaced = (files: readonly ModelFile[], path: string, blob: BlobPart | null): ModelFile[] => [
  ...files.filter((file) => file.path !== path),
  ...(blob === null ? [] : [{ path, blob: new Blob([blob]) }]),
];

/** The same file with other names in its header. */
async function renamed(blob: Blob, rename: (name: string) => string): Promise<Blob> {
  const bytes = new Uint8Array(await blob.arrayBuffer());
  const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
  const header = JSON.parse(new TextDecoder().decode(bytes.subarray(8, 8 + length))) as Record<string, unknown>;
  const entries = Object.entries(header).map(([name, value]) => [name === '__metadata__' ? name : rename(name), value]);
  const text = new TextEncoder().encode(JSON.stringify(Object.fromEntries(entries)));
  const padded = new Uint8Array(Math.ceil(text.length / 8) * 8).fill(0x20);
  padded.set(text);
  const size = new Uint8Array(8);
  new DataView(size.buffer).setBigUint64(0, BigInt(padded.length), true);
  return new Blob([size, padded, bytes.subarray(8 + length)]);
}

async function error(promise: Promise<unknown>): Promise<ModelError> {
  const thrown: unknown = await promise.catch((reason: unknown) => reason);
  expect(thrown).toBeInstanceOf(ModelError);
  return thrown as ModelError;
}

describe.each(untied)('$name', (variant) => {
  let opened: Opened;
  beforeAll(async () => {
    opened = await open(variant);
  });

  test('the prompt with its picture, and the captions, are the tokens that the processor makes', async () => {
    const codec = await TextCodec.load(opened.folder, opened.config);
    expect(codec.promptText(table.question)).toBe(table.prompts[variant.folder as keyof typeof table.prompts]);
    variant.captionIds.forEach((ids, i) => {
      const { prompt, caption } = codec.tokenise(table.question, table.captions[i]!, 64);
      expect([...prompt]).toEqual(variant.prompt);
      expect([...caption!]).toEqual(ids);
    });
  });

  test("the prompt of a folder without a chat template is the architecture's own form", async () => {
    const folder = new ModelFolder('bare', replaced(opened.files, 'chat_template.json', null));
    const codec = await TextCodec.load(folder, opened.config);
    expect(codec.promptText(table.question)).toBe(table.prompts[variant.folder as keyof typeof table.prompts]);
  });

  test('pictures that are not square become the bytes that the processor on Pillow makes', async () => {
    const golden = await Goldens.open(readGolden, 'pictures');
    const expected = (await golden.array(`pixels.${variant.folder}`)).data;
    const settings = await loadPreprocessConfig(opened.folder, opened.config);
    const each = expected.length / 3;
    for (let i = 0; i < 3; i++) {
      const { shape, data } = await golden.array(`image.${i}`);
      const [height, width] = shape as [number, number];
      expect(height).not.toBe(width);
      const rgba = Uint8ClampedArray.from({ length: width * height * 4 }, (_, j) =>
        j % 4 === 3 ? 255 : data[(j >> 2) * 3 + (j % 4)]!,
      );
      const pixels = preprocess({ width, height, data: rgba }, settings);
      // A step of 255 is at least 0.008 here: a difference of one byte would be a thousand times this.
      pixels.forEach((value, j) => expect(Math.abs(value - expected[i * each + j]!)).toBeLessThan(1e-5));
    }
  });

  test('settings of the processor as transformers 5 writes them, in one file', async () => {
    const settings: unknown = JSON.parse(await opened.folder.text('preprocessor_config.json'));
    const whole = replaced(opened.files, 'preprocessor_config.json', null);
    whole.push({ path: 'processor_config.json', blob: new Blob([JSON.stringify({ image_processor: settings })]) });
    expect(await loadPreprocessConfig(new ModelFolder('v5', whole), opened.config)).toEqual(
      await loadPreprocessConfig(opened.folder, opened.config),
    );
  });

  test('pictures of another size than the tower takes are refused', async () => {
    const settings = JSON.parse(await opened.folder.text('preprocessor_config.json')) as Record<string, unknown>;
    const changed = { ...settings, size: { height: 30, width: 30 }, max_image_size: { longest_edge: 30 } };
    const files = replaced(opened.files, 'preprocessor_config.json', JSON.stringify(changed));
    const { message } = await error(loadPreprocessConfig(new ModelFolder('other', files), opened.config));
    expect(message).toMatch(/^preprocessor_config\.json: It makes pictures of 30 pixels, but config\.json asks for/);
  });

  test('a tokenizer of another vocabulary is refused', async () => {
    for (const by of [-1, 4000]) {
      const config = parseConfig(await opened.folder.text('config.json'));
      // LLaVA's embedding has rows that no token uses; that alone is no fault.
      const tokens = (await parseTokens(opened.folder)) + by;
      const other = { ...config, text: { ...config.text, vocabulary: tokens } };
      const { message } = await error(TextCodec.load(opened.folder, other));
      expect(message).toMatch(
        new RegExp(`^tokenizer\\.json: It has \\d+ tokens, but config\\.json has .* ${tokens}\\.`),
      );
      expect(message).toContain('published with the model');
    }
  });

  test('a chat template that fails is refused', async () => {
    const files = replaced(opened.files, 'chat_template.json', '{"chat_template":"{{ raise_exception(\'no\') }}"}');
    const codec = await TextCodec.load(new ModelFolder('x', files), opened.config);
    expect(() => codec.promptText('q')).toThrow(/^chat template: It cannot be filled in/);
  });

  test('tensors are found in every layout of names, and checked against config.json', async () => {
    const profile = profileOf(opened.config);
    const published = opened.files.find(({ path }) => path === WEIGHTS)!.blob;
    const names = [...(await parseSafetensors(WEIGHTS, published)).tensors.keys()];
    const own = (name: string): string => {
      const alias = profile.aliases.find(([, theirs]) => name.startsWith(theirs));
      return alias === undefined ? name : alias[0] + name.slice(alias[1].length);
    };
    const { config } = opened;
    const first = connectorLayers(config)[0]!;
    const layouts = new Set([
      (name: string) => name,
      own,
      // As transformers 4.52 to 4.57 write it.
      (name: string) => own(name).replace('model.vision_tower.', 'model.vision_tower.vision_model.'),
      // As transformers 5 writes it.
      (name: string) => name.replace('vision_tower.vision_model.', 'vision_tower.'),
    ]);
    for (const layout of layouts) {
      const files = replaced(opened.files, WEIGHTS, await renamed(published, layout));
      const reader = await TensorReader.open(new ModelFolder('m', files), profile, { synthetic: true });
      for (const name of names) expect(reader.has(own(name)), own(name)).toBe(true);
      const { bytes } = await reader.raw(`${first.name}.weight`, [first.outputs, first.inputs]);
      expect(bytes.length).toBe(2 * first.outputs * first.inputs);
      const wrong = await error(reader.raw(`${first.name}.weight`, [first.outputs, first.inputs + 1]));
      expect(wrong.message).toMatch(
        /^model-00001-of-00002\.safetensors: .* has shape \[.*\], but config\.json asks for/,
      );
      const missing = await error(reader.raw(`${profile.names.text}.layers.9.mlp.up_proj.weight`, [1]));
      expect(missing.message).toMatch(/is missing\. .*Supported are/);
    }
  });
});

async function parseTokens(folder: ModelFolder): Promise<number> {
  const { model, added_tokens: added } = JSON.parse(await folder.text('tokenizer.json')) as {
    model: { vocab: Record<string, number> };
    added_tokens: { id: number }[];
  };
  return Math.max(...Object.values(model.vocab), ...added.map(({ id }) => id)) + 1;
}

describe('an architecture', () => {
  test('that is not supported is refused with what is', async () => {
    for (const type of ['llava', 'qwen2_vl', 'paligemma', undefined]) {
      const json = JSON.stringify({ model_type: type, text_config: {}, vision_config: {} });
      expect(() => parseConfig(json)).toThrow(ModelError);
      expect(() => parseConfig(json)).toThrow(
        /^config\.json: Its model_type is .*not idefics3, smolvlm, llava_onevision\. Supported are/,
      );
    }
    for (const { modelTypes } of profiles) for (const type of modelTypes) expect(SUPPORTED).toContain(type);
  });

  type Fields = Record<string, unknown>;
  type Llava = Fields & { text_config: Fields; vision_config: Fields };
  const changes: [string, (config: Llava) => void, RegExp][] = [
    ['other vision features', (c) => (c['vision_feature_layer'] = -2), /vision_feature_layer is -2/],
    [
      'features without the first',
      (c) => (c['vision_feature_select_strategy'] = 'default'),
      /select_strategy is "default"/,
    ],
    ['another projector', (c) => (c['projector_hidden_act'] = 'relu'), /projector_hidden_act is "relu"/],
    [
      'a projector without biases',
      (c) => (c['multimodal_projector_bias'] = false),
      /multimodal_projector_bias is false/,
    ],
    ['another decoder', (c) => (c.text_config['model_type'] = 'llama'), /text_config\.model_type is "llama"/],
    ['another tower', (c) => (c.vision_config['model_type'] = 'clip_vision_model'), /is "clip_vision_model"/],
    ['a sliding window', (c) => (c.text_config['use_sliding_window'] = true), /use_sliding_window is true/],
    ['a patch larger than the picture', (c) => (c.vision_config['patch_size'] = 27), /larger than an image of 26/],
    ['heads that do not divide', (c) => (c.text_config['num_key_value_heads'] = 4), /6 heads do not divide into 4/],
  ];
  test.each(changes)('of LLaVA with %s is refused', async (_, change, reason) => {
    const { folder } = await open(untied.find(({ name }) => name === 'llava')!);
    const config = JSON.parse(await folder.text('config.json')) as Llava;
    change(config);
    expect(() => parseConfig(JSON.stringify(config))).toThrow(reason);
    expect(() => parseConfig(JSON.stringify(config))).toThrow(ModelError);
  });
});

test('the processors on torchvision, measured beside: at most one step of 255, in few pixels', () => {
  for (const steps of Object.values(table.torchvisionSteps)) {
    expect(steps.largest).toBeLessThanOrEqual(1);
    expect(steps.share).toBeLessThan(0.02);
  }
});
