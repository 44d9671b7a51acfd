/** `report.json`, schema 1: what a headless run hands back, and what the page exports. */
import type { RunConfig } from './config';
import type { Confusion, Verdict, VerdictSource } from './events';
import type { Label, Rejection } from './samples';

export interface Report {
  schema: 1;
  model: { name: string; parameters: number; trainable: number };
  backend: { name: string; adapter: string };
  config: RunConfig;
  seed: number;
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
   * Every request since the page finished loading. `asked`: a file of this site that something the user asked for
   * needs, and what that was. Any other entry breaks the promise.
   */
  network: { url: string; thread: string; seconds: number; asked?: string }[];
}
