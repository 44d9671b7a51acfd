/** Ids of 500 strings against Python's tokenizers: Unicode, emoji, long numbers, special tokens, prompts with a picture. */
import { readFile } from 'node:fs/promises';
import { describe, expect, test } from 'vitest';
import { parseConfig, type BackboneConfig } from '../../src/model/config';
import { ModelFolder } from '../../src/model/folder';
import { TextCodec } from '../../src/model/tokenizer';
import golden from '../golden/tokenizers/strings.json';

const read = async (path: string): Promise<string> => readFile(new URL(`../../${path}`, import.meta.url), 'utf8');

/** The prompt form and configuration of `folder`, with the tokenizer at `path`. */
async function codecOf(folder: string, path: string): Promise<TextCodec> {
  const json = await read(path);
  const { added_tokens: added, model } = JSON.parse(json) as {
    added_tokens: { id: number; content: string }[];
    model: { vocab: Record<string, number> };
  };
  const config: BackboneConfig = parseConfig(await read(`${folder}/config.json`));
  config.imageToken = added.find(({ content }) => content === '<image>')!.id;
  const ids = [...Object.values(model.vocab), ...added.map(({ id }) => id)];
  config.text.vocabulary = ids.reduce((a, b) => Math.max(a, b), 0) + 1;
  return TextCodec.load(new ModelFolder('golden', [{ path: 'tokenizer.json', blob: new Blob([json]) }]), config);
}

const GOLDEN = 'tests/golden';
const TOKENIZERS = [
  ['smolvlm', `${GOLDEN}/backbones/smolvlm`, `${GOLDEN}/tokenizers/smolvlm/tokenizer.json`],
  ['qwen2', `${GOLDEN}/backbones/llava`, `${GOLDEN}/tokenizers/qwen2/tokenizer.json`],
  ['embedded', 'public/models/tiny', 'public/models/tiny/tokenizer.json'],
] as const;

describe.each(TOKENIZERS)('%s', (name, folder, path) => {
  test(`ids of ${golden.strings.length} strings, and the text of the ids`, async () => {
    const codec = await codecOf(folder, path);
    const decoded = golden.decoded[name] as Record<string, string>;
    expect(golden.strings).toHaveLength(500);
    golden.strings.forEach((text, i) => {
      const ids = golden.ids[name][i]!;
      expect(codec.encode(text), JSON.stringify(text)).toEqual(ids);
      expect(codec.decode(ids), JSON.stringify(text)).toBe(decoded[i] ?? text);
    });
  });
});
