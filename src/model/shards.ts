/**
 * Which files hold a model's weights, as transformers chooses them: `model.safetensors` alone where it is there, else
 * the shards that `model.safetensors.index.json` names, else every safetensors file of the folder. The index is as
 * little trusted as the files: its names stay inside the folder, and what it says of each tensor is held against the
 * shards' own headers.
 */
import { ModelError, type ModelFile } from '../protocol';
import { parseJson } from './config_fields';
import type { ModelFolder } from './folder';
import { duplicateKey, type SafetensorsFile } from './safetensors';

export const WHOLE = 'model.safetensors';
export const INDEX = 'model.safetensors.index.json';

/** An index of the largest published models has a few MB. */
const LARGEST_INDEX = 64 * 2 ** 20;

/** `model-00002-of-00003.safetensors` */
const NUMBERED = /-(\d{5})-of-(\d{5})\.safetensors$/;

export interface WeightFiles {
  files: ModelFile[];
  /** The shard of each tensor by the index, or null without one. */
  index: { path: string; shardOf: ReadonlyMap<string, string> } | null;
}

/** @throws ModelError for no weights, a broken index, a name that leaves the folder, or a missing shard. */
export async function weightFiles(folder: ModelFolder): Promise<WeightFiles> {
  const whole = folder.find(WHOLE);
  if (whole !== null) return { files: [whole], index: null };
  const index = folder.find(INDEX);
  if (index === null) {
    const files = folder.weights();
    refuseGaps(files);
    return { files, index: null };
  }
  const shardOf = await parseIndex(index);
  const below = index.path.slice(0, -INDEX.length);
  const names = [...new Set(shardOf.values())].sort();
  const files = names.map((name) => folder.at(below + name));
  const missing = names.filter((_, i) => files[i] === null);
  if (missing.length > 0) throw missingShard(index.path, missing, names.length);
  return { files: files.filter((file) => file !== null), index: { path: index.path, shardOf } };
}

/** @throws ModelError where a tensor is not in the shard that the index says. */
export function checkIndex({ index }: WeightFiles, shards: readonly SafetensorsFile[]): void {
  if (index === null) return;
  const byName = new Map(shards.map((shard) => [shard.path.slice(shard.path.lastIndexOf('/') + 1), shard]));
  for (const [tensor, name] of index.shardOf) {
    if (byName.get(name)?.tensors.has(tensor)) continue;
    throw damaged(index.path, `It says that tensor ${JSON.stringify(tensor)} is in ${name}, which does not have it.`);
  }
}

async function parseIndex({ path, blob }: ModelFile): Promise<Map<string, string>> {
  if (blob.size > LARGEST_INDEX) throw damaged(path, `It has ${blob.size} bytes, more than any index.`);
  const text = await blob.text();
  const root = parseJson(text, path);
  const twice = duplicateKey(text);
  if (twice !== null) throw damaged(path, `It names ${JSON.stringify(twice)} twice.`);
  const map = isRecord(root) ? root['weight_map'] : undefined;
  if (!isRecord(map)) throw damaged(path, 'It has no weight_map.');
  const shardOf = new Map<string, string>();
  for (const [tensor, name] of Object.entries(map)) {
    if (typeof name !== 'string') throw damaged(path, `The shard of ${JSON.stringify(tensor)} is not a file name.`);
    // A name of this folder, as published indices have it: no path, so none that leads out of it.
    if (!/^[^/\\\0]+\.safetensors$/.test(name) || name.startsWith('.'))
      throw damaged(
        path,
        `${JSON.stringify(name.slice(0, 200))} is not the name of a safetensors file of this folder.`,
      );
    shardOf.set(tensor, name);
  }
  if (shardOf.size === 0) throw damaged(path, 'Its weight_map is empty.');
  return shardOf;
}

/** Without an index the names themselves say how many there should be. */
function refuseGaps(files: readonly ModelFile[]): void {
  for (const { path } of files) {
    const [, , of] = NUMBERED.exec(path) ?? [];
    if (of === undefined) continue;
    const stem = path.replace(NUMBERED, '');
    const wanted = Array.from(
      { length: Math.min(Number(of), 10_000) },
      (_, i) => `${stem}-${String(i + 1).padStart(5, '0')}-of-${of}.safetensors`,
    );
    const missing = wanted.filter((name) => !files.some((file) => file.path === name));
    if (missing.length > 0) throw missingShard(path, missing, wanted.length);
  }
}

function missingShard(path: string, missing: readonly string[], count: number): ModelError {
  return new ModelError({
    file: path,
    cause: `${missing.length} of the model's ${count} weight files ${missing.length === 1 ? 'is' : 'are'} missing: ${missing.slice(0, 3).join(', ')}${missing.length > 3 ? ', ...' : ''}.`,
    remedy: 'Get the missing files from where the others came from, and choose the folder again.',
  });
}

function damaged(path: string, cause: string): ModelError {
  return new ModelError({ file: path, cause, remedy: 'Get the index again: it does not belong to these weights.' });
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
