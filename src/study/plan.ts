/**
 * The paper's questions, asked of the generated world: which trainings there are and what each is judged on.
 *
 * Leave-one-out over four domains, each model also judged on the unseen attacks (paper, Tables 1 to 5); with and
 * without the classification loss; vanilla captions against half vanilla, half reasoning (paper, "Training Strategy").
 * The numbers are those of generated pictures and of a tiny backbone. They are not the paper's benchmarks.
 */
import { DOMAINS, type DomainName } from '../data/synthetic/sets/types';
import { DEMO, type RunConfig } from '../protocol';

/** What is varied between two trainings of one fold. */
export interface Arm {
  name: string;
  /** As in `RunConfig`. */
  reasoningShare: number;
  /** With `L_cls` (0.7, as in the paper) or without it (0; the caption loss keeps its 0.3). */
  classification: boolean;
}

export const ARMS: readonly Arm[] = [
  { name: 'vanilla', reasoningShare: 0, classification: true },
  { name: 'vanilla + reasoning', reasoningShare: 0.5, classification: true },
  { name: 'vanilla, no L_cls', reasoningShare: 0, classification: false },
  { name: 'vanilla + reasoning, no L_cls', reasoningShare: 0.5, classification: false },
];

/** The set of attacks that no training sees. */
export const UNSEEN: DomainName = 'synthetic-W';
/** The domains that are left out in turn. */
export const FOLDS: readonly DomainName[] = DOMAINS.filter((name) => name !== UNSEEN);

export interface StudyScale {
  /** Optimiser steps of a training. */
  steps: number;
  seeds: readonly number[];
  /** Persons of each training domain, of each that are held out to be judged on, and of the domain left out. */
  trainSubjects: number;
  heldOutSubjects: number;
  targetSubjects: number;
  /** Persons of the unseen attacks. */
  unseenSubjects: number;
}

export const FULL: StudyScale = {
  steps: 120,
  seeds: [0, 1, 2],
  trainSubjects: 20,
  heldOutSubjects: 4,
  targetSubjects: 8,
  unseenSubjects: 4,
};

/** One training with its judgments. */
export interface Trial {
  /** `synthetic-M, vanilla, seed 0`: what a result is found again by. */
  id: string;
  arm: Arm;
  target: DomainName;
  seed: number;
}

export function trialsOf({ seeds }: StudyScale): Trial[] {
  return seeds.flatMap((seed) =>
    FOLDS.flatMap((target) => ARMS.map((arm) => ({ id: `${target}, ${arm.name}, seed ${seed}`, arm, target, seed }))),
  );
}

/**
 * The demo's settings with what the trial varies; nothing is evaluated on the way. With adapters in the vision tower,
 * unlike the demo: the head stands on the vision features, so without them `L_cls` could not reach the text at all. The
 * rate is lower, as those adapters bring `L_cls` near nothing within the steps (docs/recipe.md).
 */
export function configOf({ arm, seed }: Trial, { steps }: StudyScale): RunConfig {
  return {
    ...DEMO,
    loraVision: true,
    learningRate: 2e-3,
    alpha: arm.classification ? DEMO.alpha : 0,
    reasoningShare: arm.reasoningShare,
    steps,
    evaluateEvery: steps,
    evaluateTextSamples: 0,
    probes: 0,
    checkpointEvery: steps + 1,
    seed,
  };
}
