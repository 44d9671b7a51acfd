/** Which files hold a model's weights, and what an index can get wrong. */
import { describe, expect, test } from 'vitest';
import { ModelFolder } from '../../src/model/folder';
import { IDEFICS3 } from '../../src/model/profiles/idefics3';
import { writeSafetensors } from '../../src/model/safetensors';
import { TensorReader } from '../../src/model/tensor_reader';
import { ModelError, type ModelFile } from '../../src/protocol';

const shard = (path: string, ...names: string[]): ModelFile => ({
  path,
  blob: new Blob([writeSafetensors(new Map(names.map((name) => [name, { shape: [1], data: Float32Array.of(1) }])))]),
});
const index = (map: unknown, path = 'model.safetensors.index.json'): ModelFile => ({
  path,
  blob: new Blob([typeof map === 'string' ? map : JSON.stringify({ metadata: { total_size: 8 }, weight_map: map })]),
});
const FIRST = 'model-00001-of-00002.safetensors';
const SECOND = 'model-00002-of-00002.safetensors';

const open = (...files: ModelFile[]): Promise<TensorReader> =>
  TensorReader.open(new ModelFolder('mine', files), IDEFICS3, { synthetic: false });

async function refusal(...files: ModelFile[]): Promise<ModelError> {
  const error: unknown = await open(...files).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(ModelError);
  return error as ModelError;
}

describe('which files are read', () => {
  test('model.safetensors alone, whatever lies beside it', async () => {
    const reader = await open(shard('model.safetensors', 'a'), shard('adapter_model.safetensors', 'a', 'b'));
    expect([reader.has('a'), reader.has('b')]).toEqual([true, false]);
  });

  test('the shards of the index, in a folder inside the folder too', async () => {
    for (const below of ['', 'SmolVLM/']) {
      const reader = await open(
        index({ a: FIRST, b: SECOND }, `${below}model.safetensors.index.json`),
        shard(below + FIRST, 'a'),
        shard(below + SECOND, 'b'),
        shard(`${below}training_state.safetensors`, 'a', 'c'),
      );
      expect(['a', 'b', 'c'].map((name) => reader.has(name))).toEqual([true, true, false]);
      expect([...(await reader.float32('b', [1]))]).toEqual([1]);
    }
  });

  test('without index, all of them', async () => {
    const reader = await open(shard(FIRST, 'a'), shard(SECOND, 'b'));
    expect([reader.has('a'), reader.has('b')]).toEqual([true, true]);
  });
});

describe('what is refused', () => {
  test('a shard that is missing, with or without an index', async () => {
    const missing = /1 of the model's 2 weight files is missing: model-00002-of-00002\.safetensors/;
    expect((await refusal(index({ a: FIRST, b: SECOND }), shard(FIRST, 'a'))).why).toMatch(missing);
    expect((await refusal(shard(FIRST, 'a'))).why).toMatch(missing);
  });

  test('a tensor in two shards', async () => {
    const error = await refusal(index({ a: FIRST, b: SECOND }), shard(FIRST, 'a', 'b'), shard(SECOND, 'b'));
    expect(error).toMatchObject({ file: SECOND, why: `Tensor "b" is also in ${FIRST}.` });
  });

  test('a tensor that is not where the index says', async () => {
    const error = await refusal(index({ a: SECOND, b: SECOND }), shard(FIRST, 'a'), shard(SECOND, 'b'));
    expect(error.why).toBe(`It says that tensor "a" is in ${SECOND}, which does not have it.`);
  });

  test.each([
    '../model.safetensors',
    '/etc/model.safetensors',
    'sub/model.safetensors',
    '..\\model.safetensors',
    '..',
    '.hidden.safetensors',
    'weights.bin',
    'a\0.safetensors',
    '',
  ])('a shard named %j', async (name) => {
    expect((await refusal(index({ a: name }), shard(FIRST, 'a'))).why).toMatch(/is not the name of a safetensors file/);
  });

  test.each([
    ['no JSON', '{', /not JSON/],
    ['no map', '{}', /no weight_map/],
    ['a list', '{"weight_map":[]}', /no weight_map/],
    ['an empty map', '{"weight_map":{}}', /empty/],
    ['a number', '{"weight_map":{"a":1}}', /not a file name/],
    ['a tensor twice', `{"weight_map":{"a":"${FIRST}","a":"${SECOND}"}}`, /"a" twice/],
  ])('an index with %s', async (_, text, reason) => {
    const error = await refusal(index(text), shard(FIRST, 'a'), shard(SECOND, 'a'));
    expect(error.file).toBe('model.safetensors.index.json');
    expect(error.why).toMatch(reason);
  });
});
