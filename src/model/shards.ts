/** Whether every file that `model.safetensors.index.json` names is there. */
import { ModelError } from '../protocol';
import { parseJson } from './config_fields';
import type { ModelFolder } from './folder';

const INDEX = 'model.safetensors.index.json';

/** Nothing to check in a folder without an index. @throws ModelError naming the files that are missing */
export async function checkShards(folder: ModelFolder): Promise<void> {
  const json = await folder.optionalText(INDEX);
  if (json === null) return;
  const map = (parseJson(json, INDEX) as { weight_map?: unknown } | null)?.weight_map;
  const shards = typeof map === 'object' && map !== null ? [...new Set(Object.values(map))] : [];
  if (shards.length === 0 || !shards.every((shard) => typeof shard === 'string')) {
    throw new ModelError({ file: INDEX, cause: 'It has no weight_map of file names.', remedy: 'Get the file again.' });
  }
  const missing = shards.filter((shard) => folder.find(shard) === null);
  if (missing.length > 0) {
    throw new ModelError({
      file: `${folder.name}/${missing[0]!}`,
      cause: `The model has ${shards.length} weight files, of which ${missing.length} ${missing.length === 1 ? 'is' : 'are'} missing: ${missing.join(', ')}.`,
      remedy: 'Get the missing files and choose the whole folder again.',
    });
  }
}
