/** What a folder must hold for transformers.js to run it as a vision-language model, found out before anything is opened. */
import { parseJson } from '../model/config_fields';
import { ModelFolder } from '../model/folder';
import {
  FOR_ONNX,
  chooseOnnx,
  ModelError,
  moreSessions,
  MOST_ON_WASM,
  ONNX_SESSIONS,
  type ModelFile,
  type OnnxKinds,
  type OnnxLack,
  type PeerDevice,
} from '../protocol';

export interface OnnxFolder {
  architecture: string;
  config: Readonly<Record<string, unknown>>;
  kinds: OnnxKinds;
  /** Of all kinds of weights the chosen one, and everything that is not weights. */
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
  for (const file of FOR_ONNX) {
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
  const sessions = new Set([...ONNX_SESSIONS, ...moreSessions(files.map(({ path }) => path))]);
  if (config['is_encoder_decoder'] === true) sessions.add('encoder_model');
  else sessions.delete('encoder_model');
  const sizes = files.map(({ path, blob }) => ({ path, bytes: blob.size }));
  const chosen = chooseOnnx(sizes, device, [...sessions]);
  if ('onlyHalf' in chosen) throw lacking(name, chosen);
  const { kinds, bytes } = chosen;
  if (device === 'wasm' && bytes > MOST_ON_WASM) {
    throw new ModelError({
      file: name,
      cause: `Its smallest ONNX files take ${(bytes / 1e9).toFixed(1)} GB, more than ONNX Runtime can hold in WASM (about ${MOST_ON_WASM / 1e9} GB).`,
      remedy: 'Get the files with _q4 or _quantized in their names too, or use a browser with a GPU.',
    });
  }
  const opened = new Set(chosen.files.map(({ path }) => path));
  return {
    architecture,
    config,
    kinds,
    files: files.filter(({ path }) => !isOnnx(path) || opened.has(path)),
    bytes,
  };
}

/** A graph or the data beside it. */
export const isOnnx = (path: string): boolean => /\.onnx(_data.*)?$/.test(path);

function lacking(name: string, { path, onlyHalf }: OnnxLack): ModelError {
  if (!onlyHalf) return missing(`${name}/${path}`);
  return new ModelError({
    file: `${name}/${path}`,
    cause: 'Only half-precision files are there, and without a GPU they do not run.',
    remedy: 'Add the files without _fp16 or with _q4 or _quantized in their names.',
  });
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
