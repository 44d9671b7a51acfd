/** The files of a model folder, found by name wherever the folder begins. */
import { ModelError, type ModelFile } from '../protocol';

export class ModelFolder {
  private readonly files: readonly ModelFile[];

  /** Of several models in `files`, the one whose `config.json` lies highest: files of two are never mixed. */
  constructor(
    readonly name: string,
    files: readonly ModelFile[],
  ) {
    const config = highest(files, 'config.json');
    const root = config === null ? '' : config.path.slice(0, -'config.json'.length);
    this.files = files.filter(({ path }) => path.startsWith(root));
  }

  /** The file with this name (the one that lies highest, where several have it), or null. */
  find(name: string): ModelFile | null {
    return highest(this.files, name);
  }

  /** The file at exactly this path, or null. */
  at(path: string): ModelFile | null {
    return this.files.find((file) => file.path === path) ?? null;
  }

  /** @throws ModelError when it is missing. */
  async text(name: string): Promise<string> {
    const text = await this.optionalText(name);
    if (text === null) {
      throw new ModelError({
        file: `${this.name}/${name}`,
        cause: 'The model folder does not have this file.',
        remedy:
          'Choose the whole folder as it lies on Hugging Face: config.json, *.safetensors, tokenizer.json, preprocessor_config.json.',
      });
    }
    return text;
  }

  async optionalText(name: string): Promise<string | null> {
    const file = this.find(name);
    return file === null ? null : file.blob.text();
  }

  /** All weight files, sorted by name. @throws ModelError when there is none. */
  weights(): ModelFile[] {
    const found = this.files.filter(({ path }) => path.endsWith('.safetensors'));
    if (found.length === 0) {
      throw new ModelError({
        file: this.name,
        cause: 'The model folder has no .safetensors file.',
        remedy: 'Choose a folder with model.safetensors; .bin and .gguf files are not read.',
      });
    }
    return found.sort((a, b) => (a.path < b.path ? -1 : 1));
  }
}

/** The file with this name that lies in the fewest folders; of equals the first by path. */
export function highest(files: readonly ModelFile[], name: string): ModelFile | null {
  const depth = ({ path }: ModelFile): number => path.split('/').length;
  const found = files.filter(({ path }) => path === name || path.endsWith(`/${name}`));
  return found.sort((a, b) => depth(a) - depth(b) || (a.path < b.path ? -1 : 1))[0] ?? null;
}
