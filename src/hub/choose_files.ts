/** Which files of a repository a backbone is made of: configuration, tokenizer, templates, weights as safetensors. */
import { HubError } from '../protocol';

const SMALL = new Set([
  'config.json',
  'generation_config.json',
  'preprocessor_config.json',
  'processor_config.json',
  'video_preprocessor_config.json',
  'tokenizer.json',
  'tokenizer_config.json',
  'special_tokens_map.json',
  'added_tokens.json',
  'chat_template.json',
  'chat_template.jinja',
]);
const INDEX = 'model.safetensors.index.json';
const WHOLE = 'model.safetensors';
const SHARD = /^model-\d{5}-of-(\d{5})\.safetensors$/;

/**
 * Those of `paths` that are fetched, small ones first, so that what is missing is known before the weights arrive. Other
 * formats of the same weights (ONNX, .bin, GGUF) and what lies in folders are left out.
 *
 * @throws HubError naming what a backbone needs and this repository does not have
 */
export function chooseFiles(id: string, paths: readonly string[]): string[] {
  const there = new Set(paths);
  for (const name of ['config.json', 'tokenizer.json']) {
    if (!there.has(name)) throw lacking(id, name);
  }
  const small = paths.filter((path) => SMALL.has(path)).sort();
  if (there.has(WHOLE)) return [...small, WHOLE];
  const shards = paths.filter((path) => SHARD.test(path)).sort();
  const [first] = shards;
  if (first === undefined) throw lacking(id, WHOLE);
  const all = Number(SHARD.exec(first)?.[1]);
  if (!there.has(INDEX)) throw lacking(id, INDEX);
  if (shards.length !== all) {
    throw new HubError({
      cause: `The repository has ${shards.length} of the ${all} parts of its weights.`,
      remedy: 'Choose another revision or model.',
      file: id,
    });
  }
  return [...small, INDEX, ...shards];
}

function lacking(id: string, name: string): HubError {
  return new HubError({
    cause: `The repository has no ${name} at its top, so it is not a backbone that this page can load.`,
    remedy:
      'Choose a vision-language model in the layout of transformers: config.json, tokenizer.json and *.safetensors. ONNX, GGUF and .bin files are not read.',
    file: id,
  });
}
