/**
 * A PEFT folder, made by Python or by this page, as trainable values for the loaded backbone. Nothing is guessed: every
 * tensor of the file must be one that this backbone trains, in its shape, and none of a set may be missing. What the
 * folder does not hold (a projector that was not trained, say) stays as in the backbone.
 */
import {
  highest,
  HEAD_BIAS,
  HEAD_WEIGHT,
  LM_HEAD,
  PEFT_PREFIX,
  parseSafetensors,
  type AdapterOptions,
  type NamedArray,
  type SafetensorsFile,
  type VisionLanguageModel,
} from '../model';
import { ModelError, type HeadTraining, type ModelFile } from '../protocol';
import { ADAPTER_CONFIG, parsePeftConfig, type PeftConfig } from './peft_config';
import { importHead, type Shapes } from './peft_head';
import { readTensors, type Reading } from './peft_tensors';

export const ADAPTER_WEIGHTS = 'adapter_model.safetensors';

/** What peft calls a frozen layer under its adapter; with one on `lm_head` it saves that layer and the embedding too. */
const FROZEN_COPIES = /(^|\.)(embed_tokens\.weight|base_layer\.weight|base_layer\.bias)$/;

export interface ImportedAdapter {
  options: Omit<AdapterOptions, 'seed'> & { lmHead: HeadTraining };
  /** By the state's names, in Python's layout. */
  values: Map<string, NamedArray>;
  /** True where the folder holds a live/spoof head that was trained. */
  head: boolean;
  /** What the user should know, as sentences. */
  notes: string[];
}

/** What is asked of the loaded backbone. */
export type AdapterTarget = Pick<VisionLanguageModel, 'name' | 'trainable' | 'ownName'>;

/**
 * @throws ModelError naming the file, the feature or tensor, and what is supported; CancelledError when the signal of
 * `context` fires.
 */
export async function importAdapter(
  folder: string,
  files: readonly ModelFile[],
  backbone: AdapterTarget,
  context: Reading = {},
): Promise<ImportedAdapter> {
  const described = highest(files, ADAPTER_CONFIG) ?? absent(folder, files, ADAPTER_CONFIG);
  const config = parsePeftConfig(await described.blob.text(), described.path);
  // Its neighbours only: a folder of checkpoints holds several of each.
  const below = described.path.slice(0, -ADAPTER_CONFIG.length);
  const beside = (name: string): ModelFile | null => files.find(({ path }) => path === below + name) ?? null;
  const weights = beside(ADAPTER_WEIGHTS) ?? absent(folder, files, ADAPTER_WEIGHTS);
  const file = await parseSafetensors(weights.path, weights.blob);
  const options = optionsOf(config, file);
  const shapes = backbone.trainable({ ...options, seed: 0 });
  const found = matched(file, config, shapes, backbone);
  const notes = [...config.notes, ...refuseMissing(file, config, shapes, found)];
  if (config.base !== null && lastPart(config.base) !== lastPart(backbone.name))
    notes.push(`It was made for ${lastPart(config.base)}; names and shapes fit ${backbone.name}, which is loaded.`);
  const values = await readTensors(file, found, context);
  const head = await importHead(beside, shapes, values);
  if (!head) notes.push('It has no live/spoof head: only what its text says can be read.');
  return { options, values, head, notes };
}

/** Rank and scale from the configuration; which towers have adapters, and how lm_head was trained, from the tensors. */
function optionsOf(config: PeftConfig, file: SafetensorsFile): ImportedAdapter['options'] {
  const names = [...file.tensors.keys()];
  return {
    loraRank: config.rank,
    loraAlpha: config.alpha,
    loraVision: names.some((name) => /vision/.test(name) && /lora_[AB]\.weight$/.test(name)),
    lmHead: names.some((name) => /(^|\.)lm_head\.lora_[AB]\.weight$/.test(name))
      ? 'adapter'
      : names.some((name) => /(^|\.)lm_head\.weight$/.test(name))
        ? 'full'
        : 'frozen',
  };
}

/** Key in the file of each of the backbone's trained tensors that it holds. */
function matched(
  file: SafetensorsFile,
  config: PeftConfig,
  shapes: Shapes,
  backbone: AdapterTarget,
): Map<string, string> {
  const found = new Map<string, string>();
  const load = loadOther(config);
  for (const [key, { shape }] of file.tensors) {
    const name = backbone.ownName(key.startsWith(PEFT_PREFIX) ? key.slice(PEFT_PREFIX.length) : key);
    const wanted = name === HEAD_WEIGHT || name === HEAD_BIAS ? undefined : shapes.get(name);
    if (wanted === undefined) {
      if (FROZEN_COPIES.test(name)) {
        refuseResized(file, key, config, backbone);
        continue;
      }
      throw new ModelError({
        file: file.path,
        cause: `Tensor ${JSON.stringify(key.slice(0, 200))} belongs to nothing that is trained of ${backbone.name}.`,
        remedy: `${load} Adapters of q_proj, k_proj, v_proj and lm_head are read, and a projector or lm_head that was trained whole (for example ${[...shapes.keys()][0] ?? 'none'}).`,
      });
    }
    if (shape.join() !== wanted.join()) {
      throw new ModelError({
        file: file.path,
        cause: `Tensor ${JSON.stringify(key)} has shape [${shape.join(', ')}]; with the rank of ${ADAPTER_CONFIG}, ${backbone.name} asks for [${wanted.join(', ')}].`,
        remedy: `${load} All layers must have the one rank r.`,
      });
    }
    found.set(name, key);
  }
  return found;
}

/** A copy of the embedding with other rows is not a copy: tokens were added, and peft saved it for that. */
function refuseResized(file: SafetensorsFile, key: string, config: PeftConfig, backbone: AdapterTarget): void {
  const { shape } = file.tensors.get(key)!;
  const own = backbone
    .trainable({ loraRank: 1, loraAlpha: 1, loraVision: false, lmHead: 'full', seed: 0 })
    .get(LM_HEAD);
  if (!key.endsWith('embed_tokens.weight') || own === undefined || shape.join() === own.join()) return;
  throw new ModelError({
    file: file.path,
    cause: `Its embedding has the shape [${shape.join(', ')}], that of ${backbone.name} [${own.join(', ')}]: tokens were added.`,
    remedy: `${loadOther(config)} An adapter that changes the vocabulary is not supported.`,
  });
}

/** Names that differ in the layer's number only are a set: all or none of it is there. Returns notes. */
function refuseMissing(
  file: SafetensorsFile,
  config: PeftConfig,
  shapes: Shapes,
  found: ReadonlyMap<string, string>,
): string[] {
  const missing = (name: string): ModelError =>
    new ModelError({
      file: file.path,
      cause: `Tensor ${JSON.stringify(PEFT_PREFIX + name)} is missing.`,
      remedy: `Get the file again. ${loadOther(config)}`,
    });
  if (found.size === 0)
    throw new ModelError({
      file: file.path,
      cause: 'It holds no adapter.',
      remedy: 'Choose the folder that peft saved.',
    });
  const sets = new Map<string, string[]>();
  for (const name of shapes.keys()) {
    const set = name.replace(/\.\d+\./g, '.*.').replace(/lora_[AB]\.weight$/, 'lora');
    sets.set(set, [...(sets.get(set) ?? []), name]);
  }
  const untouched: string[] = [];
  for (const [set, names] of sets) {
    if (!set.endsWith('.lora')) continue;
    const absent = names.filter((name) => !found.has(name));
    if (absent.length === names.length) untouched.push(set.split('.').at(-2) ?? set);
    else if (!config.someLayers && absent.length > 0) throw missing(absent[0]!);
    // Of a pair A and B both or none: one alone would be trained from a random other.
    for (const name of absent) {
      const other = name.replace(/lora_([AB])\.weight$/, (_, side) => `lora_${side === 'A' ? 'B' : 'A'}.weight`);
      if (found.has(other)) throw missing(name);
    }
  }
  for (const module of config.modulesToSave) {
    const last = lastModule(module);
    const names = [...shapes.keys()].filter(
      (name) => name.split('.').slice(0, -1).includes(last) && !/lora_/.test(name),
    );
    // What trains of lm_head was taken from the tensors that are there.
    if (names.length === 0 && last === 'lm_head') throw missing('lm_head.weight');
    if (names.length === 0) {
      throw new ModelError({
        file: ADAPTER_CONFIG,
        cause: `Its modules_to_save names ${JSON.stringify(module)}, which this backbone does not train.`,
        remedy: 'The projector and lm_head can be in modules_to_save.',
      });
    }
    const absent = names.find((name) => !found.has(name));
    if (absent !== undefined) throw missing(absent);
  }
  return untouched.length === 0
    ? []
    : [
        `It has no adapter on ${[...new Set(untouched)].join(', ')}: nothing is added there until it is trained further.`,
      ];
}

function absent(folder: string, files: readonly ModelFile[], name: string): never {
  throw new ModelError({
    file: `${folder}/${name}`,
    cause: 'The adapter folder does not have this file.',
    remedy:
      name === ADAPTER_WEIGHTS && files.some(({ path }) => path.endsWith('adapter_model.bin'))
        ? 'Save it with safe_serialization=True: .bin files may run code and are not read.'
        : `Choose a folder that peft saved: ${ADAPTER_CONFIG} and ${ADAPTER_WEIGHTS}.`,
  });
}

const loadOther = ({ base }: PeftConfig): string =>
  `Load the backbone that the adapter was made for${base === null ? '' : ` (${lastPart(base)})`}.`;

const lastPart = (path: string): string =>
  path
    .split(/[/\\]/)
    .filter((part) => part !== '')
    .at(-1) ?? path;
const lastModule = (module: string): string => module.split('.').at(-1) ?? module;
