/** The goldens of tools/golden/make_goldens.py, in Node and in the browser alike. */
import goldens from '../golden/tiny-goldens.json';
import { parseSafetensors, readFloat32, type SafetensorsFile } from '../../src/model/safetensors';
import type { ModelFile } from '../../src/protocol';

export { goldens };

export const FOLDER_FILES = [
  'config.json',
  'model.safetensors',
  'preprocessor_config.json',
  'tokenizer.json',
  'tokenizer_config.json',
];

/** Reads tests/golden/<path> as a Blob: by fetch in the browser, by the file system in Node. */
export type ReadGolden = (path: string) => Promise<Blob>;

export async function goldenFolder(read: ReadGolden): Promise<ModelFile[]> {
  return Promise.all(FOLDER_FILES.map(async (path) => ({ path, blob: await read(`tiny/${path}`) })));
}

export class GoldenTensors {
  private constructor(private readonly file: SafetensorsFile) {}

  static async open(read: ReadGolden): Promise<GoldenTensors> {
    return new GoldenTensors(
      await parseSafetensors('tiny-goldens.safetensors', await read('tiny-goldens.safetensors')),
    );
  }

  names(prefix: string): string[] {
    return [...this.file.tensors.keys()]
      .filter((name) => name.startsWith(prefix))
      .map((name) => name.slice(prefix.length));
  }

  shape(name: string): number[] {
    return this.entry(name).shape;
  }

  async read(name: string): Promise<Float32Array<ArrayBuffer>> {
    return readFloat32(this.file, this.entry(name));
  }

  private entry(name: string): { name: string; dtype: string; shape: number[]; begin: number; end: number } {
    const entry = this.file.tensors.get(name);
    if (entry === undefined) throw new Error(`The goldens have no ${name}`);
    return entry;
  }
}
