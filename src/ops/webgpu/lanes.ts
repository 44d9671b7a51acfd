/**
 * Work on one row by one workgroup: its lanes each take a part and meet at a few barriers. A barrier costs software
 * adapters a switch of context for every lane, so a workgroup has as many lanes there as SwiftShader computes at once.
 * On hardware more lanes hide the memory's latency and pay for it at each barrier; which is better is timed.
 */
import { allocate, launch, type Kernel } from '../../device/kernel';
import { select, type Trial } from '../../device/selection';
import { gpuFacts } from '../../device/webgpu';

/** Lanes of a workgroup by variant, powers of two up to the 256 that every device has (WebGPU, section 3.6.2). */
const LANES = [4, 64, 128, 256] as const;

const selection = select(
  'lanes',
  LANES.map((lanes) => ({
    name: String(lanes),
    available: ({ software }) => software || lanes >= 64,
  })),
  ({ software }) => (software ? '4' : '256'),
  trial,
);

/** Lanes of a workgroup on this adapter, a power of two. */
export function laneCount(): number {
  return Number(selection.current());
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

/** The reductions of a row of logits: the largest, then the sum of exponentials, each of which is kept. */
const trialKernel = (lanes: number): Kernel => ({
  name: `lanes-trial-${lanes}`,
  outputs: { x: 'vec4<f32>', sums: 'f32' },
  inputs: {},
  uniforms: { width: 'u32' },
  code: `${laneCode(lanes)}
${laneMain(lanes)}
  let base = row * p.width;
  var top = -3.4e38;
  for (var i = lane; i < p.width; i += LANES) { let v = x[base + i]; top = max(top, max(max(v.x, v.y), max(v.z, v.w))); }
  top = maxOfLanes(lane, top);
  var sum = 0.0;
  for (var i = lane; i < p.width; i += LANES) {
    let e = exp(x[base + i] - top);
    sum += dot(e, vec4(1.0));
    x[base + i] = e;
  }
  sum = sumOfLanes(lane, sum);
  if (lane == 0u) { sums[row] = sum; }
}`,
});

/** A chunk of the caption loss, a fourth of a published vocabulary wide; fewer and shorter rows where a processor computes. */
function trial(): Trial {
  const [rows, width] = gpuFacts().software ? [16, 1024] : [128, 12_320];
  const [x, sums] = [allocate([rows, width]), allocate([rows])];
  return {
    run: () => launch(trialKernel(laneCount()), { x, sums }, { width: width / 4 }, [rows, 1, 1]),
    dispose: () => {
      x.dispose();
      sums.dispose();
    },
  };
}
