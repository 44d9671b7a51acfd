/** Numbers of an adapter's files. */
import { readFloat32, type NamedArray, type SafetensorsFile } from '../model';
import { CancelledError, ModelError, type CallContext } from '../protocol';

/** Hears of progress and of a cancellation. */
export type Reading = Partial<Pick<CallContext, 'signal' | 'progress'>>;

/**
 * Tensor by tensor.
 *
 * @param found keys of the file by the names that they get
 * @throws ModelError where a number is not finite; CancelledError
 */
export async function readTensors(
  file: SafetensorsFile,
  found: ReadonlyMap<string, string>,
  { signal, progress }: Reading,
): Promise<Map<string, NamedArray>> {
  const values = new Map<string, NamedArray>();
  const sizeOf = (key: string): number => {
    const { begin, end } = file.tensors.get(key)!;
    return end - begin;
  };
  const total = [...found.values()].reduce((sum, key) => sum + sizeOf(key), 0);
  const started = performance.now();
  let done = 0;
  for (const [name, key] of found) {
    if (signal?.aborted) throw new CancelledError();
    values.set(name, await finite(file, key));
    done += sizeOf(key);
    const rate = done / Math.max(1e-3, (performance.now() - started) / 1000);
    progress?.({ label: file.path, done, total, unit: 'bytes', rate, secondsLeft: (total - done) / rate });
  }
  return values;
}

/** @throws ModelError where a number is not finite */
export async function finite(file: SafetensorsFile, key: string): Promise<NamedArray> {
  const entry = file.tensors.get(key)!;
  const data = await readFloat32(file, entry);
  if (data.some((value) => !Number.isFinite(value))) {
    throw new ModelError({
      file: file.path,
      cause: `Tensor ${JSON.stringify(key)} holds numbers that are not finite.`,
      remedy: 'Choose an earlier checkpoint: this training ran away.',
    });
  }
  return { shape: [...entry.shape], data };
}
