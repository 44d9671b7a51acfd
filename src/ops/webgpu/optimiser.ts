/**
 * The optimiser over the flat trainable state: the norm of all gradients, and AdamW in place in one dispatch
 * (Loshchilov and Hutter, "Decoupled Weight Decay Regularization", ICLR 2019, algorithm 2; arithmetic of
 * `torch.optim.AdamW`).
 */
import { allocate, launch, type Kernel } from '../../device/kernel';
import type { Tensor } from '../custom';
import type { AdamwNumbers, OptimiserState } from '../types';
import { FLAT_GROUP, FLAT_MAIN, flatGroups } from './flat';
import { laneCode, laneCount, laneMain } from './lanes';
import { bindableRanges } from './span';

/** Sums that run side by side over a long state. */
const SUMS = 16_384;

/** WGSL may assume that no number is NaN or infinite, so what is not finite is known by its exponent's bits. */
const WILD = 'fn wild(bits: u32) -> bool { return (bits & 0x7f800000u) == 0x7f800000u; }';
const NAN_BITS = 0x7fc00000;

const PARTIAL_SQUARES: Kernel = {
  name: 'optimiser-squares',
  outputs: { y: 'u32' },
  inputs: { x: 'u32' },
  uniforms: { count: 'u32', sums: 'u32', first: 'u32', nan: 'u32' },
  code: `${WILD}
${FLAT_MAIN}
  if (i >= p.sums) { return; }
  var sum = 0.0;
  var broken = false;
  for (var j = i; j < p.count; j += p.sums) {
    let bits = x[j];
    broken = broken || wild(bits);
    let value = bitcast<f32>(bits);
    sum += value * value;
  }
  y[p.first + i] = select(bitcast<u32>(sum), p.nan, broken);
}`,
};

function totalKernel(lanes: number): Kernel {
  return {
    name: `optimiser-total-${lanes}`,
    outputs: { y: 'u32' },
    inputs: { x: 'u32' },
    uniforms: { count: 'u32', nan: 'u32' },
    code: `${WILD}
${laneCode(lanes)}
${laneMain(lanes)}
  var sum = 0.0;
  var broken = 0.0;
  for (var j = lane; j < p.count; j += LANES) {
    if (wild(x[j])) { broken = 1.0; } else { sum += bitcast<f32>(x[j]); }
  }
  broken = maxOfLanes(lane, broken);
  sum = sumOfLanes(lane, sum);
  if (lane == 0u) { y[row] = select(bitcast<u32>(sum), p.nan, broken > 0.0); }
}`,
  };
}

/** The sum of squares of all elements of `x`, a scalar; not finite where one of them, or the sum, is not. */
export function sumOfSquares(x: Tensor, lanes = laneCount()): Tensor {
  const ranges = bindableRanges(x.size);
  const sums = Math.min(SUMS, Math.max(FLAT_GROUP, Math.ceil(x.size / 64)));
  const partial = allocate([Math.max(1, ranges.length) * sums]);
  for (const [at, { offset, length }] of ranges.entries()) {
    const uniforms = { count: length, sums, first: at * sums, nan: NAN_BITS };
    launch(PARTIAL_SQUARES, { y: partial, x: { tensor: x, offset, length } }, uniforms, flatGroups(sums));
  }
  const total = allocate([]);
  launch(totalKernel(lanes), { y: total, x: partial }, { count: ranges.length * sums, nan: NAN_BITS }, [1, 1, 1]);
  partial.dispose();
  return total;
}

const ADAMW: Kernel = {
  name: 'optimiser-adamw',
  outputs: { values: 'f32', first: 'f32', second: 'f32' },
  inputs: { gradients: 'f32' },
  uniforms: {
    count: 'u32',
    beta1: 'f32',
    rest1: 'f32',
    beta2: 'f32',
    rest2: 'f32',
    epsilon: 'f32',
    clip: 'f32',
    keep: 'f32',
    stepSize: 'f32',
    correction: 'f32',
  },
  code: `${FLAT_MAIN}
  if (i >= p.count) { return; }
  let g = gradients[i] * p.clip;
  let m = p.beta1 * first[i] + p.rest1 * g;
  let v = p.beta2 * second[i] + p.rest2 * (g * g);
  first[i] = m;
  second[i] = v;
  values[i] = values[i] * p.keep - p.stepSize * (m / (sqrt(v) * p.correction + p.epsilon));
}`,
};

/** One update of values and both moments in place. */
export function adamwUpdate(state: OptimiserState<Tensor>, h: AdamwNumbers): void {
  const { values, gradients, first, second } = state;
  const uniforms = {
    beta1: h.beta1,
    // Subtracted in double precision: 1 - 0.999 loses four digits in single.
    rest1: 1 - h.beta1,
    beta2: h.beta2,
    rest2: 1 - h.beta2,
    epsilon: h.epsilon,
    clip: h.clip,
    keep: 1 - h.learningRate * h.weightDecay,
    stepSize: h.learningRate / (1 - h.beta1 ** h.step),
    correction: 1 / Math.sqrt(1 - h.beta2 ** h.step),
  };
  for (const { offset, length } of bindableRanges(values.size)) {
    const part = (tensor: Tensor): { tensor: Tensor; offset: number; length: number } => ({ tensor, offset, length });
    const buffers = {
      values: part(values),
      first: part(first),
      second: part(second),
      gradients: part(gradients),
    };
    launch(ADAMW, buffers, { count: length, ...uniforms }, flatGroups(length));
  }
}
