/** Which kernels run: the user's choices, else what was fastest when this GPU was first used, remembered by adapter. */
import {
  choose,
  forgetChoices,
  kernelReport,
  KERNEL_GENERATION,
  measure,
  remember,
  type Measured,
} from '../device/selection';
import type { DeviceInfo, KernelReport, TrainerCommands } from '../protocol';
import { loadSetting, saveSetting, type KernelTimes } from '../store/settings';

/** Adapters remembered; browsers update every few weeks, and each update is another one. */
const REMEMBERED = 8;

/** Held while kernels are timed: another tab's note is no sign of a loss, and two at once would time each other. */
const LOCK = 'whylive-kernels';

/** What times depend on. No browser tells a driver's version apart from the adapter's own words. */
export function adapterKey(device: DeviceInfo, browser: string): string {
  return `${device.adapter} | ${browser}`;
}

/**
 * Settles the choices for the open device and says what runs. Times are remembered where the browser lets the page
 * store anything; where it does not, they are taken anew at each visit.
 *
 * A kernel may take the device with it, the page or the whole machine, so each is noted before it is timed: where a
 * later visit finds the note, that kernel counts as refused and is not tried until the user asks for times anew.
 *
 * @throws DeviceError when the device is lost while a kernel is timed.
 */
export async function prepareKernels(
  { forced, again }: TrainerCommands['kernels.prepare']['params'],
  device: DeviceInfo,
): Promise<KernelReport[]> {
  forgetChoices();
  if (device.backend !== 'webgpu') return [];
  // Where another tab is timing, what is known already must do; only the user may make this one wait.
  await navigator.locks.request(LOCK, { ifAvailable: !again }, async (lock) => {
    const memory = await Memory.open(adapterKey(device, navigator.userAgent));
    if (again) memory.forget();
    else if (lock !== null) memory.refuseUnfinished();
    remember(memory.measured);
    // Timing takes seconds on a processor, whose defaults were chosen by hand.
    if (lock !== null && (again || !device.software)) await measure(memory);
  });
  return kernelReport(choose(forced));
}

/** What is known of one adapter's kernels, kept as soon as it is. What cannot be stored is measured again next time. */
class Memory {
  private constructor(
    private readonly own: KernelTimes,
    private readonly others: readonly KernelTimes[],
  ) {}

  static async open(adapter: string): Promise<Memory> {
    const stored = (await loadSetting('kernels').catch(() => null)) ?? [];
    const known = stored.filter(({ generation }) => generation === KERNEL_GENERATION);
    const own = known.find((times) => times.adapter === adapter);
    const others = known.filter((times) => times !== own).slice(0, REMEMBERED - 1);
    return new Memory(own ?? { adapter, generation: KERNEL_GENERATION, measured: [], timing: null }, others);
  }

  get measured(): readonly Measured[] {
    return this.own.measured;
  }

  forget(): void {
    this.own.measured = [];
    this.own.timing = null;
  }

  /** The kernel in whose timing an earlier visit ended is known to be refused. */
  refuseUnfinished(): void {
    const { timing } = this.own;
    if (timing !== null) this.take([...this.of(timing.operation), { ...timing, milliseconds: null }]);
    this.own.timing = null;
  }

  // Arrow functions because `measure` takes them one by one.
  readonly starting = async (operation: string, variant: string): Promise<void> => {
    this.own.timing = { operation, variant };
    await this.save();
  };

  readonly finished = async (times: readonly Measured[]): Promise<void> => {
    this.take(times);
    this.own.timing = null;
    await this.save();
  };

  private of(operation: string): Measured[] {
    return this.own.measured.filter((entry) => entry.operation === operation);
  }

  /** `times` instead of what was known of their operation. */
  private take(times: readonly Measured[]): void {
    const renewed = new Set(times.map(({ operation }) => operation));
    this.own.measured = [...this.own.measured.filter(({ operation }) => !renewed.has(operation)), ...times];
  }

  private async save(): Promise<void> {
    await saveSetting('kernels', [this.own, ...this.others]).catch(() => undefined);
  }
}
