/** Token ids against Python's `tokenizers` and against transformers.js; the prompt; what a bad folder gets. */
import { PreTrainedTokenizer } from '@huggingface/transformers';
import { readFile } from 'node:fs/promises';
import { beforeAll, describe, expect, test } from 'vitest';
import { parseConfig, type BackboneConfig } from '../../src/model/config';
import { ModelFolder } from '../../src/model/folder';
import { TextCodec } from '../../src/model/tokenizer';
import { ModelError, type ModelFile } from '../../src/protocol';
import { goldenFolder, goldens } from '../support/golden';
import { readGolden } from '../support/golden_node';

let files: ModelFile[];
let config: BackboneConfig;
let codec: TextCodec;

const text = async (path: string): Promise<string> => files.find((file) => file.path === path)!.blob.text();
const replaced = (path: string, content: string): ModelFile[] => [
  ...files.filter((file) => file.path !== path),
  { path, blob: new Blob([content]) },
];

beforeAll(async () => {
  files = await goldenFolder(readGolden);
  config = parseConfig(await text('config.json'));
  codec = await TextCodec.load(new ModelFolder('tiny', files), config);
});

test.each(goldens.strings)('ids of $text', ({ text, ids, decoded }) => {
  expect(codec.encode(text)).toEqual(ids);
  expect(codec.decode(ids)).toBe(decoded);
});

test('the same ids as transformers.js, over text of all kinds', async () => {
  const oracle = new PreTrainedTokenizer(
    JSON.parse(await text('tokenizer.json')),
    JSON.parse(await text('tokenizer_config.json')),
  );
  const long = goldens.strings.map((string) => string.text).join(' | ');
  for (const string of [...goldens.strings.map((entry) => entry.text), goldens.promptText, long]) {
    expect(codec.encode(string)).toEqual(oracle.encode(string, { add_special_tokens: false }));
  }
});

describe('the prompt', () => {
  test("without a template is SmolVLM's form", () => {
    expect(codec.promptText(goldens.question)).toBe(goldens.promptText);
    expect([...codec.tokenise(goldens.question, null, 10).prompt]).toEqual(goldens.prompt);
  });

  test("with the embedded model's own template has one picture and the same form", async () => {
    const template = await readFile(new URL('../../public/models/tiny/chat_template.json', import.meta.url), 'utf8');
    const folder = new ModelFolder('tiny', replaced('chat_template.json', template));
    expect((await TextCodec.load(folder, config)).promptText(goldens.question)).toBe(goldens.promptText);
  });

  test('control tokens in typed text are left out', () => {
    expect(codec.promptText(`<image>${goldens.question}<end_of_utterance>`)).toBe(goldens.promptText);
    const { caption } = codec.tokenise('q', 'a <image> b <|im_start|>', 50);
    expect([...caption!].filter((id) => id < 8)).toEqual([codec.end]);
  });

  test('a template that loses the picture is refused', async () => {
    const folder = new ModelFolder('tiny', replaced('chat_template.json', '{"chat_template":"hello"}'));
    const broken = await TextCodec.load(folder, config);
    expect(() => broken.tokenise('q', null, 5)).toThrow(/0 image tokens instead of 4/);
  });

  test('a template that is no template is refused', async () => {
    const folder = new ModelFolder('tiny', replaced('chat_template.json', '{"chat_template":"{% for x in"}'));
    await expect(TextCodec.load(folder, config)).rejects.toThrow(ModelError);
  });
});

describe('captions', () => {
  test('end with the end token', () => {
    const { caption, cut } = codec.tokenise(goldens.question, goldens.captions[0]!, 64);
    expect([...caption!]).toEqual(goldens.captionIds[0]);
    expect(caption!.at(-1)).toBe(codec.end);
    expect(cut).toBe(false);
  });

  test('are cut to the limit, without an end token then', () => {
    const { caption, cut } = codec.tokenise(goldens.question, goldens.captions[1]!, 5);
    expect([...caption!]).toEqual(goldens.captionIds[1]!.slice(0, 5));
    expect(cut).toBe(true);
  });

  test('never exceed the positions that the model has', () => {
    const { prompt, caption } = codec.tokenise('q', 'word '.repeat(500), 10_000);
    expect(prompt.length + caption!.length).toBe(config.text.maxPositions);
    expect(() => codec.tokenise('word '.repeat(500), 'x', 10)).toThrow(/Ask a shorter question/);
  });
});

describe('a folder is refused', () => {
  const cases: [string, () => ModelFile[], RegExp][] = [
    [
      'without tokenizer.json',
      () => files.filter(({ path }) => path !== 'tokenizer.json'),
      /tiny\/tokenizer\.json: .* does not have this file/,
    ],
    [
      'with a tokenizer that is not JSON',
      () => replaced('tokenizer.json', 'PK\u0003\u0004'),
      /tokenizer\.json: It is not JSON/,
    ],
    [
      'with a tokenizer of no known model',
      () => replaced('tokenizer.json', '{"model":{"type":"Magic"}}'),
      /tokenizer\.json: It cannot be used/,
    ],
    ['with an empty tokenizer', () => replaced('tokenizer.json', '{}'), /tokenizer\.json: /],
  ];
  test.each(cases)('%s', async (_, broken, reason) => {
    const error: unknown = await TextCodec.load(new ModelFolder('tiny', broken()), config).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).toBeInstanceOf(ModelError);
    expect((error as ModelError).message).toMatch(reason);
  });

  test('whose tokenizer lacks a token of the prompt', async () => {
    const json = (await text('tokenizer.json')).replaceAll('<global-img>', '<somewhere-img>');
    await expect(TextCodec.load(new ModelFolder('tiny', replaced('tokenizer.json', json)), config)).rejects.toThrow(
      /has no <global-img> token/,
    );
  });

  test('whose image token is not the one of config.json', async () => {
    const other = { ...config, imageToken: config.imageToken + 1 };
    await expect(TextCodec.load(new ModelFolder('tiny', files), other)).rejects.toThrow(/not the image_token_id/);
  });
});
