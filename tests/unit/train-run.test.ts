/** The run generator against a learner small enough for Node: a linear head and a one-number "caption" loss. */
import '@tensorflow/tfjs-backend-cpu';
import * as tf from '../../src/device/tf';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Described, DescribeOptions, Streamed } from '../../src/evaluate/judge';
import {
  DEMO,
  StorageError,
  DivergedError,
  TrainingError,
  type RunConfig,
  type RunSummary,
  type SampleRow,
  type StartRun,
} from '../../src/protocol';
import { FlatState } from '../../src/model';
import { RunClock } from '../../src/train/clock';
import type { Example, Learner, Objective, Outcome } from '../../src/train/learner';
import { run, type RunContext } from '../../src/train/run';

const CONFIG: RunConfig = {
  ...DEMO,
  learningRate: 0.05,
  // A rate that falls towards the end would make a longer run another run from its first step on.
  decayShare: 0,
  batch: 2,
  accumulation: 2,
  steps: 12,
  evaluateEvery: 5,
  checkpointEvery: 4,
  evaluateTextSamples: 2,
  seed: 11,
};

const SHAPES = new Map<string, number[]>([
  ['head.weight', [4, 1]],
  ['head.bias', [1]],
  ['word', [1]],
]);

/** Four pixels an image; spoof images are brighter. */
class LinearLearner implements Learner {
  readonly state: FlatState;
  readonly together = 4;
  poison = false;

  /** `biases`: more than one makes a learner that no other's checkpoint fits. */
  constructor(biases = 1) {
    this.state = new FlatState(new Map([...SHAPES, ['head.bias', [biases]]]));
    this.state.write(
      new Map([
        ['head.weight', { shape: [4, 1], data: new Float32Array([0.01, -0.02, 0.03, 0]) }],
        ['head.bias', { shape: [biases], data: new Float32Array(biases) }],
        ['word', { shape: [1], data: new Float32Array([1]) }],
      ]),
    );
  }

  async addGradients(examples: readonly Example[], { alpha, beta }: Objective, share: number): Promise<Outcome> {
    const captioned = examples.filter(({ caption }) => caption !== null).length;
    const { value, gradient } = tf.tidy(() => {
      const x = tf.tensor2d(examples.map(({ pixels }) => [...pixels]));
      const y = tf.tensor2d(examples.map(({ label }) => [label === 'spoof' ? 1 : 0]));
      const { value, grad } = tf.valueAndGrad((values: tf.Tensor) => {
        const p = tf.clipByValue(this.probability(x, values), 1e-6, 1 - 1e-6);
        const cls = tf.neg(tf.mean(tf.log(tf.where(tf.greater(y, 0.5), p, tf.sub(1, p)))));
        const cap = tf.mul(tf.sum(tf.square(this.part('word', values))), captioned / examples.length);
        return tf.mul<tf.Scalar>(tf.add(tf.mul(cls, alpha), tf.mul(cap, beta)), this.poison ? NaN : 1);
      })(this.state.values);
      return { value, gradient: tf.mul(grad, share) };
    });
    const total = (await value.data())[0]!;
    tf.tidy(() => this.state.gradients.assign(tf.add(this.state.gradients, gradient)));
    tf.dispose([value, gradient]);
    return { cls: total, cap: captioned === 0 ? null : 0, tokens: examples.length * 3 };
  }

  async spoofProbabilities(pixels: readonly Float32Array[]): Promise<number[]> {
    const probabilities = tf.tidy(() =>
      this.probability(tf.tensor2d(pixels.map((image) => [...image])), this.state.values),
    );
    const values = await probabilities.data();
    probabilities.dispose();
    return [...values];
  }

  async describe(pixels: readonly Float32Array[], { onText }: DescribeOptions): Promise<Described[]> {
    return pixels.map((_, index) => {
      onText?.(index, 'This is');
      onText?.(index, 'This is a spoof.');
      return { text: 'This is a spoof.', tokens: 4, truncated: false };
    });
  }

  /** `[batch, 4]` to `[batch, 1]`. */
  private probability(x: tf.Tensor2D, values: tf.Tensor): tf.Tensor {
    return tf.sigmoid(tf.add(tf.matMul(x, this.part('head.weight', values)), this.part('head.bias', values)));
  }

  private part(name: string, values: tf.Tensor): tf.Tensor {
    const { offset, length, shape } = this.state.places.get(name)!;
    return tf.reshape(tf.slice(values, [offset], [length]), [...shape]);
  }
}

function samples(prefix: string, count: number): SampleRow[] {
  return Array.from({ length: count }, (_, i) => ({
    id: `${prefix}${i}`,
    set: 'set',
    file: `${prefix}${i}.png`,
    video: `${prefix}${i}`,
    role: 'image',
    seconds: 0,
    label: i % 2 === 0 ? 'live' : 'spoof',
    attack: null,
    subject: null,
    captions: i % 3 === 0 ? {} : { vanilla: 'v', reasoning: 'r' },
    width: 2,
    height: 2,
    frame: `${prefix}${i}`,
    thumbnail: new Blob(),
  }));
}

const TRAIN = samples('train', 7);
const TEST = samples('test', 4);

interface Disk {
  files: Map<string, { step: number; bytes: Uint8Array<ArrayBuffer> }>;
  full: boolean;
}

function context(learner: Learner, disk: Disk, signal: AbortSignal, emit: (event: Streamed) => void): RunContext {
  return {
    learner,
    frames: {
      pixels: async ({ id, label }) =>
        Float32Array.from({ length: 4 }, (_, i) => (label === 'spoof' ? 1 : 0) + ((id.length * 7 + i * 3) % 5) / 10),
    },
    checkpoints: {
      write: async (runId, step, bytes) => {
        if (disk.full) throw new StorageError({ cause: 'The disk is full.', remedy: 'Delete old runs.' });
        disk.files.set(runId, { step, bytes: bytes.slice() });
        return { bytes: bytes.byteLength };
      },
      read: async (runId) => disk.files.get(runId) ?? null,
    },
    memory: () => ({ bytes: tf.memory().numBytes, peakBytes: tf.memory().numBytes, tensors: tf.memory().numTensors }),
    checkDevice: () => undefined,
    clock: new RunClock(),
    signal,
    emit,
  };
}

interface Options {
  config?: Partial<RunConfig>;
  resume?: boolean;
  disk?: Disk;
  learner?: LinearLearner;
  train?: SampleRow[];
  test?: SampleRow[];
  /** Aborts once this many steps are done and so many more events have passed. */
  stopAfter?: { step: number; events: number };
  onStep?: (step: number, learner: LinearLearner) => void;
}

async function drive(
  options: Options = {},
): Promise<{ events: Streamed[]; summary: RunSummary; disk: Disk; learner: LinearLearner }> {
  const disk = options.disk ?? { files: new Map(), full: false };
  const learner = options.learner ?? new LinearLearner();
  const stop = new AbortController();
  const start: StartRun = {
    runId: 'r',
    config: { ...CONFIG, ...options.config },
    train: options.train ?? TRAIN,
    test: options.test ?? TEST,
    probes: ['test0'],
    resume: options.resume ?? false,
  };
  const events: Streamed[] = [];
  const generator = run(
    start,
    context(learner, disk, stop.signal, (event) => void events.push(event)),
  );
  let countdown = Infinity;
  for (;;) {
    const next = await generator.next();
    if (next.done) return { events, summary: next.value, disk, learner };
    events.push(next.value);
    if (next.value.event === 'run.step') {
      options.onStep?.(next.value.payload.step, learner);
      if (next.value.payload.step === options.stopAfter?.step) countdown = options.stopAfter.events;
    }
    if (countdown-- <= 0) stop.abort();
  }
}

const losses = (events: Streamed[]): [number, number, number][] =>
  events.flatMap((e) =>
    e.event === 'run.step' ? [[e.payload.step, e.payload.loss.total, e.payload.gradientNorm]] : [],
  );
const of = <K extends Streamed['event']>(events: Streamed[], name: K): Extract<Streamed, { event: K }>[] =>
  events.filter((e): e is Extract<Streamed, { event: K }> => e.event === name);

describe('run', () => {
  beforeAll(async () => {
    await tf.setBackend('cpu');
  });
  afterEach(() => tf.disposeVariables());

  it('trains, evaluates before, in between and after, and checkpoints on the way', async () => {
    const { events, summary, disk } = await drive();
    const steps = losses(events);
    expect(steps.map(([step]) => step)).toEqual(Array.from({ length: 12 }, (_, i) => i + 1));
    expect(steps.at(-1)![1]).toBeLessThan(steps[0]![1]);
    expect(of(events, 'run.evaluation').map(({ payload: p }) => `${p.step} ${p.source} ${p.n}`)).toEqual(
      [0, 5, 10, 12].flatMap((step) => [`${step} head 4`, `${step} text 2`]),
    );
    expect(of(events, 'run.checkpoint').map(({ payload }) => payload.step)).toEqual([4, 8, 12]);
    expect(summary).toMatchObject({ outcome: 'finished', step: 12, trainableParameters: 6 });
    expect(disk.files.get('r')!.step).toBe(12);
    // Everyone calls spoof: one of two live samples... all live ones are wrong, no spoof is.
    expect(of(events, 'run.evaluation').find(({ payload }) => payload.source === 'text')!.payload).toMatchObject({
      far: 0,
      frr: 1,
      hter: 0.5,
    });
    expect(of(events, 'caption.piece').every(({ payload }) => payload.sampleId === 'test0')).toBe(true);
    expect(of(events, 'run.step').at(-1)!.payload.secondsLeft).toBeGreaterThanOrEqual(0);
  });

  it('captions the probes first, scores every frame and words every text sample once', async () => {
    const test = samples('test', 22);
    const { events } = await drive({ test, config: { steps: 1, evaluateEvery: 5, evaluateTextSamples: 8 } });
    const scoring = (event: Streamed): boolean =>
      event.event === 'run.state' && (event.payload.detail?.label.includes('with the head') ?? false);
    const first = events.findIndex(({ event }) => event === 'caption.piece');
    expect(events.slice(0, first).filter(scoring)).toHaveLength(1);
    const done = of(events, 'run.state').flatMap(({ payload: { step, detail } }) =>
      detail === null || step > 0 ? [] : [`${detail.label.split(' ')[0]} ${detail.done}/${detail.total}`],
    );
    expect(done.filter((label) => label.startsWith('scoring'))).toEqual(
      [0, 4, 8, 12, 16, 20].map((n) => `scoring ${n}/22`),
    );
    const captioned = of(events, 'run.caption').filter(({ payload }) => payload.step === 0);
    const ids = captioned.map(({ payload }) => payload.sampleId);
    expect(ids[0]).toBe('test0');
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.length).toBeGreaterThanOrEqual(8);
    expect(captioned.every(({ payload }) => payload.headSpoofProbability !== null)).toBe(true);
    const [head, text] = of(events, 'run.evaluation');
    expect([head!.payload.n, text!.payload.n]).toEqual([22, 8]);
  });

  it('gives the same losses for the same seed and others for another', async () => {
    const [first, second, other] = [await drive(), await drive(), await drive({ config: { seed: 12 } })];
    expect(losses(second.events)).toEqual(losses(first.events));
    expect(losses(other.events)).not.toEqual(losses(first.events));
  });

  it.each([
    { step: 1, events: 0 },
    { step: 3, events: 1 },
    { step: 5, events: 2 },
    { step: 8, events: 0 },
    { step: 11, events: 1 },
  ])('resumes after a stop at step $step + $events events as if nothing had happened', async (stopAfter) => {
    const whole = await drive();
    const cut = await drive({ stopAfter });
    expect(cut.summary.outcome).toBe('stopped');
    expect(cut.summary.step).toBe(stopAfter.step);
    const rest = await drive({ resume: true, disk: cut.disk });
    expect([...losses(cut.events), ...losses(rest.events)]).toEqual(losses(whole.events));
    const evaluations = (events: Streamed[]): unknown[] => of(events, 'run.evaluation').map(({ payload }) => payload);
    expect([...evaluations(cut.events), ...evaluations(rest.events)]).toEqual(evaluations(whole.events));
  });

  it('resumes from the last checkpoint when the tab was killed in between', async () => {
    const whole = await drive();
    const disk: Disk = { files: new Map(), full: false };
    await expect(
      drive({
        disk,
        onStep: (step) => {
          if (step === 7) throw new Error('killed');
        },
      }),
    ).rejects.toThrow('killed');
    const rest = await drive({ resume: true, disk });
    expect(losses(rest.events)).toEqual(losses(whole.events).slice(4));
  });

  it('goes on after the end with more steps, like a run that was meant to be longer', async () => {
    const long = await drive({ config: { steps: 15 } });
    const short = await drive();
    const more = await drive({ resume: true, disk: short.disk, config: { steps: 15 } });
    expect([...losses(short.events), ...losses(more.events)]).toEqual(losses(long.events));
  });

  it('refuses to resume without a checkpoint, or from one of other tensors', async () => {
    await expect(drive({ resume: true })).rejects.toThrow(TrainingError);
    const { disk } = await drive();
    await expect(drive({ resume: true, disk, learner: new LinearLearner(2) })).rejects.toThrow(/head\.bias/);
  });

  it('stops at a loss that is not finite, with the step not taken and the checkpoint kept', async () => {
    const disk: Disk = { files: new Map(), full: false };
    const learner = new LinearLearner();
    const failure = drive({ disk, learner, onStep: (step) => (learner.poison = step === 6) });
    await expect(failure).rejects.toThrow(/step 7: The loss is not a finite number.*checkpoint of step 4/);
    await expect(failure).rejects.toBeInstanceOf(DivergedError);
    expect(disk.files.get('r')!.step).toBe(4);
    expect([...learner.state.values.dataSync()].every(Number.isFinite)).toBe(true);
  });

  it('goes on without checkpoints when the disk is full', async () => {
    const { events, summary } = await drive({ disk: { files: new Map(), full: true } });
    expect(summary.outcome).toBe('finished');
    expect(of(events, 'run.checkpoint').map(({ payload }) => payload.error?.name)).toEqual(['StorageError']);
  });

  it('refuses what cannot mean anything, and says what to do', async () => {
    const live = TRAIN.filter(({ label }) => label === 'live');
    const bare = TRAIN.map((sample) => ({ ...sample, captions: {} }));
    await expect(drive({ train: live })).rejects.toThrow(/no spoof sample/);
    await expect(drive({ train: [] })).rejects.toThrow(/empty/);
    await expect(drive({ train: bare, config: { alpha: 0 } })).rejects.toThrow(/caption/);
    await expect(drive({ config: { alpha: 0, beta: 0 } })).rejects.toThrow(/alpha and beta/);
    await expect(drive({ config: { batch: 0 } })).rejects.toThrow(/batch/);
    await expect(drive({ config: { learningRate: NaN } })).rejects.toThrow(/learningRate/);
    expect((await drive({ train: live, config: { alpha: 0, reasoningShare: 0 } })).summary.outcome).toBe('finished');
  });

  it('evaluates a held-out set without one class, with undefined rates', async () => {
    const { events } = await drive({ test: TEST.filter(({ label }) => label === 'live'), config: { steps: 1 } });
    expect(of(events, 'run.evaluation')[0]!.payload).toMatchObject({
      far: null,
      hter: null,
      note: expect.stringContaining('No spoof') as string,
    });
  });

  it('scores nothing with a head that is not trained', async () => {
    const { events } = await drive({ config: { alpha: 0, steps: 1 } });
    expect(of(events, 'run.evaluation').map(({ payload }) => payload.source)).toEqual(['text', 'text']);
    expect(of(events, 'run.caption')[0]!.payload.headSpoofProbability).toBeNull();
  });

  it('keeps no tensor behind', async () => {
    const learner = new LinearLearner();
    const counts: number[] = [];
    const before = tf.memory().numTensors;
    await drive({ learner, onStep: () => counts.push(tf.memory().numTensors) });
    expect(new Set(counts).size).toBe(1);
    expect(tf.memory().numTensors).toBe(before);
  });
});
