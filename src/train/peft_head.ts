/** The live/spoof head beside an adapter: `classifier.safetensors`, described by `classifier.json`. */
import { HEAD_BIAS, HEAD_WEIGHT, parseSafetensors, type NamedArray } from '../model';
import { ModelError, type ModelFile } from '../protocol';
import { finite } from './peft_tensors';

export const CLASSIFIER = 'classifier.safetensors';

/** Of the tensors that a backbone trains, by name, in Python's layout. */
export type Shapes = ReadonlyMap<string, readonly number[]>;

/** Puts the head into `values`. @returns whether there is one, and one that was trained. @throws ModelError */
export async function importHead(
  beside: (name: string) => ModelFile | null,
  shapes: Shapes,
  values: Map<string, NamedArray>,
): Promise<boolean> {
  const found = beside(CLASSIFIER);
  if (found === null) return false;
  const file = await parseSafetensors(found.path, found.blob);
  for (const [key, name] of [
    ['weight', HEAD_WEIGHT],
    ['bias', HEAD_BIAS],
  ] as const) {
    const entry = file.tensors.get(key);
    const wanted = shapes.get(name);
    if (entry === undefined || entry.shape.join() !== wanted?.join()) {
      throw new ModelError({
        file: found.path,
        cause:
          entry === undefined
            ? `Tensor "${key}" is missing.`
            : `Tensor "${key}" has shape [${entry.shape.join(', ')}] instead of [${wanted?.join(', ') ?? ''}].`,
        remedy: 'Load the backbone that the head was made for, or take the file out of the folder.',
      });
    }
    values.set(name, await finite(file, key));
  }
  const description = beside('classifier.json');
  if (description === null) return true;
  const { labels, trained } = parsed(await description.blob.text());
  if (labels !== undefined && JSON.stringify(labels) !== '["live","spoof"]') {
    throw new ModelError({
      file: description.path,
      cause: `Its labels are ${JSON.stringify(labels)}.`,
      remedy: 'The rows of the head must be live and spoof, in this order.',
    });
  }
  return trained !== false;
}

function parsed(json: string): { labels?: unknown; trained?: unknown } {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'object' && value !== null ? value : {};
  } catch {
    return {};
  }
}
