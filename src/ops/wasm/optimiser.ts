/** AdamW over flat tensors, in place; the arithmetic is that of `train/adamw`. */
import type { Tensor } from '../custom';
import type { AdamwNumbers, OptimiserState } from '../types';
import { address, output } from './heap';
import { kernels } from './kernels';

/** The sum of squares, a scalar; parts of it are summed in double precision. */
export function sumOfSquares(x: Tensor): Tensor {
  const sum = output([]);
  kernels().sumOfSquares(address(x), address(sum), x.size);
  return sum;
}

/** One update in place. */
export function adamwUpdate({ values, gradients, first, second }: OptimiserState<Tensor>, h: AdamwNumbers): void {
  kernels().adamw(
    address(values),
    address(gradients),
    address(first),
    address(second),
    values.size,
    h.beta1,
    1 - h.beta1,
    h.beta2,
    1 - h.beta2,
    h.epsilon,
    h.clip,
    h.learningRate / (1 - h.beta1 ** h.step),
    Math.sqrt(1 - h.beta2 ** h.step),
    1 - h.learningRate * h.weightDecay,
  );
}
