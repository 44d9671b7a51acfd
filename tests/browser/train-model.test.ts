/** Training on the real model room, with a random backbone: it learns, resumes exactly, and backends agree. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { checkHealth, closeDevice, memoryInfo, openDevice } from '../../src/device';
import * as tf from '../../src/device/tf';
import { FlatState, loadModel, type NamedArray, type VisionLanguageModel } from '../../src/model';
import { DEMO, type ModelFile, type RunConfig, type SampleRow, type StepEvent } from '../../src/protocol';
import { AdamW, globalNorm } from '../../src/train/adamw';
import { RunClock } from '../../src/train/clock';
import { ModelLearner } from '../../src/train/model_learner';
import { run } from '../../src/train/run';
import golden from '../golden/adamw.json';
import { randomBackbone } from '../support/random_backbone';
import { picture, trainingSamples, wasmBinaries } from '../support/train_samples';

const CONFIG: RunConfig = {
  ...DEMO,
  // Every part trains, also what the demo leaves frozen, and at one rate: a fall would undo the last of 30 steps.
  loraVision: true,
  decayShare: 0,
  loraRank: 4,
  loraAlpha: 4,
  learningRate: 5e-3,
  batch: 2,
  accumulation: 2,
  steps: 8,
  maxCaptionTokens: 24,
  evaluateEvery: 100,
  evaluateTextSamples: 2,
  checkpointEvery: 3,
  seed: 3,
};
const TRAIN = trainingSamples('train', 8);
const TEST = trainingSamples('test', 2);

type Disk = Map<string, { step: number; bytes: Uint8Array<ArrayBuffer> }>;

interface Options {
  config?: Partial<RunConfig>;
  disk?: Disk;
  resume?: boolean;
  /** Aborts this many events after this step was announced. */
  stopAfter?: { step: number; events: number };
  test?: SampleRow[];
  onStep?: (step: StepEvent) => void;
}

async function train(
  model: VisionLanguageModel,
  { config, disk = new Map(), resume = false, stopAfter, test: heldOut = TEST, onStep }: Options = {},
): Promise<StepEvent[]> {
  const full = { ...CONFIG, ...config };
  const state = model.newState(full);
  const stop = new AbortController();
  const steps: StepEvent[] = [];
  try {
    const generator = run(
      { runId: 'r', config: full, train: TRAIN, test: heldOut, probes: [], resume },
      {
        learner: new ModelLearner(model, state),
        frames: { pixels: async (sample) => model.preprocess(picture(sample)) },
        checkpoints: {
          write: async (runId, step, bytes) => (disk.set(runId, { step, bytes }), { bytes: bytes.byteLength }),
          read: async (runId) => disk.get(runId) ?? null,
        },
        memory: memoryInfo,
        checkDevice: checkHealth,
        clock: new RunClock(),
        signal: stop.signal,
        emit: () => undefined,
      },
    );
    for (let left = Infinity; ; left--) {
      const next = await generator.next();
      if (next.done) return steps;
      if (next.value.event === 'run.step') {
        steps.push(next.value.payload);
        onStep?.(next.value.payload);
        if (next.value.payload.step === stopAfter?.step) left = stopAfter.events;
      }
      if (left <= 0) stop.abort();
    }
  } finally {
    state.dispose();
  }
}

const numbers = (steps: StepEvent[]): unknown[] =>
  steps.map(({ step, loss, gradientNorm }) => [step, loss, gradientNorm]);

let files: ModelFile[];
beforeAll(async () => {
  files = await randomBackbone();
});
afterAll(() => closeDevice());

describe('on WASM', () => {
  let model: VisionLanguageModel;
  beforeAll(async () => {
    await openDevice('wasm', await wasmBinaries());
    model = await loadModel('random', files, { synthetic: true });
  });
  afterAll(() => model.dispose());

  test('every loss falls over 30 steps, and no tensor is left behind', async () => {
    // A first step lets the backbone make the tables that it keeps for each length.
    await train(model, { config: { steps: 1 } });
    const before = tf.memory().numTensors;
    const tensors: number[] = [];
    const steps = await train(model, {
      config: { steps: 30, learningRate: 1e-2 },
      onStep: () => tensors.push(tf.memory().numTensors),
    });
    const mean = (from: number, to: number, of: (step: StepEvent) => number): number =>
      steps.slice(from, to).reduce((sum, step) => sum + of(step), 0) / (to - from);
    for (const of of [
      (s: StepEvent) => s.loss.total,
      (s: StepEvent) => s.loss.cls,
      (s: StepEvent) => s.loss.cap ?? NaN,
    ]) {
      expect(mean(25, 30, of)).toBeLessThan(0.8 * mean(0, 5, of));
    }
    expect(new Set(tensors).size).toBe(1);
    expect(tf.memory().numTensors).toBe(before);
  });

  test('stopped anywhere and resumed, its losses are those of the uninterrupted run, to the last bit', async () => {
    const whole = await train(model);
    // Right after a step, within the next one, and after a checkpoint.
    for (const stopAfter of [
      { step: 2, events: 0 },
      { step: 4, events: 1 },
      { step: 6, events: 1 },
    ]) {
      const disk: Disk = new Map();
      const first = await train(model, { disk, stopAfter });
      expect(first).toHaveLength(stopAfter.step);
      const rest = await train(model, { disk, resume: true });
      expect(numbers([...first, ...rest])).toEqual(numbers(whole));
    }
  });

  test('recomputing segments gives the same run', async () => {
    const kept = await train(model, { config: { steps: 3, gradientCheckpointing: false } });
    const recomputed = await train(model, { config: { steps: 3, gradientCheckpointing: true } });
    kept.forEach(({ loss, gradientNorm }, i) => {
      expect(recomputed[i]!.loss.total).toBeCloseTo(loss.total, 5);
      expect(recomputed[i]!.gradientNorm / gradientNorm).toBeCloseTo(1, 4);
    });
  });
});

test('WebGPU takes the same steps as WASM within 1e-3, and an epoch adds not a byte', async () => {
  // Four steps are an epoch; captions of both styles make sequences of several lengths.
  const config = { steps: 12, accumulation: 1, gradientCheckpointing: true };
  const files = await randomBackbone({ layers: 1 });
  const runs: StepEvent[][] = [];
  for (const backend of ['wasm', 'webgpu'] as const) {
    await openDevice(backend, await wasmBinaries());
    const model = await loadModel('random', files, { synthetic: true });
    runs.push(await train(model, { config, test: [] }));
    model.dispose();
  }
  const [wasm, webgpu] = runs as [StepEvent[], StepEvent[]];
  wasm.slice(0, 3).forEach(({ loss, gradientNorm }, i) => {
    const other = webgpu[i]!;
    expect(Math.abs(other.loss.total / loss.total - 1)).toBeLessThan(1e-3);
    expect(Math.abs(other.loss.cls / loss.cls - 1)).toBeLessThan(1e-3);
    expect(Math.abs(other.loss.cap! / loss.cap! - 1)).toBeLessThan(1e-3);
    expect(Math.abs(other.gradientNorm / gradientNorm - 1)).toBeLessThan(1e-3);
  });
  // All GPU buffers, those that wait to be used again included.
  const bytes = webgpu.map(({ memory }) => memory.bytes);
  expect(bytes[11]).toBe(bytes[7]);
}, 300_000);

test.each(['wasm', 'webgpu'] as const)("AdamW follows PyTorch's values on %s", async (backend) => {
  await openDevice(backend, await wasmBinaries());
  const { beta1, beta2, epsilon, weightDecay, clip } = golden.config;
  const shapes = new Map<string, number[]>(Object.entries(golden.shapes));
  const named = (values: Record<string, number[]>): Map<string, NamedArray> =>
    new Map([...shapes].map(([name, shape]) => [name, { shape, data: Float32Array.from(values[name]!) }]));
  const state = new FlatState(shapes);
  state.write(named(golden.initial));
  const optimiser = new AdamW(state, {
    adamBeta1: beta1,
    adamBeta2: beta2,
    adamEpsilon: epsilon,
    weightDecay,
    gradientClip: clip,
  });
  for (const [index, step] of golden.steps.entries()) {
    state.writeInto(state.gradients, named(step.gradients));
    const norm = await globalNorm(state.gradients);
    expect(norm).toBeCloseTo(step.norm, 4);
    optimiser.update(norm, index + 1, step.learningRate);
    for (const [name, { data }] of await state.read())
      data.forEach((value, i) => expect(Math.abs(value - step.parameters[name as 'bias'][i]!)).toBeLessThan(1e-5));
  }
  checkHealth();
  optimiser.dispose();
  state.dispose();
});
