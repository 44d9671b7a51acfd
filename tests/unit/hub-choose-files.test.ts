/** Which files of a repository are fetched to train, and which to be asked beside ours. */
import { describe, expect, test } from 'vitest';
import { chooseFiles } from '../../src/hub/choose_files';
import { readOnnxFolder } from '../../src/peer/folder';
import { HubError, modelKey, type ModelFile, type OnnxFile } from '../../src/protocol';

const SMALL = ['config.json', 'preprocessor_config.json', 'tokenizer.json', 'tokenizer_config.json'];
const MORE = ['README.md', 'chat_template.jinja', 'generation_config.json', 'processor_config.json'];
const SESSIONS = ['vision_encoder', 'embed_tokens', 'decoder_model_merged'];

const graphs = (endings: Record<string, number>, sessions = SESSIONS): OnnxFile[] =>
  sessions.flatMap((name) =>
    Object.entries(endings).map(([ending, bytes]) => ({ path: `onnx/${name}${ending}.onnx`, bytes })),
  );
const repository = (...weights: OnnxFile[]): OnnxFile[] => [
  ...[...SMALL, ...MORE].map((path) => ({ path, bytes: 10 })),
  ...weights,
];
const SAFETENSORS = { path: 'model.safetensors', bytes: 5e8 };
const EVERY = { '': 4e8, _fp16: 2e8, _int8: 1e8, _quantized: 1e8, _q4: 1e8, _bnb4: 1e8, _q4f16: 8e7 };
const weightsOf = (paths: readonly string[]): string[] => paths.filter((path) => /onnx|safetensors/.test(path));

describe('of a repository with both', () => {
  const both = repository(SAFETENSORS, ...graphs(EVERY));

  test('safetensors are fetched to train', () => {
    const { paths, onnx } = chooseFiles('a/b', both, 'train', 'wasm');
    expect(onnx).toBeNull();
    expect(weightsOf(paths)).toEqual(['model.safetensors']);
  });

  test('one kind of ONNX is fetched to be asked, with configuration, tokenizer and templates first', () => {
    const { paths, onnx } = chooseFiles('a/b', both, 'ask', 'wasm');
    expect(onnx).toEqual(Object.fromEntries(SESSIONS.map((session) => [session, 'fp32'])));
    expect(paths).toEqual([
      ...[...SMALL, ...MORE].filter((path) => path !== 'README.md').sort(),
      ...SESSIONS.map((session) => `onnx/${session}.onnx`),
    ]);
  });

  test('each use, commit and choice of kinds has a folder of its own', () => {
    const about = { id: 'a/b', commit: 'c'.repeat(40) };
    const keys = [null, { x: 'q4' }, { x: 'fp32' }, { x: 'fp32', y: 'q4' }].map((onnx) =>
      modelKey({ ...about, onnx: onnx as never }),
    );
    expect(keys[0]).toBe(`a--b@${'c'.repeat(40)}`);
    expect(new Set(keys).size).toBe(4);
  });
});

describe('of a repository with ONNX alone', () => {
  test.each([
    ['the most exact', EVERY, 'wasm', ['', '', '']],
    ['a coarser one where exact ones are large', { '': 2e9, _q4: 2e8 }, 'wasm', ['_q4', '_q4', '_q4']],
    ['none in half precision without a GPU', { _fp16: 2e8, _quantized: 1e8 }, 'wasm', Array(3).fill('_quantized')],
    ['half precision on a GPU', { '': 2e9, _fp16: 2e8, _q4f16: 1e8 }, 'webgpu', ['_fp16', '_fp16', '_fp16']],
    ['coarser ones until WASM can hold them', { '': 8e8, _q4: 3e8 }, 'wasm', ['_q4', '', '']],
  ] as const)('%s', (_, endings, device, expected) => {
    const { paths } = chooseFiles('a/b', repository(...graphs(endings)), 'train', device);
    expect(weightsOf(paths)).toEqual(SESSIONS.map((session, index) => `onnx/${session}${expected[index]}.onnx`));
  });

  test('external data goes with its graph, and only with it', () => {
    const data = ['_data', '_data_1'].map((end) => ({ path: `onnx/decoder_model_merged.onnx${end}`, bytes: 6e8 }));
    const other = { path: 'onnx/decoder_model_merged_q4.onnx_data', bytes: 3e8 };
    const files = repository(...graphs({ '': 1e6, _q4: 1e6 }), ...data, other);
    const exact = weightsOf(chooseFiles('a/b', files, 'ask', 'wasm').paths);
    expect(exact.filter((path) => path.includes('_data'))).toEqual(data.map(({ path }) => path));
    // Two such parts are no longer comfortable.
    const large = files.map((file) => (data.some(({ path }) => path === file.path) ? { ...file, bytes: 8e8 } : file));
    const coarse = weightsOf(chooseFiles('a/b', large, 'ask', 'wasm').paths);
    expect(coarse.filter((path) => path.includes('decoder'))).toEqual([
      'onnx/decoder_model_merged_q4.onnx',
      other.path,
    ]);
  });

  test('what encodes text or sound is fetched where it is there', () => {
    const files = repository(...graphs(EVERY, [...SESSIONS, 'encoder_model', 'audio_encoder', 'prompt_encoder']));
    expect(Object.keys(chooseFiles('a/b', files, 'ask', 'wasm').onnx ?? {})).toEqual([
      ...SESSIONS,
      'encoder_model',
      'audio_encoder',
    ]);
  });

  test('what was chosen here is what is opened later', async () => {
    for (const endings of [EVERY, { '': 8e8, _q4: 3e8 }, { '': 2e9, _fp16: 1.4e9, _q4: 6e8 }]) {
      for (const device of ['wasm', 'webgpu'] as const) {
        const files = repository(...graphs(endings));
        const { paths, onnx } = chooseFiles('a/b', files, 'ask', device);
        const kept = files
          .filter(({ path }) => paths.includes(path))
          .map(({ path, bytes }): ModelFile => {
            const blob = new Blob([path === 'config.json' ? '{"model_type": "idefics3"}' : '{}']);
            return {
              path,
              blob: path.endsWith('.onnx') ? Object.defineProperty(blob, 'size', { value: bytes }) : blob,
            };
          });
        expect((await readOnnxFolder('a/b', kept, device, ['idefics3'])).kinds).toEqual(onnx);
      }
    }
  });
});

describe('is refused, in a sentence that names what is missing', () => {
  const without = (name: string): OnnxFile[] => repository(...graphs(EVERY)).filter(({ path }) => path !== name);

  test.each([
    ['a graph', repository(...graphs(EVERY, SESSIONS.slice(0, 2))), /no onnx\/decoder_model_merged\.onnx/],
    ['the processor', without('preprocessor_config.json'), /no preprocessor_config\.json.*in the layout/],
    ['ONNX at all', repository(SAFETENSORS), /no onnx\/vision_encoder\.onnx.*end in -ONNX/],
    ['full precision', repository(...graphs({ _fp16: 1e8 })), /half precision only, and without a GPU/],
    ['room', repository(...graphs({ _q4: 9e8 })), /without a GPU take 2\.7 GB/],
  ])('without %s', (_, files, sentence) => {
    const choose = (): unknown => chooseFiles('a/b', files, 'ask', 'wasm');
    expect(choose).toThrow(HubError);
    expect(choose).toThrow(sentence);
  });

  test('to train, where neither is there', () => {
    const files = repository({ path: 'onnx/model.onnx', bytes: 1 });
    expect(() => chooseFiles('a/b', files, 'train', 'wasm')).toThrow(/no model\.safetensors/);
  });
});
