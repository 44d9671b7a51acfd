/** Failures of the GPU inside a scope are exceptions there, and leave the device healthy for what comes next. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { checkHealth, closeDevice, openDevice } from '../../src/device';
import { allocate, launch, type Kernel } from '../../src/device/kernel';
import { allocating, memoryOffer, probeMemory, scoped } from '../../src/device/scopes';
import * as tf from '../../src/device/tf';
import { openedGpu } from '../../src/device/webgpu';
import { DeviceError } from '../../src/protocol';
import { openBackend } from '../support/backends';

const BROKEN: Kernel = {
  name: 'test broken in a scope',
  outputs: { x: 'f32' },
  inputs: {},
  uniforms: { by: 'u32' },
  code: '@compute @workgroup_size(1) fn main() { x[p.by] = notDeclared; }',
};

beforeEach(() => openDevice('webgpu', []));
afterEach(closeDevice);

describe('scopes', () => {
  test('what goes well passes through', async () => {
    const x = await allocating('a test', 400, () => tf.fill([100], 2));
    expect([...(await scoped('a test', () => tf.square(x).data()))]).toEqual(new Array(100).fill(4));
    checkHealth();
  });

  test('an allocation that the GPU refuses names what and how much, and is taken back', async () => {
    const { numTensors } = tf.memory();
    const bytes = 2 * openedGpu()!.limits.maxBufferSize;
    const refused = allocating('the frozen weights', bytes, () => allocate([bytes / 4]), tf.dispose);
    await expect(refused).rejects.toThrow(DeviceError);
    await expect(refused).rejects.toThrow(/no room for the frozen weights, \d+(\.\d)? [GM]B/);
    expect(tf.memory().numTensors).toBe(numTensors);
    // Its error was caught by the scope: the device goes on.
    expect([...(await tf.add(tf.tensor1d([1]), 1).data())]).toEqual([2]);
    checkHealth();
  });

  test('a refused command is an exception of its scope alone', async () => {
    const step = scoped('the step', () => launch(BROKEN, { x: tf.tensor1d([1]) }, { by: 0 }, [1, 1, 1]));
    await expect(step).rejects.toThrow(/refused a command of the step/);
    checkHealth();
  });

  test('what the work throws is thrown, and the scopes are closed', async () => {
    const fails = (): never => {
      throw new TypeError('its own');
    };
    await expect(scoped('a test', fails)).rejects.toThrow('its own');
    await expect(allocating('a test', 4, fails)).rejects.toThrow('its own');
    await expect(openedGpu()!.popErrorScope()).rejects.toThrow();
  });

  test('without a GPU the work just runs', async () => {
    await openBackend('wasm');
    expect([...(await allocating('a test', 4, () => tf.add(1, 1).data()))]).toEqual([2]);
    expect(() => memoryOffer()).toThrow('No WebGPU device is open');
  });

  test('a trial takes what it asks for where there is that much, and gives it back', async () => {
    const { maxBufferSize, maxStorageBufferBindingSize } = openedGpu()!.limits;
    expect(memoryOffer()).toEqual({
      largestBuffer: maxBufferSize,
      largestBinding: maxStorageBufferBindingSize,
      tried: null,
      more: false,
    });
    for (let i = 0; i < 3; i++) expect(await probeMemory(1e6)).toMatchObject({ tried: 1e6, more: true });
    checkHealth();
  });
});
