/** The WASM kernels that are shipped are those of the sources. */
import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { GENERATED, wasmKernels } from '../../tools/wasm_kernels.mjs';

test('compiling the WASM kernels again gives the same bytes', { timeout: 120_000 }, async () => {
  expect(readFileSync(GENERATED, 'utf8') === (await wasmKernels()), 'run node tools/wasm_kernels.mjs').toBe(true);
});
