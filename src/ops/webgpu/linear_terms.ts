/**
 * What all shapes of a product's kernel share. A product is, for each slice s (workgroup z),
 * `y_s = factor x_s W_s (+ adapter) (+ bias) (+ residual)`, where the slices are columns of the same tensors: the parts
 * of an adapter, or just one slice.
 */
import type { Kernel } from '../../device/kernel';
import type { Span } from '../types';
import type { Tensor } from '../custom';
import type { Matrix } from './linear_weights';

/** Offsets in elements. */
export interface Slice {
  /** Length of the sums. */
  inner: number;
  /** Columns of y. */
  columns: number;
  /** First column of x, first element of W, first column of y. */
  x: number;
  w: number;
  y: number;
}

/** The low-rank term of the output: u B (forward), or du A^T (backward), for all parts at once. */
export interface AdapterTerm {
  direction: 'forward' | 'backward';
  /** `[rows, parts * rank]`. */
  u: Tensor;
  values: Span;
  rank: number;
  /** Factor of the term. */
  scale: number;
  /** Where B (forward) or A (backward) of each part begins, and its columns of y (backward: all). */
  parts: readonly { at: number; columns: number }[];
}

export interface Product {
  /** 'rows': W `[columns, inner]`, sums along rows of W. 'columns': W `[inner, columns]`. */
  kind: 'rows' | 'columns';
  x: Tensor;
  /** Width of x and of y. */
  xWidth: number;
  yWidth: number;
  rows: number;
  matrix: Matrix;
  slices: readonly Slice[];
  y: Tensor;
  factor: number;
  bias: Tensor | Span | null;
  residual: Tensor | null;
  adapter: AdapterTerm | null;
}

/** Text for each of 0 .. n - 1, a line each. */
export const lines = (n: number, text: (i: number) => string): string =>
  Array.from({ length: n }, (_, i) => text(i)).join('\n');

/** `vec4` where a kernel handles four columns at a time, else `f32`: `unit` is the number of them. */
export const element = (unit: 1 | 4): string => (unit === 4 ? 'vec4<f32>' : 'f32');

const made = new Map<string, Kernel>();

/** The kernel of that name, its text made once. */
export function kernelNamed(name: string, make: () => Omit<Kernel, 'name'>): Kernel {
  let kernel = made.get(name);
  if (kernel === undefined) made.set(name, (kernel = { name, ...make() }));
  return kernel;
}

/** Part of a kernel's name: everything of a product that its text depends on. */
export function productKey({ kind, matrix, slices, bias, residual, adapter }: Product): string {
  const octets = adapter?.parts.every(({ columns }) => columns % 8 === 0) === true ? ' octets' : '';
  const term = adapter === null ? '' : ` ${adapter.direction} ${adapter.parts.length}${octets}`;
  const added = `${bias === null ? '' : ' bias'}${residual === null ? '' : ' residual'}`;
  return `${kind} ${matrix.packing} ${slices.length}${term}${added}`;
}

/** Buffers of y, x and what is added, besides W's. */
export function productTypes(
  { bias, residual, adapter }: Product,
  unit: 1 | 4,
): { outputs: Record<string, string>; inputs: Record<string, string> } {
  const type = element(unit);
  return {
    outputs: { y: type },
    inputs: {
      x: type,
      ...(bias === null ? {} : { bias: type }),
      ...(residual === null ? {} : { residual: type }),
      ...(adapter === null ? {} : { u: type, values: type }),
    },
  };
}

export function productBuffers({ y, x, bias, residual, adapter }: Product): Record<string, Tensor | Span> {
  return {
    y,
    x,
    ...(bias === null ? {} : { bias }),
    ...(residual === null ? {} : { residual }),
    ...(adapter === null ? {} : { u: adapter.u, values: adapter.values }),
  };
}

export function productUniforms(product: Product): Record<string, 'u32' | 'f32'> {
  const fields: Record<string, 'u32' | 'f32'> = { rows: 'u32', xWidth: 'u32', yWidth: 'u32', factor: 'f32' };
  product.slices.forEach((_, i) => {
    for (const name of ['inner', 'columns', 'x', 'w', 'y']) fields[`${name}${i}`] = 'u32';
  });
  if (product.adapter !== null) {
    fields['rank'] = 'u32';
    fields['scale'] = 'f32';
    product.adapter.parts.forEach((_, i) => {
      for (const name of ['part', 'begin', 'wide']) fields[`${name}${i}`] = 'u32';
    });
  }
  return fields;
}

/** Values of `productUniforms`, in units of columns: of four where the kernel handles four at a time. W's in elements. */
export function productValues(product: Product, unit: 1 | 4): Record<string, number> {
  const { rows, xWidth, yWidth, factor, slices, adapter } = product;
  const values: Record<string, number> = { rows, xWidth: xWidth / unit, yWidth: yWidth / unit, factor };
  slices.forEach(({ inner, columns, x, w, y }, i) => {
    Object.assign(values, {
      [`inner${i}`]: inner,
      [`columns${i}`]: columns / unit,
      [`x${i}`]: x / unit,
      [`w${i}`]: w,
      [`y${i}`]: y / unit,
    });
  });
  if (adapter !== null) {
    Object.assign(values, { rank: adapter.rank / unit, scale: adapter.scale });
    let begin = 0;
    adapter.parts.forEach(({ at, columns }, i) => {
      Object.assign(values, { [`part${i}`]: at / unit, [`begin${i}`]: begin / unit, [`wide${i}`]: columns / unit });
      begin += columns;
    });
  }
  return values;
}

/** `struct Slice` and `fn slice(z)`. */
export function sliceCode(count: number): string {
  const make = (i: number): string => `Slice(p.inner${i}, p.columns${i}, p.x${i}, p.w${i}, p.y${i})`;
  return `struct Slice { inner: u32, columns: u32, x: u32, w: u32, y: u32 }
fn slice(z: u32) -> Slice {
  ${lines(count - 1, (i) => `if (z == ${i}u) { return ${make(i)}; }`)}
  return ${make(count - 1)};
}`;
}

/** `struct Part` and `fn part_of(column)`: the part of an adapter that a column of y belongs to. */
export function partCode(adapter: AdapterTerm | null): string {
  if (adapter?.direction !== 'forward') return '';
  const last = adapter.parts.length - 1;
  return `struct Part { index: u32, at: u32, begin: u32, wide: u32 }
fn part_of(column: u32) -> Part {
  ${lines(last, (i) => `if (column < p.begin${i + 1}) { return Part(${i}u, p.part${i}, p.begin${i}, p.wide${i}); }`)}
  return Part(${last}u, p.part${last}, p.begin${last}, p.wide${last});
}`;
}

/** Where a kernel of four columns at a time holds its sums. */
export interface Sums {
  /** Rows and fours of columns of one invocation; the sums are `y{r}_{q}`. */
  rows: number;
  quads: number;
  /** Whether the fours of columns 0 and 1 are neighbours, an octet. */
  octets: boolean;
  /** WGSL of row r, kept within the rows. */
  row(r: number): string;
  /** WGSL of the four of columns q, kept within the columns. */
  quad(q: number): string;
}

/** Adds the adapter's term, for ranks `start`, `start + step`, ... (in fours). */
export function adapterCode(adapter: AdapterTerm | null, sums: Sums, start = '0u', step = '1u'): string {
  if (adapter === null) return '';
  const count = adapter.parts.length;
  const loop = (body: string): string => `for (var q = ${start}; q < p.rank; q += ${step}) {\n${body}\n}`;
  const quads = Array.from({ length: sums.quads }, (_, c) => c);
  if (adapter.direction === 'forward') {
    // Neighbouring fours of columns belong to one part where parts are whole octets.
    const together = sums.octets && adapter.parts.every(({ columns }) => columns % 8 === 0);
    return (together ? [quads] : quads.map((c) => [c]))
      .map(
        (some) => `{
  let part = part_of(${sums.quad(some[0]!)});
  ${some.map((c) => `let at${c} = part.at + ${sums.quad(c)} - part.begin;`).join(' ')}
  ${loop(`
    ${some.map((c) => lines(4, (j) => `let b${j}_${c} = p.scale * values[at${c} + (4u * q + ${j}u) * part.wide];`)).join('\n')}
    ${lines(
      sums.rows,
      (r) => `{ let v = u[(${sums.row(r)} * ${count}u + part.index) * p.rank + q];
      ${some.map((c) => `y${r}_${c} += v.x * b0_${c} + v.y * b1_${c} + v.z * b2_${c} + v.w * b3_${c};`).join(' ')} }`,
    )}`)}
}`,
      )
      .join('\n');
  }
  return `for (var i = 0u; i < ${count}u; i++) {
  var a = p.part0;
  ${lines(count - 1, (i) => `if (i == ${i + 1}u) { a = p.part${i + 1}; }`)}
  ${loop(`
    ${quads.map((c) => lines(4, (j) => `let a${j}_${c} = p.scale * values[a + (4u * ${sums.quad(c)} + ${j}u) * p.rank + q];`)).join('\n')}
    ${lines(
      sums.rows,
      (r) => `{ let v = u[(${sums.row(r)} * ${count}u + i) * p.rank + q];
      ${quads.map((c) => `y${r}_${c} += vec4(dot(v, a0_${c}), dot(v, a1_${c}), dot(v, a2_${c}), dot(v, a3_${c}));`).join(' ')} }`,
    )}`)}
}`;
}

/**
 * Adds bias and residual and writes what lies within y.
 * @param inside WGSL condition for row r and four q
 */
export function storeCode(
  { bias, residual }: Pick<Product, 'bias' | 'residual'>,
  sums: Sums,
  inside: (r: number, q: number) => string,
): string {
  return lines(sums.rows, (r) =>
    lines(sums.quads, (q) => {
      const added = `${bias === null ? '' : ` + bias[${sums.quad(q)}]`}${residual === null ? '' : ' + residual[at]'}`;
      return `if (${inside(r, q)}) { let at = ${sums.row(r)} * p.yWidth + s.y + ${sums.quad(q)}; y[at] = y${r}_${q}${added}; }`;
    }),
  );
}
