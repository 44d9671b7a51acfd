/** Finds tensors over all weight files of a folder, and checks their shapes. */
import { CancelledError, ModelError } from '../protocol';
import type { LoadOptions } from './api';
import type { Profile } from './profiles';
import { SUPPORTED } from './profiles/supported';
import type { ModelFolder } from './folder';
import { PiecewiseHash } from './hash';
import { parseSafetensors, readBytes, toFloat32, type SafetensorsFile, type TensorEntry } from './safetensors';
import { checkIndex, weightFiles } from './shards';

export interface RawTensor {
  name: string;
  file: SafetensorsFile;
  dtype: string;
  bytes: Uint8Array<ArrayBuffer>;
}

export class TensorReader {
  parameters = 0;
  readonly tower = new PiecewiseHash();
  /** Of every tensor that was read, once, in the order of reading. */
  readonly whole = new PiecewiseHash();
  private readonly counted = new Set<string>();
  private bytes = 0;
  private readonly started = performance.now();

  private constructor(
    private readonly where: ReadonlyMap<string, { file: SafetensorsFile; entry: TensorEntry }>,
    private readonly folder: string,
    private readonly total: number,
    private readonly options: LoadOptions,
    private readonly profile: Profile,
  ) {}

  static async open(folder: ModelFolder, profile: Profile, options: LoadOptions): Promise<TensorReader> {
    const where = new Map<string, { file: SafetensorsFile; entry: TensorEntry }>();
    let total = 0;
    const chosen = await weightFiles(folder);
    const shards: SafetensorsFile[] = [];
    for (const { path, blob } of chosen.files) {
      const file = await parseSafetensors(path, blob);
      shards.push(file);
      total += blob.size;
      for (const [name, entry] of file.tensors) {
        const other = where.get(name);
        if (other !== undefined) {
          throw new ModelError({
            file: path,
            cause: `Tensor ${JSON.stringify(name)} is also in ${other.file.path}.`,
            remedy: 'Choose a folder with the files of one model only.',
          });
        }
        where.set(name, { file, entry });
      }
    }
    checkIndex(chosen, shards);
    return new TensorReader(where, folder.name, total, options, profile);
  }

  has(name: string): boolean {
    return this.find(name) !== undefined;
  }

  async float32(name: string, shape: readonly number[]): Promise<Float32Array<ArrayBuffer>> {
    const { file, dtype, bytes } = await this.raw(name, shape);
    return toFloat32(file, dtype, bytes, name);
  }

  /** By our name or, in another layout of the same model's files, by theirs. */
  async raw(name: string, shape: readonly number[]): Promise<RawTensor> {
    if (this.options.signal?.aborted) throw new CancelledError();
    const found = this.find(name);
    if (found === undefined) {
      throw new ModelError({
        file: `${this.folder}/*.safetensors`,
        cause: `Tensor ${JSON.stringify(name)} is missing.`,
        remedy: `Choose the whole folder of a model; an adapter alone does not have it. ${SUPPORTED}`,
      });
    }
    const { file, entry } = found;
    if (entry.shape.join() !== shape.join()) {
      throw new ModelError({
        file: file.path,
        cause: `Tensor ${JSON.stringify(name)} has shape [${entry.shape.join(', ')}], but config.json asks for [${shape.join(', ')}].`,
        remedy: 'Use the config.json that was published with these weights.',
      });
    }
    const bytes = await readBytes(file, entry);
    if (this.options.features !== undefined && name.startsWith(`${this.profile.names.vision}.`))
      await this.tower.add(bytes);
    if (!this.counted.has(name)) {
      this.counted.add(name);
      await this.whole.add(bytes);
      this.parameters += shape.reduce((product, size) => product * size, 1);
      this.bytes += entry.end - entry.begin;
    }
    const rate = this.bytes / Math.max(1e-3, (performance.now() - this.started) / 1000);
    this.options.onProgress?.({
      label: file.path,
      done: this.bytes,
      total: this.total,
      unit: 'bytes',
      rate,
      secondsLeft: (this.total - this.bytes) / rate,
    });
    return { name, file, dtype: entry.dtype, bytes };
  }

  private find(name: string): { file: SafetensorsFile; entry: TensorEntry } | undefined {
    const direct = this.where.get(name);
    if (direct !== undefined) return direct;
    for (const [ours, theirs] of this.profile.aliases) {
      const found = name.startsWith(ours) ? this.where.get(theirs + name.slice(ours.length)) : undefined;
      if (found !== undefined) return found;
    }
    return undefined;
  }
}
