/** Which backend opens and why, and that a GPU which fails makes the step fail. */
import { afterEach, describe, expect, test } from 'vitest';
import { checkHealth, closeDevice, memoryInfo, openDevice, resetPeak } from '../../src/device';
import * as tf from '../../src/device/tf';
import { judgeAdapter } from '../../src/device/webgpu';
import { DeviceError } from '../../src/protocol';
import { BACKENDS, openBackend, wasmBinaries } from '../support/backends';

afterEach(closeDevice);

async function works(): Promise<void> {
  const product = tf.matMul(tf.tensor2d([[1, 2]]), tf.tensor2d([[3], [4]]));
  expect([...(await product.data())]).toEqual([11]);
  checkHealth();
}

describe('the choice', () => {
  test('auto takes WASM where WebGPU has only a software adapter, and says so', async () => {
    const info = await openDevice('auto', await wasmBinaries());
    expect(info).toMatchObject({ backend: 'wasm', software: true, forced: false });
    expect(info.reason).toMatch(/software adapter/);
    expect(tf.getBackend()).toBe('wasm');
    await works();
  });

  test('either can be forced, again and again', async () => {
    for (const backend of [...BACKENDS, ...BACKENDS]) {
      const info = await openBackend(backend);
      expect(info).toMatchObject({ backend, software: true, forced: true });
      expect(tf.getBackend()).toBe(backend);
      await works();
    }
  });

  test('a damaged WASM binary is refused with a remedy, and a good one works afterwards', async () => {
    const broken = [{ name: 'tfjs-backend-wasm-simd.wasm', bytes: new ArrayBuffer(8) }];
    await expect(openDevice('wasm', broken)).rejects.toThrow(DeviceError);
    await openBackend('wasm');
    await works();
  });

  test('PowerVR is refused, processors are recognised', () => {
    const adapter = (info: Partial<GPUAdapterInfo>): GPUAdapter =>
      ({ info: { vendor: '', architecture: '', device: '', description: '', ...info } }) as GPUAdapter;
    expect(judgeAdapter(adapter({ vendor: 'img-tec' }))).toMatchObject({ adapter: null });
    expect(judgeAdapter(adapter({ vendor: 'img-tec' })).reason).toMatch(/wrong gradients/);
    expect(judgeAdapter(adapter({ vendor: 'google', architecture: 'swiftshader' })).software).toBe(true);
    expect(judgeAdapter(adapter({ description: 'llvmpipe (LLVM 15.0.6, 256 bits)' })).software).toBe(true);
    expect(judgeAdapter(adapter({ vendor: 'mesa', isFallbackAdapter: true })).software).toBe(true);
    expect(judgeAdapter(adapter({ vendor: 'nvidia', architecture: 'ampere' })).software).toBe(false);
    expect(judgeAdapter(adapter({})).words).toBe('unnamed adapter');
  });
});

describe('health', () => {
  const device = (): GPUDevice => (tf.backend() as unknown as { device: GPUDevice }).device;

  test('an error that nobody captured fails the next check, until the device is opened anew', async () => {
    await openBackend('webgpu');
    checkHealth();
    device().createBuffer({ size: 4, usage: 0 });
    await device().queue.onSubmittedWorkDone();
    await expect.poll(() => failed()).toMatch(/The GPU refused a command/);
    await openBackend('webgpu');
    await works();
  });

  test('a lost device fails the check and can be replaced', async () => {
    await openBackend('webgpu');
    device().destroy();
    await expect.poll(() => failed()).toMatch(/The GPU device was lost/);
    await openBackend('webgpu');
    await works();
  });

  function failed(): string {
    try {
      checkHealth();
      return '';
    } catch (error) {
      expect(error).toBeInstanceOf(DeviceError);
      return (error as DeviceError).message;
    }
  }
});

test.each(BACKENDS)('memory on %s: what lives, and the peak', async (backend) => {
  await openBackend(backend);
  resetPeak();
  const before = memoryInfo();
  const large = tf.ones([256, 1024]);
  await tf.add(large, 1).data();
  const during = memoryInfo();
  expect(during.bytes - before.bytes).toBeGreaterThanOrEqual(2 ** 20);
  expect(during.tensors - before.tensors).toBe(2);
  large.dispose();
  expect(memoryInfo().peakBytes).toBe(during.bytes);
});
