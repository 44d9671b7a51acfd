/** The adapter's best multiply-add rate in float32: many independent chains of vectors in registers, no memory. */
import { allocate, launch, settle, type Kernel } from '../../src/device/kernel';

const CHAINS = 8;
const TURNS = 2048;
const RUNS = 7;

const each = (line: (i: number) => string): string => Array.from({ length: CHAINS }, (_, i) => line(i)).join(' ');

const KERNEL: Kernel = {
  name: 'multiply-add peak',
  outputs: { y: 'f32' },
  inputs: {},
  uniforms: { turns: 'u32', factor: 'f32' },
  code: `
@compute @workgroup_size(64) fn main(@builtin(global_invocation_id) id: vec3<u32>) {
  ${each((i) => `var v${i} = vec4<f32>(f32(id.x + ${i}u));`)}
  let a = vec4<f32>(p.factor);
  for (var t = 0u; t < p.turns; t++) { ${each((i) => `v${i} = fma(v${i}, a, a);`)} }
  y[id.x] = dot(${Array.from({ length: CHAINS }, (_, i) => `v${i}`).join(' + ')}, vec4<f32>(1.0));
}`,
};

/** GFLOP/s, a multiply-add counted as two. */
export async function multiplyAddPeak(software: boolean): Promise<number> {
  const groups = software ? 64 : 8192;
  const turns = software ? TURNS / 4 : TURNS;
  const y = allocate([groups * 64]);
  const run = async (): Promise<number> => {
    const start = performance.now();
    launch(KERNEL, { y }, { turns, factor: 0.5 }, [groups, 1, 1]);
    await settle();
    return performance.now() - start;
  };
  // It compiles; then the best of several: a peak is what nothing disturbed.
  await run();
  let milliseconds = Infinity;
  for (let i = 0; i < RUNS; i++) milliseconds = Math.min(milliseconds, await run());
  y.dispose();
  return (groups * 64 * turns * CHAINS * 4 * 2) / milliseconds / 1e6;
}
