/**
 * Which of several shapes of a kernel runs: the best one differs between adapters by factors, so each operation names
 * its shapes here, a default stands until `measure` has timed them, and a choice can be forced.
 */
import { DeviceError, type KernelReport } from '../protocol';
import { checkHealth, deviceAnswers } from './health';
import { settle } from './kernel';
import { scoped } from './scopes';
import { emptyPool, gpuFacts, type GpuFacts } from './webgpu';

/**
 * Raise it with every change to a kernel, or to what a trial does, that may make another variant the fastest or the
 * safe one: times that were taken before say nothing of it, and are forgotten.
 */
export const KERNEL_GENERATION = 1;

export interface Variant {
  name: string;
  /** Whether this adapter can run it. */
  available(facts: GpuFacts): boolean;
}

/** Work of a typical size on buffers of its own. */
export interface Trial {
  /** Settles when what it launched was recorded; where the work ends in a readback, when that was read. */
  run(): void | Promise<void>;
  dispose(): void;
}

export interface Selection {
  readonly operation: string;
  readonly variants: readonly Variant[];
  /** Name of the variant to launch now. */
  current(): string;
}

interface Registered extends Selection {
  /** The default on this adapter. */
  usual(facts: GpuFacts): string;
  trial(): Trial;
}

const registered = new Map<string, Registered>();
const chosen = new Map<string, string>();
/** What was measured or remembered, by operation. */
const timed = new Map<string, Measured[]>();

/**
 * Declares an operation's variants; call once, at import. `usual` names the default; `trial` makes the work that is
 * timed, launching whatever `current()` says.
 */
export function select(
  operation: string,
  variants: readonly Variant[],
  usual: (facts: GpuFacts) => string,
  trial: () => Trial,
): Selection {
  const selection: Registered = {
    operation,
    variants,
    usual,
    trial,
    current: () => {
      const facts = gpuFacts();
      return usable(selection, facts) ?? standing(selection, facts);
    },
  };
  registered.set(operation, selection);
  return selection;
}

/** The operation's choice, where this adapter can run it. */
function usable({ operation, variants }: Selection, facts: GpuFacts): string | null {
  const wanted = chosen.get(operation);
  return variants.some(({ name, available }) => name === wanted && available(facts)) ? wanted! : null;
}

/** The default, or where that was refused the first variant that can run and was not. */
function standing({ operation, variants, usual }: Registered, facts: GpuFacts): string {
  const name = usual(facts);
  const refused = refusedOf(operation);
  if (!refused.has(name)) return name;
  return variants.find((other) => other.available(facts) && !refused.has(other.name))?.name ?? name;
}

function refusedOf(operation: string): ReadonlySet<string> {
  const refused = (timed.get(operation) ?? []).filter(({ milliseconds }) => milliseconds === null);
  return new Set(refused.map(({ variant }) => variant));
}

export function selections(): readonly Selection[] {
  return [...registered.values()];
}

/** Choices by operation; those that the open adapter cannot run are ignored. Gives the operations of the others. */
export function choose(choices: Readonly<Record<string, string>>): Set<string> {
  const facts = gpuFacts();
  const taken = new Set<string>();
  for (const [operation, variant] of Object.entries(choices)) {
    const known = registered.get(operation)?.variants.find(({ name }) => name === variant);
    if (!known?.available(facts)) continue;
    chosen.set(operation, variant);
    taken.add(operation);
  }
  return taken;
}

/** Back to the defaults. */
export function forgetChoices(): void {
  chosen.clear();
  timed.clear();
}

/** Takes over what an earlier visit measured on the same adapter: its times, what was refused, the fastest as choice. */
export function remember(measured: readonly Measured[]): void {
  for (const { operation, variants } of registered.values()) {
    const times = measured.filter(
      ({ operation: of, variant }) => of === operation && variants.some(({ name }) => name === variant),
    );
    if (times.length === 0) continue;
    settleOn(operation, times);
  }
}

/** Keeps what is known of the variants, and runs the fastest where nothing is chosen. */
function settleOn(operation: string, times: readonly Measured[]): void {
  const sorted = times.toSorted((a, b) => (a.milliseconds ?? Infinity) - (b.milliseconds ?? Infinity));
  timed.set(operation, sorted);
  const fastest = sorted[0];
  if (fastest !== undefined && fastest.milliseconds !== null && !chosen.has(operation))
    chosen.set(operation, fastest.variant);
}

/** All operations that have a choice here, for the page. `forced`: the names of those that the user chose. */
export function kernelReport(forced: ReadonlySet<string>): KernelReport[] {
  const facts = gpuFacts();
  return [...registered.values()].map((selection) => {
    const { operation, variants } = selection;
    const times = timed.get(operation) ?? [];
    const current = selection.current();
    return {
      operation,
      variants: variants.map(({ name, available }) => {
        const known = times.find(({ variant }) => variant === name);
        return {
          name,
          available: available(facts),
          milliseconds: known?.milliseconds ?? null,
          refused: known?.milliseconds === null,
        };
      }),
      current,
      forced: forced.has(operation) && chosen.get(operation) === current,
    };
  });
}

export interface Measured {
  operation: string;
  variant: string;
  /** Median of the timed runs; null: the GPU refused the variant, or was lost while it was timed. */
  milliseconds: number | null;
}

/** What is told while timing goes on; each is awaited. */
export interface Timing {
  /** Before a variant's first launch, which may take the device with it, and the page. */
  starting(operation: string, variant: string): Promise<void>;
  /** After an operation's last variant, with what came of each; nothing where its work could not be made. */
  finished(times: readonly Measured[]): Promise<void>;
}

const RUNS = 3;
/** Milliseconds that one timing should take at least: a single launch is shorter than the clock and the queue are exact. */
const LEAST = 5;
/** Launches in one timing at most: trials that take no time at all would be repeated for ever. */
const MOST = 64;

/**
 * Times every variant of the operations that have no usable choice yet, and chooses the fastest. A variant that this
 * GPU refuses, or refused before, is left out.
 *
 * @throws DeviceError when the device is lost meanwhile; the variant that was timed then counts as refused.
 */
export async function measure(timing: Partial<Timing> = {}): Promise<Measured[]> {
  const all: Measured[] = [];
  for (const selection of registered.values()) {
    const times = await measureOne(selection, timing);
    if (times === null) continue;
    all.push(...times);
    await timing.finished?.(times);
  }
  await emptyPool();
  return all;
}

/** What came of each variant of one operation; null where there is nothing to choose. */
async function measureOne(selection: Registered, timing: Partial<Timing>): Promise<readonly Measured[] | null> {
  const { operation, variants, trial } = selection;
  const facts = gpuFacts();
  if (usable(selection, facts) !== null) return null;
  const refused = refusedOf(operation);
  const able = variants.filter(({ name, available }) => available(facts) && !refused.has(name));
  if (able.length < 2) return null;
  const times: Measured[] = [...refused].map((variant) => ({ operation, variant, milliseconds: null }));
  /** Milliseconds or whatever `work` gives; null where the GPU refuses it. What dies with the device is noted. */
  const tried = async <T>(variant: string, work: () => T | Promise<T>): Promise<T | null> => {
    await timing.starting?.(operation, variant);
    const result = await scoped(`${operation} ${variant}`, work).catch(() => null);
    if (!(await deviceAnswers())) {
      timed.set(operation, [...times, { operation, variant, milliseconds: null }]);
      throw lostWith(operation, variant);
    }
    // What the scope caught is this variant's own; anything else is the device's.
    checkHealth();
    return result;
  };
  // Making the work runs kernels too: an operation that this GPU refuses keeps its default.
  const work = await tried(selection.current(), trial);
  if (work === null) return [];
  const before = chosen.get(operation);
  const restore = (): void => {
    if (before === undefined) chosen.delete(operation);
    else chosen.set(operation, before);
  };
  try {
    for (const { name } of able) {
      chosen.set(operation, name);
      times.push({ operation, variant: name, milliseconds: await tried(name, () => median(work)) });
    }
    chosen.delete(operation);
    settleOn(operation, times);
    if (!chosen.has(operation)) restore();
  } catch (error) {
    restore();
    throw error;
  } finally {
    work.dispose();
  }
  return timed.get(operation)!;
}

function lostWith(operation: string, variant: string): DeviceError {
  return new DeviceError({
    file: 'WebGPU',
    cause: `The GPU device was lost while the kernel ${variant} of ${operation} was timed.`,
    remedy: 'Reload the page: this kernel is left out from now on. If it happens again, choose the WASM backend.',
  });
}

/** Milliseconds of one run of `work`. */
async function median(work: Trial): Promise<number> {
  const time = async (count: number): Promise<number> => {
    const start = performance.now();
    for (let i = 0; i < count; i++) await work.run();
    await settle();
    return (performance.now() - start) / count;
  };
  // Once unused: it compiles.
  await time(1);
  const once = await time(1);
  const count = Math.min(MOST, Math.max(1, Math.ceil(LEAST / Math.max(once, LEAST / MOST))));
  const times: number[] = [];
  for (let i = 0; i < RUNS; i++) times.push(await time(count));
  return times.sort((a, b) => a - b)[RUNS >> 1]!;
}
