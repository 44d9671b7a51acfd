/** Which kernels run: the user's choices, else what was fastest when this GPU was first used, remembered by adapter. */
import { choose, forgetChoices, kernelReport, measure, remember, type Measured } from '../device/selection';
import type { DeviceInfo, KernelReport, TrainerCommands } from '../protocol';
import { loadSetting, saveSetting } from '../store/settings';

/** Adapters remembered; browsers update every few weeks, and each update is another one. */
const REMEMBERED = 8;

/** What times depend on. No browser tells a driver's version apart from the adapter's own words. */
export function adapterKey(device: DeviceInfo, browser: string): string {
  return `${device.adapter} | ${browser}`;
}

/**
 * Settles the choices for the open device and says what runs. Times are remembered where the browser lets the page
 * store anything; where it does not, they are taken anew at each visit.
 */
export async function prepareKernels(
  { forced, again }: TrainerCommands['kernels.prepare']['params'],
  device: DeviceInfo,
): Promise<KernelReport[]> {
  forgetChoices();
  if (device.backend !== 'webgpu') return [];
  const key = adapterKey(device, navigator.userAgent);
  const known = (await loadSetting('kernels').catch(() => null)) ?? [];
  const before = known.find(({ adapter }) => adapter === key)?.measured ?? [];
  if (!again) remember(before);
  // Timing takes seconds on a processor, whose defaults were chosen by hand.
  if (again || !device.software) {
    const measured = await measure();
    if (measured.length > 0) await keep(known, key, again ? [] : before, measured);
  }
  return kernelReport(choose(forced));
}

async function keep(
  known: readonly { adapter: string; measured: Measured[] }[],
  key: string,
  before: readonly Measured[],
  measured: readonly Measured[],
): Promise<void> {
  const renewed = new Set(measured.map(({ operation }) => operation));
  const rest = before.filter(({ operation }) => !renewed.has(operation));
  const others = known.filter(({ adapter }) => adapter !== key).slice(0, REMEMBERED - 1);
  // Not kept: measured again next time.
  await saveSetting('kernels', [{ adapter: key, measured: [...rest, ...measured] }, ...others]).catch(() => undefined);
}
