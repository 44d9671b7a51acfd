/**
 * Which of several shapes of a kernel runs: the best one differs between adapters by factors, so each operation names
 * its shapes here, a default stands until `measure` has timed them, and a choice can be forced.
 */
import type { KernelReport } from '../protocol';
import { checkHealth } from './health';
import { settle } from './kernel';
import { scoped } from './scopes';
import { emptyPool, gpuFacts, type GpuFacts } from './webgpu';

export interface Variant {
  name: string;
  /** Whether this adapter can run it. */
  available(facts: GpuFacts): boolean;
}

/** Work of a typical size on buffers of its own. */
export interface Trial {
  run(): void;
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
      return usable(selection, facts) ?? usual(facts);
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

/** Takes over what an earlier visit measured on the same adapter: its times, and the fastest as choice. */
export function remember(measured: readonly Measured[]): void {
  for (const { operation, variants } of registered.values()) {
    const times = measured.filter(
      ({ operation: of, variant }) => of === operation && variants.some(({ name }) => name === variant),
    );
    if (times.length === 0) continue;
    times.sort((a, b) => a.milliseconds - b.milliseconds);
    timed.set(operation, times);
    if (!chosen.has(operation)) chosen.set(operation, times[0]!.variant);
  }
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
      variants: variants.map(({ name, available }) => ({
        name,
        available: available(facts),
        milliseconds: times.find(({ variant }) => variant === name)?.milliseconds ?? null,
      })),
      current,
      forced: forced.has(operation) && chosen.get(operation) === current,
    };
  });
}

export interface Measured {
  operation: string;
  variant: string;
  /** Median of the timed runs. */
  milliseconds: number;
}

const RUNS = 3;
/** Milliseconds that one timing should take at least: a single launch is shorter than the clock and the queue are exact. */
const LEAST = 5;
/** Launches in one timing at most: trials that take no time at all would be repeated for ever. */
const MOST = 64;

/**
 * Times every variant of the operations that have no usable choice yet, and chooses the fastest. A variant that this
 * GPU refuses is left out.
 */
export async function measure(): Promise<Measured[]> {
  const all: Measured[] = [];
  for (const selection of registered.values()) {
    const { operation, variants, trial } = selection;
    const facts = gpuFacts();
    if (usable(selection, facts) !== null) continue;
    const before = chosen.get(operation);
    const able = variants.filter(({ available }) => available(facts));
    if (able.length < 2) continue;
    const times: Measured[] = [];
    // Making the work runs kernels too: an operation that this GPU refuses keeps its default.
    const work = await scoped(operation, trial).catch(() => null);
    checkHealth();
    if (work === null) continue;
    try {
      for (const { name } of able) {
        chosen.set(operation, name);
        const milliseconds = await scoped(`${operation} ${name}`, () => median(work)).catch(() => null);
        // What the scope caught is this variant's own; anything else is the device's.
        checkHealth();
        if (milliseconds !== null) times.push({ operation, variant: name, milliseconds });
      }
    } finally {
      if (before === undefined) chosen.delete(operation);
      else chosen.set(operation, before);
      work.dispose();
    }
    times.sort((a, b) => a.milliseconds - b.milliseconds);
    if (times[0] !== undefined) chosen.set(operation, times[0].variant);
    timed.set(operation, times);
    all.push(...times);
  }
  await emptyPool();
  return all;
}

/** Milliseconds of one run of `work`. */
async function median(work: Trial): Promise<number> {
  const time = async (count: number): Promise<number> => {
    const start = performance.now();
    for (let i = 0; i < count; i++) work.run();
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
