/**
 * Time spent on a run, pauses excluded, and what is left of it.
 *
 * The rates are those of the last few steps, so that they follow a device that slows down; evaluations are counted
 * apart, because a step says nothing about their length.
 */

/** Milliseconds, monotonic. */
export type Now = () => number;

const WINDOW = 10;

export class RunClock {
  private readonly begun: number;
  private pausedAt: number | null = null;
  private paused = 0;
  private readonly steps: { seconds: number; samples: number; tokens: number }[] = [];
  private evaluations: number[] = [];

  private before = 0;

  constructor(private readonly now: Now = () => performance.now()) {
    this.begun = now();
  }

  /** Adds the seconds that a checkpoint says were spent before this session. */
  continueFrom(seconds: number): void {
    this.before = seconds;
  }

  pause(): void {
    this.pausedAt ??= this.now();
  }

  resume(): void {
    if (this.pausedAt !== null) this.paused += this.now() - this.pausedAt;
    this.pausedAt = null;
  }

  /** Seconds so far, pauses excluded, earlier sessions included. */
  elapsed(): number {
    return this.before + ((this.pausedAt ?? this.now()) - this.begun - this.paused) / 1000;
  }

  step(seconds: number, samples: number, tokens: number): void {
    this.steps.push({ seconds, samples, tokens });
    if (this.steps.length > WINDOW) this.steps.shift();
  }

  evaluation(seconds: number): void {
    this.evaluations = [...this.evaluations.slice(-2), seconds];
  }

  get samplesPerSecond(): number {
    return this.rate('samples');
  }

  get tokensPerSecond(): number {
    return this.rate('tokens');
  }

  /** Expected seconds for so many more steps and evaluations. */
  secondsLeft(steps: number, evaluations: number): number {
    const mean = (values: number[]): number =>
      values.length === 0 ? 0 : values.reduce((a, b) => a + b, 0) / values.length;
    return steps * mean(this.steps.map(({ seconds }) => seconds)) + evaluations * mean(this.evaluations);
  }

  private rate(unit: 'samples' | 'tokens'): number {
    const seconds = this.steps.reduce((sum, step) => sum + step.seconds, 0);
    return seconds > 0 ? this.steps.reduce((sum, step) => sum + step[unit], 0) / seconds : 0;
  }
}
