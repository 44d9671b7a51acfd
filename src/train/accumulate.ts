/**
 * One optimiser step's losses from several micro-batches.
 *
 * Each micro-batch has its own means (classification: over its samples; caption: over its caption tokens), and the
 * step is the mean of the micro-batches, as with gradient accumulation in common trainers. Long captions therefore
 * weigh as much as short ones between micro-batches, and more within one. A micro-batch without captions adds
 * nothing to the caption loss's gradient; the reported caption loss is the mean over those that have captions.
 */
import type { Losses } from '../protocol';
import type { Objective, Outcome } from './learner';

export class Accumulator {
  private cls = 0;
  private cap = 0;
  private total = 0;
  private captioned = 0;
  private count = 0;
  tokens = 0;

  constructor(private readonly objective: Objective) {}

  add({ cls, cap, tokens }: Outcome): void {
    this.cls += cls;
    this.total += this.objective.alpha * cls + this.objective.beta * (cap ?? 0);
    if (cap !== null) {
      this.cap += cap;
      this.captioned += 1;
    }
    this.tokens += tokens;
    this.count += 1;
  }

  get losses(): Losses {
    return {
      total: this.total / this.count,
      cls: this.cls / this.count,
      cap: this.captioned === 0 ? null : this.cap / this.captioned,
    };
  }
}
