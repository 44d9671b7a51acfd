/**
 * Gradients of weights: sums of outer products, `into += factor left^T right` in place, for several slices at once
 * (workgroup z). The variants are those of products: `linear_registers` and `linear_tiles` say what each is for.
 */
import { launch, type Kernel } from '../../device/kernel';
import { select } from '../../device/selection';
import * as tf from '../../device/tf';
import type { Span } from '../types';
import type { Tensor } from '../custom';
import { trialSize, usualVariant, VARIANTS } from './linear_product';
import { element, kernelNamed, lines } from './linear_terms';
import { TILE, TILE_MEMORY, tileRow, tileSum } from './linear_tiles';

/** Columns `left .. left + rows` of left, columns `right .. right + columns` of right, and where the sum goes. */
export interface OuterSlice {
  left: number;
  rows: number;
  right: number;
  columns: number;
  into: number;
}

export interface Outer {
  /** `[inner, leftWidth]` and `[inner, rightWidth]`. */
  left: Tensor;
  right: Tensor;
  leftWidth: number;
  rightWidth: number;
  inner: number;
  /** Slice s `[rows, columns]` is added at its offset. */
  into: Span;
  factor: number;
  slices: readonly OuterSlice[];
}

const SELECTION = select('weight-gradient', VARIANTS, usualVariant, () => {
  const { rows: inner, width } = trialSize();
  const [left, right, sum] = [tf.ones([inner, width]), tf.ones([inner, width]), tf.zeros([width, width])];
  const slices = [{ left: 0, rows: width, right: 0, columns: width, into: 0 }];
  const into = { tensor: sum, offset: 0, length: sum.size };
  return {
    run: () => addOuter({ left, right, leftWidth: width, rightWidth: width, inner, into, factor: 1, slices }),
    dispose: () => tf.dispose([left, right, sum]),
  };
});

/** Columns of an invocation in the variants without workgroup memory; lanes side by side; groups of lanes. */
const COLUMNS = 8;
const LANES = 4;
const GROUPS = 4;
const ROWS = { subgroup: 16, registers: 8 } as const;

/** One dispatch. */
export function addOuter(outer: Outer): void {
  const { leftWidth, rightWidth, slices } = outer;
  const sizes = [leftWidth, rightWidth, ...slices.flatMap((slice) => Object.values(slice) as number[])];
  const vectors = sizes.every((n) => n % 4 === 0);
  const shape = vectors ? SELECTION.current() : 'plain';
  const unit = vectors ? 4 : 1;
  const kernel = kernelNamed(`outer ${shape} ${slices.length}`, () => outerKernel(shape, unit, slices.length));
  const rows = Math.max(...slices.map((slice) => slice.rows));
  const columns = Math.max(...slices.map((slice) => slice.columns));
  const { left, right, into } = outer;
  launch(kernel, { into, left, right }, values(outer, unit), groups(shape, rows, columns, slices.length));
}

function groups(shape: string, rows: number, columns: number, slices: number): [number, number, number] {
  switch (shape) {
    case 'plain':
      return [Math.ceil(columns / 16), Math.ceil(rows / 4), slices];
    case 'tiles':
      return [Math.ceil(columns / TILE), Math.ceil(rows / TILE), slices];
    default:
      return [
        Math.ceil(columns / (COLUMNS * LANES)),
        Math.ceil(rows / (ROWS[shape as keyof typeof ROWS] * GROUPS)),
        slices,
      ];
  }
}

const FIELDS = ['left', 'rows', 'right', 'columns', 'into'] as const;

function values({ leftWidth, rightWidth, inner, factor, slices }: Outer, unit: number): Record<string, number> {
  const out: Record<string, number> = { leftWidth: leftWidth / unit, rightWidth: rightWidth / unit, inner, factor };
  slices.forEach((slice, i) => {
    for (const field of FIELDS) out[`${field}${i}`] = slice[field] / unit;
  });
  return out;
}

function outerKernel(shape: string, unit: 1 | 4, slices: number): Omit<Kernel, 'name'> {
  const type = element(unit);
  const uniforms: Record<string, 'u32' | 'f32'> = { leftWidth: 'u32', rightWidth: 'u32', inner: 'u32', factor: 'f32' };
  for (let i = 0; i < slices; i++) for (const field of FIELDS) uniforms[`${field}${i}`] = 'u32';
  const slice = (i: number): string => `Slice(${FIELDS.map((field) => `p.${field}${i}`).join(', ')})`;
  const body = shape === 'plain' ? PLAIN : shape === 'tiles' ? TILES : registers(shape as keyof typeof ROWS);
  return {
    outputs: { into: type },
    inputs: { left: type, right: type },
    uniforms,
    ...(shape === 'subgroup' ? { features: ['subgroups' as const] } : {}),
    code: `struct Slice { ${FIELDS.map((field) => `${field}: u32`).join(', ')} }
fn slice(z: u32) -> Slice {
  ${lines(slices - 1, (i) => `if (z == ${i}u) { return ${slice(i)}; }`)}
  return ${slice(slices - 1)};
}
${body}`,
  };
}

const PLAIN = `@compute @workgroup_size(16, 4)
fn main(@builtin(global_invocation_id) at: vec3<u32>) {
  let s = slice(at.z);
  if (at.x >= s.columns || at.y >= s.rows) { return; }
  var sum = 0f;
  for (var k = 0u; k < p.inner; k++) {
    sum += left[k * p.leftWidth + s.left + at.y] * right[k * p.rightWidth + s.right + at.x];
  }
  into[s.into + at.y * s.columns + at.x] += p.factor * sum;
}`;

/** Adds the sums to `into`; `row(r)` is a row of the slice, `s.rows` counts fours. */
const store = (rows: number, row: (r: number) => string, inside: (r: number, q: number) => string): string =>
  lines(rows, (r) =>
    lines(
      2,
      (q) =>
        `if (${inside(r, q)}) { let at = s.into + (${row(r)}) * s.columns + quad${q}; into[at] += p.factor * y${r}_${q}; }`,
    ),
  );

/** Four steps at a time, turned round for dot products as in `linear_registers`; steps past the end count as zeros. */
function registers(shape: keyof typeof ROWS): string {
  const rows = ROWS[shape];
  const broadcast = shape === 'subgroup';
  // Fours of rows that this lane loads: with subgroups a quarter of them, one in each four lanes.
  const loads = broadcast ? rows / 16 : rows / 4;
  const start = (i: number): string => (broadcast ? `first + ${4 * i}u + lane` : `first + ${i}u`);
  const turned = (i: number, e: number): string => `vec4(${[0, 1, 2, 3].map((j) => `l${i}_${j}[${e}]`).join(', ')})`;
  const row = (r: number): string =>
    broadcast ? `subgroupBroadcast(v${r >> 4}_${r & 3}, ${(r >> 2) & 3}u)` : `v${r >> 2}_${r & 3}`;
  return `@compute @workgroup_size(${LANES}, ${GROUPS})
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_id) local: vec3<u32>) {
  let s = slice(group.z);
  let lane = local.x;
  let first = (group.y * ${GROUPS}u + local.y) * ${rows / 4}u;
  let column = group.x * ${(LANES * COLUMNS) / 4}u + 2u * lane;
  let quad0 = min(column, s.columns - 1u);
  let quad1 = min(column + 1u, s.columns - 1u);
  ${lines(loads, (i) => `let start${i} = s.left + min(${start(i)}, s.rows - 1u);`)}
  ${lines(rows, (r) => lines(8, (c) => `var a${r}_${c} = 0f;`))}
  for (var k = 0u; k < p.inner; k += 4u) {
    ${lines(
      4,
      (j) => `let step${j} = min(k + ${j}u, p.inner - 1u);
    let part${j} = select(0f, 1f, k + ${j}u < p.inner);
    let other${j} = step${j} * p.rightWidth + s.right;
    ${[0, 1].map((q) => `let b${j}_${q} = right[other${j} + quad${q}];`).join(' ')}
    ${lines(loads, (i) => `let l${i}_${j} = part${j} * left[step${j} * p.leftWidth + start${i}];`)}`,
    )}
    ${lines(loads, (i) => lines(4, (e) => `let v${i}_${e} = ${turned(i, e)};`))}
    ${lines(8, (c) => `let t${c} = vec4(${[0, 1, 2, 3].map((j) => `b${j}_${c >> 2}[${c & 3}]`).join(', ')});`)}
    ${lines(rows, (r) => `{ let v = ${row(r)}; ${lines(8, (c) => `a${r}_${c} += dot(v, t${c});`)} }`)}
  }
  ${lines(rows, (r) => lines(2, (q) => `let y${r}_${q} = vec4(${[0, 1, 2, 3].map((c) => `a${r}_${4 * q + c}`).join(', ')});`))}
  ${store(
    rows,
    (r) => `4u * first + ${r}u`,
    (r, q) => `first + ${r >> 2}u < s.rows && column + ${q}u < s.columns`,
  )}
}`;
}

const FILL = lines(
  4,
  (i) => `{
      let step = k + ${4 * i}u + t / 16u;
      let place = min(step, p.inner - 1u);
      let l = left[place * p.leftWidth + s.left + min(firstRow / 4u + t % 16u, s.rows - 1u)];
      left_tile[${64 * i}u + t] = select(vec4(0f), l, step < p.inner);
      right_tile[${64 * i}u + t] = right[place * p.rightWidth + s.right + min(firstQuad + t % 16u, s.columns - 1u)];
    }`,
);

const TILES = `${TILE_MEMORY}
@compute @workgroup_size(${TILE})
fn main(@builtin(workgroup_id) group: vec3<u32>, @builtin(local_invocation_index) t: u32) {
  let s = slice(group.z);
  let tx = t % 8u;
  let ty = t / 8u;
  let firstRow = group.y * ${TILE}u;
  let firstQuad = group.x * ${TILE / 4}u;
  ${tileSum('p.inner', FILL)}
  let quad0 = min(firstQuad + tx, s.columns - 1u);
  let quad1 = min(firstQuad + 8u + tx, s.columns - 1u);
  ${store(8, tileRow, (r, q) => `${tileRow(r)} < 4u * s.rows && firstQuad + ${8 * q}u + tx < s.columns`)}
}`;
