/** `report.json`, schema 1: what a headless run hands back, and what the page exports. */
import type { RunConfig } from './config';
import type { Confusion, Verdict, VerdictSource } from './events';
import type { Label, Rejection } from './samples';
import type { WeightChoice } from './trainer';

export interface Report {
  schema: 1;
  /** `weights`: how frozen weights were held; not there in reports of earlier versions, which had no choice. */
  model: { name: string; parameters: number; trainable: number; weights?: WeightChoice };
  backend: { name: string; adapter: string };
  config: RunConfig;
  seed: number;
  /** The run or loaded adapter whose parameters it began with; not there where it began with initial ones. */
  startedFrom?: string;
  data: {
    train: number;
    test: number;
    /** `seed` of generated sets: with the name and the counts it makes the same set again. */
    sets: { name: string; samples: number; live: number; spoof: number; seed?: number }[];
    rejected: Rejection[];
  };
  train: {
    steps: number;
    seconds: number;
    samplesPerSecond: number;
    peakBytes: number;
    loss: { step: number; total: number; cls: number; cap: number | null }[];
  };
  evaluations: {
    step: number;
    source: VerdictSource;
    policy: string;
    unit: 'frame' | 'video';
    n: number;
    hter: number | null;
    far: number | null;
    frr: number | null;
    accuracy: number | null;
    confusion: Confusion;
    undecided: number;
  }[];
  captions: {
    step: number;
    /** Set and path of the frame, as the user knows it. */
    sample: string;
    label: Label | null;
    attack: string | null;
    text: string;
    verdict: Verdict;
    /** P(spoof) by the head. */
    headProbability: number | null;
  }[];
  /**
   * Every request since the page finished loading. `asked`: what the user asked for that needs it, a file of this site or
   * of the model hub; such a request carries nothing but the file's address. Any other entry breaks the promise.
   */
  network: { url: string; thread: string; seconds: number; asked?: string }[];
}
