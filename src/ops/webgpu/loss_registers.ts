/**
 * Products of the caption loss in registers alone: no barrier, no subgroup, and any widths. Each invocation computes
 * 4 rows of 2 vectors (of four where the vocabulary allows it, otherwise of one).
 */
import type { Kernel } from '../../device/kernel';
import type { Product, Products, Sizes } from './loss_products';

const ROWS = 4;
const GROUP = 8;

const repeat = (count: number, line: (i: number) => string): string =>
  Array.from({ length: count }, (_, i) => line(i)).join('\n');

interface Widths {
  type: string;
  width: number;
}

function widths({ vocabulary }: Sizes): Widths {
  return vocabulary % 4 === 0 ? { type: 'vec4<f32>', width: 4 } : { type: 'f32', width: 1 };
}

const UNIFORMS: Kernel['uniforms'] = { rows: 'u32', hidden: 'u32', vocabulary: 'u32', part: 'u32' };

const MAIN = `@compute @workgroup_size(${GROUP}, ${GROUP}) fn main(@builtin(global_invocation_id) id: vec3<u32>) {`;

function tiles(columns: number, rows: number, z = 1): [number, number, number] {
  return [Math.ceil(columns / GROUP), Math.ceil(rows / (ROWS * GROUP)), z];
}

/**
 * `y [m, vocabulary]` = or += a product over k whose left factor is read one number at a time at `left(row)` and whose
 * right factor is `[k, vocabulary]`.
 */
function wideProduct(
  name: string,
  sizes: Sizes,
  inputs: { left: string; right: string },
  { outer, inner, left, add }: { outer: string; inner: string; left: (row: string) => string; add: boolean },
): Product {
  const { type, width } = widths(sizes);
  const assign = add ? '+=' : '=';
  const vectors = Math.ceil(sizes.vocabulary / width / 2);
  return {
    kernel: {
      name: `${name}-${width}`,
      outputs: { y: type },
      inputs: { [inputs.left]: 'f32', [inputs.right]: type },
      uniforms: UNIFORMS,
      code: `${MAIN}
  let count = p.vocabulary / ${width}u;
  let column = id.x * 2u;
  let row = id.y * ${ROWS}u;
  if (column >= count || row >= p.${outer}) { return; }
  let second = min(column + 1u, count - 1u);
  ${repeat(ROWS, (r) => `let r${r} = min(row + ${r}u, p.${outer} - 1u); var a${r} = ${type}(); var b${r} = ${type}();`)}
  for (var k = 0u; k < p.${inner}; k++) {
    let u = ${inputs.right}[k * count + column];
    let v = ${inputs.right}[k * count + second];
    ${repeat(ROWS, (r) => `{ let x = ${inputs.left}[${left(`r${r}`)}]; a${r} += x * u; b${r} += x * v; }`)}
  }
  ${repeat(
    ROWS,
    (r) => `if (row + ${r}u < p.${outer}) {
    y[r${r} * count + column] ${assign} a${r};
    if (column + 1u < count) { y[r${r} * count + second] ${assign} b${r}; }
  }`,
  )}
}`,
    },
    groups: tiles(vectors, outer === 'rows' ? sizes.rows : sizes.hidden),
  };
}

/** Columns of dh of one invocation. */
const NARROW = 4;

function inputProduct(sizes: Sizes, parts: number): Product {
  const { type, width } = widths(sizes);
  const dot = width === 4 ? (a: string, b: string) => `dot(${a}, ${b})` : (a: string, b: string) => `${a} * ${b}`;
  const each = (line: (r: number, c: number) => string): string =>
    repeat(ROWS, (r) => repeat(NARROW, (c) => line(r, c)));
  return {
    kernel: {
      name: `loss-input-registers-${width}`,
      outputs: { y: 'f32' },
      inputs: { dlogits: type, head: type },
      uniforms: UNIFORMS,
      code: `${MAIN}
  let count = p.vocabulary / ${width}u;
  let column = id.x * ${NARROW}u;
  let row = id.y * ${ROWS}u;
  if (column >= p.hidden || row >= p.rows) { return; }
  let start = id.z * (p.part / ${width}u);
  let to = min(start + p.part / ${width}u, count);
  ${repeat(ROWS, (r) => `let r${r} = min(row + ${r}u, p.rows - 1u) * count;`)}
  ${repeat(NARROW, (c) => `let c${c} = min(column + ${c}u, p.hidden - 1u) * count;`)}
  ${each((r, c) => `var a${r}_${c} = 0.0;`)}
  for (var k = start; k < to; k++) {
    ${repeat(NARROW, (c) => `let w${c} = head[c${c} + k];`)}
    ${repeat(ROWS, (r) => `let x${r} = dlogits[r${r} + k];`)}
    ${each((r, c) => `a${r}_${c} += ${dot(`x${r}`, `w${c}`)};`)}
  }
  let base = (id.z * p.rows + row) * p.hidden + column;
  ${each((r, c) => `if (row + ${r}u < p.rows && column + ${c}u < p.hidden) { y[base + ${r}u * p.hidden + ${c}u] = a${r}_${c}; }`)}
}`,
    },
    groups: tiles(Math.ceil(sizes.hidden / NARROW), sizes.rows, parts),
  };
}

export const registerProducts: Products = {
  logits: (sizes) =>
    wideProduct(
      'loss-logits-registers',
      sizes,
      { left: 'h', right: 'head' },
      { outer: 'rows', inner: 'hidden', left: (row) => `${row} * p.hidden + k`, add: false },
    ),
  input: inputProduct,
  head: (sizes) =>
    wideProduct(
      'loss-head-registers',
      sizes,
      { left: 'h', right: 'dlogits' },
      { outer: 'hidden', inner: 'rows', left: (row) => `k * p.hidden + ${row}`, add: true },
    ),
};
