/**
 * Which of several shapes of a kernel runs: the best one differs between adapters by factors, so each operation names
 * its shapes here, a default stands until `measure` has timed them, and a choice can be forced.
 */
import { settle } from './kernel';
import { gpuFacts, type GpuFacts } from './webgpu';

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
      const wanted = chosen.get(operation);
      const fits = variants.some(({ name, available }) => name === wanted && available(facts));
      return fits ? wanted! : usual(facts);
    },
  };
  registered.set(operation, selection);
  return selection;
}

export function selections(): readonly Selection[] {
  return [...registered.values()];
}

/** Choices by operation; those that this adapter cannot run are ignored. */
export function choose(choices: Readonly<Record<string, string>>): void {
  for (const [operation, variant] of Object.entries(choices)) chosen.set(operation, variant);
}

/** Back to the defaults. */
export function forgetChoices(): void {
  chosen.clear();
}

export interface Measured {
  operation: string;
  variant: string;
  /** Median of the timed runs. */
  milliseconds: number;
}

const RUNS = 3;

/** Times every variant of the operations that have no choice yet, and chooses the fastest. */
export async function measure(): Promise<Measured[]> {
  const all: Measured[] = [];
  for (const { operation, variants, trial } of registered.values()) {
    if (chosen.has(operation)) continue;
    const able = variants.filter(({ available }) => available(gpuFacts()));
    if (able.length < 2) continue;
    const work = trial();
    try {
      const times: Measured[] = [];
      for (const { name } of able) {
        chosen.set(operation, name);
        times.push({ operation, variant: name, milliseconds: await median(work) });
      }
      times.sort((a, b) => a.milliseconds - b.milliseconds);
      chosen.set(operation, times[0]!.variant);
      all.push(...times);
    } catch (error) {
      chosen.delete(operation);
      throw error;
    } finally {
      work.dispose();
    }
  }
  return all;
}

async function median(work: Trial): Promise<number> {
  // Once untimed: it compiles.
  work.run();
  await settle();
  const times: number[] = [];
  for (let i = 0; i < RUNS; i++) {
    const start = performance.now();
    work.run();
    await settle();
    times.push(performance.now() - start);
  }
  return times.sort((a, b) => a - b)[RUNS >> 1]!;
}
