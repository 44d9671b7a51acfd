/** How much of an experiment is done, and how long the rest takes by what has been measured. */
import type { Experiment } from '../../protocol';
import { countJobs } from '../protocols/jobs';
import type { QueueProgress } from './types';

/** What one scoring asks for. */
export interface ScoringSize {
  frames: number;
  /** Of `frames`, those whose text is generated. */
  text: number;
}

export interface Sizes {
  /** Optimiser steps by id of the training. */
  steps: ReadonlyMap<string, number>;
  scorings: ReadonlyMap<string, ScoringSize>;
}

/** Seconds a step (evaluations of the run included), a frame with text, a frame without; null: not measured. */
export interface Rates {
  step: number | null;
  text: number | null;
  head: number | null;
}

/** What the job that is going has done of itself. */
export interface Going {
  jobId: string;
  label: string;
  steps: number;
  frames: number;
  text: number;
}

/** What jobs that were ended before their time have kept: it is not done again. */
export interface Kept {
  /** Optimiser steps up to the last checkpoint, by id of the run. */
  steps: ReadonlyMap<string, number>;
  /** By id of the judgment. */
  scorings: ReadonlyMap<string, ScoringSize>;
}

export function progressOf(
  experiment: Experiment,
  sizes: Sizes,
  rates: Rates,
  going: Going | null,
  kept: Kept,
): QueueProgress {
  const counts = countJobs(experiment);
  const steps = { done: 0, all: 0 };
  for (const { id, phase, runId } of experiment.trainings) {
    if (phase === 'skipped' || phase === 'failed') continue;
    const all = sizes.steps.get(id) ?? 0;
    steps.all += all;
    const own = going?.jobId === id ? going.steps : 0;
    // A run that goes on has not yet said where: until then it is where it was.
    const begun = own > 0 ? own : (kept.steps.get(runId ?? '') ?? 0);
    steps.done += phase === 'done' ? all : Math.min(all, begun);
  }
  const frames = { done: 0, all: 0 };
  const left = { text: 0, head: 0 };
  for (const { id, phase, scoringId } of experiment.scorings) {
    if (phase === 'skipped' || phase === 'failed') continue;
    const size = sizes.scorings.get(id) ?? { frames: 0, text: 0 };
    const own = going?.jobId === id && going.frames > 0 ? going : kept.scorings.get(scoringId ?? '');
    frames.all += size.frames;
    const done = phase === 'done' ? size.frames : Math.min(size.frames, own?.frames ?? 0);
    const text = phase === 'done' ? size.text : Math.min(size.text, own?.text ?? 0);
    frames.done += done;
    left.text += size.text - text;
    left.head += size.frames - size.text - (done - text);
  }
  const seconds = [
    cost(steps.all - steps.done, rates.step),
    cost(left.text, rates.text),
    // A frame without text costs next to nothing beside one with: unknown is no reason to say nothing.
    cost(left.head, rates.head ?? (rates.text === null ? null : 0)),
  ];
  return {
    label: going?.label ?? '',
    jobs: { done: counts.done, failed: counts.failed, skipped: counts.skipped, all: counts.all },
    steps,
    frames,
    stepsPerSecond: inverse(rates.step),
    framesPerSecond: inverse(rates.text ?? rates.head),
    secondsLeft: seconds.some((value) => value === null) ? null : seconds.reduce((sum: number, s) => sum + (s ?? 0), 0),
  };
}

/** null where something is left and its rate is not known. */
function cost(count: number, rate: number | null): number | null {
  if (count <= 0) return 0;
  return rate === null ? null : count * rate;
}

const inverse = (rate: number | null): number | null => (rate === null || rate <= 0 ? null : 1 / rate);

/** A mean of what was measured, the last of it counting most. */
export class Meter {
  private seconds = 0;
  private count = 0;

  add(count: number, seconds: number): void {
    if (count <= 0 || seconds <= 0) return;
    const keep = 0.9;
    this.seconds = this.seconds * keep + seconds;
    this.count = this.count * keep + count;
  }

  /** Seconds for one; null: nothing was measured. */
  get rate(): number | null {
    return this.count === 0 ? null : this.seconds / this.count;
  }
}
