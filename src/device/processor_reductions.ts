/**
 * Reductions over the last axis for WebGPU adapters that run on the processor: one invocation a row, no workgroup
 * memory. tfjs reduces a row with a workgroup and barriers, which costs 20-60 times as much there (measured on
 * SwiftShader, rows of 64-128).
 */
import type { WebGPUProgram } from '@tensorflow/tfjs-backend-webgpu';

const GROUP = 16;

const BODIES = {
  sum: `
      var total = 0.0;
      for (var k = 0; k < width; k = k + 1) { total = total + A[base + k]; }
      result[row] = total;`,
  mean: `
      var total = 0.0;
      for (var k = 0; k < width; k = k + 1) { total = total + A[base + k]; }
      result[row] = total / f32(width);`,
  softmax: `
      var top = A[base];
      for (var k = 1; k < width; k = k + 1) { top = max(top, A[base + k]); }
      var total = 0.0;
      for (var k = 0; k < width; k = k + 1) {
        let e = exp(A[base + k] - top);
        result[base + k] = e;
        total = total + e;
      }
      for (var k = 0; k < width; k = k + 1) { result[base + k] = result[base + k] / total; }`,
};

/** `[rows, width]` to `[rows]` (sum, mean) or `[rows, width]` (softmax). */
export class RowProgram implements WebGPUProgram {
  readonly variableNames = ['A'];
  readonly dispatchLayout = { x: [0] };
  readonly dispatch: [number, number, number];
  readonly workgroupSize: [number, number, number] = [GROUP, 1, 1];
  readonly uniforms = 'rows : i32, width : i32,';
  readonly shaderKey: string;
  readonly outputShape: number[];

  constructor(
    private readonly what: keyof typeof BODIES,
    rows: number,
    width: number,
  ) {
    this.outputShape = what === 'softmax' ? [rows * width] : [rows];
    this.dispatch = [Math.ceil(rows / GROUP), 1, 1];
    this.shaderKey = `row_${what}`;
    this.values = [
      { type: 'int32', data: [rows] },
      { type: 'int32', data: [width] },
    ];
  }

  /** What `uniforms` declares. */
  readonly values: { type: string; data: number[] }[];

  getUserCode(): string {
    return `
    fn main(row : i32) {
      let width = uniforms.width;
      let base = row * width;
      if (row >= uniforms.rows) { return; }
      ${BODIES[this.what]}
    }`;
  }
}
