/**
 * Matrix kernels for WebGPU adapters that run on the processor (SwiftShader and the like). There a barrier costs a
 * switch of context for every invocation, so tfjs's kernels, which stage tiles in workgroup memory, reach a tenth of
 * what registers alone reach (512 x 512 x 512 on SwiftShader, two cores: 0.7 against 3-4 GFLOP/s). Hardware keeps
 * tfjs's own kernels.
 */
import type { WebGPUBackend, WebGPUProgram } from '@tensorflow/tfjs-backend-webgpu';
import { RowProgram } from './processor_reductions';
import * as tf from './tf';

/** Rows and columns of one invocation's tile. Columns are two vectors of four where the width allows it. */
const ROWS = 4;
const COLUMNS = 8;
const GROUP = 8;

/** `a [s or 1, n, k] . b [s or 1, k, m] -> [s, n, m]`; a operand of one slice serves all. */
class RegisterMatMul implements WebGPUProgram {
  readonly variableNames = ['A', 'B'];
  readonly dispatchLayout = { x: [2], y: [1], z: [0] };
  readonly dispatch: [number, number, number];
  readonly workgroupSize: [number, number, number] = [GROUP, GROUP, 1];
  readonly variableComponents: number[];
  readonly outputComponent: number;
  readonly shaderKey: string;
  readonly outputShape: number[];

  constructor([slicesA, rows, inner]: [number, number, number], [slicesB, , columns]: [number, number, number]) {
    const slices = Math.max(slicesA, slicesB);
    this.outputShape = [slices, rows, columns];
    this.dispatch = [Math.ceil(columns / COLUMNS / GROUP), Math.ceil(rows / ROWS / GROUP), slices];
    const wide = columns % 4 === 0;
    this.variableComponents = [1, wide ? 4 : 1];
    this.outputComponent = wide ? 4 : 1;
    this.shaderKey = `registerMatMul_${slicesA === 1}_${slicesB === 1}_${wide}_${inner}`;
    this.userCode = wide
      ? wideCode(slicesA === 1, slicesB === 1, inner)
      : narrowCode(slicesA === 1, slicesB === 1, inner);
  }

  private readonly userCode: string;
  getUserCode(): string {
    return this.userCode;
  }
}

const each = (count: number, line: (i: number) => string): string =>
  Array.from({ length: count }, (_, i) => line(i)).join('\n');

/** Offsets of this slice and this tile; rows past the end read the last row and write nothing. */
function head(oneA: boolean, oneB: boolean, inner: number, width: string): string {
  return `
    let rows = uniforms.outShape.y;
    let width = ${width};
    let row = i32(globalId.y) * ${ROWS};
    let slice = i32(globalId.z);
    let baseA = ${oneA ? '0' : `slice * rows * ${inner}`};
    let baseB = ${oneB ? '0' : `slice * width * ${inner}`};
    ${each(ROWS, (r) => `let a${r} = baseA + min(row + ${r}, rows - 1) * ${inner};`)}`;
}

function wideCode(oneA: boolean, oneB: boolean, inner: number): string {
  return `
  fn main() {
    ${head(oneA, oneB, inner, 'uniforms.outShape.z / 4')}
    let column = i32(globalId.x) * 2;
    if (row >= rows || column >= width) { return; }
    let second = min(column + 1, width - 1);
    ${each(ROWS, (r) => `var x${r} = vec4<f32>(0.0); var y${r} = vec4<f32>(0.0);`)}
    for (var k = 0; k < ${inner}; k = k + 1) {
      let b = B[baseB + k * width + column];
      let c = B[baseB + k * width + second];
      ${each(ROWS, (r) => `let v${r} = A[a${r} + k]; x${r} = fma(vec4<f32>(v${r}), b, x${r}); y${r} = fma(vec4<f32>(v${r}), c, y${r});`)}
    }
    let start = (slice * rows + row) * width;
    ${each(
      ROWS,
      (r) => `if (row + ${r} < rows) {
      result[start + ${r} * width + column] = x${r};
      if (column + 1 < width) { result[start + ${r} * width + column + 1] = y${r}; }
    }`,
    )}
  }`;
}

function narrowCode(oneA: boolean, oneB: boolean, inner: number): string {
  return `
  fn main() {
    ${head(oneA, oneB, inner, 'uniforms.outShape.z')}
    let first = i32(globalId.x) * ${COLUMNS};
    if (row >= rows || first >= width) { return; }
    for (var column = first; column < min(first + ${COLUMNS}, width); column = column + 1) {
      ${each(ROWS, (r) => `var x${r} = 0.0;`)}
      for (var k = 0; k < ${inner}; k = k + 1) {
        let b = B[baseB + k * width + column];
        ${each(ROWS, (r) => `x${r} = fma(A[a${r} + k], b, x${r});`)}
      }
      let start = (slice * rows + row) * width + column;
      ${each(ROWS, (r) => `if (row + ${r} < rows) { result[start + ${r} * width] = x${r}; }`)}
    }
  }`;
}

/** Swaps the last two axes of `[s, n, m]`, one element an invocation. */
class PlainTranspose implements WebGPUProgram {
  readonly variableNames = ['A'];
  readonly dispatchLayout = { x: [2], y: [1], z: [0] };
  readonly dispatch: [number, number, number];
  readonly workgroupSize: [number, number, number] = [GROUP, GROUP, 1];
  readonly shaderKey = 'plainTranspose';

  constructor(readonly outputShape: [number, number, number]) {
    const [slices, rows, columns] = outputShape;
    this.dispatch = [Math.ceil(columns / GROUP), Math.ceil(rows / GROUP), slices];
  }

  getUserCode(): string {
    return `
    fn main() {
      let rows = uniforms.outShape.y;
      let columns = uniforms.outShape.z;
      let row = i32(globalId.y);
      let column = i32(globalId.x);
      let base = i32(globalId.z) * rows * columns;
      if (row >= rows || column >= columns) { return; }
      result[base + row * columns + column] = A[base + column * rows + row];
    }`;
  }
}

/** Puts these kernels in the place of tfjs's on the `webgpu` backend; shapes that they do not know stay with tfjs's. */
export function useProcessorKernels(): void {
  const stockMatMul = kernel('BatchMatMul');
  const stockTranspose = kernel('Transpose');
  replace('BatchMatMul', (options) => {
    const { a, b } = options.inputs as { a: tf.TensorInfo; b: tf.TensorInfo };
    const { transposeA, transposeB } = options.attrs as { transposeA: boolean; transposeB: boolean };
    const rank = a.shape.length;
    if (transposeA || transposeB || rank !== b.shape.length || (rank !== 2 && rank !== 3)) return stockMatMul(options);
    const program = new RegisterMatMul(slicesOf(a.shape), slicesOf(b.shape));
    const result = (options.backend as WebGPUBackend).runWebGPUProgram(program, [a, b], 'float32');
    return rank === 3 ? result : { ...result, shape: result.shape.slice(1) };
  });
  replace('Transpose', (options) => {
    const { x } = options.inputs as { x: tf.TensorInfo };
    const { perm } = options.attrs as unknown as { perm: number[] };
    const order = perm.join(' ');
    if (x.dtype !== 'float32' || (order !== '1 0' && order !== '0 2 1')) return stockTranspose(options);
    const [slices, rows, columns] = slicesOf(x.shape);
    const program = new PlainTranspose([slices, columns, rows]);
    const result = (options.backend as WebGPUBackend).runWebGPUProgram(program, [x], 'float32');
    return x.shape.length === 3 ? result : { ...result, shape: result.shape.slice(1) };
  });
  replaceReduction('Sum', 'sum');
  replaceReduction('Mean', 'mean');
  const stockSoftmax = kernel('Softmax');
  replace('Softmax', (options) => {
    const { logits } = options.inputs as { logits: tf.TensorInfo };
    const { dim } = options.attrs as { dim: number };
    if (dim !== logits.shape.length - 1) return stockSoftmax(options);
    return { ...alongRows('softmax', logits, options.backend), shape: logits.shape };
  });
}

/** Over the last axis by rows; any other axis as before. */
function replaceReduction(name: 'Sum' | 'Mean', what: 'sum' | 'mean'): void {
  const stockReduction = kernel(name);
  replace(name, (options) => {
    const { x } = options.inputs as { x: tf.TensorInfo };
    const { axis, keepDims } = options.attrs as { axis: number | number[]; keepDims: boolean };
    const axes = [axis].flat();
    const last = x.shape.length - 1;
    if (x.dtype !== 'float32' || axes.length !== 1 || (axes[0] !== last && axes[0] !== -1))
      return stockReduction(options);
    const kept = x.shape.slice(0, -1);
    return { ...alongRows(what, x, options.backend), shape: keepDims ? [...kept, 1] : kept };
  });
}

function alongRows(what: 'sum' | 'mean' | 'softmax', x: tf.TensorInfo, backend: unknown): tf.TensorInfo {
  const width = x.shape.at(-1)!;
  const rows = x.shape.slice(0, -1).reduce((product, size) => product * size, 1);
  const program = new RowProgram(what, rows, width);
  return (backend as WebGPUBackend).runWebGPUProgram(program, [x], 'float32', program.values);
}

/** A matrix as one slice. */
function slicesOf(shape: number[]): [number, number, number] {
  const [slices, rows, columns] = shape.length === 2 ? [1, ...shape] : shape;
  return [slices!, rows!, columns!];
}

const stock = new Map<string, tf.KernelFunc>();

function kernel(name: string): tf.KernelFunc {
  const known = stock.get(name) ?? tf.getKernel(name, 'webgpu').kernelFunc;
  stock.set(name, known);
  return known;
}

function replace(name: string, kernelFunc: tf.KernelFunc): void {
  tf.unregisterKernel(name, 'webgpu');
  tf.registerKernel({ kernelName: name, backendName: 'webgpu', kernelFunc });
}

/** Puts tfjs's own kernels back, for hardware. */
export function useStockKernels(): void {
  for (const [name, kernelFunc] of stock) replace(name, kernelFunc);
}
