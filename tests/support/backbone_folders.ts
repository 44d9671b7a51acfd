/** The folders of the small random backbones (tools/golden/backbones.py), without anything that computes. */
import table from '../golden/backbones/goldens.json';
import type { ModelFile } from '../../src/protocol';
import type { ReadGolden } from './golden';

export { table };
export type Variant = (typeof table.variants)[number];

const FILES = [
  'chat_template.json',
  'config.json',
  'model.safetensors',
  'preprocessor_config.json',
  'tokenizer.json',
  'tokenizer_config.json',
];

/** As two shards: beside a whole `model.safetensors` nothing else is read. */
const SHARDS: Readonly<Record<string, string>> = {
  'model.safetensors': 'model-00001-of-00002.safetensors',
  'lm_head.safetensors': 'model-00002-of-00002.safetensors',
};

/** The folder of a variant: a tied one has no `lm_head` and says so, LLaVA's beside the decoder's sizes as published. */
export async function variantFolder(read: ReadGolden, { folder, tied }: Variant): Promise<ModelFile[]> {
  const names = tied ? FILES : [...FILES, 'lm_head.safetensors'];
  const files = await Promise.all(
    names.map(async (path): Promise<ModelFile> => ({ path, blob: await read(`backbones/${folder}/${path}`) })),
  );
  if (!tied) return files.map(({ path, blob }) => ({ path: SHARDS[path] ?? path, blob }));
  return Promise.all(
    files.map(async ({ path, blob }) => {
      if (path !== 'config.json') return { path, blob };
      const config = JSON.parse(await blob.text()) as { text_config: Record<string, unknown> };
      const changed =
        folder === 'llava'
          ? { ...config, text_config: { ...config.text_config, tie_word_embeddings: true } }
          : { ...config, tie_word_embeddings: true };
      return { path, blob: new Blob([JSON.stringify(changed)]) };
    }),
  );
}
