/**
 * Products of the caption loss for subgroups of exactly four lanes (SwiftShader): 16 rows by 8 columns a lane in
 * registers. The four lanes share the rows: each loads a fourth of their numbers and hands them round.
 */
import type { Kernel } from '../../device/kernel';
import type { Product, Products, Sizes } from './loss_products';

const ROWS = 16;
/** Subgroups of a workgroup: they read the same columns of the head one after another, out of the cache. */
const GROUP = 8;

const repeat = (count: number, line: (i: number) => string): string =>
  Array.from({ length: count }, (_, i) => line(i)).join('\n');

const UNIFORMS: Kernel['uniforms'] = { rows: 'u32', hidden: 'u32', vocabulary: 'u32', part: 'u32' };

const MAIN = `@compute @workgroup_size(4, ${GROUP}) fn main(
  @builtin(workgroup_id) w: vec3<u32>, @builtin(local_invocation_id) l: vec3<u32>) {
  let lane = l.x;`;

function kernel(name: string, output: string, inputs: Record<string, string>, code: string): Kernel {
  return {
    name,
    outputs: { y: output },
    inputs,
    uniforms: UNIFORMS,
    features: ['subgroups'],
    code: `${MAIN}\n${code}\n}`,
  };
}

/** `a_r`, `b_r`: the sums of row r for the lane's two vectors; written (or added) where they lie inside. */
const writeVectors = (outer: string, assign: string): string =>
  repeat(
    ROWS,
    (r) => `if (row + ${r}u < p.${outer}) {
    let at = (row + ${r}u) * count;
    if (column < count) { y[at + column] ${assign} a${r}; }
    if (column + 4u < count) { y[at + column + 4u] ${assign} b${r}; }
  }`,
  );

const LOGITS = kernel(
  'loss-logits-broadcast',
  'vec4<f32>',
  { h: 'vec4<f32>', head: 'vec4<f32>' },
  `
  let count = p.vocabulary / 4u;
  let depth = p.hidden / 4u;
  let row = (w.y * ${GROUP}u + l.y) * ${ROWS}u;
  let column = w.x * 8u + lane;
  let first = min(column, count - 1u);
  let second = min(column + 4u, count - 1u);
  ${repeat(ROWS / 4, (q) => `let s${q} = min(row + ${4 * q}u + lane, p.rows - 1u) * depth;`)}
  ${repeat(ROWS, (r) => `var a${r} = vec4(0.0); var b${r} = vec4(0.0);`)}
  for (var k = 0u; k < depth; k++) {
    ${repeat(4, (j) => `let u${j} = head[(4u * k + ${j}u) * count + first]; let v${j} = head[(4u * k + ${j}u) * count + second];`)}
    ${repeat(ROWS / 4, (q) => `let x${q} = h[s${q} + k];`)}
    ${repeat(
      ROWS,
      (r) => `{
      let x = subgroupBroadcast(x${r >> 2}, ${r & 3}u);
      a${r} += x.x * u0 + x.y * u1 + x.z * u2 + x.w * u3;
      b${r} += x.x * v0 + x.y * v1 + x.z * v2 + x.w * v3;
    }`,
    )}
  }
  ${writeVectors('rows', '=')}`,
);

const HEAD = kernel(
  'loss-head-broadcast',
  'vec4<f32>',
  { h: 'vec4<f32>', dlogits: 'vec4<f32>' },
  `
  let count = p.vocabulary / 4u;
  let depth = p.hidden / 4u;
  // Rows of the head vary fastest: their workgroups share the columns of dlogits.
  let row = (w.x * ${GROUP}u + l.y) * ${ROWS}u;
  let column = w.y * 8u + lane;
  let first = min(column, count - 1u);
  let second = min(column + 4u, count - 1u);
  let s = min(row / 4u + lane, depth - 1u);
  ${repeat(ROWS, (r) => `var a${r} = vec4(0.0); var b${r} = vec4(0.0);`)}
  for (var k = 0u; k < p.rows; k++) {
    let u = dlogits[k * count + first];
    let v = dlogits[k * count + second];
    let x = h[k * depth + s];
    ${repeat(
      ROWS / 4,
      (q) => `{
      let z = subgroupBroadcast(x, ${q}u);
      ${repeat(4, (j) => `a${4 * q + j} += z[${j}] * u; b${4 * q + j} += z[${j}] * v;`)}
    }`,
    )}
  }
  ${writeVectors('hidden', '+=')}`,
);

/** Columns of dh of one lane. */
const COLUMNS = 8;

const INPUT = kernel(
  'loss-input-broadcast',
  'f32',
  { dlogits: 'vec4<f32>', head: 'vec4<f32>' },
  `
  let count = p.vocabulary / 4u;
  let row = (w.y * ${GROUP}u + l.y) * ${ROWS}u;
  let column = (w.x * 4u + lane) * ${COLUMNS}u;
  let start = w.z * (p.part / 4u);
  let to = min(start + p.part / 4u, count);
  ${repeat(ROWS / 4, (q) => `let s${q} = min(row + ${4 * q}u + lane, p.rows - 1u) * count;`)}
  ${repeat(COLUMNS, (c) => `let c${c} = min(column + ${c}u, p.hidden - 1u) * count;`)}
  ${repeat(ROWS, (r) => repeat(COLUMNS, (c) => `var a${r}_${c} = 0.0;`))}
  for (var k = start; k < to; k++) {
    ${repeat(COLUMNS, (c) => `let w${c} = head[c${c} + k];`)}
    ${repeat(ROWS / 4, (q) => `let x${q} = dlogits[s${q} + k];`)}
    ${repeat(
      ROWS,
      (r) => `{
      let x = subgroupBroadcast(x${r >> 2}, ${r & 3}u);
      ${repeat(COLUMNS, (c) => `a${r}_${c} += dot(x, w${c});`)}
    }`,
    )}
  }
  let base = (w.z * p.rows + row) * p.hidden + column;
  ${repeat(
    ROWS,
    (r) => `if (row + ${r}u < p.rows) {
    ${repeat(COLUMNS, (c) => `if (column + ${c}u < p.hidden) { y[base + ${r}u * p.hidden + ${c}u] = a${r}_${c}; }`)}
  }`,
  )}`,
);

const ROWS_OF_GROUP = ROWS * GROUP;

function product(kernel: Kernel, ...groups: [number, number, number]): Product {
  return { kernel, groups };
}

export const broadcastProducts: Products = {
  logits: ({ rows, vocabulary }: Sizes) =>
    product(LOGITS, Math.ceil(vocabulary / 32), Math.ceil(rows / ROWS_OF_GROUP), 1),
  input: ({ rows, hidden }: Sizes, parts) =>
    product(INPUT, Math.ceil(hidden / (4 * COLUMNS)), Math.ceil(rows / ROWS_OF_GROUP), parts),
  head: ({ hidden, vocabulary }: Sizes) =>
    product(HEAD, Math.ceil(hidden / ROWS_OF_GROUP), Math.ceil(vocabulary / 32), 1),
};
