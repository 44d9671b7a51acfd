/** How far a whole step's losses and gradients are from PyTorch's (tests/golden/large.json). */
import golden from '../golden/large.json';
import type { StepFigures } from './step_case';

interface Slice {
  norm: number;
  largest: number;
  places: number[];
  values: number[];
}

/** The worst relative difference of a loss, of a gradient's norm, and of an entry (relative to its gradient's largest). */
export function differenceFromPyTorch({ losses, gradients }: StepFigures): {
  loss: number;
  norm: number;
  entry: number;
} {
  const worst = { loss: 0, norm: 0, entry: 0 };
  for (const what of ['cls', 'cap'] as const)
    worst.loss = Math.max(worst.loss, Math.abs(losses[what] / golden.loss[what] - 1));
  for (const [name, slice] of Object.entries(golden.gradients as Record<string, Slice>)) {
    const gradient = gradients.get(name);
    if (gradient === undefined) throw new Error(`The step has no gradient for ${name}`);
    const norm = Math.sqrt(gradient.data.reduce((sum, x) => sum + x * x, 0));
    worst.norm = Math.max(worst.norm, Math.abs(norm / slice.norm - 1));
    slice.places.forEach((place, i) => {
      const difference = Math.abs(gradient.data[place]! - slice.values[i]!) / slice.largest;
      worst.entry = Math.max(worst.entry, difference);
    });
  }
  return worst;
}
