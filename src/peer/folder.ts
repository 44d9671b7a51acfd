/** What a folder must hold for transformers.js to run it as a vision-language model, found out before anything is opened. */
import { parseJson } from '../model/config_fields';
import { ModelFolder } from '../model/folder';
import { ModelError, type ModelFile, type PeerDevice } from '../protocol';

/** Kinds of weights by the ending of the file's name, the most exact first (transformers.js, `utils/dtypes.js`). */
const KINDS = {
  fp32: '',
  fp16: '_fp16',
  q8: '_quantized',
  int8: '_int8',
  uint8: '_uint8',
  q4: '_q4',
  bnb4: '_bnb4',
  q4f16: '_q4f16',
} as const;
export type Kind = keyof typeof KINDS;

/** Half precision in arithmetic, which ONNX Runtime's WASM provider has for few operators. */
const HALF: readonly Kind[] = ['fp16', 'q4f16'];

/** Larger files of one kind are passed over where a coarser kind is there: WASM ends at 4 GiB, and files are held twice. */
const COMFORTABLE = 1.5e9;
const MOST_ON_WASM = 2e9;

export interface OnnxFolder {
  architecture: string;
  config: Readonly<Record<string, unknown>>;
  /** Kind of weights of each session, by the name of its file without ending. */
  kinds: Readonly<Record<string, Kind>>;
  /** All files that will be read. */
  files: readonly ModelFile[];
  /** Bytes of the ONNX files and their external data among them. */
  bytes: number;
}

/**
 * Chooses the files to open.
 *
 * @param types `model_type`s that transformers.js has a class for
 * @throws ModelError naming what is missing, or a `model_type` that is not among `types`
 */
export async function readOnnxFolder(
  name: string,
  files: readonly ModelFile[],
  device: PeerDevice,
  types: readonly string[],
): Promise<OnnxFolder> {
  const folder = new ModelFolder(name, files);
  const onnx = files.filter(({ path }) => path.endsWith('.onnx'));
  if (onnx.length === 0) throw notOnnx(name, files);
  for (const file of ['config.json', 'preprocessor_config.json', 'tokenizer.json', 'tokenizer_config.json']) {
    if (folder.find(file) === null) throw missing(`${name}/${file}`);
  }
  const value = parseJson(await folder.text('config.json'), `${name}/config.json`);
  const config = typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  const architecture = config['model_type'];
  if (typeof architecture !== 'string' || !types.includes(architecture)) {
    throw new ModelError({
      file: `${name}/config.json`,
      cause: `Its model_type is ${JSON.stringify(architecture)}, which is not a vision-language model that transformers.js runs.`,
      remedy: `Choose one of ${types.join(', ')}.`,
    });
  }
  const sessions = ['vision_encoder', 'embed_tokens', 'decoder_model_merged'];
  if (config['is_encoder_decoder'] === true) sessions.push('encoder_model');
  const chosen = sessions.map((session) => ({ session, ...choose(name, session, files, device) }));
  const bytes = chosen.reduce((sum, { size }) => sum + size, 0);
  if (device === 'wasm' && bytes > MOST_ON_WASM) {
    throw new ModelError({
      file: name,
      cause: `Its smallest ONNX files take ${(bytes / 1e9).toFixed(1)} GB, more than ONNX Runtime can hold in WASM (about ${MOST_ON_WASM / 1e9} GB).`,
      remedy: 'Get the files with _q4 or _quantized in their names too, or use a browser with a GPU.',
    });
  }
  return {
    architecture,
    config,
    kinds: Object.fromEntries(chosen.map(({ session, kind }) => [session, kind])),
    files,
    bytes,
  };
}

/** The most exact kind that is there and of a comfortable size, else the smallest. */
function choose(
  name: string,
  session: string,
  files: readonly ModelFile[],
  device: PeerDevice,
): { kind: Kind; size: number } {
  const there: { kind: Kind; size: number }[] = [];
  for (const kind of Object.keys(KINDS) as Kind[]) {
    if (device === 'wasm' && HALF.includes(kind)) continue;
    const path = `onnx/${session}${KINDS[kind]}.onnx`;
    if (!files.some((file) => file.path === path)) continue;
    // External data lies beside it as `<name>.onnx_data`, `<name>.onnx_data_1`, ...
    const parts = files.filter((file) => file.path === path || file.path.startsWith(`${path}_data`));
    there.push({ kind, size: parts.reduce((sum, { blob }) => sum + blob.size, 0) });
  }
  const smallest = there.toSorted((a, b) => a.size - b.size)[0];
  if (smallest === undefined) {
    const halves = HALF.some((kind) => files.some(({ path }) => path === `onnx/${session}${KINDS[kind]}.onnx`));
    throw halves
      ? new ModelError({
          file: `${name}/onnx/${session}.onnx`,
          cause: 'Only half-precision files are there, and without a GPU they do not run.',
          remedy: 'Add the files without _fp16 or with _q4 or _quantized in their names.',
        })
      : missing(`${name}/onnx/${session}.onnx`);
  }
  return there.find(({ size }) => size <= COMFORTABLE) ?? smallest;
}

function notOnnx(name: string, files: readonly ModelFile[]): ModelError {
  const other = files.some(({ path }) => path.endsWith('.safetensors'));
  return new ModelError({
    file: name,
    cause: other ? 'It holds safetensors of a model that cannot be turned into ONNX here.' : 'It holds no .onnx file.',
    remedy:
      'Choose a whole folder in the layout of transformers.js: config.json, tokenizer.json, preprocessor_config.json and onnx/ with vision_encoder, embed_tokens and decoder_model_merged. Names on the hub often end in -ONNX.',
  });
}

function missing(file: string): ModelError {
  return new ModelError({
    file,
    cause: 'The folder does not have this file.',
    remedy: 'Choose the whole folder as it lies on the hub, with onnx/ inside.',
  });
}
