/** Linear layers on WebGPU through workgroup memory, as on hardware. Their kernels take long to compile on a processor. */
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { checkHealth } from '../../src/device';
import { forgetChoices } from '../../src/device/selection';
import type { Packing } from '../../src/ops/types';
import { openBackend } from '../support/backends';
import { checkRandom, useLinear } from '../support/linear_layers';

beforeAll(async () => {
  expect((await openBackend('webgpu')).backend).toBe('webgpu');
});
beforeEach(() => useLinear('tiles'));
afterEach(() => {
  forgetChoices();
  checkHealth();
});

test.each<Packing>(['float32', 'bfloat16', 'float16', 'int8', 'int4'])('%s', (packing) =>
  checkRandom(packing, 67, 96, 76),
);

test('rows and columns at and past the edge of a tile', async () => {
  for (const [rows, outputs] of [
    [64, 64],
    [65, 132],
    [130, 8],
  ] as const)
    await checkRandom('bfloat16', rows, 72, outputs);
});

test('a few rows, added up in workgroup memory', async () => {
  await checkRandom('bfloat16', 1, 72, 36);
  await checkRandom('int8', 1, 352, 20);
  await checkRandom('bfloat16', 3, 72, 36);
});
