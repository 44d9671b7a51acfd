/** Layers with adapters on WebGPU through workgroup memory, as on hardware. */
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { checkHealth } from '../../src/device';
import { forgetChoices } from '../../src/device/selection';
import { checkAdapted, QKV } from '../support/adapted_layers';
import { openBackend } from '../support/backends';
import { useLinear } from '../support/linear_layers';

beforeAll(async () => {
  expect((await openBackend('webgpu')).backend).toBe('webgpu');
});
beforeEach(() => useLinear('tiles'));
afterEach(() => {
  forgetChoices();
  checkHealth();
});

test('q, k and v', () => checkAdapted(QKV));

test('one row', () => checkAdapted({ ...QKV, rows: 1 }));
