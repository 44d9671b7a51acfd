/** One trial: train on three domains, then judge on their held-out persons, on the fourth domain and on unseen attacks. */
import { domainOf } from '../data/synthetic';
import type { DomainName, SetRequest } from '../data/synthetic/sets/types';
import type { Attack } from '../data/synthetic/types';
import { cueHits } from '../data/synthetic/words';
import { memoryInfo } from '../device';
import { headVerdict } from '../evaluate/judge';
import { readVerdict } from '../evaluate/verdict';
import type { VisionLanguageModel } from '../model';
import type { CaptionStyle, Label, StartRun, Verdict } from '../protocol';
import { evaluatedStyle } from '../train/captions';
import { RunClock } from '../train/clock';
import { ModelLearner } from '../train/model_learner';
import { run } from '../train/run';
import type { FramesInMemory, KnownSample } from './frames';
import { configOf, FOLDS, UNSEEN, type StudyScale, type Trial } from './plan';
import { spreadOf } from './summary';

/** Where a judged frame comes from. */
export type Part = 'in-domain' | 'target' | 'unseen';

export interface Judged {
  part: Part;
  truth: Label;
  attack: Attack | null;
  /** P(spoof) of the head, and its verdict at 0.5; null without the classification loss. */
  score: number | null;
  head: Verdict | null;
  /** By the generated caption; null where none was generated. */
  text: Verdict | null;
  /** Attack cues that the caption names, and how many of them are in the frame; null without a caption. */
  cues: { named: number; present: number } | null;
}

export interface TrialResult {
  id: string;
  arm: string;
  target: DomainName;
  seed: number;
  steps: number;
  /** Training alone, seconds. */
  seconds: number;
  /** Means of the last ten steps; null where a loss was not computed. */
  lossCls: number | null;
  lossCap: number | null;
  judged: Judged[];
  /** A few captions as generated, each part's first. */
  captions: { part: Part; frame: string; text: string }[];
}

/** Persons of one study seed are the same in every arm, so that arms differ in nothing else. */
const WORLD_SEED = 20;

export async function runTrial(
  trial: Trial,
  scale: StudyScale,
  model: VisionLanguageModel,
  frames: FramesInMemory,
  progress: (step: number, steps: number) => void,
): Promise<TrialResult> {
  const config = configOf(trial, scale);
  const sources = FOLDS.filter((name) => name !== trial.target);
  const seed = WORLD_SEED + trial.seed;
  const known = sources.flatMap((domain) => {
    const samples = frames.add(requestOf(domain, scale.trainSubjects + scale.heldOutSubjects, seed));
    const subjects = [...new Set(samples.map(({ row }) => row.subject))];
    const held = new Set(subjects.slice(scale.trainSubjects));
    return samples.map((sample) => ({ ...sample, held: held.has(sample.row.subject) }));
  });
  const train = known.filter(({ held }) => !held).map(({ row }) => row);
  const parts: [Part, readonly KnownSample[]][] = [
    ['in-domain', known.filter(({ held }) => held)],
    ['target', frames.add(requestOf(trial.target, scale.targetSubjects, seed))],
    ['unseen', frames.add({ ...requestOf(UNSEEN, scale.unseenSubjects, seed), liveClips: 4 })],
  ];

  const state = model.newState(config);
  const learner = new ModelLearner(model, state);
  try {
    const start: StartRun = { runId: trial.id, config, train, test: [], probes: [], resume: false };
    const losses: { cls: number; cap: number | null }[] = [];
    const generator = run(start, {
      learner,
      frames,
      checkpoints: { write: async (_run, _step, { byteLength }) => ({ bytes: byteLength }), read: async () => null },
      memory: memoryInfo,
      checkDevice: () => undefined,
      clock: new RunClock(),
      signal: new AbortController().signal,
      emit: () => undefined,
    });
    let next = await generator.next();
    for (; next.done !== true; next = await generator.next()) {
      if (next.value.event !== 'run.step') continue;
      losses.push(next.value.payload.loss);
      progress(next.value.payload.step, config.steps);
    }
    const last = losses.slice(-10);
    const mean = (values: (number | null)[]): number | null => spreadOf(values)?.mean ?? null;
    const result: TrialResult = {
      id: trial.id,
      arm: trial.arm.name,
      target: trial.target,
      seed: trial.seed,
      steps: config.steps,
      seconds: next.value.seconds,
      lossCls: mean(last.map(({ cls }) => cls)),
      lossCap: mean(last.map(({ cap }) => cap)),
      judged: [],
      captions: [],
    };
    for (const [part, samples] of parts) {
      const style = evaluatedStyle(config.reasoningShare);
      await judgePart(part, samples, learner, frames, style, config.alpha > 0, config.maxCaptionTokens, result);
    }
    return result;
  } finally {
    state.dispose();
  }
}

function requestOf(domain: DomainName, subjects: number, seed: number): SetRequest {
  const { attacks } = domainOf(domain);
  return { domain, subjects, liveClips: 2, attackClips: 1, attacks, styles: ['vanilla', 'reasoning'], seed };
}

/** The head on every frame, text on the early frame of every clip (its two frames say nearly the same). */
async function judgePart(
  part: Part,
  samples: readonly KnownSample[],
  learner: ModelLearner,
  frames: FramesInMemory,
  style: CaptionStyle,
  headTrained: boolean,
  maxTokens: number,
  result: TrialResult,
): Promise<void> {
  const sorted = [...samples].sort((a, b) => Number(b.row.role === 'early') - Number(a.row.role === 'early'));
  for (let at = 0; at < sorted.length; at += learner.together) {
    const batch = sorted.slice(at, at + learner.together);
    const pixels = await Promise.all(batch.map(({ row }) => frames.pixels(row)));
    const probabilities = headTrained ? await learner.spoofProbabilities(pixels) : null;
    const early = batch.flatMap(({ row }, i) => (row.role === 'early' ? [i] : []));
    const { signal } = new AbortController();
    const described =
      early.length === 0
        ? []
        : await learner.describe(
            early.map((i) => pixels[i]!),
            { style, maxTokens, adapter: 'on', signal },
          );
    for (const [i, { row, facts }] of batch.entries()) {
      const place = early.indexOf(i);
      const text = place < 0 ? null : described[place]!.text;
      const hits = text === null ? null : cueHits(text, facts);
      result.judged.push({
        part,
        truth: facts.label,
        attack: facts.attack,
        score: probabilities === null ? null : probabilities[i]!,
        head: probabilities === null ? null : headVerdict(probabilities[i]!),
        text: text === null ? null : readVerdict(text).verdict,
        cues: hits,
      });
      if (text !== null && result.captions.filter((caption) => caption.part === part).length < 4)
        result.captions.push({ part, frame: row.id, text });
    }
  }
}
