/** Which files of an ONNX folder are opened, and the sentences for folders that cannot be. */
import { describe, expect, test } from 'vitest';
import { peerFailure } from '../../src/peer/failures';
import { readOnnxFolder } from '../../src/peer/folder';
import { DeviceError, ModelError, type ModelFile } from '../../src/protocol';

const TYPES = ['idefics3', 'llava'];
const SESSIONS = ['vision_encoder', 'embed_tokens', 'decoder_model_merged'];

/** A file that claims to be `size` bytes long without holding them. */
function claims(path: string, size: number): ModelFile {
  return { path, blob: Object.defineProperty(new Blob(['x']), 'size', { value: size }) };
}

function folder(
  suffixes: Record<string, number>,
  config: unknown = { model_type: 'idefics3' },
  leaveOut: readonly string[] = [],
): ModelFile[] {
  const files = ['preprocessor_config.json', 'tokenizer.json', 'tokenizer_config.json'].map((path) => ({
    path,
    blob: new Blob(['{}']),
  }));
  const json = typeof config === 'string' ? config : JSON.stringify(config);
  return [
    { path: 'config.json', blob: new Blob([json]) },
    ...files,
    ...SESSIONS.flatMap((name) =>
      Object.entries(suffixes).map(([suffix, size]) => claims(`onnx/${name}${suffix}.onnx`, size)),
    ),
  ].filter(({ path }) => !leaveOut.includes(path));
}

describe('of several kinds of weights', () => {
  test.each([
    ['the most exact', { '': 4e8, _q4: 1e8, _quantized: 1e8 }, 'wasm', 'fp32'],
    ['a coarser one where exact ones are large', { '': 2e9, _q4: 2e8 }, 'wasm', 'q4'],
    ['none in half precision without a GPU', { _fp16: 2e8, _quantized: 1e8, _q4f16: 1e8 }, 'wasm', 'q8'],
    ['half precision on a GPU', { '': 2e9, _fp16: 2e8, _q4f16: 1e8 }, 'webgpu', 'fp16'],
  ] as const)('%s', async (_, suffixes, device, kind) => {
    const { kinds } = await readOnnxFolder('mine', folder(suffixes), device, TYPES);
    expect(kinds).toEqual(Object.fromEntries(SESSIONS.map((session) => [session, kind])));
  });

  test('the other kinds are not handed on, so that what is read comes to the bytes that are stated', async () => {
    const files = [...folder({ '': 1e6, _q4: 2e5, _fp16: 5e5 }), claims('onnx/embed_tokens_fp16.onnx_data', 7e5)];
    const { files: read, bytes } = await readOnnxFolder('mine', files, 'wasm', TYPES);
    const weights = read.filter(({ path }) => path.includes('.onnx'));
    expect(weights.map(({ path }) => path)).toEqual(SESSIONS.map((session) => `onnx/${session}.onnx`));
    expect(weights.reduce((sum, { blob }) => sum + blob.size, 0)).toBe(bytes);
    expect(read.some(({ path }) => path === 'tokenizer.json')).toBe(true);
  });

  test('external data counts', async () => {
    const files = [
      ...folder({ '': 1e6 }),
      claims('onnx/decoder_model_merged.onnx_data', 5e8),
      claims('onnx/decoder_model_merged.onnx_data_1', 5e8),
    ];
    expect((await readOnnxFolder('mine', files, 'wasm', TYPES)).bytes).toBe(1.003e9);
  });
});

test.each([
  [
    'no ONNX at all',
    [{ path: 'a.png', blob: new Blob(['x']) }],
    /^mine: It holds no \.onnx file\. Choose a whole folder/,
  ],
  [
    'safetensors of another family',
    [{ path: 'model.safetensors', blob: new Blob(['x']) }],
    /^mine: It holds safetensors/,
  ],
  [
    'no tokenizer',
    folder({ '': 1 }, undefined, ['tokenizer.json']),
    /^mine\/tokenizer\.json: The folder does not have/,
  ],
  [
    'no decoder',
    folder({ '': 1 }, undefined, ['onnx/decoder_model_merged.onnx']),
    /^mine\/onnx\/decoder_model_merged\.onnx: The folder/,
  ],
  [
    'another architecture',
    folder({ '': 1 }, { model_type: 'bert' }),
    /model_type is "bert", which is not .* Choose one of idefics3, llava\./,
  ],
  ['no architecture', folder({ '': 1 }, []), /model_type is undefined/],
  ['a config that is not JSON', folder({ '': 1 }, '{'), /^mine\/config\.json: It is not JSON/],
  [
    'half precision only',
    folder({ _fp16: 1 }),
    /Only half-precision files are there, and without a GPU they do not run\./,
  ],
  ['more than WASM can hold', folder({ _q4: 9e8 }), /^mine: Its smallest ONNX files take 2\.7 GB/],
  [
    'an encoder that is missing',
    folder({ '': 1 }, { model_type: 'llava', is_encoder_decoder: true }),
    /encoder_model\.onnx: The folder/,
  ],
])('a folder with %s is refused in a sentence', async (_, files, sentence) => {
  const refused = readOnnxFolder('mine', files, 'wasm', TYPES);
  await expect(refused).rejects.toThrow(sentence);
  await expect(refused).rejects.toBeInstanceOf(ModelError);
});

test.each([
  [
    new Error('std::bad_alloc'),
    DeviceError,
    /^mine: Memory ran out: it could not be opened \(std::bad_alloc\)\. Take a folder/,
  ],
  [new RangeError('Array buffer allocation failed'), DeviceError, /Memory ran out/],
  [
    new Error("Can't create a session. ERROR_CODE: 9\n#0 0x1\n#1 0x2"),
    ModelError,
    /^mine: It could not be opened \(Can't create a session\. ERROR_CODE: 9\)\. Check/,
  ],
  [1234567, ModelError, /exception 1234567/],
])('what the runtime throws becomes a sentence: %s', (thrown, kind, sentence) => {
  const error = peerFailure(thrown, 'mine', 'could not be opened', 'wasm');
  expect(error).toBeInstanceOf(kind);
  expect(error.message).toMatch(sentence);
  expect(peerFailure(error, 'other', 'could not answer', 'wasm')).toBe(error);
});
