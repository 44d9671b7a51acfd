/**
 * A backbone in the layout that transformers.js loads: `node tools/onnx/export.mjs --model public/models/tiny --out
 * out/tiny-onnx`. Reads a SmolVLM or Idefics3 folder (safetensors), writes ONNX in float32 with where it comes from
 * (`export.json`, and the metadata of each file). No Python is needed; `check.py` compares the result with PyTorch.
 */
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { readArguments, usage } from '../lib/args.mjs';
import { outFolder } from '../lib/folders.mjs';
import { LiveLine, main, say, Sentence } from '../lib/terminal.mjs';
import { loadTypeScript } from '../lib/typescript.mjs';

/** @type {Record<string, import('../lib/args.mjs').Option>} */
const OPTIONS = {
  model: { kind: 'text', help: 'model folder with config.json, *.safetensors and tokenizer.json' },
  out: { kind: 'text', help: 'folder to write to; files of the same name are replaced' },
};

await main(async () => {
  const command = 'onnx/export';
  const values = readArguments(command, OPTIONS, process.argv.slice(2));
  if (values['help']) return say(usage(command, OPTIONS));
  const { model, out } = values;
  if (!model) throw new Sentence('--model names the model folder.');
  const files = await filesOf(model).catch((/** @type {NodeJS.ErrnoException} */ { code }) => {
    throw new Sentence(`--model ${model}: the folder cannot be read (${code}).`);
  });
  outFolder(out);
  const { exportOnnx } = await loadTypeScript('src/onnx/index.ts');
  const line = new LiveLine(5);
  const onProgress = (/** @type {import('../../src/protocol').Progress} */ { label, done, total }) =>
    line.show(`${label}: ${(done / 1e6).toFixed(0)} of ${(total / 1e6).toFixed(0)} MB`);
  const made = await exportOnnx(basename(resolve(model)), files, { onProgress });
  line.end();
  for (const { path, blob } of made) {
    const target = join(out, path);
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, Buffer.from(await blob.arrayBuffer()));
    say(`${target}  ${blob.size} bytes`);
  }
});

/** @returns {Promise<{path: string, blob: Blob}[]>} */
async function filesOf(/** @type {string} */ folder) {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const paths = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return Promise.all(
    paths.map(async (path) => ({
      path: relative(folder, path).split(sep).join('/'),
      blob: new Blob([await readFile(path)]),
    })),
  );
}
