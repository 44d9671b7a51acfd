/**
 * Which files of a repository are fetched: configuration, tokenizer, templates, and the weights, as safetensors for our
 * engine or as one kind of ONNX for the second one.
 */
import {
  chooseOnnx,
  HubError,
  moreSessions,
  MOST_ON_WASM,
  FOR_ONNX,
  ONNX_SESSIONS,
  type ModelUse,
  type OnnxFile,
  type OnnxKinds,
  type OnnxLack,
  type PeerDevice,
} from '../protocol';

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

/** A file of one of the three graphs, whatever its kind. */
const ONNX = new RegExp(`^onnx/(${ONNX_SESSIONS.join('|')})(_[a-z0-9]+)?\\.onnx$`);

export interface ChosenFiles {
  /** Small ones first, so that what is missing is known before the weights arrive. */
  paths: string[];
  /** Kinds of the ONNX files; null: safetensors. */
  onnx: OnnxKinds | null;
}

/**
 * Those of `files` that are fetched. For training safetensors; where there are none, but the graphs of transformers.js,
 * those. Other formats of the same weights and what lies in other folders are left out.
 *
 * @throws HubError naming what is needed for this use and this repository does not have
 */
export function chooseFiles(id: string, files: readonly OnnxFile[], use: ModelUse, device: PeerDevice): ChosenFiles {
  const paths = files.map(({ path }) => path);
  const trained = paths.some((path) => path === WHOLE || path === INDEX || SHARD.test(path));
  const asked = use === 'ask' || (!trained && paths.some((path) => ONNX.test(path)));
  const small = paths.filter((path) => SMALL.has(path)).sort();
  if (!asked) return { paths: [...small, ...safetensors(id, paths)], onnx: null };
  for (const name of FOR_ONNX) if (!paths.includes(name)) throw notAsked(id, { path: name, onlyHalf: false });
  const chosen = chooseOnnx(files, device, [...ONNX_SESSIONS, ...moreSessions(paths)]);
  if ('onlyHalf' in chosen) throw notAsked(id, chosen);
  if (device === 'wasm' && chosen.bytes > MOST_ON_WASM) {
    throw new HubError({
      cause: `Its smallest ONNX files that run without a GPU take ${(chosen.bytes / 1e9).toFixed(1)} GB, more than ONNX Runtime can hold in WASM (about ${MOST_ON_WASM / 1e9} GB).`,
      remedy: 'Choose a smaller model, or use a browser with a GPU.',
      file: id,
    });
  }
  return { paths: [...small, ...chosen.files.map(({ path }) => path)], onnx: chosen.kinds };
}

function safetensors(id: string, paths: readonly string[]): string[] {
  const there = new Set(paths);
  for (const name of ['config.json', 'tokenizer.json']) {
    if (!there.has(name)) throw lacking(id, name);
  }
  if (there.has(WHOLE)) return [WHOLE];
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
  return [INDEX, ...shards];
}

function lacking(id: string, name: string): HubError {
  return new HubError({
    cause: `The repository has no ${name} at its top, so it is not a backbone that this page can load.`,
    remedy:
      'Choose a vision-language model in the layout of transformers: config.json, tokenizer.json and *.safetensors. GGUF and .bin files are not read.',
    file: id,
  });
}

function notAsked(id: string, { path, onlyHalf }: OnnxLack): HubError {
  return new HubError({
    cause: onlyHalf
      ? 'Its ONNX files are in half precision only, and without a GPU they do not run.'
      : `The repository has no ${path}, so transformers.js cannot run it as a vision-language model.`,
    remedy: onlyHalf
      ? 'Choose a model that also has files without _fp16 or with _q4 or _quantized in their names, or use a browser with a GPU.'
      : 'Choose a vision-language model in ONNX, in the layout of transformers.js: config.json, preprocessor_config.json, tokenizer.json, tokenizer_config.json and onnx/ with vision_encoder, embed_tokens and decoder_model_merged. Names on the hub often end in -ONNX.',
    file: onlyHalf ? `${id}/${path}` : id,
  });
}
