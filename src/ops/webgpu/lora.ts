/**
 * Frozen linear layers with low-rank adapters on WebGPU (LoRA, arXiv:2106.09685): `y_i = x W_i^T + b_i + scale (x A_i) B_i`
 * for the columns i of the output that each adapter has as its own (q, k and v side by side).
 */
import type { Tensor } from '../custom';
import type { LoraBlock, PackedWeights } from '../types';
import { addOuter } from './linear_outer';
import { multiply, plainProduct } from './linear_product';
import type { Matrix } from './linear_weights';

/**
 * Two dispatches.
 * @param x `[n, inputs]`
 * @param bias `[outputs]`
 * @returns y `[n, outputs]`, and u = x [A_1 | A_2 | ...] `[n, parts * rank]`, which the gradient needs
 */
export function adaptedForward(
  x: Tensor,
  w: PackedWeights,
  bias: Tensor | null,
  lora: LoraBlock,
): { y: Tensor; u: Tensor } {
  const { values, rank, scale, parts } = checked(lora, w);
  const u = multiply({
    ...plainProduct('columns', x, floats(lora), w.inputs, rank),
    yWidth: parts.length * rank,
    slices: parts.map(({ a }, i) => ({ inner: w.inputs, columns: rank, x: 0, w: a, y: i * rank })),
  });
  const y = multiply({
    ...plainProduct('rows', x, w, w.inputs, w.outputs),
    bias,
    adapter: {
      direction: 'forward',
      u,
      values,
      rank,
      scale,
      parts: parts.map(({ b, outputs }) => ({ at: b, columns: outputs })),
    },
  });
  return { y, u };
}

/**
 * Four dispatches, two where no gradients of the adapter are wanted.
 * @param dy `[n, outputs]`
 * @param x, u of `adaptedForward`
 * @returns dx = dy W + du [A_1 | A_2 | ...]^T with du_i = scale dy_i B_i^T, `[n, inputs]`; adds dA_i = x^T du_i and
 * dB_i = scale u_i^T dy_i to `lora.gradients`
 */
export function adaptedBackward(dy: Tensor, x: Tensor, u: Tensor, w: PackedWeights, lora: LoraBlock): Tensor {
  const { values, gradients, rank, scale, parts } = checked(lora, w);
  const width = parts.length * rank;
  const columns = parts.map((_, i) => parts.slice(0, i).reduce((sum, { outputs }) => sum + outputs, 0));
  const du = multiply({
    ...plainProduct('rows', dy, floats(lora), w.outputs, width),
    factor: scale,
    slices: parts.map(({ b, outputs }, i) => ({ inner: outputs, columns: rank, x: columns[i]!, w: b, y: i * rank })),
  });
  if (gradients !== null) {
    addOuter({
      left: x,
      right: du,
      leftWidth: w.inputs,
      rightWidth: width,
      inner: x.size / w.inputs,
      into: gradients,
      factor: 1,
      slices: parts.map(({ a }, i) => ({ left: 0, rows: w.inputs, right: i * rank, columns: rank, into: a })),
    });
    addOuter({
      left: u,
      right: dy,
      leftWidth: width,
      rightWidth: w.outputs,
      inner: x.size / w.inputs,
      into: gradients,
      factor: scale,
      slices: parts.map(({ b, outputs }, i) => ({
        left: i * rank,
        rows: rank,
        right: columns[i]!,
        columns: outputs,
        into: b,
      })),
    });
  }
  const dx = multiply({
    ...plainProduct('columns', dy, w, w.outputs, w.inputs),
    adapter: {
      direction: 'backward',
      u: du,
      values,
      rank,
      scale: 1,
      parts: parts.map(({ a }) => ({ at: a, columns: w.inputs })),
    },
  });
  du.dispose();
  return dx;
}

function floats({ values }: LoraBlock): Matrix {
  return { packing: 'float32', words: values, scales: null };
}

function checked(lora: LoraBlock, { outputs }: PackedWeights): LoraBlock {
  const covered = lora.parts.reduce((sum, part) => sum + part.outputs, 0);
  if (covered !== outputs) throw new RangeError(`Adapters of ${covered} columns do not fit a layer of ${outputs}`);
  return lora;
}
