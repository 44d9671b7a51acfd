/**
 * A backbone's folder in the layout that transformers.js loads: `onnx/vision_encoder.onnx`, `onnx/embed_tokens.onnx`,
 * `onnx/decoder_model_merged.onnx`, and the folder's own configuration and tokenizer.
 */
import { parseConfig } from '../model/config';
import { parseJson } from '../model/config_fields';
import { ModelFolder } from '../model/folder';
import { hexadecimal } from '../model/hash';
import { profileOf } from '../model/profiles';
import { IDEFICS3 } from '../model/profiles/idefics3';
import { TensorReader } from '../model/tensor_reader';
import { weightFiles } from '../model/shards';
import { CancelledError, ModelError, type ModelFile, type Progress } from '../protocol';
import { mergedDecoder, tokenEmbedding } from './decoder';
import { OPSET } from './graph';
import { visionEncoder } from './vision';

export interface ExportOptions {
  /** Progress in bytes of weights read. */
  onProgress?: (progress: Progress) => void;
  signal?: AbortSignal;
}

/** Copied where the folder has them. */
const AS_THEY_ARE = [
  'tokenizer.json',
  'generation_config.json',
  'chat_template.json',
  'chat_template.jinja',
  'PROVENANCE.md',
];

/**
 * Turns a SmolVLM or Idefics3 folder (safetensors) into ONNX, float32 throughout. The same folder gives the same bytes.
 * @throws ModelError naming the file, the cause and the remedy; CancelledError
 */
export async function exportOnnx(
  name: string,
  files: readonly ModelFile[],
  options: ExportOptions = {},
): Promise<ModelFile[]> {
  const folder = new ModelFolder(name, files);
  const json = await folder.text('config.json');
  const config = parseConfig(json);
  const profile = profileOf(config);
  if (profile !== IDEFICS3) {
    throw new ModelError({
      file: 'config.json',
      cause: `Its model_type is ${config.architecture}; only SmolVLM and Idefics3 are turned into ONNX.`,
      remedy: 'Choose a folder of its ONNX export instead, or load a SmolVLM.',
    });
  }
  const reader = await TensorReader.open(folder, profile, { synthetic: false, ...options });
  const origin: Record<string, string> = { model: name };
  // Those that are read, one after another: a shard may have gigabytes.
  for (const { path, blob } of (await weightFiles(folder)).files) {
    if (options.signal?.aborted) throw new CancelledError();
    origin[`sha256 ${path}`] = hexadecimal(await crypto.subtle.digest('SHA-256', await blob.arrayBuffer()));
  }
  const made: ModelFile[] = [];
  for (const [file, build] of [
    ['vision_encoder', visionEncoder],
    ['embed_tokens', tokenEmbedding],
    ['decoder_model_merged', mergedDecoder],
  ] as const) {
    made.push({ path: `onnx/${file}.onnx`, blob: (await build(config, reader)).toBlob(origin) });
  }
  const text = (path: string, value: unknown): ModelFile => ({
    path,
    blob: new Blob([`${JSON.stringify(value, null, 2)}\n`], { type: 'application/json' }),
  });
  const object = (content: string, file: string): Record<string, unknown> =>
    parseJson(content, file) as Record<string, unknown>;
  const optional = async (file: string): Promise<Record<string, unknown>> =>
    object((await folder.optionalText(file)) ?? '{}', file);
  made.push(
    text('config.json', {
      ...object(json, 'config.json'),
      'transformers.js_config': { dtype: 'fp32', kv_cache_dtype: { fp32: 'float32' } },
    }),
    text('preprocessor_config.json', {
      max_image_size: { longest_edge: config.vision.imageSize },
      ...(await optional('preprocessor_config.json')),
      // transformers.js finds its classes by these two.
      image_processor_type: 'Idefics3ImageProcessor',
      processor_class: 'Idefics3Processor',
    }),
    text('processor_config.json', {
      ...(await optional('processor_config.json')),
      image_seq_len: config.imageTokens,
      processor_class: 'Idefics3Processor',
    }),
    text('tokenizer_config.json', {
      ...(await optional('tokenizer_config.json')),
      processor_class: 'Idefics3Processor',
    }),
    text('export.json', { ...origin, opset: OPSET, dtype: 'float32', parameters: reader.parameters }),
  );
  for (const path of AS_THEY_ARE) {
    const file = folder.find(path);
    if (file !== null) made.push({ path, blob: file.blob });
  }
  return made;
}
