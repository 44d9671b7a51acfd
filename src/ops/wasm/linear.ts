/**
 * Linear layers: frozen (their weights float32 here), frozen with low-rank adapters (Hu et al., "LoRA", ICLR 2022, section 4.1), and trainable ones
 * whose weights are parts of the flat state. Products are our own: tfjs's keeps a packed copy of its right operand for
 * as long as that tensor lives, which would go stale as weights change in place.
 */
import type { Tensor } from '../custom';
import type { LoraBlock, PackedWeights, Span } from '../types';
import { address, matrix, output } from './heap';
import { kernels } from './kernels';
import { columns, multiply, rowMajor, turned } from './product';

/** `x WT + bias + residual`: x `[n, in]`, bias `[out]` or null, residual `[n, out]` or null. */
export function linearForward(
  x: Tensor,
  { words, outputs, inputs }: PackedWeights,
  bias: Tensor | null,
  residual: Tensor | null,
): Tensor {
  const { rows } = matrix(x);
  const y = output([rows, outputs]);
  const begun = beginRows(y, bias, residual);
  const weightT = turned(rowMajor(words, inputs));
  multiply(rowMajor(x, inputs), weightT, rowMajor(y, outputs), rows, outputs, inputs, 1, begun);
  return y;
}

/** `dy W`: dy `[n, out]` to `[n, in]`. */
export function linearInputGradient(dy: Tensor, { words, outputs, inputs }: PackedWeights): Tensor {
  const { rows } = matrix(dy);
  const dx = output([rows, inputs]);
  multiply(rowMajor(dy, outputs), rowMajor(words, inputs), rowMajor(dx, inputs), rows, inputs, outputs, 1, false);
  return dx;
}

/**
 * `y = x WT + bias`, and in the columns of part i `+ scale u_i B_i`; `u [n, parts * rank]` is `x [A1 | A2 | ..]`, which
 * the gradient needs.
 */
export function adaptedForward(
  x: Tensor,
  weights: PackedWeights,
  bias: Tensor | null,
  lora: LoraBlock,
): { y: Tensor; u: Tensor } {
  const { rows, width: inputs } = matrix(x);
  const { rank, scale, values } = lora;
  const wide = rank * lora.parts.length;
  const y = linearForward(x, weights, bias, null);
  const outputs = matrix(y).width;
  const u = output([rows, wide]);
  let column = 0;
  lora.parts.forEach((part, i) => {
    const ui = columns(u, wide, i * rank);
    multiply(rowMajor(x, inputs), rowMajor(within(values, part.a), rank), ui, rows, rank, inputs, 1, false);
    const yi = columns(y, outputs, column);
    multiply(ui, rowMajor(within(values, part.b), part.outputs), yi, rows, part.outputs, rank, scale, true);
    column += part.outputs;
  });
  return { y, u };
}

/**
 * The gradient for x; adds those of A and B to `lora.gradients`. With `du_i = scale dy_i B_iT`:
 * `dx = dy W + sum du_i A_iT`, `dA_i = xT du_i`, `dB_i = scale u_iT dy_i`.
 */
export function adaptedBackward(dy: Tensor, x: Tensor, u: Tensor, weights: PackedWeights, lora: LoraBlock): Tensor {
  const { rows, width: inputs } = matrix(x);
  const outputs = matrix(dy).width;
  const { rank, scale, values, gradients } = lora;
  const wide = rank * lora.parts.length;
  const dx = linearInputGradient(dy, weights);
  const du = output([rows, wide]);
  let column = 0;
  lora.parts.forEach((part, i) => {
    const dyi = columns(dy, outputs, column);
    const dui = columns(du, wide, i * rank);
    const a = rowMajor(within(values, part.a), rank);
    const b = rowMajor(within(values, part.b), part.outputs);
    multiply(dyi, turned(b), dui, rows, rank, part.outputs, scale, false);
    multiply(dui, turned(a), rowMajor(dx, inputs), rows, inputs, rank, 1, true);
    if (gradients !== null) {
      const da = rowMajor(within(gradients, part.a), rank);
      const db = rowMajor(within(gradients, part.b), part.outputs);
      multiply(turned(rowMajor(x, inputs)), dui, da, inputs, rank, rows, 1, true);
      multiply(turned(columns(u, wide, i * rank)), dyi, db, rank, part.outputs, rows, scale, true);
    }
    column += part.outputs;
  });
  du.dispose();
  return dx;
}

/** `x [n, inputs] . weight [inputs, outputs] + bias [outputs]`. */
export function denseForward(x: Tensor, weight: Span, inputs: number, outputs: number, bias: Span | null): Tensor {
  const { rows } = matrix(x);
  const y = output([rows, outputs]);
  const begun = beginRows(y, bias, null);
  multiply(rowMajor(x, inputs), rowMajor(weight, outputs), rowMajor(y, outputs), rows, outputs, inputs, 1, begun);
  return y;
}

/** `dy weightT`: dy `[n, outputs]` to `[n, inputs]`. */
export function denseInputGradient(dy: Tensor, weight: Span, inputs: number, outputs: number): Tensor {
  const { rows } = matrix(dy);
  const dx = output([rows, inputs]);
  const weightT = turned(rowMajor(weight, outputs));
  multiply(rowMajor(dy, outputs), weightT, rowMajor(dx, inputs), rows, inputs, outputs, 1, false);
  return dx;
}

/** Adds `xT dy` to `into [inputs, outputs]`. */
export function denseWeightGradient(x: Tensor, dy: Tensor, into: Span): void {
  const { rows, width: inputs } = matrix(x);
  const outputs = matrix(dy).width;
  const xT = turned(rowMajor(x, inputs));
  multiply(xT, rowMajor(dy, outputs), rowMajor(into, outputs), inputs, outputs, rows, 1, true);
}

/** Adds the sums of the columns of `dy [n, width]` to `into [width]`. */
export function columnSums(dy: Tensor, into: Span): void {
  const { rows, width } = matrix(dy);
  kernels().columnSums(address(dy), address(into), rows, width);
}

/** Writes what every row begins with, and says whether there is anything. */
function beginRows(y: Tensor, bias: Tensor | Span | null, residual: Tensor | null): boolean {
  if (bias === null && residual === null) return false;
  const { rows, width } = matrix(y);
  const of = (bound: Tensor | Span | null): number => (bound === null ? 0 : address(bound));
  kernels().begin(address(y), of(bias), of(residual), rows, width);
  return true;
}

function within({ tensor, offset, length }: Span, from: number): Span {
  return { tensor, offset: offset + from, length: length - from };
}
