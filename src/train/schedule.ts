/**
 * Learning rate: linear warm-up, constant, linear fall to nothing. The paper states the rate only; the shape is this
 * page's choice.
 */
import type { RunConfig } from '../protocol';

/**
 * Rate of optimiser step `step` (1-based). With `warmupSteps` 0 it is `learningRate` from the first step, with
 * `decayShare` 0 up to the last one. (A run that was stored before there was a fall has none.)
 */
export function learningRateAt(
  step: number,
  {
    learningRate,
    warmupSteps,
    steps,
    decayShare = 0,
  }: Pick<RunConfig, 'learningRate' | 'warmupSteps' | 'steps'> & Partial<Pick<RunConfig, 'decayShare'>>,
): number {
  const rise = warmupSteps > 0 ? Math.min(1, step / warmupSteps) : 1;
  const falling = decayShare * steps;
  const fall = falling > 0 ? Math.min(1, (steps - step + 1) / falling) : 1;
  return learningRate * rise * fall;
}
