/** Fields of a model's `config.json`, each checked and named where it is not as it should be. */
import { ModelError } from '../protocol';
import { SUPPORTED } from './profiles/supported';

export type JsonObject = Readonly<Record<string, unknown>>;

const FILE = 'config.json';

/** Parses a JSON file of the folder. @throws ModelError */
export function parseJson(json: string, file: string): unknown {
  try {
    return JSON.parse(json) as unknown;
  } catch (error) {
    throw new ModelError({
      file,
      cause: `It is not JSON (${error instanceof Error ? error.message : String(error)}).`,
      remedy: 'Get the file again.',
    });
  }
}

export function unusable(cause: string): ModelError {
  return new ModelError({ file: FILE, cause, remedy: SUPPORTED });
}

export function asObject(value: unknown, path: string): JsonObject {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as JsonObject;
  throw unusable(path === '' ? 'It is not a JSON object.' : `${path} is missing.`);
}

const field = (path: string): string => path.slice(path.lastIndexOf('.') + 1);

/** `path`: where the field lies, for sentences; its last part is the key in `from`. */
export function whole(from: JsonObject, path: string, otherwise?: number): number {
  const value = from[field(path)] ?? otherwise;
  if (value === undefined) throw unusable(`${path} is missing.`);
  if (!Number.isInteger(value) || (value as number) < 1 || (value as number) > 2 ** 24) {
    throw unusable(`${path} is ${JSON.stringify(value)}, not a sensible whole number.`);
  }
  return value as number;
}

export function positive(from: JsonObject, path: string, otherwise: number): number {
  const value = from[field(path)] ?? otherwise;
  if (typeof value !== 'number' || !Number.isFinite(value) || value <= 0) {
    throw unusable(`${path} is ${JSON.stringify(value)}, not a positive number.`);
  }
  return value;
}

/** A field that is left out, or is one of `allowed`. */
export function require(from: JsonObject, path: string, allowed: readonly unknown[]): void {
  const value = from[field(path)];
  if (value !== undefined && value !== null && !allowed.includes(value)) {
    throw unusable(`${path} is ${JSON.stringify(value)}, which is not supported.`);
  }
}

/** The base of the rotary angles, from `rope_parameters` (transformers 5) or beside the other fields (before). */
export function ropeTheta(text: JsonObject): number {
  const scaling = text['rope_parameters'] ?? text['rope_scaling'];
  if (typeof scaling === 'object' && scaling !== null) {
    const { rope_type: type, type: oldType, rope_theta: theta } = scaling as Record<string, unknown>;
    const kind = type ?? oldType ?? 'default';
    if (kind !== 'default') throw unusable(`Its rotary embedding is of type ${JSON.stringify(kind)}.`);
    if (typeof theta === 'number' && theta > 0) return theta;
  }
  return positive(text, 'text_config.rope_theta', 10_000);
}
