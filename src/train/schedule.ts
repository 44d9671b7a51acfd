/** Learning rate: linear warm-up, then constant. The paper states the rate only; the shape is this page's choice. */

/** Rate of optimiser step `step` (1-based). With `warmupSteps` 0 it is `learningRate` from the first step. */
export function learningRateAt(step: number, learningRate: number, warmupSteps: number): number {
  return warmupSteps > 0 ? learningRate * Math.min(1, step / warmupSteps) : learningRate;
}
