/** Choices of kernels: measured when asked on a software adapter, remembered by adapter and browser, forced by the user. */
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { closeDevice, openDevice } from '../../src/device';
import { allocate, launch } from '../../src/device/kernel';
import { forgetChoices, KERNEL_GENERATION, select } from '../../src/device/selection';
import { openedGpu } from '../../src/device/webgpu';
import type { DeviceInfo, KernelReport } from '../../src/protocol';
import { deleteSetting, loadSetting, saveSetting, type KernelTimes } from '../../src/store/settings';
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

/** Launches of the variant that takes the device with it while `kills`; it stands in for a driver that crashes. */
let deadly = 0;
let kills = false;

const risky = select(
  'test loss',
  ['safe', 'deadly'].map((name) => ({ name, available: () => true })),
  () => 'deadly',
  () => ({
    run: () => {
      if (risky.current() !== 'deadly') return;
      deadly++;
      if (kills) openedGpu()!.destroy();
    },
    dispose: () => undefined,
  }),
);

let device: DeviceInfo;
beforeAll(async () => {
  device = await openDevice('webgpu', []);
});
beforeEach(async () => {
  trials = deadly = 0;
  kills = false;
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
  const others = Array.from({ length: 12 }, (_, i) => ({
    adapter: `old ${i}`,
    generation: KERNEL_GENERATION,
    measured: [],
    timing: null,
  }));
  await saveSetting('kernels', others);
  await prepare({ again: true });
  const kept = (await loadSetting('kernels'))!.map(({ adapter }) => adapter);
  expect(kept).toHaveLength(8);
  expect(kept.slice(0, 2)).toEqual([adapterKey(device, navigator.userAgent), 'old 0']);
  expect(await prepareKernels({ forced: {}, again: true }, { ...device, backend: 'wasm' })).toEqual([]);
});

test('times of kernels as they were before a change are forgotten', async () => {
  await prepare({ again: true });
  const [kept] = (await loadSetting('kernels'))!;
  expect(await prepare()).toMatchObject({ current: 'quick' });
  await saveSetting('kernels', [{ ...kept!, generation: KERNEL_GENERATION - 1 }]);
  expect(await prepare()).toMatchObject({ current: 'slow' });
  // What an older page stored had no generation at all.
  const { adapter, measured } = kept!;
  await saveSetting('kernels', [{ adapter, measured } as KernelTimes]);
  expect(await prepare()).toMatchObject({ current: 'slow' });
  trials = 0;
  expect(await prepare({}, { ...device, software: false })).toMatchObject({ current: 'quick' });
  expect(trials).toBe(1);
  expect((await loadSetting('kernels'))!.map(({ generation }) => generation)).toEqual([KERNEL_GENERATION]);
});

test('a kernel in whose timing a visit ended is refused, until times are asked for anew', async () => {
  const adapter = adapterKey(device, navigator.userAgent);
  const timing = { operation: OPERATION, variant: 'quick' };
  await saveSetting('kernels', [{ adapter, generation: KERNEL_GENERATION, measured: [], timing }]);
  const hardware = { ...device, software: false };
  for (let visit = 0; visit < 2; visit++) {
    const report = await prepare({}, hardware);
    expect(report.current).toBe('slow');
    expect(report.variants.map(({ name, refused }) => [name, refused])).toEqual([
      ['slow', false],
      ['quick', true],
    ]);
  }
  expect(trials).toBe(0);
  expect(await prepare({ again: true }, hardware)).toMatchObject({ current: 'quick' });
  expect((await loadSetting('kernels'))![0]).toMatchObject({ timing: null });
});

test('a device that is lost while a kernel is timed names it, and the next visit goes on without it', async () => {
  const hardware = { ...device, software: false };
  kills = true;
  await expect(prepare({}, hardware)).rejects.toThrow(/deadly of test loss/);
  // Not even in this visit, as the default that it was.
  expect(deadly).toBeGreaterThan(0);
  device = await openDevice('webgpu', []);
  expect(risky.current()).toBe('safe');
  const [kept] = (await loadSetting('kernels'))!;
  expect(kept!.timing).toEqual({ operation: 'test loss', variant: 'deadly' });
  expect(kept!.measured.map(({ operation: of }) => of)).toContain(OPERATION);
  deadly = trials = 0;
  const reports = await prepareKernels({ forced: {}, again: false }, { ...device, software: false });
  expect(reports.find(({ operation: of }) => of === 'test loss')).toMatchObject({ current: 'safe' });
  // Times that were taken before the loss stand.
  expect(mine(reports)).toMatchObject({ current: 'quick' });
  expect([deadly, trials]).toEqual([0, 0]);
});

test('while another tab is timing, this one takes what is known and leaves its note alone', async () => {
  const adapter = adapterKey(device, navigator.userAgent);
  const timing = { operation: OPERATION, variant: 'quick' };
  await saveSetting('kernels', [{ adapter, generation: KERNEL_GENERATION, measured: [], timing }]);
  await navigator.locks.request('whylive-kernels', async () => {
    const report = await prepare({}, { ...device, software: false });
    expect(report.variants.map(({ refused }) => refused)).toEqual([false, false]);
  });
  expect(trials).toBe(0);
  expect((await loadSetting('kernels'))![0]).toMatchObject({ timing });
});
