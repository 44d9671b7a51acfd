/** What a benchmark reports, and the clock. Medians and ratios in one run; absolute times belong to the machine. */
export interface Result {
  /** e.g. `linear 576 -> 1536, forward`. */
  name: string;
  /** Milliseconds, medians: `whylive` and its peers by name. */
  milliseconds: Readonly<{ whylive: number } & Record<string, number>>;
  /** Floating-point operations of one run in units of 1e9, where the work is mostly products. */
  gflop?: number;
  /** Other figures, e.g. `dispatches`, `peak bytes`, `tokens per second`. */
  figures?: Readonly<Record<string, number>>;
}

export interface BenchOptions {
  backend: 'webgpu' | 'wasm';
  shape: ShapeName;
  /** Only cases whose name contains this; empty: all. */
  only: string;
  /** Timed runs of each case. */
  runs: number;
}

export type ShapeName = 'tiny' | 'smolvlm-256m' | 'smolvlm-500m';

export interface BenchReport {
  adapter: string;
  software: boolean;
  /** Best multiply-add rate seen on this adapter, GFLOP/s; 0 where it is not measured. */
  peak: number;
  versions: Readonly<Record<string, string>>;
  results: Result[];
}

/** Median milliseconds of `runs` runs, after one that is not timed where it is not `warm`. `run` ends with its work. */
export async function median(run: () => Promise<void>, runs: number, state: 'cold' | 'warm' = 'cold'): Promise<number> {
  if (state === 'cold') await run();
  const times: number[] = [];
  for (let i = 0; i < runs; i++) {
    const start = performance.now();
    await run();
    times.push(performance.now() - start);
  }
  times.sort((a, b) => a - b);
  return times[times.length >> 1]!;
}
