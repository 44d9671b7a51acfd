/**
 * Which samples each micro-batch holds. The order is stateless: epoch `e` is a permutation made from (seed, e), and
 * micro-batch `m` of optimiser step `s` starts at position `(s * accumulation + m) * batch` of the endless row of
 * epochs. So a resumed run needs the step only, and a batch may span two epochs: no sample is dropped.
 */
import { PURPOSE, permutation } from './random';

export class DataOrder {
  private cached: { epoch: number; order: Uint32Array } | null = null;

  /** `count`: training samples, at least 1. */
  constructor(
    private readonly count: number,
    private readonly seed: number,
    private readonly batch: number,
    private readonly accumulation: number,
  ) {}

  /** Indices into the training set for micro-batch `micro` (0-based) of optimiser step `step` (0-based). */
  indices(step: number, micro: number): number[] {
    const first = (step * this.accumulation + micro) * this.batch;
    return Array.from({ length: this.batch }, (_, i) => this.at(first + i));
  }

  /** Epochs done before optimiser step `step` (0-based), with a fraction. */
  epochsBefore(step: number): number {
    return (step * this.accumulation * this.batch) / this.count;
  }

  private at(position: number): number {
    const epoch = Math.floor(position / this.count);
    if (this.cached?.epoch !== epoch) {
      this.cached = { epoch, order: permutation(this.count, PURPOSE.order, this.seed, epoch) };
    }
    return this.cached.order[position % this.count]!;
  }
}
