/**
 * Products of the caption loss for graphics hardware: tiles of 64 x 64 results by a workgroup of 64 invocations, 8 x 8
 * results each in registers, both factors staged 16 deep in 8 KB of workgroup memory. Each invocation brings one
 * 4 x 4 block of either factor a step, turned in registers where the sum runs along its vectors.
 */
import type { Kernel } from '../../device/kernel';
import type { Product, Products, Sizes } from './loss_products';

const TILE = 64;
const DEPTH = 16;

const repeat = (count: number, line: (i: number) => string): string =>
  Array.from({ length: count }, (_, i) => line(i)).join('\n');

/** A factor as it lies in memory. */
interface Factor {
  /** Name of the buffer, and the uniform with the length of its rows. */
  buffer: string;
  width: string;
  /** Whether its rows run along the sum (true) or along the result. */
  along: boolean;
  /** The uniform with the size of the result along this factor. */
  size: string;
}

/** Brings a block of `factor` for results from `start` and the sum from `k` into `tile`; zeros outside. */
function load(tile: string, factor: Factor, start: string): string {
  const { buffer, width, along, size } = factor;
  const row = along ? `${start} + 4u * (t >> 2u)` : 'k + 4u * (t >> 4u)';
  const end = along ? `p.${size}` : 'to';
  const vector = along ? 'k / 4u + (t & 3u)' : `${start} / 4u + (t & 15u)`;
  const last = along ? 'to' : `p.${size}`;
  return `{
      let row = ${row};
      let vector = ${vector};
      let inside = 4u * vector < ${last};
      ${repeat(4, (i) => `var b${i} = vec4(0.0); if (inside && row + ${i}u < ${end}) { b${i} = ${buffer}[(row + ${i}u) * (p.${width} / 4u) + vector]; }`)}
      ${
        along
          ? repeat(
              4,
              (i) =>
                `${tile}[(4u * (t & 3u) + ${i}u) * 16u + (t >> 2u)] = vec4(b0[${i}], b1[${i}], b2[${i}], b3[${i}]);`,
            )
          : repeat(4, (i) => `${tile}[(4u * (t >> 4u) + ${i}u) * 16u + (t & 15u)] = b${i};`)
      }
    }`;
}

/** `range` sets `start` and `to`, the ends of the sum: multiples of 4 where a factor runs along it. */
function tiledKernel(
  name: string,
  left: Factor,
  right: Factor,
  { range, base, add }: { range: string; base: string; add: boolean },
): Kernel {
  const sums = (line: (r: number, c: number) => string): string => repeat(8, (r) => repeat(2, (c) => line(r, c)));
  return {
    name,
    outputs: { y: 'vec4<f32>' },
    inputs: { [left.buffer]: 'vec4<f32>', [right.buffer]: 'vec4<f32>' },
    uniforms: { rows: 'u32', hidden: 'u32', vocabulary: 'u32', part: 'u32' },
    code: `
var<workgroup> lefts: array<vec4<f32>, ${(TILE * DEPTH) / 4}>;
var<workgroup> rights: array<vec4<f32>, ${(TILE * DEPTH) / 4}>;
@compute @workgroup_size(64) fn main(
  @builtin(workgroup_id) w: vec3<u32>, @builtin(local_invocation_index) t: u32) {
  let top = w.y * ${TILE}u;
  let side = w.x * ${TILE}u;
  ${range}
  let across = t & 7u;
  let down = t >> 3u;
  ${sums((r, c) => `var a${r}_${c} = vec4(0.0);`)}
  for (var k = start; k < to; k += ${DEPTH}u) {
    ${load('lefts', left, 'top')}
    ${load('rights', right, 'side')}
    workgroupBarrier();
    for (var j = 0u; j < ${DEPTH}u; j++) {
      let x0 = lefts[j * 16u + down];
      let x1 = lefts[j * 16u + 8u + down];
      let z0 = rights[j * 16u + across];
      let z1 = rights[j * 16u + 8u + across];
      ${sums((r, c) => `a${r}_${c} += x${r >> 2}[${r & 3}] * z${c};`)}
    }
    workgroupBarrier();
  }
  let width = p.${right.size} / 4u;
  ${sums(
    (r, c) => `{
    let row = top + ${32 * (r >> 2) + (r & 3)}u + 4u * down;
    let vector = side / 4u + ${8 * c}u + across;
    if (row < p.${left.size} && vector < width) { y[(${base}row) * width + vector] ${add ? '+=' : '='} a${r}_${c}; }
  }`,
  )}
}`,
  };
}

const whole = (size: string): string => `let start = 0u; let to = p.${size};`;

const LOGITS = tiledKernel(
  'loss-logits-tiles',
  { buffer: 'h', width: 'hidden', along: true, size: 'rows' },
  { buffer: 'head', width: 'vocabulary', along: false, size: 'vocabulary' },
  { range: whole('hidden'), base: '', add: false },
);

const INPUT = tiledKernel(
  'loss-input-tiles',
  { buffer: 'dlogits', width: 'vocabulary', along: true, size: 'rows' },
  { buffer: 'head', width: 'vocabulary', along: true, size: 'hidden' },
  {
    range: 'let start = w.z * p.part; let to = min(start + p.part, p.vocabulary);',
    base: 'w.z * p.rows + ',
    add: false,
  },
);

const HEAD = tiledKernel(
  'loss-head-tiles',
  { buffer: 'h', width: 'hidden', along: false, size: 'hidden' },
  { buffer: 'dlogits', width: 'vocabulary', along: false, size: 'vocabulary' },
  { range: whole('rows'), base: '', add: true },
);

function product(kernel: Kernel, columns: number, rows: number, parts = 1): Product {
  return { kernel, groups: [Math.ceil(columns / TILE), Math.ceil(rows / TILE), parts] };
}

export const tiledProducts: Products = {
  logits: ({ rows, vocabulary }: Sizes) => product(LOGITS, vocabulary, rows),
  input: ({ rows, hidden }: Sizes, parts) => product(INPUT, hidden, rows, parts),
  head: ({ hidden, vocabulary }: Sizes) => product(HEAD, vocabulary, hidden),
};
