/**
 * Compiles the WASM kernels (AssemblyScript, `src/ops/wasm/assembly`) into `src/ops/wasm/module.generated.ts`:
 * `node tools/wasm_kernels.mjs`. A test compiles them again and compares.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { inRoot } from './lib/paths.mjs';

/**
 * What this needs of the compiler. Its own types would add AssemblyScript's globals to every file of the check.
 * @typedef {object} Host
 * @property {(name: string) => string | null} readFile
 * @property {(name: string, contents: Uint8Array | string) => void} writeFile
 * @property {() => string[]} listFiles
 * @typedef {{ main(argv: string[], host: Host): Promise<{ error: Error | null, stderr: { toString(): string } }> }} Compiler
 */
const COMPILER = 'assemblyscript/asc';

const SOURCE = inRoot('src/ops/wasm/assembly');
export const GENERATED = inRoot('src/ops/wasm/module.generated.ts');

/**
 * One module. It imports its memory, and has neither data nor a stack in it: tfjs's own module owns that memory.
 * @param {boolean} relaxed with relaxed SIMD, whose multiply-add is one instruction where the processor has one
 * @returns {Promise<Uint8Array>}
 */
async function compile(relaxed) {
  /** @type {Uint8Array | null} */
  let binary = null;
  let text = '';
  const read = (/** @type {string} */ file) => {
    try {
      return readFileSync(file, 'utf8');
    } catch {
      return null;
    }
  };
  const { default: asc } = /** @type {{ default: Compiler }} */ (await import(COMPILER));
  const { error, stderr } = await asc.main(
    [
      'index.ts',
      ...['--outFile', 'kernels.wasm', '--textFile', 'kernels.wat', '--runtime', 'stub', '--importMemory'],
      ...['--enable', relaxed ? 'simd,relaxed-simd' : 'simd', '-O3', '--noAssert'],
    ],
    {
      readFile: (name) => read(join(SOURCE, name)),
      writeFile: (name, contents) => {
        if (name.endsWith('.wasm') && typeof contents !== 'string') binary = contents;
        else if (name.endsWith('.wat')) text = String(contents);
      },
      listFiles: () => [],
    },
  );
  if (error !== null || binary === null) throw new Error(`The WASM kernels do not compile.\n${stderr.toString()}`);
  const foreign = /^ \((data|global|table|start)\b.*/m.exec(text);
  if (foreign !== null) throw new Error(`The WASM kernels may not have this: ${foreign[0].trim()}`);
  return binary;
}

/** The generated file's content. */
export async function wasmKernels() {
  const base64 = async (/** @type {boolean} */ relaxed) => Buffer.from(await compile(relaxed)).toString('base64');
  return [
    '/** Made by `node tools/wasm_kernels.mjs` from `assembly/`; do not edit. Two WebAssembly modules in base64. */',
    '',
    '/** For every browser with SIMD. */',
    `export const SIMD =\n  '${await base64(false)}';`,
    '',
    '/** The same with relaxed SIMD. */',
    `export const RELAXED_SIMD =\n  '${await base64(true)}';`,
    '',
  ].join('\n');
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href)
  writeFileSync(GENERATED, await wasmKernels());
