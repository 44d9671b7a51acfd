/** Choices of kernels: measured when asked on a software adapter, remembered by adapter and browser, forced by the user. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { closeDevice, openDevice } from '../../src/device';
import { allocate, launch } from '../../src/device/kernel';
import { forgetChoices, select } from '../../src/device/selection';
import type { DeviceInfo, KernelReport } from '../../src/protocol';
import { deleteSetting, loadSetting, saveSetting } from '../../src/store/settings';
import { adapterKey, prepareKernels } from '../../src/train/kernels';

const OPERATION = 'test choice';
let trials = 0;

const operation = select(
  OPERATION,
  ['slow', 'quick'].map((name) => ({ name, available: () => true })),
  () => 'slow',
  () => {
    trials++;
    const y = allocate([4096]);
    const times = (): number => (operation.current() === 'quick' ? 1 : 40);
    return {
      run: () => {
        for (let i = 0; i < times(); i++) {
          launch(
            {
              name: 'test choice',
              outputs: { y: 'f32' },
              inputs: {},
              uniforms: { value: 'f32' },
              code: '@compute @workgroup_size(64) fn main(@builtin(global_invocation_id) i: vec3<u32>) { y[i.x] = p.value; }',
            },
            { y },
            { value: i },
            [64, 1, 1],
          );
        }
      },
      dispose: () => y.dispose(),
    };
  },
);

let device: DeviceInfo;
beforeAll(async () => {
  device = await openDevice('webgpu', []);
});
beforeEach(async () => {
  trials = 0;
  forgetChoices();
  await deleteSetting('kernels');
});
afterAll(closeDevice);

const mine = (reports: KernelReport[]): KernelReport => reports.find((report) => report.operation === OPERATION)!;
const prepare = async (
  change: Partial<Parameters<typeof prepareKernels>[0]> = {},
  on = device,
): Promise<KernelReport> => mine(await prepareKernels({ forced: {}, again: false, ...change }, on));

test('a software adapter keeps its defaults until it is asked; then the fastest runs, in later visits too', async () => {
  expect(await prepare()).toMatchObject({ current: 'slow', forced: false });
  expect(trials).toBe(0);
  const measured = await prepare({ again: true });
  expect(measured).toMatchObject({ current: 'quick', forced: false });
  expect(trials).toBe(1);
  expect(await prepare()).toEqual(measured);
  expect(trials).toBe(1);
  await prepare({ again: true });
  expect(trials).toBe(2);
  const kept = (await loadSetting('kernels'))!;
  expect(kept.map(({ adapter }) => adapter)).toEqual([adapterKey(device, navigator.userAgent)]);
});

test('hardware is measured at its first use, and once', async () => {
  const hardware = { ...device, software: false, adapter: 'another' };
  expect(await prepare({}, hardware)).toMatchObject({ current: 'quick' });
  expect(await prepare({}, hardware)).toMatchObject({ current: 'quick' });
  expect(trials).toBe(1);
  // What one adapter taught says nothing of another.
  expect(await prepare()).toMatchObject({ current: 'slow' });
});

test('the user’s choice goes before what is fastest, and is named as such; one that is not there is ignored', async () => {
  await prepare({ again: true });
  expect(await prepare({ forced: { [OPERATION]: 'slow' } })).toMatchObject({ current: 'slow', forced: true });
  expect(await prepare({ forced: { [OPERATION]: 'gone' } })).toMatchObject({ forced: false });
  expect(await prepare()).toMatchObject({ current: 'quick', forced: false });
});

test('few adapters are remembered, the newest ones; there is nothing to choose on WASM', async () => {
  const others = Array.from({ length: 12 }, (_, i) => ({ adapter: `old ${i}`, measured: [] }));
  await saveSetting('kernels', others);
  await prepare({ again: true });
  const kept = (await loadSetting('kernels'))!.map(({ adapter }) => adapter);
  expect(kept).toHaveLength(8);
  expect(kept.slice(0, 2)).toEqual([adapterKey(device, navigator.userAgent), 'old 0']);
  expect(await prepareKernels({ forced: {}, again: true }, { ...device, backend: 'wasm' })).toEqual([]);
});
