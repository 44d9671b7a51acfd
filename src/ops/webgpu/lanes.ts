/**
 * Work on one row by one workgroup: its lanes each take a part and meet at a few barriers. A barrier costs software
 * adapters a switch of context for every lane, so a workgroup has as many lanes there as SwiftShader computes at once.
 */
import { gpuFacts } from '../../device/webgpu';

/** Lanes of a workgroup on this adapter, a power of two. */
export function laneCount(): number {
  return gpuFacts().software ? 4 : 256;
}

/**
 * WGSL: the entry point's head for `lanes` lanes (row `row`, lane `lane`), and `sumOfLanes(lane, x)` and
 * `maxOfLanes(lane, x)`, which every lane must reach. The order of additions depends on nothing but `lanes`.
 */
export function laneCode(lanes: number): string {
  const reduction = (name: string, combine: string): string => `
fn ${name}(lane: u32, x: f32) -> f32 {
  workgroupBarrier(); // everybody has read the box of the reduction before
  box[lane] = x;
  workgroupBarrier();
  for (var step = ${lanes / 2}u; step > 0u; step >>= 1u) {
    if (lane < step) { let a = box[lane]; let b = box[lane + step]; box[lane] = ${combine}; }
    workgroupBarrier();
  }
  return box[0];
}`;
  return `
const LANES = ${lanes}u;
var<workgroup> box: array<f32, ${lanes}>;${reduction('sumOfLanes', 'a + b')}${reduction('maxOfLanes', 'max(a, b)')}`;
}

/** Opens `main`; one workgroup a row: dispatch `[rows, 1, 1]`. */
export const laneMain = (lanes: number): string => `
@compute @workgroup_size(${lanes}) fn main(
  @builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) lane: u32) {
  let row = group.x;`;
